package auction

import (
	"errors"
	"fmt"
)

// Break says which invariant a log breaks, and where.
type Break struct {
	Invariant string // its name in the tables of this package
	Seq       int64  // of the event, 0 for the lot as a whole
	Why       string
}

func (b *Break) Error() string {
	if b.Seq == 0 {
		return b.Invariant + ": " + b.Why
	}
	return fmt.Sprintf("%s: seq %d: %s", b.Invariant, b.Seq, b.Why)
}

// fail reports a break of the invariant that is being looked at.
type fail func(seq int64, format string, args ...any)

// breaks collects them.
type breaks []error

func (b *breaks) of(invariant string) fail {
	return func(seq int64, format string, args ...any) {
		*b = append(*b, &Break{Invariant: invariant, Seq: seq, Why: fmt.Sprintf(format, args...)})
	}
}

// Check holds a lot, its terms and its whole log against every invariant of
// the rules, one by one. It returns nil when all hold, else every *Break,
// joined.
func Check(l Lot, t Terms, log []Record) error {
	var found breaks
	a := audit{lot: l, given: t, terms: t, log: log}
	start := Lot{ID: l.ID, SaleID: l.SaleID, State: Upcoming, OpensAt: l.OpensAt, ClosesAt: l.ClosesAt}
	if len(log) > 0 {
		start.ClosesAt = log[0].ClosesAt
	}
	events := make([]Event, len(log))
	for i := range log {
		events[i] = log[i].Event
		if log[i].Kind == LotOpened && log[i].Terms != nil {
			a.terms = *log[i].Terms
		}
	}
	steps, err := replay(start, log)
	if err != nil {
		found.of("replay")(log[len(steps)-1].Seq, "%v", err)
	}
	a.steps = steps
	for _, inv := range publicInvariants {
		inv.look(events, found.of(inv.name))
	}
	for _, inv := range hiddenInvariants {
		inv.look(&a, found.of(inv.name))
	}
	return errors.Join(found...)
}

// CheckPublic holds the public lines of a lot's whole log against what they
// alone can show: that they are whole, in order and unchanged since they were
// chained, and that they follow the rules as far as nothing hidden is needed.
// It returns nil when all is well, else every *Break, joined.
func CheckPublic(log []Event) error {
	var found breaks
	for _, inv := range publicInvariants {
		inv.look(log, found.of(inv.name))
	}
	return errors.Join(found...)
}

// Invariants lists the names of all that Check looks at, those that
// CheckPublic looks at first.
func Invariants() []string {
	names := make([]string, 0, len(publicInvariants)+len(hiddenInvariants)+1)
	for _, inv := range publicInvariants {
		names = append(names, inv.name)
	}
	names = append(names, "replay")
	for _, inv := range hiddenInvariants {
		names = append(names, inv.name)
	}
	return names
}

// audit is a log with what is hidden behind it, and the lot as it stood before
// the first record and after each: steps[i] before record i, steps[i+1] after.
// Steps end early where the log cannot be followed.
type audit struct {
	lot   Lot
	given Terms // as the lot has them now
	terms Terms // as they were frozen when it opened
	log   []Record
	steps []Lot
}

// bids calls f for every record of a bid that can be followed, with the lot
// before and after it.
func (a *audit) bids(f func(i int, was, is Lot, r *Record)) {
	for i := 0; i+1 < len(a.steps); i++ {
		if r := &a.log[i]; r.Kind == BidTaken && r.Bid != nil {
			f(i, a.steps[i], a.steps[i+1], r)
		}
	}
}
