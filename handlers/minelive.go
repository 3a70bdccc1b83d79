package handlers

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"sync"

	"outcry/auction"
	"outcry/handlers/hub"
	"outcry/saleroom"
	"outcry/views"
	"outcry/views/lang"
)

// watchMine is what My lots hears: its cards, its own standing, and itself.
func (h *Handlers) watchMine(r *request, o *hub.Watch, slug string) error {
	s, err := h.cfg.Store.Sale(r.Context(), slug)
	if err != nil {
		return err
	}
	if err := h.mayEnter(r, s); err != nil {
		return err
	}
	if !r.viewer.signedIn() {
		return errSignIn
	}
	if _, err := h.watchOwn(r, o, s.ID); err != nil {
		return err
	}
	holder, err := h.holder(r, s.ID)
	if err != nil && !errors.Is(err, auction.ErrNotFound) {
		return err
	}
	page := minePage{sale: s.ID, user: r.viewer.user.ID, holder: holder, in: tongueOf(r.Request), part: minePageOf(r.Request)}
	o.Topics = append(o.Topics, cardsTopic(s.ID), newsTopic(s.ID), page.topic())
	o.Snapshot = h.mineSnapshot(page, s)
	return nil
}

// minePage is My lots of one person in one sale, on however many screens.
type minePage struct {
	sale, user int64
	holder     auction.Holder // zero without a paddle
	in         *lang.Lang
	part       int // which page, where there are many lots
}

func (p minePage) topic() string {
	return "mine/" + strconv.FormatInt(p.sale, 10) + "/" + strconv.FormatInt(p.user, 10) + "/" + strconv.Itoa(p.part) + "/" + string(p.holder.Paddle)
}

// watched is the topic in the page's language.
func (p minePage) watched() string { return p.topic() + p.in.Suffix() }

// minePages makes the open pages My lots anew when one of their lots has moved:
// one page after another, in a goroutine of its own, so that a lot with a
// thousand bidders keeps no price from anybody. A page that moves again before
// its turn is made once.
type minePages struct {
	h *Handlers

	mu    sync.Mutex // guards what follows
	open  map[string]*openMine
	order []string // topics of those to be made anew, oldest first
	n     int64    // frames made

	wake chan struct{} // room for one: order is not empty
}

// openMine is a page that somebody watches.
type openMine struct {
	page  minePage
	lots  map[int64]bool // that it counts, on whichever page; nil = not known, any lot may be
	dirty bool           // it is in order
}

func newMinePages(h *Handlers) *minePages {
	return &minePages{h: h, open: map[string]*openMine{}, wake: make(chan struct{}, 1)}
}

// moved notes the pages that show a lot, or that it concerns.
func (m *minePages) moved(c saleroom.Change) {
	m.note(func(o *openMine) bool {
		p := o.page
		if p.sale != c.SaleID {
			return false
		}
		if o.lots == nil || !c.Quiet && o.lots[c.Lot.ID] {
			return true
		}
		for _, paddle := range c.Standing {
			if paddle == p.holder.Paddle {
				return true
			}
		}
		return false
	})
}

// anySale stands for a sale that is not known.
const anySale = 0

// decided notes the pages that show a lot about which something was decided
// after the sale.
func (m *minePages) decided(sale, lot int64) {
	m.note(func(o *openMine) bool { return o.page.sale == sale && (o.lots == nil || o.lots[lot]) })
}

// starred notes the pages of somebody whose watch list has changed.
func (m *minePages) starred(sale, user int64) {
	m.note(func(o *openMine) bool { return o.page.user == user && (o.page.sale == sale || sale == anySale) })
}

// users lists who has a page open, each once.
func (m *minePages) users() []int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	have := map[int64]bool{}
	for topic, o := range m.open {
		if m.h.cfg.Hub.Watched(topic) {
			have[o.page.user] = true
		}
	}
	return slices.Collect(maps.Keys(have))
}

func (m *minePages) note(concerns func(*openMine) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for topic, o := range m.open {
		if !o.dirty && concerns(o) {
			o.dirty = true
			m.order = append(m.order, topic)
		}
	}
	if len(m.order) > 0 {
		select {
		case m.wake <- struct{}{}:
		default: // run will look anyway
		}
	}
}

// run makes pages anew until the process ends.
func (m *minePages) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.wake:
		}
		for o := m.next(); o != nil && ctx.Err() == nil; o = m.next() {
			if err := m.show(ctx, o); err != nil && ctx.Err() == nil {
				// It is right again with the next change, or the next connection.
				m.h.cfg.Log.Error("My lots was not made anew", "paddle", o.page.holder.Paddle, "err", err)
			}
		}
	}
}

// next takes the page that has waited longest. Pages that nobody watches any
// more are forgotten.
func (m *minePages) next() *openMine {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.order) > 0 {
		topic := m.order[0]
		m.order = m.order[1:]
		o := m.open[topic]
		if m.h.cfg.Hub.Watched(topic) {
			o.dirty = false
			return o
		}
		delete(m.open, topic)
	}
	return nil
}

func (m *minePages) show(ctx context.Context, o *openMine) error {
	s, err := m.h.sales.get(ctx, o.page.sale)
	if err != nil {
		return err
	}
	frame, err := m.frame(lang.With(ctx, o.page.in), o, s)
	if err != nil {
		return err
	}
	m.mu.Lock()
	m.n++
	n := m.n
	m.mu.Unlock()
	m.h.cfg.Hub.Publish(o.page.watched(), 0, n, frame)
	return nil
}

// frame renders a page as it stands now, and notes the lots that it counts: its
// sums are of all of them.
func (m *minePages) frame(ctx context.Context, o *openMine, s auction.Sale) ([]byte, error) {
	v, err := m.h.mineView(ctx, s, o.page.holder, o.page.user)
	if err != nil {
		return nil, err
	}
	lots := map[int64]bool{}
	for _, list := range [][]views.MineLot{v.Outbid, v.Leading, v.Watching, v.Won, v.Lost} {
		for _, l := range list {
			lots[l.Entry.ID] = true
		}
	}
	m.mu.Lock()
	o.lots = lots
	m.mu.Unlock()
	return m.h.render(ctx, views.MineFrame(v.Cut(o.page.part)))
}

// mineSnapshot is the page as it stands when its socket has begun to listen.
func (h *Handlers) mineSnapshot(page minePage, s auction.Sale) func(context.Context) ([]byte, error) {
	return func(ctx context.Context) ([]byte, error) {
		m := h.live.mine
		m.mu.Lock()
		o := m.open[page.watched()]
		if o == nil {
			o = &openMine{page: page}
			m.open[page.watched()] = o
		}
		m.mu.Unlock()
		frame, err := m.frame(ctx, o, s)
		if err != nil {
			return nil, err
		}
		return h.withNews(ctx, frame, s)
	}
}
