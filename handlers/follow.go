package handlers

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"outcry/auction"
	"outcry/saleroom"
)

// Several processes may serve one house. What another of them decides comes
// here as a note that a lot has moved, or is found by looking every second;
// the lot is then read and shown as if it had been decided here. Notes that
// are late, lost, doubled or out of order change nothing but the delay.

// pollEvery is how often watched lots are looked at when several processes
// serve the house.
const pollEvery = time.Second

// Heard takes the word that a lot stands at least at seq, and returns at once.
func (h *Handlers) Heard(sale, lot, seq int64) {
	if h.isWatched(lotTopic(sale, lot)) || h.isWatched(cardTopic(sale, lot)) || h.isWatched(cardsTopic(sale)) || h.isWatched(ownTopic(sale)) {
		h.live.heard(sale, lot, seq)
	}
}

// Starred has somebody's page My lots made anew: their watch list was changed
// in another process.
func (h *Handlers) Starred(sale, user int64) { h.live.mine.starred(sale, user) }

// Decided shows what another process has decided about a lot after its sale. It
// returns at once.
func (h *Handlers) Decided(sale, lot int64) {
	l := h.live
	if !slices.Contains(l.watchedSales(), sale) {
		return
	}
	l.mu.Lock()
	l.after = append(l.after, lot)
	l.mu.Unlock()
	l.rouse()
}

// nextDecided takes a lot that another process has decided about, 0 = none.
func (l *live) nextDecided() (lot int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.after) > 0 {
		lot, l.after = l.after[0], l.after[1:]
	}
	return lot
}

// pollDecided looks for what was decided without a word after the sales that
// somebody watches.
func (l *live) pollDecided(ctx context.Context) error {
	sales := l.watchedSales()
	if len(sales) == 0 {
		clear(l.decisions)
		return nil
	}
	counts, err := l.h.cfg.Store.Decisions(ctx, sales)
	if err != nil {
		return err
	}
	for _, c := range counts {
		if l.decisions[c.LotID] != c.Seq {
			l.decisions[c.LotID] = c.Seq
			l.decided(c.LotID)
		}
	}
	return nil
}

// Ended closes the sockets of a session that was ended in another process.
func (h *Handlers) Ended(session auction.Hash) { h.live.signedOut(session) }

func (l *live) heard(sale, lot, seq int64) {
	l.mu.Lock()
	p := l.pending[lot]
	if p == nil {
		p = &pending{change: saleroom.Change{SaleID: sale, Lot: auction.Public{ID: lot}}}
		l.pending[lot] = p
		l.order = append(l.order, lot)
	}
	p.heard = max(p.heard, seq)
	l.mu.Unlock()
	l.rouse()
}

// mustRead reports whether other processes have a part in what is pending: then
// those concerned are not in it, and the lot has to be read.
func (l *live) mustRead(p pending) bool {
	shown, known := l.shown[p.change.Lot.ID]
	return !known || p.heard > 0 || len(p.change.Events) == 0 || p.change.Events[0].Seq > shown.Seq+1
}

// lookUp makes a change of a lot that another process has moved: it compares
// the lot with what was shown last. false when there is nothing new.
func (l *live) lookUp(ctx context.Context, p pending) (saleroom.Change, bool, error) {
	id := p.change.Lot.ID
	shown, known := l.shown[id]
	if known && shown.Seq >= max(p.heard, p.change.Lot.Seq) {
		return p.change, false, nil
	}
	e, err := l.h.cfg.Store.Entry(ctx, id)
	if err != nil {
		return p.change, false, err
	}
	c := saleroom.Change{SaleID: e.SaleID, Lot: e.Public, Standing: p.change.Standing, Everyone: p.change.Everyone || !known}
	if !known {
		return c, true, nil
	}
	events, err := l.h.cfg.Store.EventsAfter(ctx, id, shown.Seq)
	if err != nil {
		return c, false, err
	}
	c.Quiet = sameToAll(shown, e.Public)
	c.Standing = append(c.Standing, shown.Lead)
	for _, ev := range events {
		c.Standing = append(c.Standing, ev.Paddle, ev.Lead)
		c.Everyone = c.Everyone || ev.Kind == auction.BidVoided || e.State.Over()
	}
	slices.Sort(c.Standing)
	c.Standing = slices.DeleteFunc(slices.Compact(c.Standing), func(p auction.Paddle) bool { return p == "" })
	return c, e.Seq > shown.Seq, nil
}

// sameToAll reports whether nothing that is shown has changed between two
// states of a lot: a bidder raised their own maximum.
func sameToAll(a, b auction.Public) bool {
	return a.State == b.State && a.Price == b.Price && a.Lead == b.Lead && a.Bids == b.Bids &&
		a.ClosesAt.Equal(b.ClosesAt) && a.PausedAt.Equal(b.PausedAt) && a.Held == b.Held && a.Extended == b.Extended
}

// poll looks for watched lots that have moved without a word.
func (l *live) poll(ctx context.Context) error {
	sales := l.watchedSales()
	if len(sales) == 0 {
		clear(l.shown)
		return nil
	}
	seqs, err := l.h.cfg.Store.Seqs(ctx, sales)
	if err != nil {
		return err
	}
	for _, at := range seqs {
		if l.shown[at.LotID].Seq < at.Seq {
			l.h.Heard(at.SaleID, at.LotID, at.Seq)
		}
	}
	return nil
}

// watchedSales lists the sales of which somebody watches a lot, or what is
// their own.
func (l *live) watchedSales() []int64 {
	var sales []int64
	for _, name := range l.h.cfg.Hub.Names() {
		kind, rest, _ := strings.Cut(name, "/")
		if kind != "lot" && kind != "card" && kind != "cards" && kind != "own" {
			continue
		}
		text, _, _ := strings.Cut(rest, "/")
		text, _, _ = strings.Cut(text, "@") // the language
		if id, err := strconv.ParseInt(text, 10, 64); err == nil && !slices.Contains(sales, id) {
			sales = append(sales, id)
		}
	}
	return sales
}
