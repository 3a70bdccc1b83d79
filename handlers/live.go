package handlers

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"outcry/auction"
	"outcry/saleroom"
	"outcry/views"
	"outcry/views/lang"
)

// live turns what the saleroom announces into frames, once for each change
// however many watch, and hands them to the hub.
type live struct {
	h *Handlers

	ctx context.Context // of the process

	mu      sync.Mutex // guards pending, order, after and gathers
	pending map[int64]*pending
	order   []int64 // lots of pending, oldest change first
	after   []int64 // lots that another process has decided about after their sale
	gathers map[saleIn]*gather

	wake chan struct{} // room for one: pending is not empty

	// shown is how the lots that are watched were shown last. Only run
	// touches it, and only where several processes serve the house.
	shown map[int64]auction.Public
	news  map[int64]int64 // how far what a watched sale says had come, by sale
	given map[int64]int64 // the same of what it was given

	decisions map[int64]int64 // how many were shown of a lot that passed

	mine *minePages

	// What lookout.go knows. Only run touches it.
	sessions round[auction.Hash]
	starred  round[int64]
	stars    map[int64]auction.WatchMark // by user

	// tails are the newest events of lots that are watched, see tail. Only run
	// touches it.
	tails map[int64][]auction.Event
}

// saleIn is a sale, as it is read in one language.
type saleIn struct {
	sale int64
	in   *lang.Lang
}

// pending is what is to be shown of a lot.
type pending struct {
	change saleroom.Change // as this process announced it
	heard  int64           // another process has said that the lot stands at least here
}

func newLive(ctx context.Context, h *Handlers) *live {
	return &live{
		h: h, ctx: ctx, mine: newMinePages(h), pending: map[int64]*pending{}, gathers: map[saleIn]*gather{},
		wake: make(chan struct{}, 1), shown: map[int64]auction.Public{}, news: map[int64]int64{}, given: map[int64]int64{}, decisions: map[int64]int64{}, tails: map[int64][]auction.Event{}, stars: map[int64]auction.WatchMark{},
	}
}

// Topics of the hub. A lot's page watches lotTopic, a catalogue the cards of
// its sale, and a bidder what is theirs alone; its keys are lots.
func lotTopic(sale, lot int64) string {
	return "lot/" + strconv.FormatInt(sale, 10) + "/" + strconv.FormatInt(lot, 10)
}
func cardTopic(sale, lot int64) string {
	return "card/" + strconv.FormatInt(sale, 10) + "/" + strconv.FormatInt(lot, 10)
}
func cardsTopic(sale int64) string { return "cards/" + strconv.FormatInt(sale, 10) }

// ownTopic is watched by every page that shows somebody what is their own in a
// sale, whichever lots it shows besides. Nothing is published on it.
func ownTopic(sale int64) string { return "own/" + strconv.FormatInt(sale, 10) }
func paddleTopic(sale int64, p auction.Paddle) string {
	return "paddle/" + strconv.FormatInt(sale, 10) + "/" + string(p)
}

// announce keeps, for each lot, what is to be shown. Changes that came before
// the last were shown are shown as one: the newest lot, everybody concerned.
func (l *live) announce(changes []saleroom.Change) {
	l.mu.Lock()
	for _, c := range changes {
		p := l.pending[c.Lot.ID]
		if p == nil {
			l.pending[c.Lot.ID] = &pending{change: c}
			l.order = append(l.order, c.Lot.ID)
			continue
		}
		was := p.change
		c.Standing = slices.Concat(was.Standing, c.Standing)
		slices.Sort(c.Standing)
		c.Standing = slices.Compact(c.Standing)
		c.Everyone = c.Everyone || was.Everyone
		c.Quiet = c.Quiet && (was.Quiet || was.Lot.Seq == 0)
		c.Events = slices.Concat(was.Events, c.Events)
		p.change = c
	}
	l.mu.Unlock()
	l.rouse()
}

func (l *live) rouse() {
	select {
	case l.wake <- struct{}{}:
	default: // run will look anyway
	}
}

