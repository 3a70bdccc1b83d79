package handlers

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// after is where an organiser decides about a lot that passed.
func (h *Handlers) after(w http.ResponseWriter, r *request) error {
	e, s, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	return h.showAfter(w, r, http.StatusOK, e, s, views.AfterView{})
}

func (h *Handlers) showAfter(w http.ResponseWriter, r *request, status int, e auction.Entry, s auction.Sale, v views.AfterView) error {
	v.Sale, v.Entry, v.Now = s, e, now()
	var err error
	if v.Page, err = h.frame(r, lang.Key(lang.T(r.Context(), "Lot %s after the sale", e.Number)), views.HereResults, s); err != nil {
		return err
	}
	ctx := r.Context()
	if v.Log, err = h.cfg.Store.AfterLog(ctx, e.ID); err != nil {
		return err
	}
	if v.Bidders, err = h.cfg.Store.Willing(ctx, e.ID); err != nil {
		return err
	}
	if offer, stands := v.Log.Offer(v.Now); stands {
		v.Offer = &offer
		v.OfferLink = h.address(r.Request) + offerPath(h.cfg.Secret, offer)
	}
	if v.Into, err = h.sellingSales(r, s); err != nil {
		return err
	}
	if v.Price == (views.Field{}) && len(v.Bidders) > 1 {
		v.To, v.Price.Value = v.Bidders[1].Paddle, min(v.Bidders[1].Highest, e.Price).Decimal(s.Currency)
	}
	return h.page(w, r.Request, status, views.After(v))
}

// sellingSales lists the sales that a lot can be offered in again: those that
// take its sale's lots, not over, and the viewer's to run: the lot takes its
// reserve along.
func (h *Handlers) sellingSales(r *request, of auction.Sale) ([]auction.Sale, error) {
	all, err := h.cfg.Store.Sales(r.Context(), true)
	if err != nil {
		return nil, err
	}
	runs, err := h.runs(r)
	var list []auction.Sale
	for _, s := range all {
		if s.TakesLotsOf(of) && s.ClosesAt.After(now()) && runs(s) {
			list = append(list, s)
		}
	}
	return list, err
}

// postAfter does what the organiser has decided.
func (h *Handlers) postAfter(w http.ResponseWriter, r *request) error {
	e, s, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	v := views.AfterView{
		Why: cleanLine(r.PostFormValue("why")), To: auction.Paddle(r.PostFormValue("paddle")),
		Price: views.Field{Value: strings.TrimSpace(r.PostFormValue("price"))},
	}
	if len(v.Why) > 200 {
		return errUnreadable
	}
	what, err := h.afterAct(r, e, s, &v)
	if text := afterProblem(err); text != "" {
		v.Error = text
	} else if err != nil {
		return err
	}
	if v.Error+v.Price.Error != "" {
		return h.showAfter(w, r, http.StatusUnprocessableEntity, e, s, v)
	}
	h.decided(s.ID, e.ID)
	return done(w, r, deskLotPath(e.ID)+"/after", what)
}

// afterAct runs one act, and returns the notice of it.
func (h *Handlers) afterAct(r *request, e auction.Entry, s auction.Sale, v *views.AfterView) (string, error) {
	switch r.PostFormValue("act") {
	case "accept":
		_, err := h.cfg.Store.ActAfter(r.Context(), e.ID, func(l auction.Lot, log auction.AfterLog, _ []auction.Willing, now time.Time) (auction.AfterAct, error) {
			return log.Accept(l, now, r.by(), v.Why)
		}, nil)
		return "sold-after", err
	case "offer":
		price := readMoney(r.Context(), &v.Price, s.Currency)
		if v.Price.Error != "" {
			return "", nil
		}
		_, err := h.cfg.Store.ActAfter(r.Context(), e.ID, func(l auction.Lot, log auction.AfterLog, bidders []auction.Willing, now time.Time) (auction.AfterAct, error) {
			return log.OfferTo(l, bidders, v.To, price, now, r.by(), v.Why)
		}, h.offerMails(s))
		h.mailed()
		return "offered", err
	case "drop":
		n, err := strconv.Atoi(r.PostFormValue("offer"))
		if err != nil {
			return "", errUnreadable
		}
		_, err = h.cfg.Store.ActAfter(r.Context(), e.ID, answer(n, auction.OfferDropped, r.by(), v.Why), nil)
		return "dropped", err
	case "relist":
		return "relisted", h.relist(r, e, s, v)
	}
	return "", errUnreadable
}

// answer makes the act that ends an offer.
func answer(n int, kind auction.AfterKind, by auction.Clerk, why string) func(auction.Lot, auction.AfterLog, []auction.Willing, time.Time) (auction.AfterAct, error) {
	return func(l auction.Lot, log auction.AfterLog, _ []auction.Willing, now time.Time) (auction.AfterAct, error) {
		return log.Answer(l, n, kind, now, by, why)
	}
}

