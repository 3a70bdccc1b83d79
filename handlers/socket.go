package handlers

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"outcry/auction"
	"outcry/handlers/hub"
	"outcry/views"
	"outcry/views/lang"
)

// maxWatched is how many lots one socket may name.
const maxWatched = 200

// socket answers GET /live?lot=ID&lot=ID…, ?sale=SLUG, ?mine=SLUG or
// ?appeal=SLUG.
func (h *Handlers) socket(w http.ResponseWriter, r *request) error {
	if err := h.sameOrigin(r.Request); err != nil {
		return err
	}
	o, err := h.watch(r)
	if err != nil {
		return err
	}
	h.speak(&o, tongueOf(r.Request))
	switch err := h.cfg.Hub.Serve(w, r.Request, o); {
	case errors.Is(err, hub.ErrClosed), errors.Is(err, hub.ErrFull):
		return errNotAccepted
	case errors.Is(err, hub.ErrTooMany):
		return errTooMany
	case err != nil: // the response is out
		h.cfg.Log.Debug("socket", "err", err)
	}
	return nil
}

// watch reads what a socket asks to see. What is the viewer's alone comes with
// the sale it belongs to.
func (h *Handlers) watch(r *request) (hub.Watch, error) {
	o := hub.Watch{Peer: place(h.client(r.Request))}
	if r.viewer.signedIn() {
		o.Group = string(r.viewer.session.Token[:])
	}
	q := r.URL.Query()
	if slug := q.Get("board"); slug != "" {
		return o, h.watchBoard(r, &o, slug, false)
	}
	if slug := q.Get("desk"); slug != "" {
		return o, h.watchBoard(r, &o, slug, true)
	}
	if slug := q.Get("sale"); slug != "" {
		return o, h.watchSale(r, &o, slug)
	}
	if slug := q.Get("mine"); slug != "" {
		return o, h.watchMine(r, &o, slug)
	}
	if slug := q.Get("own"); slug != "" {
		return o, h.watchOwnOnly(r, &o, slug)
	}
	if slug := q.Get("appeal"); slug != "" {
		return o, h.watchAppeal(r, &o, slug)
	}
	ids := q["lot"] // none: the beat alone, which tells whether sockets come through
	if len(ids) > maxWatched {
		return o, errWatch
	}
	var lots []watched
	for _, text := range ids {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return o, errWatch
		}
		e, err := h.cfg.Store.Entry(r.Context(), id)
		if err != nil {
			return o, err
		}
		s, err := h.sales.get(r.Context(), e.SaleID)
		if err != nil {
			return o, err
		}
		if err := h.mayEnter(r, s); err != nil {
			return o, err
		}
		p, err := h.watchOwn(r, &o, s.ID)
		if err != nil {
			return o, err
		}
		o.Topics = append(o.Topics, lotTopic(s.ID, id))
		if topic := newsTopic(s.ID); !slices.Contains(o.Topics, topic) {
			o.Topics = append(o.Topics, topic)
		}
		lots = append(lots, watched{id, s, p})
	}
	o.Snapshot = func(ctx context.Context) ([]byte, error) {
		out, err := h.live.lotSnapshot(ctx, lots)
		for i, w := range lots {
			if err == nil && (i == 0 || lots[i-1].sale.ID != w.sale.ID) {
				out, err = h.withNews(ctx, out, w.sale)
			}
		}
		return out, err
	}
	return o, nil
}

// watched is a lot on somebody's page, and the paddle they have in its sale.
type watched struct {
	lot    int64
	sale   auction.Sale
	paddle auction.Paddle
}

func (h *Handlers) watchSale(r *request, o *hub.Watch, slug string) error {
	s, err := h.cfg.Store.Sale(r.Context(), slug)
	if err != nil {
		return err
	}
	if err := h.mayEnter(r, s); err != nil {
		return err
	}
	p, err := h.watchOwn(r, o, s.ID)
	if err != nil {
		return err
	}
	cards, err := cardsOf(r)
	if err != nil {
		return err
	}
	o.Topics = append(o.Topics, newsTopic(s.ID), givenTopic(s.ID))
	if cards == nil {
		o.Topics = append(o.Topics, cardsTopic(s.ID))
	}
	for _, lot := range cards {
		o.Topics = append(o.Topics, cardTopic(s.ID, lot))
	}
	o.Snapshot = func(ctx context.Context) ([]byte, error) {
		out, err := h.live.cardSnapshot(ctx, s, p, cards)
		if err != nil {
			return nil, err
		}
		given, _, err := h.live.givenFrame(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		return h.withNews(ctx, append(slices.Clip(out), given...), s)
	}
	return nil
}

// cardsOf reads which lots of a sale a page shows, nil when it shows them all.
func cardsOf(r *request) ([]int64, error) {
	ids := r.URL.Query()["card"]
	if len(ids) > maxWatched {
		return nil, errWatch
	}
	var cards []int64
	for _, text := range ids {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, errWatch
		}
		if !slices.Contains(cards, id) {
			cards = append(cards, id)
		}
	}
	return cards, nil
}

