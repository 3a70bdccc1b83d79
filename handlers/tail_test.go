package handlers

import (
	"bytes"
	"testing"
	"time"

	"outcry/auction"
	"outcry/saleroom"
)

// A history is continued only by what follows it without a gap and brings it
// to where the lot stands; anything else is read from the store.
func TestContinues(t *testing.T) {
	run := func(from, to int64) (list []auction.Event) {
		for s := from; s <= to; s++ {
			list = append(list, auction.Event{Seq: s})
		}
		return list
	}
	for _, c := range []struct {
		name     string
		was, now []auction.Event
		at       int64
		want     bool
	}{
		{"the next event", run(1, 4), run(5, 5), 5, true},
		{"several at once", run(1, 4), run(5, 9), 9, true},
		{"nothing known yet", nil, run(5, 5), 5, false},
		{"another process was between", run(1, 4), run(6, 6), 6, false},
		{"already seen", run(1, 5), run(5, 5), 5, false},
		{"the lot has gone on", run(1, 4), run(5, 5), 6, false},
		{"a gap among them", run(1, 4), append(run(5, 5), run(7, 7)...), 7, false},
		{"no events at all", run(1, 4), nil, 4, false},
	} {
		got := continues(c.was, saleroom.Change{Lot: auction.Public{Seq: c.at}, Events: c.now})
		if got != c.want {
			t.Errorf("%s: continues = %v, want %v", c.name, got, c.want)
		}
	}
}

// A dear lot that was often extended, in a large house: its
// frame stays light, and its newest bid in it.
func TestALotsFrameIsLight(t *testing.T) {
	currency, _ := auction.CurrencyOf("USD")
	now := time.UnixMilli(1_790_000_000_000).UTC()
	h := &Handlers{places: newPlaceCache(nil)}
	h.places.kept[12345] = keptPlace{auction.Place{Lot: 12345, Number: "1234A"}, time.Now().Add(time.Hour)}
	l := newLive(t.Context(), h)
	p := auction.Public{ID: 12345, State: auction.Open, Seq: 100_000, Price: 12_345_000, Ask: 12_350_000, Next: [2]auction.Money{12_355_000, 12_360_000},
		Bids: 9_999, Lead: "9999", ClosesAt: now, Extended: 12, ExtendedAt: now}
	var events []auction.Event
	for i := range int64(historyEvents) {
		events = append(events, auction.Event{Seq: p.Seq - historyEvents + 1 + i, At: now, Kind: auction.BidTaken, Paddle: "9999",
			Amount: 12_300_000 + auction.Money(i), Price: 12_300_000 + auction.Money(i), Lead: "9999"})
	}
	frame, err := l.lotFrame(t.Context(), p, auction.Sale{Currency: currency, Zone: "UTC"}, events)
	if err != nil || len(frame) > mostFrame {
		t.Errorf("the frame is %d bytes, %v, want %d at most:\n%s", len(frame), err, mostFrame, frame)
	}
	if !bytes.Contains(frame, []byte("123,000.11")) {
		t.Errorf("the newest bid is not in the frame:\n%s", frame)
	}
	p.Price, p.Ask, p.Next, p.Extended = 2000, 2100, [2]auction.Money{2200, 2300}, 0
	frame, err = l.lotFrame(t.Context(), p, auction.Sale{Currency: currency, Zone: "UTC"}, events)
	if got := bytes.Count(frame, []byte("<tr>")); err != nil || got < 3 {
		t.Errorf("a usual frame has %d rows, %v:\n%s", got, err, frame)
	}
}
