// Package linear checks that a lot behaves as if every bid on it were decided
// at one instant between its sending and its answer, one after the other, by
// the published rules.
package linear

import (
	"cmp"

	"github.com/anishathalye/porcupine"

	"outcry/test/house"
)

// The lot as a model, written from the public rules alone. Money is in minor
// units, times in milliseconds.

const (
	opening   = 10_00
	window    = 700 // of the soft close
	extension = 700
)

// steps is the table "house": up to which price, which step.
var steps = [][2]int64{{99_99, 1_00}, {499_99, 5_00}, {999_99, 10_00}, {2_499_99, 25_00}, {4_999_99, 50_00}}

func step(price int64) int64 {
	for _, s := range steps {
		if price <= s[0] {
			return s[1]
		}
	}
	return 100_00
}

// state is everything that decides about the next bid.
type state struct {
	seq, at, closes int64
	price, max      int64
	lead            string
	over            bool
}

func (s state) ask() int64 {
	if s.lead == "" {
		return opening
	}
	return s.price + step(s.price)
}

// asked is what somebody sends: a bid, or a look at the lot.
type asked struct {
	paddle string // "" = a look
	amount int64
	exact  bool
}

// told is what they hear.
type told struct {
	outcome, reason     string // of a bid
	state               string // of a look
	seq, at, price, ask int64
	closes              int64
	lead                string
}

func heard(a house.Answer) told {
	return told{outcome: a.Outcome, reason: a.Reason, seq: a.Seq, at: a.At, price: a.Price, ask: a.Ask, closes: a.ClosesAt, lead: deref(a.Lead)}
}

func seen(l house.PublicLot) told {
	return told{state: l.State, seq: l.Seq, price: l.Price, ask: l.Ask, closes: l.ClosesAt, lead: deref(l.Lead)}
}

// next decides what becomes of the lot, and whether what was told agrees. The
// house's clock is its own affair: its reading comes with the answer, and may
// only not run backwards.
func (s state) next(in asked, out told) (bool, state) {
	if in.paddle == "" {
		return s.look(out)
	}
	if out.at < s.at {
		return false, s
	}
	if s.over || out.at >= s.closes {
		ended := s.end(out.seq)
		return out.outcome == "refused" && out.reason == "closed" && ended.shows(out), ended
	}
	if in.paddle == s.lead && in.amount <= s.max {
		return out.outcome == "refused" && out.reason == "below_own_max" && s.shows(out), s
	}
	if in.paddle != s.lead && in.amount < s.ask() {
		return out.outcome == "refused" && out.reason == "below_ask" && s.shows(out), s
	}
	n, outcome := s.take(in)
	n.seq, n.at = s.seq+1, out.at
	if changed := n.price != s.price || n.lead != s.lead; changed && out.at >= s.closes-window {
		n.closes = max(s.closes, out.at+extension)
	}
	ok := out.outcome == outcome && n.shows(out)
	if n.closes > s.closes {
		n.seq++ // the extension is an event of its own
	}
	return ok, n
}

// take applies a maximum, or an exact bid, that is good enough (rules §2).
func (s state) take(in asked) (state, string) {
	outcome := "leading"
	switch {
	case in.paddle == s.lead:
		s.max, outcome = in.amount, "raised"
	case s.lead == "":
		s.lead, s.max, s.price = in.paddle, in.amount, opening
	case in.amount > s.max:
		s.price = min(in.amount, s.max+step(s.max))
		s.lead, s.max = in.paddle, in.amount
	default: // a tie goes to the earlier maximum
		s.price = min(s.max, in.amount+step(in.amount))
		outcome = "outbid"
	}
	if in.exact && s.lead == in.paddle {
		s.price = in.amount
	}
	return s, outcome
}

// look: a page shows the lot as it is, or as it ends now.
func (s state) look(out told) (bool, state) {
	if out.state == "open" {
		return !s.over && s.shows(out), s
	}
	ended := s.end(out.seq)
	want := "passed"
	if s.lead != "" {
		want = "sold"
	}
	return ended.over && out.state == want && ended.shows(out), ended
}

// end lets the lot end, once, if the next event was told of.
func (s state) end(seq int64) state {
	if !s.over && seq == s.seq+1 {
		s.over, s.seq = true, seq
	}
	return s
}

// shows reports whether an answer tells this state. What the next bid would
// have to be means nothing any more when there is none.
func (s state) shows(out told) bool {
	return out.seq == s.seq && out.price == s.price && out.lead == s.lead && out.closes == s.closes &&
		(s.over || out.ask == s.ask())
}

// model is the lot for porcupine, from the moment that it opened.
func model(closes int64) porcupine.Model {
	return porcupine.Model{
		Init:  func() any { return state{seq: 1, closes: closes} },
		Step:  func(s, in, out any) (bool, any) { return s.(state).next(in.(asked), out.(told)) },
		Equal: func(a, b any) bool { return a.(state) == b.(state) },
	}
}

func deref(s *string) string {
	return *cmp.Or(s, new(string))
}
