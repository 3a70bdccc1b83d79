package handlers

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"outcry/auction"
	"outcry/views"
)

// desk is the staff's list of sales.
func (h *Handlers) desk(w http.ResponseWriter, r *request) error {
	page, err := h.frame(r, "Desk", views.HereDesk, auction.Sale{})
	if err != nil {
		return err
	}
	sales, err := h.cfg.Store.Sales(r.Context(), true)
	if err != nil {
		return err
	}
	v := views.DeskView{Page: page}
	for _, s := range sales {
		card, err := h.saleCard(r, s)
		if err != nil {
			return err
		}
		v.Sales = append(v.Sales, card)
	}
	return h.page(w, r.Request, http.StatusOK, views.Desk(v))
}

// few is how many lots or bids the control page lists of a kind.
const few = 8

// deskSale is the page a sale is run from.
func (h *Handlers) deskSale(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v := views.ControlView{Sale: s, Now: now(), Public: h.address(r.Request) + "/sales/" + s.Slug}
	if v.Page, err = h.frame(r, s.Title, views.HereControl, s); err != nil {
		return err
	}
	if v.Counts, err = h.cfg.Store.SaleCounts(r.Context(), s.ID); err != nil {
		return err
	}
	entries, _, err := h.cfg.Store.Entries(r.Context(), s.ID, auction.Query{Show: auction.ShowOpen, Order: auction.ByClosing})
	if err != nil {
		return err
	}
	for _, c := range cards(entries, s, nil) {
		switch e := c.Entry; {
		case e.Held:
			v.Held = append(v.Held, c)
		case e.Bids == 0 && len(v.NoBids) < few:
			v.NoBids = append(v.NoBids, c)
		case e.Bids > 0 && e.ReserveMet != nil && !*e.ReserveMet && len(v.UnderReserve) < few:
			v.UnderReserve = append(v.UnderReserve, c)
		}
	}
	if v.Latest, err = h.latest(r.Context(), s); err != nil {
		return err
	}
	holders, err := h.cfg.Store.Holders(r.Context(), s.ID)
	if err != nil {
		return err
	}
	for _, holder := range holders {
		if !holder.Approved {
			v.Waiting++
		}
	}
	return h.page(w, r.Request, http.StatusOK, views.Control(v))
}

// latest are the newest bids of a sale as the lots' histories show them: raises
// of one's own maximum left out, struck-out bids marked.
func (h *Handlers) latest(ctx context.Context, s auction.Sale) ([]views.Latest, error) {
	bids, err := h.cfg.Store.LatestBids(ctx, s.ID, few)
	if err != nil {
		return nil, err
	}
	var list []views.Latest
	histories := map[int64][]auction.Row{}
	for _, b := range bids {
		rows, read := histories[b.LotID]
		if !read {
			events, err := h.cfg.Store.Events(ctx, b.LotID)
			if err != nil {
				return nil, err
			}
			rows = auction.History(events)
			histories[b.LotID] = rows
		}
		for _, row := range rows {
			if row.Seq == b.Seq && !row.Automatic {
				list = append(list, views.Latest{LotID: b.LotID, Number: b.Number, Row: row})
			}
		}
	}
	return list, nil
}

func (h *Handlers) deskLots(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v := views.DeskLotsView{Sale: s, Query: queryOf(r.Request, "")}
	v.Query.Limit, v.Query.Offset = 0, 0
	if v.Page, err = h.frame(r, "Lots", views.HereLots, s); err != nil {
		return err
	}
	if v.Counts, err = h.cfg.Store.SaleCounts(r.Context(), s.ID); err != nil {
		return err
	}
	entries, _, err := h.cfg.Store.Entries(r.Context(), s.ID, v.Query)
	if err != nil {
		return err
	}
	for _, e := range entries {
		v.Lots = append(v.Lots, views.DeskLot{Entry: e})
	}
	return h.page(w, r.Request, http.StatusOK, views.DeskLots(v))
}

func (h *Handlers) postPublish(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	entries, _, err := h.cfg.Store.Entries(r.Context(), s.ID, auction.Query{})
	if err != nil {
		return err
	}
	var lots []auction.Draft
	for _, e := range entries {
		if e.State == auction.Upcoming {
			lots = append(lots, auction.Draft{Words: e.Words, OpensAt: e.OpensAt, ClosesAt: e.ClosesAt})
		}
	}
	s.Published = true
	if why := strandedLot(s, lots); why != "" {
		return &problem{http.StatusUnprocessableEntity, "too_late", why}
	}
	if err := h.cfg.Store.PublishSale(r.Context(), s.ID); err != nil {
		return err
	}
	h.sales.forget(s.ID)
	h.cfg.Room.Wake()
	if err := h.note(r, auction.Act{SaleID: s.ID, Kind: auction.ActPublished}); err != nil {
		return err
	}
	return done(w, r, "/desk/sales/"+s.Slug, "published")
}

