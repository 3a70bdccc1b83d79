package handlers

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/handlers/hub"
	"outcry/views"
	"outcry/views/lang"
)

func appealTopic(sale int64) string { return "appeal/" + strconv.FormatInt(sale, 10) }
func givenTopic(sale int64) string  { return "given/" + strconv.FormatInt(sale, 10) }

// appeal is a sale's fund-a-need: what it is for, how far it has come, and the
// way to give. A level, or an amount of one's own, is asked about once more
// before it is given.
func (h *Handlers) appeal(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	return h.showAppeal(w, r, http.StatusOK, s, views.AppealView{Gift: views.Field{Value: strings.TrimSpace(r.URL.Query().Get("amount"))}})
}

func (h *Handlers) showAppeal(w http.ResponseWriter, r *request, status int, s auction.Sale, v views.AppealView) error {
	v.Sale = s
	var err error
	if v.Appeal, err = h.cfg.Store.Appeal(r.Context(), s.ID); err != nil {
		return err
	}
	if v.Page, err = h.frame(r, lang.Key(v.Appeal.Title), views.HereAppeal, s); err != nil {
		return err
	}
	if v.Given, err = h.cfg.Store.Given(r.Context(), s.ID); err != nil {
		return err
	}
	holder, err := h.holder(r, s.ID)
	switch {
	case errors.Is(err, auction.ErrNotFound) && !r.viewer.signedIn():
		v.Access = views.AccessGuest
	case errors.Is(err, auction.ErrNotFound):
		v.Access = views.AccessUnregistered
	case err != nil:
		return err
	case !holder.Approved:
		v.Access = views.AccessWaiting
	default:
		v.Access = views.AccessBidder
		if v.Mine, err = h.gaveToAppeal(r.Context(), s.ID, holder.Paddle); err != nil {
			return err
		}
	}
	if v.Gift.Value != "" && v.Gift.Error == "" {
		if v.Ask = readMoney(r.Context(), &v.Gift, s.Currency); v.Gift.Error == "" && v.Ask < 1 {
			v.Gift.Error = "Give an amount, such as 20 or 20.50."
		}
	}
	v.Key = newKey()
	return h.page(w, r.Request, status, views.Appeal(v))
}

