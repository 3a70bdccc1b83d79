package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"outcry/auction"
	"outcry/views"
)

func (h *Handlers) newSale(w http.ResponseWriter, r *request) error {
	v := views.SaleFormView{
		Currency: views.Field{Value: "GBP"}, Zone: views.Field{Value: "Europe/London"},
		Stagger: views.Field{Value: "0"}, Window: views.Field{Value: "2"}, Extension: views.Field{Value: "2"},
		StepsName: views.Field{Value: "charity"},
	}
	return h.showSaleForm(w, r, http.StatusOK, v)
}

func (h *Handlers) showSaleForm(w http.ResponseWriter, r *request, status int, v views.SaleFormView) error {
	title, s := "New sale", auction.Sale{}
	if v.Slug != "" {
		title, s = "Edit the sale", auction.Sale{ID: -1, Slug: v.Slug, Title: v.Title.Value}
	}
	var err error
	if v.Page, err = h.frame(r, title, views.HereDesk, auction.Sale{}); err != nil {
		return err
	}
	v.Page.Sale = views.SaleLink{Slug: s.Slug, Title: s.Title}
	v.Presets, v.Currencies, v.Zones = auction.PresetNames(), auction.Currencies(), zones
	return h.page(w, r.Request, status, views.SaleForm(v))
}

func (h *Handlers) postNewSale(w http.ResponseWriter, r *request) error {
	v, s, err := h.saleForm(r, auction.Sale{})
	if err != nil {
		return err
	}
	if v.Error == "" {
		s, err = h.cfg.Store.CreateSale(r.Context(), s)
		if errors.Is(err, auction.ErrConflict) {
			v.Address.Error = "Another sale has this address. Choose another one."
			v.Error = someWrong
		} else if err != nil {
			return err
		}
	}
	if v.Error != "" {
		return h.showSaleForm(w, r, http.StatusUnprocessableEntity, v)
	}
	return done(w, r, "/desk/sales/"+s.Slug, "saved")
}

func (h *Handlers) editSale(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	counts, err := h.cfg.Store.SaleCounts(r.Context(), s.ID)
	if err != nil {
		return err
	}
	v := saleFields(s)
	v.Frozen = hasOpened(counts)
	return h.showSaleForm(w, r, http.StatusOK, v)
}

func (h *Handlers) postEditSale(w http.ResponseWriter, r *request) error {
	old, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v, s, err := h.saleForm(r, old)
	if err != nil {
		return err
	}
	v.Slug = old.Slug
	var lots []auction.Draft
	if v.Error == "" {
		if lots, err = h.followers(r.Context(), old, s); err != nil {
			return err
		}
		if v.ClosesAt.Error = strandedLot(s, lots); v.ClosesAt.Error != "" {
			v.Error = someWrong
		}
	}
	if v.Error == "" {
		err = h.cfg.Store.SaveSale(r.Context(), s)
		if errors.Is(err, auction.ErrConflict) {
			v.Address.Error = "Another sale has this address. Choose another one."
			v.Error = someWrong
		} else if err != nil {
			return err
		}
	}
	if v.Error != "" {
		return h.showSaleForm(w, r, http.StatusUnprocessableEntity, v)
	}
	h.sales.forget(s.ID)
	if _, err := h.cfg.Store.ImportLots(r.Context(), s.ID, lots, false); err != nil {
		return err
	}
	h.cfg.Room.Wake()
	return done(w, r, "/desk/sales/"+s.Slug, "saved")
}

// followers are the lots that have not opened and that move along with their
// sale, as they will be.
func (h *Handlers) followers(ctx context.Context, old, s auction.Sale) ([]auction.Draft, error) {
	entries, _, err := h.cfg.Store.Entries(ctx, s.ID, auction.Query{})
	if err != nil {
		return nil, err
	}
	var lots []auction.Draft
	for i, e := range entries {
		if e.State != auction.Upcoming {
			continue
		}
		d, err := h.cfg.Store.Draft(ctx, e.ID)
		if err != nil {
			return nil, err
		}
		next := s.Follow(old, d, turnOf(old, d, i))
		if !next.OpensAt.Equal(d.OpensAt) || !next.ClosesAt.Equal(d.ClosesAt) || next.SoftClose != d.SoftClose || !slices.Equal(next.Steps, d.Steps) {
			lots = append(lots, next)
		}
	}
	return lots, nil
}

