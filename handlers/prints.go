package handlers

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"outcry/auction"
	"outcry/views"
)

// prints lists what can be printed of a sale.
func (h *Handlers) prints(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	counts, err := h.cfg.Store.SaleCounts(r.Context(), s.ID)
	if err != nil {
		return err
	}
	v := views.PrintsView{Sale: s, Lots: counts.Lots, Sold: counts.Sold, Public: h.address(r.Request)}
	v.Local = local(v.Public)
	if v.Page, err = h.frame(r, "Prints", views.HereLots, s); err != nil {
		return err
	}
	return h.page(w, r.Request, http.StatusOK, views.Prints(v))
}

// local reports whether an address is understood on this machine only.
func local(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}

// printOut is one print of a sale, in parts where it is long.
func (h *Handlers) printOut(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	part, _ := strconv.Atoi(r.URL.Query().Get("part")) // anything else is the first
	v := views.PrintView{Sale: s, What: views.Print(r.PathValue("what")), Public: h.address(r.Request), Part: max(1, part)}
	switch v.What {
	case views.PrintCatalogue, views.PrintSheets, views.PrintCards, views.PrintLots:
		err = h.printLots(r.Context(), &v)
	case views.PrintPaddles:
		err = h.printPaddles(r.Context(), &v)
	default:
		return auction.ErrNotFound
	}
	if err != nil {
		return err
	}
	if v.Page, err = h.frame(r, "Print", views.HereLots, s); err != nil {
		return err
	}
	return h.page(w, r.Request, http.StatusOK, views.PrintOut(v))
}

// printLots fills in the lots of a part. Withdrawn ones are not printed.
func (h *Handlers) printLots(ctx context.Context, v *views.PrintView) error {
	most := views.PrintLotsAtOnce
	if v.What == views.PrintLots {
		most = views.PrintLabelsAtOnce
	}
	entries, n, err := h.cfg.Store.Entries(ctx, v.Sale.ID, auction.Query{Limit: most, Offset: (v.Part - 1) * most})
	v.Parts = (n + most - 1) / most
	v.Lots = slices.DeleteFunc(entries, func(e auction.Entry) bool { return e.State == auction.Withdrawn })
	return err
}

// printPaddles fills in the lots that are sold, by the paddle that won them.
func (h *Handlers) printPaddles(ctx context.Context, v *views.PrintView) error {
	entries, _, err := h.cfg.Store.Entries(ctx, v.Sale.ID, auction.Query{Show: auction.ShowClosed})
	if err != nil {
		return err
	}
	holders, err := h.cfg.Store.Holders(ctx, v.Sale.ID)
	if err != nil {
		return err
	}
	place, by := map[auction.Paddle]int{}, map[auction.Paddle]auction.Holder{}
	for i, holder := range holders { // in the order of paddles
		place[holder.Paddle], by[holder.Paddle] = i, holder
	}
	var all []views.PaddleLabel
	for _, e := range entries {
		if e.State == auction.Sold {
			all = append(all, views.PaddleLabel{Holder: by[e.Lead], Entry: e})
		}
	}
	slices.SortStableFunc(all, func(a, b views.PaddleLabel) int { return cmp.Compare(place[a.Entry.Lead], place[b.Entry.Lead]) })
	const most = views.PrintLabelsAtOnce
	v.Parts = (len(all) + most - 1) / most
	from := min((v.Part-1)*most, len(all))
	v.Labels = all[from:min(from+most, len(all))]
	return nil
}

// lotCode is the QR code of a lot's address, as a picture for prints.
func (h *Handlers) lotCode(w http.ResponseWriter, r *request) error {
	e, _, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	code, err := qrOf(h.address(r.Request)+lotPath(e.ID), "Lot "+e.Number)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "private, max-age=600")
	_, err = strings.NewReader(views.QRFile(code)).WriteTo(w)
	return ignoreGone(err)
}
