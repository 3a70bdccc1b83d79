package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

func deskLotPath(id int64) string { return "/desk/lots/" + strconv.FormatInt(id, 10) }

func (h *Handlers) newLot(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	return h.showLotForm(w, r, http.StatusOK, views.LotFormView{Sale: s})
}

func (h *Handlers) showLotForm(w http.ResponseWriter, r *request, status int, v views.LotFormView) error {
	title := lang.T(r.Context(), "New lot")
	if v.ID != 0 {
		title = lang.T(r.Context(), "Lot %s", v.Number.Value)
	}
	var err error
	if v.Page, err = h.frame(r, lang.Key(title), views.HereLots, v.Sale); err != nil {
		return err
	}
	categories, err := h.cfg.Store.Categories(r.Context(), v.Sale.ID)
	if err != nil {
		return err
	}
	for _, c := range categories {
		v.Categories = append(v.Categories, c.Name)
	}
	if v.ID != 0 {
		if err := h.lotControl(r, &v); err != nil {
			return err
		}
	}
	return h.page(w, r.Request, status, views.LotForm(v))
}

// lotControl fills in what stands of a lot that exists.
func (h *Handlers) lotControl(r *request, v *views.LotFormView) error {
	e, err := h.cfg.Store.Entry(r.Context(), v.ID)
	if err != nil {
		return err
	}
	events, err := h.cfg.Store.Events(r.Context(), v.ID)
	if err != nil {
		return err
	}
	v.State, v.Photos, v.Frozen = e.State, e.Photos, e.Seq > 0
	if v.Control == nil {
		v.Control = &views.LotControl{}
	}
	v.Control.Lot, v.Control.History = e.Public, auction.History(events)
	if e.State.Over() && organiser.admit(r.viewer) == nil { // rules §2.8
		v.Control.Hidden, err = h.cfg.Store.HiddenBids(r.Context(), v.ID)
	}
	return err
}