// turnOf is a lot's turn to close, counted from 0, by the close it has: lots
// before it may have been removed, or added later under a lower number. Where
// all close together it is the lot's place in the catalogue.
func turnOf(s auction.Sale, d auction.Draft, place int) int {
	if s.Stagger <= 0 {
		return place
	}
	return max(0, int(d.ClosesAt.Sub(s.ClosesAt)/s.Stagger))
}

// strandedLot says which lot would close before it opens, because of a time of
// its own, or has closed already in a sale that people see: it would end the
// moment it opens, and there is no way back. "" when there is none.
func strandedLot(s auction.Sale, lots []auction.Draft) string {
	for _, d := range lots {
		if why := tooLate(s, d); why != "" {
			return "Lot " + d.Number + " would close on " + views.DayTime(d.ClosesAt, s.Zone) + ". " + why
		}
	}
	return ""
}

// tooLate says why a lot that has not opened cannot have the close it has, ""
// when it can. In a sale that nobody sees yet the time may still be changed.
func tooLate(s auction.Sale, d auction.Draft) string {
	switch {
	case !d.ClosesAt.After(d.OpensAt):
		return "A lot must close after it opens."
	case s.Published && !d.ClosesAt.After(now()):
		return "That has passed: the lot would end the moment it opens. Choose a later time."
	}
	return ""
}

// hasOpened reports whether a lot of a sale has opened: from then on its
// currency, zone and address stand.
func hasOpened(c auction.Counts) bool { return c.Lots > c.Upcoming }

// someWrong stands above a form of which a field is wrong.
const someWrong = "Something needs another look; it is marked below. Nothing is lost."

// saleFields fills the form with a sale as it is.
func saleFields(s auction.Sale) views.SaleFormView {
	f := func(v string) views.Field { return views.Field{Value: v} }
	return views.SaleFormView{
		Slug: s.Slug, Title: f(s.Title), Address: f(s.Slug), Intro: f(s.Intro), Conditions: f(s.Conditions),
		Currency: f(s.Currency.Code), Zone: f(s.Zone), OpensAt: f(views.ForInput(s.OpensAt, s.Zone)), ClosesAt: f(views.ForInput(s.ClosesAt, s.Zone)),
		Stagger: f(strconv.Itoa(int(s.Stagger / time.Second))), Window: f(minutes(s.SoftClose.Window)), Extension: f(minutes(s.SoftClose.Extension)),
		StepsName: f(s.StepsName), Steps: f(tableText(s.Steps, s.Currency)), Approval: s.Approval,
	}
}