func (h *Handlers) postPause(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	if err := h.cfg.Room.Pause(r.Context(), r.viewer.user.ID, s.ID, cleanLine(r.PostFormValue("reason"))); err != nil {
		return err
	}
	h.sales.forget(s.ID)
	return done(w, r, "/desk/sales/"+s.Slug, "paused")
}

func (h *Handlers) postResume(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := h.cfg.Room.Resume(r.Context(), r.viewer.user.ID, s.ID); err != nil {
		return err
	}
	h.sales.forget(s.ID)
	return done(w, r, "/desk/sales/"+s.Slug, "resumed")
}

// ended reads the lots of a sale that are over, with who bought them.
func (h *Handlers) ended(r *request, s auction.Sale) ([]views.ResultRow, error) {
	entries, _, err := h.cfg.Store.Entries(r.Context(), s.ID, auction.Query{Show: auction.ShowClosed})
	if err != nil {
		return nil, err
	}
	holders, err := h.cfg.Store.Holders(r.Context(), s.ID)
	if err != nil {
		return nil, err
	}
	by := map[auction.Paddle]auction.Holder{}
	for _, holder := range holders {
		by[holder.Paddle] = holder
	}
	rows := make([]views.ResultRow, 0, len(entries))
	for _, e := range entries {
		row := views.ResultRow{Entry: e}
		switch e.State {
		case auction.Sold:
			row.Buyer, row.Email = by[e.Lead].Name, by[e.Lead].Email
		case auction.Withdrawn:
			events, err := h.cfg.Store.LatestEvents(r.Context(), e.ID, 1)
			if err != nil {
				return nil, err
			}
			for _, ev := range events {
				row.Reason = ev.Reason
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (h *Handlers) results(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v := views.ResultsView{Sale: s}
	if v.Page, err = h.frame(r, "Results", views.HereResults, s); err != nil {
		return err
	}
	if v.Counts, err = h.cfg.Store.SaleCounts(r.Context(), s.ID); err != nil {
		return err
	}
	rows, err := h.ended(r, s)
	if err != nil {
		return err
	}
	owed := map[auction.Paddle]int{}
	for _, row := range rows {
		switch row.Entry.State {
		case auction.Sold:
			v.Sold = append(v.Sold, row)
			addBuyer(&v, owed, row)
		case auction.Passed:
			v.Passed = append(v.Passed, row)
		case auction.Withdrawn:
			v.Withdrawn = append(v.Withdrawn, row)
		}
	}
	return h.page(w, r.Request, http.StatusOK, views.Results(v))
}

// addBuyer sums up what each paddle owes; owed says where in the list it is.
func addBuyer(v *views.ResultsView, owed map[auction.Paddle]int, row views.ResultRow) {
	p := row.Entry.Lead
	i, ok := owed[p]
	if !ok {
		i = len(v.Buyers)
		owed[p] = i
		v.Buyers = append(v.Buyers, views.BuyerTotal{Paddle: p, Name: row.Buyer, Email: row.Email})
	}
	v.Buyers[i].Lots++
	v.Buyers[i].Total += row.Entry.Hammer
}

// resultsCSV is the results for a spreadsheet. Cells that a spreadsheet would
// run as a formula are made text.
func (h *Handlers) resultsCSV(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	rows, err := h.ended(r, s)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+s.Slug+`-results.csv"`)
	out := csv.NewWriter(w)
	out.Write([]string{"Lot", "Title", "Donor", "State", "Hammer price", "Currency", "Paddle", "Buyer", "Email", "Bids", "Ended (UTC)"})
	for _, row := range rows {
		e := row.Entry
		hammer, paddle := "", ""
		if e.State == auction.Sold {
			hammer, paddle = e.Hammer.Decimal(s.Currency), string(e.Lead)
		}
		out.Write([]string{
			plainCell(e.Number), plainCell(e.Title), plainCell(e.Consignor), string(e.State), hammer, s.Currency.Code,
			plainCell(paddle), plainCell(row.Buyer), plainCell(row.Email), strconv.Itoa(e.Bids), e.EndedAt.UTC().Format(time.RFC3339),
		})
	}
	out.Flush()
	return ignoreGone(out.Error())
}

// plainCell keeps a spreadsheet from running a text as a formula. One that
// splits the file at semicolons, as most of Europe's do, finds the start of a
// cell behind each.
func plainCell(s string) string {
	var b strings.Builder
	start := true
	for _, c := range s {
		if start && strings.ContainsRune("=+-@\t\r", c) {
			b.WriteByte('\'')
		}
		b.WriteRune(c)
		start = c == ';' || start && c == ' '
	}
	return b.String()
}