// thermometer is how far a sale's appeal has come; nil where there is none, or
// none that takes donations or has had any.
func (h *Handlers) thermometer(ctx context.Context, s auction.Sale) (*views.ThermometerView, error) {
	a, err := h.cfg.Store.Appeal(ctx, s.ID)
	if errors.Is(err, auction.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	given, err := h.cfg.Store.Given(ctx, s.ID)
	if err != nil || !a.Open && given.Gifts == 0 {
		return nil, err
	}
	return &views.ThermometerView{Appeal: a, Given: given, Currency: s.Currency}, nil
}

// gaveToAppeal adds up what a paddle has given to the appeal.
func (h *Handlers) gaveToAppeal(ctx context.Context, saleID int64, p auction.Paddle) (auction.Money, error) {
	books, err := h.cfg.Store.BooksOf(ctx, saleID, p)
	var sum auction.Money
	for _, d := range books.Donations {
		if d.Stands() && d.From == auction.ToAppeal {
			sum += d.Amount
		}
	}
	return sum, err
}

// postAppeal takes a bidder's gift. Whoever may not give yet is led there and
// back, with the amount.
func (h *Handlers) postAppeal(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	v := views.AppealView{Gift: views.Field{Value: strings.TrimSpace(r.PostFormValue("amount"))}}
	back := "/sales/" + s.Slug + "/appeal"
	with := back + "?amount=" + url.QueryEscape(v.Gift.Value)
	holder, err := h.holder(r, s.ID)
	switch {
	case errors.Is(err, auction.ErrNotFound) && !r.viewer.signedIn():
		http.Redirect(w, r.Request, "/sign-in?next="+queryEscape(with), http.StatusSeeOther)
		return nil
	case errors.Is(err, auction.ErrNotFound):
		http.Redirect(w, r.Request, "/sales/"+s.Slug+"/register?next="+queryEscape(with), http.StatusSeeOther)
		return nil
	case err != nil:
		return err
	case !holder.Approved:
		return errApproval
	case !h.bids.allow(strconv.FormatInt(holder.ID, 10)):
		return errTooMany
	}
	if _, err := h.give(r, s, holder, &v.Gift, r.PostFormValue("key"), auction.ToAppeal, auction.Clerk{}); err != nil {
		return err
	}
	if v.Gift.Error != "" {
		return h.showAppeal(w, r, http.StatusUnprocessableEntity, s, v)
	}
	h.live.gave(s.ID)
	return done(w, r, back, "gave")
}

// deskAppeal is the appeal as the desk runs it: paddles called out in the room
// are entered by the level.
func (h *Handlers) deskAppeal(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	return h.showDeskAppeal(w, r, http.StatusOK, s, views.DeskAppealView{Level: views.Field{Value: r.URL.Query().Get("level")}})
}

// latestGifts is how many donations the desk sees.
const latestGifts = 40

func (h *Handlers) showDeskAppeal(w http.ResponseWriter, r *request, status int, s auction.Sale, v views.DeskAppealView) error {
	v.Sale = s
	var err error
	if v.Page, err = h.frame(r, "Appeal", views.HereDeskAppeal, s); err != nil {
		return err
	}
	v.Appeal, err = h.cfg.Store.Appeal(r.Context(), s.ID)
	if v.New = errors.Is(err, auction.ErrNotFound); err != nil && !v.New {
		return err
	}
	if v.Form == nil {
		v.Form = appealFields(v.Appeal, s, v.New)
	}
	if v.Given, err = h.cfg.Store.Given(r.Context(), s.ID); err != nil {
		return err
	}
	if v.Latest, err = h.cfg.Store.LatestGifts(r.Context(), s.ID, latestGifts); err != nil {
		return err
	}
	if v.Key == "" {
		v.Key = newKey()
	}
	return h.page(w, r.Request, status, views.DeskAppeal(v))
}

func appealFields(a auction.Appeal, s auction.Sale, fresh bool) *views.AppealForm {
	f := &views.AppealForm{Title: views.Field{Value: a.Title}, Words: views.Field{Value: a.Words}, Goal: money(a.Goal, s.Currency), Open: a.Open || fresh}
	var levels []string
	for _, m := range a.Levels {
		levels = append(levels, m.Decimal(s.Currency))
	}
	f.Levels.Value = strings.Join(levels, " ")
	return f
}

// postAppealForm saves what the appeal says and asks for.
func (h *Handlers) postAppealForm(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	f := func(name string) views.Field { return views.Field{Value: strings.TrimSpace(r.PostFormValue(name))} }
	v := &views.AppealForm{Title: f("title"), Words: f("words"), Goal: f("goal"), Levels: f("levels"), Open: r.PostFormValue("open") == "1"}
	a := auction.Appeal{
		SaleID: s.ID, Title: cleanLine(v.Title.Value), Words: strings.ReplaceAll(v.Words.Value, "\r\n", "\n"),
		Goal: readMoney(r.Context(), &v.Goal, s.Currency), Levels: readLevels(r.Context(), &v.Levels, s.Currency), Open: v.Open,
	}
	if a.Title == "" || len(a.Title) > 200 {
		v.Title.Error = "Say in a line what the money is for, such as: A minibus for the choir."
	}
	if len(a.Words) > 5000 {
		v.Words.Error = "At most 5,000 letters."
	}
	if v.Title.Error+v.Words.Error+v.Goal.Error+v.Levels.Error != "" {
		return h.showDeskAppeal(w, r, http.StatusUnprocessableEntity, s, views.DeskAppealView{Form: v})
	}
	if err := h.cfg.Store.SaveAppeal(r.Context(), a); err != nil {
		return err
	}
	return done(w, r, "/desk/sales/"+s.Slug+"/appeal", "saved")
}

// readLevels reads amounts apart by blanks, the highest first.
func readLevels(ctx context.Context, f *views.Field, c auction.Currency) []auction.Money {
	var levels []auction.Money
	for _, text := range strings.Fields(f.Value) {
		m, err := auction.ParseMoney(strings.TrimSuffix(text, ";"), c)
		if err != nil || m < 1 {
			f.Error = "Write amounts with a blank between, such as: 1000 500 100 50."
			return nil
		}
		levels = append(levels, m)
	}
	slices.SortFunc(levels, func(a, b auction.Money) int { return int(b - a) })
	levels = slices.Compact(levels)
	if len(levels) > auction.MaxLevels {
		f.Error = lang.T(ctx, "At most %s levels.", strconv.Itoa(auction.MaxLevels))
	}
	return levels
}

// postPledges enters the paddles that were held up for one amount, all or none.
func (h *Handlers) postPledges(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	v := views.DeskAppealView{
		Level:   views.Field{Value: strings.TrimSpace(r.PostFormValue("level"))},
		Paddles: views.Field{Value: cleanLine(r.PostFormValue("paddles"))}, Key: r.PostFormValue("key"),
	}
	if !goodKey(v.Key) {
		return errUnreadable
	}
	amount := readMoney(r.Context(), &v.Level, s.Currency)
	if v.Level.Error == "" && amount < 1 {
		v.Level.Error = "Give the level, such as 100."
	}
	holders, err := h.heldUp(r, s, &v.Paddles)
	if err != nil {
		return err
	}
	for _, holder := range holders {
		if v.Level.Error+v.Paddles.Error != "" {
			break
		}
		f := v.Level
		if _, err := h.give(r, s, holder, &f, v.Key[:min(len(v.Key), 40)]+"-"+strconv.FormatInt(holder.ID, 10), auction.ToAppeal, r.by()); err != nil {
			return err
		}
		v.Level.Error = f.Error
	}
	h.live.gave(s.ID)
	if v.Level.Error+v.Paddles.Error != "" {
		return h.showDeskAppeal(w, r, http.StatusUnprocessableEntity, s, v)
	}
	return done(w, r, "/desk/sales/"+s.Slug+"/appeal?level="+queryEscape(v.Level.Value), "given")
}

// mostPaddles is how many paddles are entered at once.
const mostPaddles = 100

// heldUp finds the paddles that a field names.
func (h *Handlers) heldUp(r *request, s auction.Sale, f *views.Field) ([]auction.Holder, error) {
	var holders []auction.Holder
	var unknown []string
	words := strings.FieldsFunc(strings.ToUpper(f.Value), func(c rune) bool { return c == ' ' || c == ',' || c == ';' })
	slices.Sort(words)
	words = slices.Compact(words)
	switch {
	case len(words) == 0:
		f.Error = "Type the paddles that are up, such as: 112 87 214."
	case len(words) > mostPaddles:
		f.Error = "At most 100 paddles at once."
	}
	if f.Error != "" {
		return nil, nil
	}
	found, err := holdersOf(h, r, s, words, func(word string) auction.Paddle { return auction.Paddle(word) })
	if err != nil {
		return nil, err
	}
	for _, word := range words {
		if holder, ok := found[auction.Paddle(word)]; ok {
			holders = append(holders, holder)
		} else {
			unknown = append(unknown, word)
		}
	}
	if len(unknown) > 0 {
		f.Error = lang.T(r.Context(), "Nobody has %s in this sale. Nothing was entered; mend the list and send it again.", strings.Join(unknown, ", "))
	}
	return holders, nil
}

// gave shows to all who watch what an appeal has come to.
func (l *live) gave(sale int64) {
	if err := l.showAppeal(l.ctx, sale); err != nil && l.ctx.Err() == nil {
		l.h.cfg.Log.Error("a donation was not shown", "sale", sale, "err", err)
	}
}

// showAppeal publishes it to the appeal's own pages and, in a word, to the
// catalogues of its sale.
func (l *live) showAppeal(ctx context.Context, sale int64) error {
	for topic, make := range map[string]func(context.Context, int64) ([]byte, int64, error){
		appealTopic(sale): l.appealFrame, givenTopic(sale): l.givenFrame,
	} {
		for in := range l.h.watchedIn(topic) {
			frame, seq, err := make(lang.With(ctx, in), sale)
			if err != nil || frame == nil {
				return err
			}
			l.h.cfg.Hub.Publish(topic+in.Suffix(), sale, seq, frame)
		}
	}
	return nil
}

// appealFrame renders how far an appeal has come; nil where a sale has none.
func (l *live) appealFrame(ctx context.Context, sale int64) ([]byte, int64, error) {
	return l.ofAppeal(ctx, sale, views.AppealFrame)
}

// givenFrame is appealFrame for a catalogue.
func (l *live) givenFrame(ctx context.Context, sale int64) ([]byte, int64, error) {
	return l.ofAppeal(ctx, sale, views.GivenFrame)
}

func (l *live) ofAppeal(ctx context.Context, sale int64, frame func(views.ThermometerView) templ.Component) ([]byte, int64, error) {
	a, err := l.h.cfg.Store.Appeal(ctx, sale)
	if errors.Is(err, auction.ErrNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	s, err := l.h.sales.get(ctx, sale)
	if err != nil {
		return nil, 0, err
	}
	given, err := l.h.cfg.Store.Given(ctx, sale)
	if err != nil {
		return nil, 0, err
	}
	out, err := l.h.render(ctx, frame(views.ThermometerView{Appeal: a, Given: given, Currency: s.Currency}))
	return out, given.Seq, err
}

// pollAppeals shows what other processes were given, once.
func (l *live) pollAppeals(ctx context.Context) error {
	seen := map[int64]bool{}
	for _, name := range l.h.cfg.Hub.Names() {
		text, ok := strings.CutPrefix(name, "appeal/")
		if !ok {
			text, ok = strings.CutPrefix(name, "given/")
		}
		text, _, _ = strings.Cut(text, "@") // the language
		sale, err := strconv.ParseInt(text, 10, 64)
		if !ok || err != nil || seen[sale] {
			continue
		}
		seen[sale] = true
		given, err := l.h.cfg.Store.Given(ctx, sale)
		if err != nil {
			return err
		}
		if last, known := l.given[sale]; known && last == given.Seq {
			continue
		}
		if err := l.showAppeal(ctx, sale); err != nil {
			return err
		}
		l.given[sale] = given.Seq
	}
	maps.DeleteFunc(l.given, func(sale, _ int64) bool { return !seen[sale] })
	return nil
}

// watchAppeal lets a socket see what a sale's appeal comes to.
func (h *Handlers) watchAppeal(r *request, o *hub.Watch, slug string) error {
	s, err := h.cfg.Store.Sale(r.Context(), slug)
	if err != nil {
		return err
	}
	if err := h.mayEnter(r, s); err != nil {
		return err
	}
	if _, err := h.watchOwn(r, o, s.ID); err != nil {
		return err
	}
	o.Topics = append(o.Topics, appealTopic(s.ID))
	o.Snapshot = func(ctx context.Context) ([]byte, error) {
		frame, _, err := h.live.appealFrame(ctx, s.ID)
		return frame, err
	}
	return nil
}