// run renders until the process ends.
func (l *live) run() {
	ctx := l.ctx
	var tick <-chan time.Time
	if l.h.cfg.Shared {
		t := time.NewTicker(pollEvery)
		defer t.Stop()
		tick = t.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
			l.look(ctx)
		case <-l.wake:
		}
		for lot := l.nextDecided(); lot != 0; lot = l.nextDecided() {
			l.decided(lot)
		}
		for p := l.next(); p != nil; p = l.next() {
			if err := l.handle(ctx, *p); err != nil && ctx.Err() == nil {
				// Watchers see the next change, or the snapshot of their
				// next connection; the bid itself is safe.
				l.h.cfg.Log.Error("a change was not shown", "lot", p.change.Lot.ID, "err", err)
			}
		}
	}
}

// look looks for what other processes did without a word.
func (l *live) look(ctx context.Context) {
	for _, at := range []struct {
		what string
		poll func(context.Context) error
	}{
		{"watched lots", l.poll},
		{"watched appeals", l.pollAppeals},
		{"what sales say", l.pollNews},
		{"what was decided after sales", l.pollDecided},
		{"sessions", l.pollSessions},
		{"watch lists", l.pollStars},
	} {
		if err := at.poll(ctx); err != nil && ctx.Err() == nil {
			l.h.cfg.Log.Warn(at.what+" could not be looked at", "err", err)
		}
	}
}

func (l *live) next() *pending {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.order) == 0 {
		return nil
	}
	id := l.order[0]
	l.order = l.order[1:]
	p := l.pending[id]
	delete(l.pending, id)
	return p
}

// handle shows what is pending of a lot, reading it first when another process
// has moved it.
func (l *live) handle(ctx context.Context, p pending) error {
	c := p.change
	if l.h.cfg.Shared && l.mustRead(p) {
		var news bool
		var err error
		if c, news, err = l.lookUp(ctx, p); err != nil || !news {
			return err
		}
	}
	if err := l.show(ctx, c); err != nil {
		return err
	}
	if l.h.cfg.Shared {
		l.shown[c.Lot.ID] = c.Lot
	}
	return nil
}

// show publishes a change to whoever watches.
func (l *live) show(ctx context.Context, c saleroom.Change) error {
	s, err := l.h.sales.get(ctx, c.SaleID)
	if err != nil {
		return err
	}
	if !c.Quiet {
		if err := l.showAll(ctx, c, s); err != nil {
			return err
		}
	}
	who := c.Standing
	if c.Everyone {
		if who, err = l.h.cfg.Store.BidPaddles(ctx, c.Lot.ID); err != nil {
			return err
		}
	}
	for _, p := range who {
		topic := paddleTopic(c.SaleID, p)
		for in := range l.h.watchedIn(topic) {
			frame, seq, err := l.standingFrame(lang.With(ctx, in), c.Lot.ID, p, s, l.lost(c, p))
			if err != nil {
				return err
			}
			l.h.cfg.Hub.Publish(topic+in.Suffix(), c.Lot.ID, seq, frame)
		}
	}
	l.mine.moved(c)
	return nil
}

// showAll publishes what everybody may see.
func (l *live) showAll(ctx context.Context, c saleroom.Change, s auction.Sale) error {
	if err := l.showLot(ctx, c, s); err != nil {
		return err
	}
	all, some := cardsTopic(c.SaleID), cardTopic(c.SaleID, c.Lot.ID)
	for _, in := range *l.h.tongues.list.Load() {
		var card []byte
		for _, topic := range []string{all + in.Suffix(), some + in.Suffix()} {
			if !l.h.cfg.Hub.Watched(topic) {
				continue
			}
			if card == nil {
				var err error
				if card, err = l.h.render(lang.With(ctx, in), views.CardFrame(views.CardFrameView{Lot: c.Lot, Currency: s.Currency, Zone: s.Zone})); err != nil {
					return err
				}
			}
			l.h.cfg.Hub.Publish(topic, c.Lot.ID, c.Lot.Seq, card)
		}
	}
	return nil
}