// watchOwnOnly is what a page hears that shows no lot: what concerns its viewer,
// and what the sale says.
func (h *Handlers) watchOwnOnly(r *request, o *hub.Watch, slug string) error {
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
	o.Topics = append(o.Topics, newsTopic(s.ID))
	o.Snapshot = func(ctx context.Context) ([]byte, error) { return h.withNews(ctx, nil, s) }
	return nil
}

// watchOwn adds what is the viewer's alone in a sale, if they may bid in it.
func (h *Handlers) watchOwn(r *request, o *hub.Watch, saleID int64) (auction.Paddle, error) {
	if !r.viewer.signedIn() {
		return "", nil
	}
	holder, err := h.holder(r, saleID)
	if errors.Is(err, auction.ErrNotFound) || err == nil && !holder.Approved {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if topic := paddleTopic(saleID, holder.Paddle); !slices.Contains(o.Topics, topic) {
		o.Topics = append(o.Topics, topic)
		if h.cfg.Shared {
			o.Topics = append(o.Topics, ownTopic(saleID))
		}
	}
	return holder.Paddle, nil
}

// lotSnapshot is the lots as they stand now, and where the viewer stands.
func (l *live) lotSnapshot(ctx context.Context, lots []watched) ([]byte, error) {
	var out []byte
	for _, w := range lots {
		e, err := l.h.cfg.Store.Entry(ctx, w.lot)
		if err != nil {
			return nil, err
		}
		events, err := l.h.cfg.Store.LatestEvents(ctx, w.lot, historyEvents)
		if err != nil {
			return nil, err
		}
		frame, err := l.lotFrame(ctx, e.Public, w.sale, events)
		if err != nil {
			return nil, err
		}
		out = append(out, frame...)
		if w.paddle == "" {
			continue
		}
		if frame, _, err = l.standingFrame(ctx, w.lot, w.paddle, w.sale, false); err != nil {
			return nil, err
		}
		out = append(out, frame...)
	}
	return out, nil
}

// cardSnapshot is the cards of a sale, or of some lots of it, as they stand
// now, and where the viewer stands.
func (l *live) cardSnapshot(ctx context.Context, s auction.Sale, p auction.Paddle, lots []int64) (cards []byte, err error) {
	if lots == nil {
		cards, err = l.gatherOf(s.ID, lang.Of(ctx)).get(ctx, func() ([]byte, error) { return l.cards(lang.With(l.ctx, lang.Of(ctx)), s, nil) })
	} else {
		cards, err = l.cards(ctx, s, lots)
	}
	if err != nil || p == "" {
		return cards, err
	}
	standings, err := l.h.cfg.Store.Standings(ctx, s.ID, p)
	if err != nil || len(standings) == 0 {
		return cards, err
	}
	out := slices.Clone(cards) // the others have it too
	for _, lot := range slices.Sorted(maps.Keys(standings)) {
		st := standings[lot]
		place, err := l.h.places.get(ctx, lot)
		if err != nil {
			return nil, err
		}
		frame, err := l.h.render(ctx, views.StandingFrame(views.StandingView{Standing: st, Sale: s.Slug, Number: place.Number, Currency: s.Currency}))
		if err != nil {
			return nil, err
		}
		out = append(out, frame...)
	}
	return out, nil
}

// gatherOf is where those meet who want a sale's cards at the same time, in the
// same language.
func (l *live) gatherOf(sale int64, in *lang.Lang) *gather {
	l.mu.Lock()
	defer l.mu.Unlock()
	where := saleIn{sale, in}
	g := l.gathers[where]
	if g == nil {
		g = &gather{}
		l.gathers[where] = g
	}
	return g
}

// cards is every card of a sale, or those of some lots of it, as everybody may
// see them.
func (l *live) cards(ctx context.Context, s auction.Sale, lots []int64) ([]byte, error) {
	entries, _, err := l.h.cfg.Store.Entries(ctx, s.ID, auction.Query{Lots: lots})
	if err != nil {
		return nil, err
	}
	var out []byte
	for _, e := range entries {
		frame, err := l.h.render(ctx, views.CardFrame(views.CardFrameView{Lot: e.Public, Currency: s.Currency, Zone: s.Zone, After: e.After}))
		if err != nil {
			return nil, err
		}
		out = append(out, frame...)
	}
	return out, nil
}
