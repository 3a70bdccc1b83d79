package auction

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// sampleLog is a lot's log in which everything happens once: bids, a raise, a
// void, an extension by a bid and by its group, a pause, an outage, a close
// that was moved back and forth, the fall.
func sampleLog(t testing.TB) (Lot, Terms, []Record) {
	t.Helper()
	terms := Terms{Opening: 1000, Reserve: 3000, Steps: mustPreset(t, "house"),
		SoftClose: SoftClose{Window: 5 * time.Minute, Extension: 5 * time.Minute, Latest: noon.Add(90 * time.Minute)}}
	l, log := openLot(terms)
	keep := func(next Lot, events []Event) {
		t.Helper()
		if len(events) == 0 {
			t.Fatal("the act did nothing")
		}
		for _, e := range events {
			log = append(log, Record{Event: e})
		}
		l = next
	}
	bid := func(after time.Duration, p Paddle, amount Money) {
		t.Helper()
		b := Bid{By: Bidder{Paddle: p}, Amount: amount, Kind: Maximum, Key: "key-" + string(p) + after.String(), Nonce: [16]byte{byte(amount)}}
		next, events, err := l.Bid(terms, noon.Add(after), b)
		if err != nil {
			t.Fatal(err)
		}
		at := len(log)
		keep(next, events)
		log[at].Bid = &b
	}
	bid(time.Minute, "A", 2000)   // seq 2
	bid(2*time.Minute, "A", 5000) // 3, lifts the price to the reserve
	bid(3*time.Minute, "B", 4000) // 4, outbid
	bid(4*time.Minute, "C", 9000) // 5
	next, events, err := l.Void(terms, log, 5, noon.Add(5*time.Minute), "wrong lot")
	if err != nil {
		t.Fatal(err)
	}
	keep(next, events)                                                                               // 6
	keep(l.Pause(noon.Add(6*time.Minute), "tea"))                                                    // 7
	keep(l.Resume(terms, noon.Add(16*time.Minute)))                                                  // 8, closes at 1h10m
	keep(l.Outage(terms, noon.Add(62*time.Minute), noon.Add(64*time.Minute), DefaultOutagePolicy())) // 9, closes at 1h14m
	bid(70*time.Minute, "D", 8000)                                                                   // 10, 11: closes at 1h15m
	keep(l.ExtendWith(terms, noon.Add(71*time.Minute), noon.Add(71*time.Minute)))                    // 12, closes at 1h16m
	move := func(after, to time.Duration) {
		t.Helper()
		next, events, err := l.Reschedule(noon.Add(after), noon.Add(to), "all go home")
		if err != nil {
			t.Fatal(err)
		}
		keep(next, events)
	}
	move(72*time.Minute, 80*time.Minute)               // 13
	move(73*time.Minute, 75*time.Minute)               // 14
	keep(l.KnockDown(terms, noon.Add(75*time.Minute))) // 15
	if err := Check(l, terms, log); err != nil || l.State != Sold || l.Hammer != 5100 || len(log) != 15 {
		t.Fatalf("the sample: %v %+v", err, l)
	}
	return l, terms, log
}

// rehash chains a log anew, as somebody would who changed it and wants it to
// look whole.
func rehash(l *Lot, log []Record) {
	var prev Hash
	for i := range log {
		log[i].Prev = prev
		log[i].Hash = log[i].sum()
		prev = log[i].Hash
	}
	l.Hash = prev
}

// reseal makes the seals fit what is hidden.
func reseal(log []Record) {
	for i := range log {
		switch {
		case log[i].Bid != nil:
			log[i].Seal = log[i].Bid.Seal()
		case log[i].Terms != nil:
			log[i].Seal = log[i].Terms.Seal(log[i].Nonce)
		}
	}
}

// broken are the names of the invariants that an error says are broken.
func broken(err error) []string {
	var names []string
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			var b *Break
			if errors.As(err, &b) && !slices.Contains(names, b.Invariant) {
				names = append(names, b.Invariant)
			}
		}
	}
	return names
}

// corruption is one way to spoil the sample log.
type corruption struct {
	name   string
	spoil  func(*Lot, *Terms, []Record)
	honest bool   // the log is left as it was hashed; else chained and sealed anew
	want   string // the invariant that must be named
}

// at is the index of a seq.
func at(seq int) int { return seq - 1 }