// relistInto is the sale that was chosen to offer a lot of another one in again,
// if the page offers it: the form may be old, or forged.
func (h *Handlers) relistInto(r *request, of auction.Sale) (auction.Sale, error) {
	into, err := h.cfg.Store.Sale(r.Context(), r.PostFormValue("sale"))
	if err != nil {
		return into, err
	}
	if runs, err := h.runs(r); err != nil || !runs(into) {
		return into, cmp.Or(err, error(errOtherOrganisers))
	}
	list, err := h.sellingSales(r, of)
	if err == nil && !slices.ContainsFunc(list, func(s auction.Sale) bool { return s.ID == into.ID }) {
		err = auction.ErrRelistInto
	}
	return into, err
}

// relist offers a lot again in the sale that was chosen, pictures included.
func (h *Handlers) relist(r *request, e auction.Entry, s auction.Sale, v *views.AfterView) error {
	into, err := h.relistInto(r, s)
	if err != nil {
		return err
	}
	d, err := h.cfg.Store.Draft(r.Context(), e.ID)
	if err != nil {
		return err
	}
	counts, err := h.cfg.Store.SaleCounts(r.Context(), into.ID)
	if err != nil {
		return err
	}
	d.Number, d.OpensAt, d.ClosesAt, d.SoftClose, d.Steps, d.Group = "", time.Time{}, time.Time{}, auction.SoftClose{}, nil, ""
	d = into.Complete(d, counts.Lots)
	if v.Error = string(tooLate(into, d)); v.Error != "" {
		return nil
	}
	for i, p := range d.Photos {
		if d.Photos[i], err = h.copyPhoto(p); err != nil {
			return err
		}
	}
	if _, err := h.cfg.Store.Relist(r.Context(), e.ID, into.ID, d, r.by(), v.Why); err != nil {
		for _, p := range d.Photos {
			if dropped := h.dropPhoto(r.Context(), p); dropped != nil {
				h.cfg.Log.Warn("a picture that belongs to no lot was left", "name", p.Name, "err", dropped)
			}
		}
		return err
	}
	if err := h.retime(r.Context(), into); err != nil {
		return err
	}
	h.cfg.Room.Wake()
	return nil
}

// afterProblem says why an act about a passed lot was not done, "" when it is
// another error.
func afterProblem(err error) string {
	for e, text := range map[error]lang.Key{
		auction.ErrNotPassed:     "The lot has not passed, so there is nothing to decide.",
		auction.ErrSoldAfter:     "The lot is sold already; see below.",
		auction.ErrRelistedAfter: "The lot was put into another sale already; see below.",
		auction.ErrRelistInto:    "The lot cannot go into that sale. Choose one of the list: not over, in the same currency, and a rehearsal only for a lot of a rehearsal.",
		auction.ErrOfferStands:   "The lot is offered to a bidder who has not answered yet. Take the offer back first.",
		auction.ErrOfferOver:     "The offer does not stand any more.",
		auction.ErrNoBids:        "Nobody bid on the lot.",
		auction.ErrNotABidder:    "That paddle has no bid on the lot. Choose one of the list.",
		auction.ErrNoPrice:       "Give the price that you offer the lot at.",
	} {
		if errors.Is(err, e) {
			return string(text)
		}
	}
	return ""
}

// offerPath is the address of an offer for whoever it was made to. It follows
// from the house's secret, so that a mail and the desk give the same.
func offerPath(secret []byte, a auction.AfterAct) string {
	id := binary.BigEndian.AppendUint64(nil, uint64(a.LotID))
	id = binary.BigEndian.AppendUint32(id, uint32(a.N))
	return "/offers/" + base64.RawURLEncoding.EncodeToString(append(id, offerMAC(secret, id)...))
}

func offerMAC(secret, id []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("offer "))
	mac.Write(id)
	return mac.Sum(nil)[:16]
}

// offerOf reads the offer that a link is for. One that is forged, or of a lot
// that is not there, is ErrNotFound.
func (h *Handlers) offerOf(r *request) (v views.OfferView, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(r.PathValue("token"))
	if err != nil || len(raw) != 8+4+16 || !hmac.Equal(raw[12:], offerMAC(h.cfg.Secret, raw[:12])) {
		return v, auction.ErrNotFound
	}
	lot, n := int64(binary.BigEndian.Uint64(raw[:8])), int(binary.BigEndian.Uint32(raw[8:12]))
	if v.Entry, err = h.cfg.Store.Entry(r.Context(), lot); err != nil {
		return v, err
	}
	if v.Sale, err = h.cfg.Store.SaleByID(r.Context(), v.Entry.SaleID); err != nil {
		return v, err
	}
	log, err := h.cfg.Store.AfterLog(r.Context(), lot)
	if err != nil {
		return v, err
	}
	if n < 1 || n > len(log) || log[n-1].Kind != auction.LotOffered {
		return v, auction.ErrNotFound
	}
	v.Offer = log[n-1]
	v.Charge = v.Sale.Fees.On(v.Offer.Price)
	for _, a := range log[n:] {
		if a.Ref == int64(n) && a.Kind != auction.LotRelisted {
			v.Answer = a.Kind
		}
	}
	v.Over = v.Answer == "" && !now().Before(v.Offer.Until)
	return v, nil
}