// showLot publishes the lot's own panel, in each language that it is watched in.
func (l *live) showLot(ctx context.Context, c saleroom.Change, s auction.Sale) error {
	topic := lotTopic(c.SaleID, c.Lot.ID)
	if !l.h.isWatched(topic) {
		delete(l.tails, c.Lot.ID)
		return nil
	}
	events, err := l.tail(ctx, c)
	if err != nil {
		return err
	}
	for in := range l.h.watchedIn(topic) {
		frame, err := l.lotFrame(lang.With(ctx, in), c.Lot, s, events)
		if err != nil {
			return err
		}
		l.h.cfg.Hub.Publish(topic+in.Suffix(), c.Lot.ID, c.Lot.Seq, frame)
	}
	return nil
}

// historyEvents is how many events are read for the newest rows of a history:
// each row comes of an event, but not each event makes a row.
const historyEvents = 12

// lotFrame renders a lot's public panel with the newest rows of its history.
func (l *live) lotFrame(ctx context.Context, p auction.Public, s auction.Sale, events []auction.Event) ([]byte, error) {
	place, err := l.h.places.get(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	v := views.LotFrameView{
		LotPanelView: views.LotPanelView{Lot: p, Number: place.Number, Currency: s.Currency, Zone: s.Zone, Why: whyOf(p, events)},
	}
	rows := auction.History(events)
	for n := min(len(rows), views.FrameRows); ; n-- {
		v.History = rows[len(rows)-n:]
		frame, err := l.h.render(ctx, views.LotFrame(v))
		if err != nil || len(frame) <= mostFrame || n <= 1 {
			return frame, err
		}
	}
}

// mostFrame is what a lot's frame may weigh, in bytes; with its header it then
// is 700 on the wire. Where a lot has more than usual to say, such as that it
// was extended at amounts of six digits, its history gives up the oldest rows.
// (One that is under its reserve besides comes to some thirty bytes more: no
// button is given up for them.)
const mostFrame = 696

// standingFrame renders where a paddle stands on a lot now, for it alone.
func (l *live) standingFrame(ctx context.Context, lot int64, p auction.Paddle, s auction.Sale, lost bool) ([]byte, int64, error) {
	place, err := l.h.places.get(ctx, lot)
	if err != nil {
		return nil, 0, err
	}
	st, found, err := l.h.cfg.Store.Standing(ctx, lot, p)
	if err == nil && !found {
		st, err = l.noStanding(ctx, lot, p)
	}
	if err != nil {
		return nil, 0, err
	}
	frame, err := l.h.render(ctx, views.StandingFrame(views.StandingView{Standing: st, Sale: s.Slug, Number: place.Number, Currency: s.Currency, Lost: lost}))
	return frame, st.Seq, err
}

// lost reports whether a change may have taken the lead from a paddle: its own
// bid did not, whatever became of that. Only run calls it.
func (l *live) lost(c saleroom.Change, p auction.Paddle) bool {
	if c.Lot.Lead == p {
		return false
	}
	if l.h.cfg.Shared && len(c.Events) == 0 {
		return l.shown[c.Lot.ID].Lead == p // what other processes decide comes without its events
	}
	return !slices.ContainsFunc(c.Events, func(e auction.Event) bool { return e.Kind == auction.BidTaken && e.Paddle == p })
}

// noStanding is what a page is told when no bid of theirs stands: what it may
// say of one goes away. The lot is read before it is looked once more for a
// bid, so that this is not the news of a time when there was one.
func (l *live) noStanding(ctx context.Context, lot int64, p auction.Paddle) (auction.Standing, error) {
	e, err := l.h.cfg.Store.Entry(ctx, lot)
	if err != nil {
		return auction.Standing{}, err
	}
	st, found, err := l.h.cfg.Store.Standing(ctx, lot, p)
	if !found {
		st = auction.Standing{Lot: lot, Paddle: p, Seq: e.Seq}
	}
	return st, err
}

// signedOut closes this process's sockets of a session that has ended, for
// good.
func (l *live) signedOut(token auction.Hash) {
	l.h.cfg.Hub.Drop(string(token[:]), 1008)
}