func corruptions() []corruption {
	return []corruption{
		{"an amount changed", func(_ *Lot, _ *Terms, log []Record) { log[at(4)].Amount = 3900 }, true, "chain"},
		{"a hash changed", func(_ *Lot, _ *Terms, log []Record) { log[at(4)].Hash[3] ^= 1 }, true, "chain"},
		{"a reason changed", func(_ *Lot, _ *Terms, log []Record) { log[at(6)].Reason = "other" }, true, "chain"},
		{"a seq skipped", func(_ *Lot, _ *Terms, log []Record) { log[at(15)].Seq = 16 }, false, "seq"},
		{"a bid dated back", func(_ *Lot, _ *Terms, log []Record) { log[at(4)].At = noon.Add(time.Second) }, false, "time"},
		{"a bid dated past the close", func(_ *Lot, _ *Terms, log []Record) { log[at(10)].At = noon.Add(75 * time.Minute) }, false, "late"},
		{"a maximum changed behind its seal", func(_ *Lot, _ *Terms, log []Record) { log[at(3)].Bid.Amount = 4999 }, true, "seal"},
		{"a maximum changed and sealed anew", func(_ *Lot, _ *Terms, log []Record) { log[at(3)].Bid.Amount = 3999 }, false, "decision"},
		{"a reserve raised afterwards", func(_ *Lot, terms *Terms, log []Record) {
			terms.Reserve = 6000
			log[0].Terms = &Terms{Opening: 1000, Reserve: 6000, Steps: terms.Steps, SoftClose: terms.SoftClose}
		}, false, "reserve"},
		{"a reserve lowered on the lot only", func(_ *Lot, terms *Terms, _ []Record) { terms.Reserve = 0 }, true, "terms"},
		{"the lead given away", func(_ *Lot, _ *Terms, log []Record) { log[at(4)].Lead, log[at(4)].Automatic = "B", false }, false, "tie"},
		{"a lead for a third", func(_ *Lot, _ *Terms, log []Record) { log[at(4)].Lead = "Z" }, false, "leader"},
		{"a price pushed up", func(_ *Lot, _ *Terms, log []Record) { log[at(4)].Price = 4900 }, false, "decision"},
		{"a price above the maximum", func(_ *Lot, _ *Terms, log []Record) { log[at(4)].Price = 5001 }, false, "maximum"},
		{"a price below the opening", func(_ *Lot, _ *Terms, log []Record) { log[at(2)].Price, log[at(2)].Amount = 900, 900 }, false, "opening"},
		{"a price not lifted", func(_ *Lot, _ *Terms, log []Record) { log[at(3)].Price, log[at(3)].Amount = 2000, 2000 }, false, "lift"},
		{"a price fallen without a void", func(_ *Lot, _ *Terms, log []Record) { log[at(8)].Price = 2000 }, false, "price falls"},
		{"a price moved by a pause", func(_ *Lot, _ *Terms, log []Record) { log[at(7)].Price = 4300 }, false, "price moves"},
		{"a void that leaves too much", func(_ *Lot, _ *Terms, log []Record) { log[at(6)].Price = 4200 }, false, "replayed void"},
		{"a void of another bid", func(_ *Lot, _ *Terms, log []Record) { log[at(6)].Ref = 4 }, false, "void"},
		{"a void of no bid", func(_ *Lot, _ *Terms, log []Record) { log[at(6)].Ref = 1 }, false, "void"},
		{"an extension too long", func(_ *Lot, _ *Terms, log []Record) {
			for i := at(10); i < len(log); i++ {
				log[i].ClosesAt = noon.Add(80 * time.Minute)
			}
		}, false, "soft close"},
		{"an extension lost", func(_ *Lot, _ *Terms, log []Record) { log[at(11)].Kind, log[at(11)].Ref = SalePaused, 0 }, false, "extension"},
		{"a close moved by nothing", func(_ *Lot, _ *Terms, log []Record) { log[at(15)].ClosesAt = noon.Add(2 * time.Hour) }, false, "close moves"},
		{"a pause of another length", func(_ *Lot, _ *Terms, log []Record) { log[at(7)].At = noon.Add(7 * time.Minute) }, false, "resume"},
		{"an extension during the pause", func(_ *Lot, _ *Terms, log []Record) { log[at(8)].Kind = LotExtended }, false, "pause"},
		{"a bid after the fall", func(_ *Lot, _ *Terms, log []Record) { log[at(12)].Kind = LotSold }, false, "state"},
		{"a fall before its time", func(_ *Lot, _ *Terms, log []Record) { log[at(15)].At = noon.Add(74 * time.Minute) }, false, "fall"},
		{"sold to the underbidder", func(_ *Lot, _ *Terms, log []Record) { log[at(15)].Paddle = "A" }, false, "fall"},
		{"passed though the reserve was met", func(_ *Lot, _ *Terms, log []Record) { log[at(15)].Kind = LotPassed }, false, "reserve"},
		{"a key used twice", func(_ *Lot, _ *Terms, log []Record) { log[at(3)].Bid.Key = log[at(2)].Bid.Key }, false, "key"},
		{"a maximum shown", func(_ *Lot, _ *Terms, log []Record) { log[at(10)].Amount = 8000 }, false, "secret"},
		{"a bid below the ask", func(_ *Lot, _ *Terms, log []Record) { log[at(4)].Bid.Amount, log[at(4)].Amount = 3050, 3050 }, false, "ask"},
		{"an amount above the price", func(_ *Lot, _ *Terms, log []Record) { log[at(4)].Amount = 4500 }, false, "amount"},
		{"a bid below the ask that says why, and is not above the price", func(_ *Lot, _ *Terms, log []Record) {
			log[at(4)].Bid.Amount, log[at(4)].Amount, log[at(4)].Reason = 3000, 3000, "please"
		}, false, "ask"},
		{"a reason given where no rule gave way", func(_ *Lot, _ *Terms, log []Record) { log[at(4)].Reason = "please" }, false, "decision"},
		{"a close moved at once", func(_ *Lot, _ *Terms, log []Record) { log[at(14)].At = noon.Add(74*time.Minute + time.Second) }, false, "notice"},
		{"a close moved for no reason", func(_ *Lot, _ *Terms, log []Record) { log[at(13)].Reason = "" }, false, "notice"},
		{"nothing behind a bid", func(_ *Lot, _ *Terms, log []Record) { log[at(4)].Bid = nil }, true, "replay"},
		{"the row's maximum changed", func(l *Lot, _ *Terms, _ []Record) { l.Max = 9000 }, true, "row"},
		{"the row's hammer price changed", func(l *Lot, _ *Terms, _ []Record) { l.Hammer = 5000 }, true, "row"},
	}
}