// saleForm reads the form over a sale as it was. Error is set when a field is
// wrong.
func (h *Handlers) saleForm(r *request, old auction.Sale) (views.SaleFormView, auction.Sale, error) {
	if err := form(r); err != nil {
		return views.SaleFormView{}, old, err
	}
	f := func(name string) views.Field { return views.Field{Value: strings.TrimSpace(r.PostFormValue(name))} }
	v := views.SaleFormView{
		Title: f("title"), Address: f("slug"), Intro: f("intro"), Conditions: f("conditions"),
		Currency: f("currency"), Zone: f("zone"), OpensAt: f("opens_at"), ClosesAt: f("closes_at"),
		Stagger: f("stagger"), Window: f("window"), Extension: f("extension"),
		StepsName: f("steps_name"), Steps: f("steps"), Approval: r.PostFormValue("approval") == "1",
	}
	var counts auction.Counts
	if old.ID != 0 {
		var err error
		if counts, err = h.cfg.Store.SaleCounts(r.Context(), old.ID); err != nil {
			return v, old, err
		}
	}
	if v.Frozen = hasOpened(counts); v.Frozen {
		v.Currency.Value, v.Zone.Value, v.Address.Value = old.Currency.Code, old.Zone, old.Slug
	}
	s := old
	readSaleWords(&v, &s)
	if v.Currency.Error == "" && counts.Lots > 0 && s.Currency.Digits != old.Currency.Digits {
		v.Currency.Error = "The prices of the lots are written in " + old.Currency.Code + ", and this currency has other decimals. Remove the lots first, or make another sale."
	}
	readSaleTimes(&v, &s)
	readSaleSteps(&v, &s)
	for _, field := range []views.Field{v.Title, v.Address, v.Intro, v.Conditions, v.Currency, v.Zone, v.OpensAt, v.ClosesAt, v.Stagger, v.Window, v.Extension, v.StepsName, v.Steps} {
		if field.Error != "" {
			v.Error = someWrong
		}
	}
	return v, s, nil
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func readSaleWords(v *views.SaleFormView, s *auction.Sale) {
	v.Title.Value = cleanLine(v.Title.Value)
	if v.Title.Value == "" || len(v.Title.Value) > 200 {
		v.Title.Error = "Give the sale a title of up to 200 letters."
	}
	if v.Address.Value == "" {
		v.Address.Value = Slug(v.Title.Value)
	}
	if v.Address.Value == "new" {
		v.Address.Error = "This address is taken by the form for a new sale. Choose another one."
	} else if !slugForm.MatchString(v.Address.Value) || len(v.Address.Value) > 60 {
		v.Address.Error = "An address has small letters, figures and single hyphens only, such as winter-2026."
	}
	if len(v.Intro.Value) > 500 {
		v.Intro.Error = "One or two sentences, 500 letters at most."
	}
	if len(v.Conditions.Value) > 50_000 {
		v.Conditions.Error = "That is longer than we take (50,000 letters)."
	}
	c, ok := auction.CurrencyOf(v.Currency.Value)
	if !ok {
		v.Currency.Error = "Choose a currency from the list."
	}
	s.Title, s.Slug, s.Intro, s.Conditions, s.Currency, s.Approval = v.Title.Value, v.Address.Value, v.Intro.Value, v.Conditions.Value, c, v.Approval
}

func readSaleTimes(v *views.SaleFormView, s *auction.Sale) {
	zone, err := time.LoadLocation(v.Zone.Value)
	if err != nil || v.Zone.Value == "" {
		v.Zone.Error = "Choose a time zone by its name, such as Europe/London."
		zone = time.UTC
	}
	s.Zone = v.Zone.Value
	s.OpensAt = readTime(&v.OpensAt, zone, "the sale opens", s.OpensAt)
	s.ClosesAt = readTime(&v.ClosesAt, zone, "the first lot closes", s.ClosesAt)
	if v.OpensAt.Error == "" && v.ClosesAt.Error == "" && !s.ClosesAt.After(s.OpensAt) {
		v.ClosesAt.Error = "The first lot must close after the sale opens."
	}
	s.Stagger = time.Duration(readNumber(&v.Stagger, 0, 24*3600, "seconds")) * time.Second
	s.SoftClose.Window = time.Duration(readNumber(&v.Window, 0, 24*60, "minutes")) * time.Minute
	s.SoftClose.Extension = time.Duration(readNumber(&v.Extension, 0, 24*60, "minutes")) * time.Minute
	if s.SoftClose.Window > 0 && s.SoftClose.Extension == 0 && v.Extension.Error == "" {
		v.Extension.Error = "With a window, a late bid must move the close by at least a minute."
	}
}

func readSaleSteps(v *views.SaleFormView, s *auction.Sale) {
	if v.Currency.Error != "" {
		return
	}
	var err error
	if v.StepsName.Value == "own" {
		s.Steps, v.Steps.Error = readTable(v.Steps.Value, s.Currency)
	} else if s.Steps, err = auction.Preset(v.StepsName.Value, s.Currency); err != nil {
		v.StepsName.Error = err.Error()
	}
	s.StepsName = v.StepsName.Value
}

// readTable reads one "up to: step" a line, in major units; the last line, for
// every price above, is "above: step". wrong is a sentence, "" when nothing is.
func readTable(text string, c auction.Currency) (t auction.Table, wrong string) {
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		upTo, step, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Sprintf("Line %d: write the price, a colon and the step, such as 99: 5.", n+1)
		}
		var b auction.Band
		var err error
		if upTo = strings.TrimSpace(strings.ToLower(upTo)); upTo != "above" {
			if b.UpTo, err = auction.ParseMoney(upTo, c); err != nil {
				return nil, fmt.Sprintf("Line %d: %v", n+1, err)
			}
		}
		if b.Step, err = auction.ParseMoney(strings.TrimSpace(step), c); err != nil {
			return nil, fmt.Sprintf("Line %d: %v", n+1, err)
		}
		t = append(t, b)
	}
	if err := t.Check(); err != nil {
		return nil, "The table does not hold together: " + err.Error() + "."
	}
	return t, ""
}

// tableText writes a table as readTable reads it.
func tableText(t auction.Table, c auction.Currency) string {
	var b strings.Builder
	for _, band := range t {
		upTo := "above"
		if band.UpTo > 0 {
			upTo = band.UpTo.Decimal(c)
		}
		fmt.Fprintf(&b, "%s: %s\n", upTo, band.Step.Decimal(c))
	}
	return b.String()
}

// Slug makes an address of a title.
func Slug(title string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(title) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case c == '\'' || c == '’':
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := b.String()
	if len(s) > 60 {
		s = s[:60]
	}
	return strings.Trim(s, "-")
}