// offeredTo is the address of the offer that a paddle can answer, "" when a lot
// is not offered to it.
func (h *Handlers) offeredTo(ctx context.Context, e auction.Entry, p auction.Paddle) (string, error) {
	if e.State != auction.Passed || e.After.Paddle != "" {
		return "", nil
	}
	log, err := h.cfg.Store.AfterLog(ctx, e.ID)
	if offer, stands := log.Offer(now()); err == nil && stands && offer.Paddle == p {
		return offerPath(h.cfg.Secret, offer), nil
	}
	return "", err
}

// offer shows a bidder what they are offered. Opening it answers nothing: a
// mail's scanner opens links, too.
func (h *Handlers) offer(w http.ResponseWriter, r *request) error {
	v, err := h.offerOf(r)
	if err != nil {
		return err
	}
	if v.Page, err = h.frame(r, lang.Key(lang.T(r.Context(), "Lot %s is offered to you", v.Entry.Number)), views.HereNone, v.Sale); err != nil {
		return err
	}
	v.Token = r.PathValue("token")
	return h.page(w, r.Request, http.StatusOK, views.Offer(v))
}

// postOffer takes or refuses an offer. Whoever has the link speaks for the
// paddle that it was made to.
func (h *Handlers) postOffer(w http.ResponseWriter, r *request) error {
	v, err := h.offerOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	kind := auction.AfterKind(r.PostFormValue("answer"))
	if kind != auction.OfferTaken && kind != auction.OfferRefused {
		return errUnreadable
	}
	_, err = h.cfg.Store.ActAfter(r.Context(), v.Entry.ID, answer(v.Offer.N, kind, auction.Clerk{}, ""), nil)
	if err != nil && !errors.Is(err, auction.ErrOfferOver) {
		return err
	}
	h.decided(v.Sale.ID, v.Entry.ID)
	http.Redirect(w, r.Request, "/offers/"+r.PathValue("token"), http.StatusSeeOther) // the page says how it stands
	return nil
}

// decided shows what was decided about a lot here and at the other processes.
func (h *Handlers) decided(sale, lot int64) {
	h.live.decided(lot)
	if h.cfg.Decided != nil {
		h.cfg.Decided(sale, lot)
	}
}

// decided shows to whom it concerns what was decided about a lot that passed: its
// card, the pages My lots of its sale, and on the lot's own page, to each of its
// bidders alone, whether it is offered to them. The lot's log ended where it
// closed, so the frames are told apart from those of its bids.
func (l *live) decided(lot int64) {
	if err := l.showDecided(l.ctx, lot); err != nil && l.ctx.Err() == nil {
		l.h.cfg.Log.Error("what was decided about a lot was not shown", "lot", lot, "err", err)
	}
}

func (l *live) showDecided(ctx context.Context, lot int64) error {
	e, err := l.h.cfg.Store.Entry(ctx, lot)
	if err != nil {
		return err
	}
	s, err := l.h.sales.get(ctx, e.SaleID)
	if err != nil {
		return err
	}
	log, err := l.h.cfg.Store.AfterLog(ctx, e.ID)
	if err != nil {
		return err
	}
	bidders, err := l.h.cfg.Store.BidPaddles(ctx, e.ID)
	if err != nil {
		return err
	}
	v := views.AfterFrameView{Sale: s, Entry: e}
	show := func(topic string, frame templ.Component) error {
		for in := range l.h.watchedIn(topic) {
			out, err := l.h.render(lang.With(ctx, in), frame)
			if err != nil {
				return err
			}
			l.h.cfg.Hub.Publish(topic+in.Suffix(), -e.ID, int64(len(log)), out)
		}
		return nil
	}
	if err := show(lotTopic(s.ID, e.ID), views.AfterFrame(v)); err != nil {
		return err
	}
	card := views.CardFrame(views.CardFrameView{Lot: e.Public, Currency: s.Currency, Zone: s.Zone, After: e.After})
	for _, topic := range []string{cardsTopic(s.ID), cardTopic(s.ID, e.ID)} {
		if err := show(topic, card); err != nil {
			return err
		}
	}
	for _, v.Own = range bidders {
		if !l.h.isWatched(paddleTopic(s.ID, v.Own)) {
			continue
		}
		if v.Offered, err = l.h.offeredTo(ctx, e, v.Own); err != nil {
			return err
		}
		if err := show(paddleTopic(s.ID, v.Own), views.AfterOwnFrame(v)); err != nil {
			return err
		}
	}
	l.mine.decided(s.ID, e.ID)
	return nil
}