// TestCheckCatches spoils the sample log in one way at a time, mostly by
// somebody clever enough to chain and seal it anew, and wants the break named.
func TestCheckCatches(t *testing.T) {
	for _, c := range corruptions() {
		t.Run(c.name, func(t *testing.T) {
			l, terms, log := sampleLog(t)
			c.spoil(&l, &terms, log)
			if !c.honest {
				reseal(log)
				rehash(&l, log)
			}
			if names := broken(Check(l, terms, log)); !slices.Contains(names, c.want) {
				t.Errorf("Check names %q, want %q among them", names, c.want)
			}
		})
	}
}

// TestCheckPublicCatches changes each public line of the sample in turn.
func TestCheckPublicCatches(t *testing.T) {
	_, _, log := sampleLog(t)
	events := make([]Event, len(log))
	for i := range log {
		events[i] = log[i].Event
	}
	if err := CheckPublic(events); err != nil {
		t.Fatal(err)
	}
	for i := range events {
		spoilt := slices.Clone(events)
		spoilt[i].Price += 100
		if err := CheckPublic(spoilt); err == nil {
			t.Errorf("a price changed at seq %d goes unnoticed", i+1)
		}
		if err := CheckPublic(slices.Delete(slices.Clone(events), i, i+1)); err == nil && i+1 < len(events) {
			t.Errorf("a log without seq %d goes unnoticed", i+1)
		}
	}
}

// TestInvariantsAreTested wants a corruption above for every invariant.
func TestInvariantsAreTested(t *testing.T) {
	names := Invariants()
	slices.Sort(names)
	if len(slices.Compact(names)) != len(publicInvariants)+len(hiddenInvariants)+1 {
		t.Error("two invariants share a name")
	}
	for _, name := range Invariants() {
		if !slices.ContainsFunc(corruptions(), func(c corruption) bool { return c.want == name }) {
			t.Errorf("no corruption breaks %q", name)
		}
	}
}

func TestReplay(t *testing.T) {
	l, terms, log := sampleLog(t)
	if err := Check(l, terms, nil); !strings.Contains(err.Error(), "row: the lot has seq 15, its log makes 0") {
		t.Errorf("a lot without its log: %v", err)
	}
	_, err := Replay(l, log)
	if err == nil {
		t.Error("a replay that starts at the end succeeds")
	}
	start := Lot{ID: l.ID, SaleID: l.SaleID, State: Upcoming, OpensAt: l.OpensAt, ClosesAt: noon.Add(time.Hour)}
	if got, err := Replay(start, log); err != nil || got != l {
		t.Errorf("Replay = %+v, %v; want %+v", got, err, l)
	}
	log[0].Terms = nil
	if _, err := Replay(start, log); err == nil {
		t.Error("a replay without terms succeeds")
	}
}