func (h *Handlers) postNewLot(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v, d, err := h.lotForm(r, s, auction.Draft{})
	if err != nil {
		return err
	}
	counts, err := h.cfg.Store.SaleCounts(r.Context(), s.ID)
	if err != nil {
		return err
	}
	d = s.Complete(d, counts.Lots)
	if checkClose(&v, s, d); v.Error != "" {
		return h.showLotForm(w, r, http.StatusUnprocessableEntity, v)
	}
	id, err := h.cfg.Store.AddLot(r.Context(), s.ID, d)
	if errors.Is(err, auction.ErrConflict) {
		v.Number.Error, v.Error = "Another lot has this number. Choose one that is free, or leave it empty.", someWrong
		return h.showLotForm(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	if err := h.retime(r.Context(), s); err != nil {
		return err
	}
	h.cfg.Room.Wake()
	if err := h.note(r, auction.Act{SaleID: s.ID, LotID: id, Kind: auction.ActLotAdded}); err != nil {
		return err
	}
	e, err := h.cfg.Store.Entry(r.Context(), id)
	if err != nil {
		return err
	}
	if wrong, _, err := h.keepUploads(r, e); err != nil || wrong != "" {
		if err != nil {
			return err
		}
		return h.photoProblem(w, r, e, s, lang.T(r.Context(), "The lot is saved, but not this picture: %s", wrong))
	}
	return done(w, r, deskLotPath(id), "saved")
}

// postCopyLot makes another lot like one, pictures included, under the next
// free number and with the times of its turn.
func (h *Handlers) postCopyLot(w http.ResponseWriter, r *request) error {
	e, s, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	d, err := h.cfg.Store.Draft(r.Context(), e.ID)
	if err != nil {
		return err
	}
	counts, err := h.cfg.Store.SaleCounts(r.Context(), s.ID)
	if err != nil {
		return err
	}
	for i, p := range d.Photos {
		if d.Photos[i], err = h.copyPhoto(p); err != nil {
			return err
		}
	}
	d.Number, d.OpensAt, d.ClosesAt, d.SoftClose = "", time.Time{}, time.Time{}, auction.SoftClose{}
	d = s.Complete(d, counts.Lots)
	if why := tooLate(s, d); why != "" {
		return &problem{http.StatusUnprocessableEntity, "too_late", lang.Key(lang.T(r.Context(), "The copy would close on %s.", views.DateTime(r.Context(), d.ClosesAt, s.Zone)) + " " + lang.Say(r.Context(), why))}
	}
	id, err := h.cfg.Store.AddLot(r.Context(), s.ID, d)
	if err != nil {
		return err
	}
	if err := h.retime(r.Context(), s); err != nil {
		return err
	}
	h.cfg.Room.Wake()
	return done(w, r, deskLotPath(id), "copied")
}

func (h *Handlers) deskLot(w http.ResponseWriter, r *request) error {
	e, s, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	d, err := h.cfg.Store.Draft(r.Context(), e.ID)
	if err != nil {
		return err
	}
	return h.showLotForm(w, r, http.StatusOK, h.lotFields(r, e, s, d))
}

// lotFields fills the form with a lot as it is. The reserve is for those who
// run the sale.
func (h *Handlers) lotFields(r *request, e auction.Entry, s auction.Sale, d auction.Draft) views.LotFormView {
	f := func(v string) views.Field { return views.Field{Value: v} }
	v := views.LotFormView{
		Sale: s, ID: e.ID, Number: f(d.Number), Title: f(d.Title), Subtitle: f(d.Subtitle), Description: f(d.Description),
		Category: f(d.Category), Consignor: f(d.Consignor),
		EstimateLow: money(d.EstimateLow, s.Currency), EstimateHigh: money(d.EstimateHigh, s.Currency),
		FairValue: money(d.FairValue, s.Currency), Collection: f(d.Collection),
		Opening: money(d.Opening, s.Currency), BuyNow: money(d.BuyNow, s.Currency), Group: f(d.Group),
		OpensAt: f(views.ForInput(d.OpensAt, s.Zone)), ClosesAt: f(views.ForInput(d.ClosesAt, s.Zone)),
	}
	if organiser.admit(r.viewer) == nil {
		v.Reserve = money(d.Reserve, s.Currency)
	}
	if len(d.Steps) == 1 {
		v.Step = money(d.Steps[0].Step, s.Currency)
	}
	return v
}

func (h *Handlers) postLot(w http.ResponseWriter, r *request) error {
	e, s, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	was, err := h.cfg.Store.Draft(r.Context(), e.ID)
	if err != nil {
		return err
	}
	v, d, err := h.lotForm(r, s, was)
	if err != nil {
		return err
	}
	v.ID = e.ID
	if e.Seq > 0 { // it has opened: words may change, terms may not
		d.Terms, d.OpensAt, d.ClosesAt = was.Terms, was.OpensAt, was.ClosesAt
	} else {
		if v.ClosesAt.Value == "" {
			d.ClosesAt = was.ClosesAt
		}
		d = s.Complete(d, 0)
		if !d.OpensAt.Equal(was.OpensAt) || !d.ClosesAt.Equal(was.ClosesAt) {
			checkClose(&v, s, d)
		}
	}
	if v.Error != "" {
		return h.showLotForm(w, r, http.StatusUnprocessableEntity, v)
	}
	d.Photos = was.Photos
	err = h.saveLot(r, e, d)
	if errors.Is(err, auction.ErrConflict) {
		v.Error = someWrong
		if v.Number.Error, err = h.numberTaken(r, e, d, &v); err != nil {
			return err
		}
		return h.showLotForm(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	if err := h.retime(r.Context(), s); err != nil {
		return err
	}
	h.cfg.Room.Wake()
	return h.noted(w, r, auction.Act{SaleID: s.ID, LotID: e.ID, Kind: auction.ActLot}, deskLotPath(e.ID), "saved")
}

// saveLot writes what was changed of a lot. Where the form says so, it changes
// places with the lot that has its new number.
func (h *Handlers) saveLot(r *request, e auction.Entry, d auction.Draft) error {
	number := d.Number
	if r.PostFormValue("swap") != number || number == "" || number == e.Number {
		return h.cfg.Store.SaveDraft(r.Context(), e.ID, d)
	}
	d.Number = "" // as it is
	if err := h.cfg.Store.SaveDraft(r.Context(), e.ID, d); err != nil {
		return err
	}
	return h.cfg.Store.SwapNumbers(r.Context(), e.ID, number)
}

// numberTaken says whose number a lot was to have, and offers to swap where
// both have not opened.
func (h *Handlers) numberTaken(r *request, e auction.Entry, d auction.Draft, v *views.LotFormView) (string, error) {
	ctx, look := r.Context(), string(lang.Key("Another lot has this number, or this one has just opened. Look again and save."))
	id, err := h.cfg.Store.LotByNumber(r.Context(), e.SaleID, d.Number)
	if errors.Is(err, auction.ErrNotFound) || id == e.ID {
		return look, nil
	}
	if err != nil {
		return "", err
	}
	other, err := h.cfg.Store.Entry(r.Context(), id)
	switch {
	case err != nil:
		return "", err
	case other.State != auction.Upcoming:
		return lang.T(ctx, "Lot %s is “%s”, and has opened: its number stands. Choose one that is free.", other.Number, other.Title), nil
	case e.State != auction.Upcoming:
		return look, nil
	}
	v.Swap, v.SwapWords = other.Number, lang.T(ctx, "Swap the two: this is lot %s, “%s” is lot %s", other.Number, other.Title, e.Number)
	return lang.T(ctx, "Lot %s is “%s”. Choose a number that is free, or swap the two below.", other.Number, other.Title), nil
}

// checkClose looks at the close of a lot that has not opened, the sale's times
// filled in. What is wrong already is not said twice.
func checkClose(v *views.LotFormView, s auction.Sale, d auction.Draft) {
	if v.OpensAt.Error+v.ClosesAt.Error != "" {
		return
	}
	if v.ClosesAt.Error = string(tooLate(s, d)); v.ClosesAt.Error != "" {
		v.Error = someWrong
	}
}

// lotCloses asks for a close.
const lotCloses = lang.Key("Give the day and the time at which the lot closes, such as 2026-12-05T19:00.")

// lotForm reads the form over a lot as it was. Error is set when a field is
// wrong.
func (h *Handlers) lotForm(r *request, s auction.Sale, was auction.Draft) (views.LotFormView, auction.Draft, error) {
	if err := form(r); err != nil {
		return views.LotFormView{}, auction.Draft{}, err
	}
	f := func(name string) views.Field { return views.Field{Value: strings.TrimSpace(r.PostFormValue(name))} }
	v := views.LotFormView{
		Sale: s, Number: f("number"), Title: f("title"), Subtitle: f("subtitle"), Description: f("description"),
		Category: f("category"), Consignor: f("consignor"), EstimateLow: f("estimate_low"), EstimateHigh: f("estimate_high"),
		FairValue: f("fair_value"), Collection: f("collection"),
		Opening: f("opening"), Reserve: f("reserve"), BuyNow: f("buy_now"), Step: f("step"), Group: f("group"),
		OpensAt: f("opens_at"), ClosesAt: f("closes_at"),
	}
	d := auction.Draft{Words: auction.Words{
		Number: strings.ToUpper(v.Number.Value), Title: cleanLine(v.Title.Value), Subtitle: cleanLine(v.Subtitle.Value),
		Description: cleanText(v.Description.Value), Category: cleanLine(v.Category.Value), Consignor: cleanLine(v.Consignor.Value),
		Collection: cleanLine(v.Collection.Value),
	}}
	checkLotWords(&v, d.Words)
	readLotMoney(r.Context(), &v, &d, s)
	zone := zoneOf(s.Zone)
	if v.OpensAt.Value != "" {
		d.OpensAt = readTime(r.Context(), &v.OpensAt, zone, lang.Key("Give the day and the time at which the lot opens, such as 2026-12-05T19:00."), was.OpensAt)
	}
	if v.ClosesAt.Value != "" {
		d.ClosesAt = readTime(r.Context(), &v.ClosesAt, zone, lotCloses, was.ClosesAt)
	}
	d.Group = cleanLine(v.Group.Value)
	for _, field := range []views.Field{v.Number, v.Title, v.Subtitle, v.Description, v.Category, v.Consignor, v.EstimateLow, v.EstimateHigh, v.FairValue, v.Collection, v.Opening, v.Reserve, v.BuyNow, v.Step, v.Group, v.OpensAt, v.ClosesAt} {
		if field.Error != "" {
			v.Error = someWrong
		}
	}
	return v, d, nil
}

func checkLotWords(v *views.LotFormView, d auction.Words) {
	if d.Title == "" || len(d.Title) > 300 {
		v.Title.Error = "Give the lot a title of up to 300 letters."
	}
	if len(d.Number) > 8 || strings.ContainsAny(d.Number, " /?#") {
		v.Number.Error = "A lot number is short, such as 12 or 12A. Leave it empty for the next free one."
	}
	if len(d.Subtitle) > 300 {
		v.Subtitle.Error = "At most 300 letters."
	}
	if len(d.Description) > 20_000 {
		v.Description.Error = "At most 20,000 letters."
	}
	if len(d.Category) > 100 {
		v.Category.Error = "At most 100 letters."
	}
	if len(d.Collection) > 500 {
		v.Collection.Error = "At most 500 letters."
	}
	if len(d.Consignor) > 200 {
		v.Consignor.Error = "At most 200 letters."
	}
}

func readLotMoney(ctx context.Context, v *views.LotFormView, d *auction.Draft, s auction.Sale) {
	c := s.Currency
	d.EstimateLow, d.EstimateHigh = readMoney(ctx, &v.EstimateLow, c), readMoney(ctx, &v.EstimateHigh, c)
	d.FairValue = readMoney(ctx, &v.FairValue, c)
	d.Opening, d.Reserve, d.BuyNow = readMoney(ctx, &v.Opening, c), readMoney(ctx, &v.Reserve, c), readMoney(ctx, &v.BuyNow, c)
	if step := readMoney(ctx, &v.Step, c); step > 0 {
		d.Steps = auction.Table{{Step: step}}
	}
	if v.Opening.Error == "" && d.Opening <= 0 {
		v.Opening.Error = "Say what bidding starts at, such as 10."
	}
	if v.Reserve.Error == "" && d.Reserve > 0 && d.Reserve < d.Opening {
		v.Reserve.Error = "A reserve is at least the opening price; leave it empty for none."
	}
	if v.BuyNow.Error == "" && d.BuyNow > 0 && (d.BuyNow <= d.Opening || d.BuyNow < d.Reserve) {
		v.BuyNow.Error = "A buy-now price is above the opening price and not below the reserve."
	}
	if v.EstimateHigh.Error == "" && d.EstimateHigh > 0 && d.EstimateHigh < d.EstimateLow {
		v.EstimateHigh.Error = "The higher estimate comes second."
	}
}

func (h *Handlers) postWithdraw(w http.ResponseWriter, r *request) error {
	return h.act(w, r, "withdrawn", func(e auction.Entry, _ auction.Sale) error {
		reason := cleanLine(r.PostFormValue("reason"))
		if reason == "" {
			return &problem{http.StatusUnprocessableEntity, "reason", "Say why the lot is withdrawn; it is shown to everybody."}
		}
		return h.cfg.Room.Withdraw(r.Context(), r.viewer.user.ID, e.ID, reason)
	})
}

func (h *Handlers) postVoid(w http.ResponseWriter, r *request) error {
	return h.act(w, r, "voided", func(e auction.Entry, _ auction.Sale) error {
		reason := cleanLine(r.PostFormValue("reason"))
		if reason == "" {
			return &problem{http.StatusUnprocessableEntity, "reason", "Say why the bid is struck out; it is shown in the history."}
		}
		seq, err := strconv.ParseInt(r.PostFormValue("seq"), 10, 64)
		if err != nil {
			return errUnreadable
		}
		return h.cfg.Room.Void(r.Context(), r.viewer.user.ID, e.ID, seq, reason)
	})
}

func (h *Handlers) postRelease(w http.ResponseWriter, r *request) error {
	return h.act(w, r, "released", func(e auction.Entry, s auction.Sale) error {
		f := views.Field{Value: strings.TrimSpace(r.PostFormValue("closes_at"))}
		at := readTime(r.Context(), &f, zoneOf(s.Zone), lotCloses, time.Time{})
		if f.Error != "" {
			return &problem{http.StatusUnprocessableEntity, "closes_at", lang.Key(f.Error)}
		}
		return h.cfg.Room.Release(r.Context(), r.viewer.user.ID, e.ID, at, "The organiser set a new close after an interruption.")
	})
}

func (h *Handlers) postRemoveLot(w http.ResponseWriter, r *request) error {
	e, s, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	if err := h.cfg.Store.RemoveLot(r.Context(), e.ID); err != nil {
		return err
	}
	for _, p := range e.Photos {
		if err := h.dropPhoto(r.Context(), p); err != nil {
			return err
		}
	}
	h.cfg.Room.Wake()
	return h.noted(w, r, auction.Act{SaleID: s.ID, LotID: e.ID, Kind: auction.ActLotGone, What: e.Number + ", " + e.Title}, "/desk/sales/"+s.Slug+"/lots", "removed")
}

// act runs one act of the desk on a lot, and leads back to it.
func (h *Handlers) act(w http.ResponseWriter, r *request, what string, do func(auction.Entry, auction.Sale) error) error {
	e, s, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	if err := do(e, s); err != nil {
		return err
	}
	return done(w, r, deskLotPath(e.ID), what)
}
