package auction

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestScripts plays the bidding scripts in testdata; testdata/README.md says
// how they are written. After every line the lot must pass Check, and at the
// end its public log must pass CheckPublic once written and read again.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 25 {
		t.Fatalf("found %d scripts (%v), want at least 25", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			newScript(t).play(text)
		})
	}
}

// script is one script as it is played.
type script struct {
	t       *testing.T
	terms   Terms
	close   time.Duration
	line    int
	source  string
	history []string
	ending  bool // reading the history at its end

	lot     Lot
	log     []Record
	bids    []int64 // seqs of the bids taken, in order
	answers map[string]keyed

	// What the last line did.
	answer *Answer
	events []Event
	err    error
}

type keyed struct {
	bid    Bid
	answer Answer
}

func newScript(t *testing.T) *script {
	s := &script{t: t, close: time.Hour, answers: make(map[string]keyed)}
	s.terms = Terms{Opening: 100, Steps: mustPreset(t, "house")}
	return s
}

func (s *script) failf(format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf("line %d: %s\n\t%s", s.line, s.source, fmt.Sprintf(format, args...))
}

func (s *script) play(text []byte) {
	scan := bufio.NewScanner(bytes.NewReader(text))
	played := 0
	for scan.Scan() {
		s.line++
		s.source = strings.TrimSpace(scan.Text())
		line, _, _ := strings.Cut(s.source, "#")
		fields := strings.Fields(line)
		act, want, isAct := strings.Cut(line, "->")
		switch {
		case len(fields) == 0:
		case isAct:
			s.act(strings.Fields(act))
			s.expect(want)
			played++
		case fields[0] == "history":
			s.ending = true
		case s.ending:
			s.history = append(s.history, strings.Join(fields, " "))
		default:
			s.header(fields)
		}
	}
	if played == 0 {
		s.failf("the script does nothing")
	}
	s.end()
}

func (s *script) money(text string) Money {
	s.t.Helper()
	m, err := ParseMoney(text, gbp)
	if err != nil {
		s.failf("%v", err)
	}
	return m
}

func (s *script) span(text string) time.Duration {
	s.t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		s.failf("%v", err)
	}
	return d
}

// header reads what the lot is offered under.
func (s *script) header(f []string) {
	if len(s.log) > 0 || len(f) != 2 {
		s.failf("want a header of two words before the first act")
	}
	switch f[0] {
	case "steps":
		if n, found := strings.CutPrefix(f[1], "+"); found {
			s.terms.Steps = Table{{0, s.money(n)}}
			return
		}
		s.terms.Steps = mustPreset(s.t, f[1])
	case "opening":
		s.terms.Opening = s.money(f[1])
	case "reserve":
		s.terms.Reserve = s.money(f[1])
	case "buy-now":
		s.terms.BuyNow = s.money(f[1])
	case "close":
		s.close = s.span(f[1])
	case "soft":
		window, extension, _ := strings.Cut(f[1], "/")
		s.terms.SoftClose.Window, s.terms.SoftClose.Extension = s.span(window), s.span(extension)
	case "latest":
		s.terms.SoftClose.Latest = noon.Add(s.span(f[1]))
	default:
		s.failf("unknown header")
	}
}

// act plays "TIME WHO VERB …".
func (s *script) act(f []string) {
	if len(f) < 2 {
		s.failf("want a time and an act")
	}
	at := noon.Add(s.span(f[0]))
	if s.lot.State == "" {
		s.lot = Lot{ID: 42, SaleID: 1, State: Upcoming, OpensAt: noon, ClosesAt: noon.Add(s.close)}
		if err := s.terms.Check(); err != nil {
			s.failf("%v", err)
		}
	}
	before := s.lot
	s.answer, s.events, s.err = nil, nil, nil
	switch f[1] {
	case "clock":
		s.clock(at, f[2:])
	case "clerk":
		s.clerk(at, f[2:])
	case "mate":
		s.lot, s.events = s.lot.ExtendWith(s.terms, at, at)
	case "outage":
		s.lot, s.events = s.lot.Outage(s.terms, noon.Add(s.span(f[3])), at, DefaultOutagePolicy())
	default:
		s.bidder(at, Paddle(f[1]), f[2:])
	}
	if s.refused() && (s.lot != before || len(s.events) != 0) {
		s.failf("a refusal changed the lot: %+v, was %+v, events %v", s.lot, before, s.events)
	}
	s.keep()
	if err := Check(s.lot, s.terms, s.log); err != nil {
		s.failf("%v", err)
	}
}

func (s *script) refused() bool {
	return s.err != nil || s.answer != nil && s.answer.Outcome == Refused
}

func (s *script) clock(at time.Time, f []string) {
	if len(f) == 1 && f[0] == "opens" {
		s.lot, s.events = s.lot.Open(s.terms, at, [16]byte{9})
		return
	}
	s.lot, s.events = s.lot.KnockDown(s.terms, at)
}

func (s *script) clerk(at time.Time, f []string) {
	rest := func(n int) string { return strings.Join(f[n:], " ") }
	switch f[0] {
	case "pauses":
		s.lot, s.events = s.lot.Pause(at, rest(1))
	case "resumes":
		s.lot, s.events = s.lot.Resume(s.terms, at)
	case "withdraws":
		s.lot, s.events, s.err = s.lot.Withdraw(at, rest(1))
	case "releases": // until TIME
		s.lot, s.events, s.err = s.lot.Release(s.terms, at, noon.Add(s.span(f[2])), rest(3))
	case "moves": // the close to TIME REASON
		s.lot, s.events, s.err = s.lot.Reschedule(at, noon.Add(s.span(f[4])), rest(5))
	case "voids": // bid N REASON
		n, err := strconv.Atoi(f[2])
		seq := int64(99999)
		if err == nil && n >= 1 && n <= len(s.bids) {
			seq = s.bids[n-1]
		}
		s.lot, s.events, s.err = s.lot.Void(s.terms, s.log, seq, at, rest(3))
	default:
		s.failf("the clerk cannot do that")
	}
}

// bidder plays "max|exact|buy AMOUNT [key K] [limit L] [committed C] [own]" or
// "takes back".
func (s *script) bidder(at time.Time, p Paddle, f []string) {
	if f[0] == "takes" {
		s.lot, s.events, s.err = s.lot.TakeBack(s.terms, s.log, p, at)
		return
	}
	b := Bid{By: Bidder{Paddle: p}, Kind: Kind(f[0]), Key: "line-" + strconv.Itoa(s.line), Nonce: [16]byte{byte(s.line)}}
	b.Amount = s.money(f[1])
	for i := 2; i < len(f); i++ {
		switch f[i] {
		case "own":
			b.By.Own = true
			continue
		case "blocked":
			b.By.Blocked = true
			continue
		case "without": // the rule, because …
			b.Without = strings.Join(f[i+1:], " ")
			i = len(f)
			continue
		case "key":
			b.Key = f[i+1]
		case "limit":
			b.By.Limit = s.money(f[i+1])
		case "committed":
			b.By.Committed = s.money(f[i+1])
		default:
			s.failf("a bid does not have %q", f[i])
		}
		i++
	}
	key := string(p) + " " + b.Key
	if first, again := s.answers[key]; again {
		a := Repeated(s.lot, s.terms, at, first.bid, first.answer, b)
		s.answer = &a
		return
	}
	next, events, a := Decide(s.lot, s.terms, at, b)
	s.lot, s.events, s.answer = next, events, &a
	s.answers[key] = keyed{b, a}
	if a.Outcome != Refused {
		s.bids = append(s.bids, a.Seq)
		s.log = append(s.log, Record{Event: events[0], Bid: &b})
	}
}

// keep appends the events that are not in the log yet.
func (s *script) keep() {
	for _, e := range s.events {
		if len(s.log) > 0 && e.Seq <= s.log[len(s.log)-1].Seq {
			continue
		}
		r := Record{Event: e}
		if e.Kind == LotOpened {
			terms := s.terms
			r.Terms, r.Nonce = &terms, [16]byte{9}
		}
		s.log = append(s.log, r)
	}
}

// expect holds what happened against the clauses after the arrow.
func (s *script) expect(clauses string) {
	for clause := range strings.SplitSeq(clauses, ",") {
		f := strings.Fields(clause)
		if len(f) == 0 {
			s.failf("an empty clause")
		}
		if got, ok := s.holds(f); !ok {
			s.failf("want %s, got %s; the lot: %+v", strings.Join(f, " "), got, s.lot)
		}
	}
	if s.refused() && !strings.Contains(clauses, "refused") {
		s.failf("it was refused: %+v %v", s.answer, s.err)
	}
}

// voidErrors are the words for the errors of clerks' acts and taking back.
var voidErrors = map[string]error{
	"no_such_bid": ErrNoSuchBid, "voided": ErrVoided, "no_reason": ErrNoReason, "not_held": ErrNotHeld,
	"too_late": ErrTakeBackTooLate, "outbid": ErrTakeBackOutbid, "in_window": ErrTakeBackInWindow, "answered": ErrTakeBackAnswered,
}

func (s *script) holds(f []string) (got string, ok bool) {
	public := s.lot.Public(s.terms)
	word := strings.Join(f, " ")
	equal := func(got, want string) (string, bool) { return got, got == want }
	arg := ""
	if len(f) > 1 {
		arg = f[1]
	}
	switch f[0] {
	case "refused":
		return s.holdsRefusal(arg)
	case "leading", "outbid", "raised":
		return equal(string(s.answer.Outcome), f[0])
	case "nothing":
		return fmt.Sprint(s.events), len(s.events) == 0
	case "events":
		var kinds []string
		for _, e := range s.events {
			kinds = append(kinds, string(e.Kind))
		}
		return equal(strings.Join(kinds, " "), strings.Join(f[1:], " "))
	case "ask":
		return equal(public.Ask.Decimal(gbp), arg)
	case "close":
		return equal(s.lot.ClosesAt.Sub(noon).String(), s.span(arg).String())
	case "missed":
		return equal(s.answer.Missed.Sub(noon).String(), s.span(arg).String())
	case "own-max":
		return equal(s.answer.OwnMax.Decimal(gbp), arg)
	case "due":
		return equal(dueIn(s.lot), arg)
	case "bids", "extended":
		return equal(strconv.Itoa(map[string]int{"bids": s.lot.Bids, "extended": s.lot.Extended}[f[0]]), arg)
	case "met", "not-met":
		return fmt.Sprint(public.ReserveMet), public.ReserveMet != nil && *public.ReserveMet == (f[0] == "met")
	case "buy-now":
		return equal(public.BuyNow.Decimal(gbp), arg)
	case "nobody":
		return string(s.lot.Lead), s.lot.Lead == "" && s.lot.Price == 0 && s.lot.Max == 0
	case "open", "sold", "passed", "withdrawn":
		return equal(string(s.lot.State), f[0])
	case "held", "paused":
		return fmt.Sprint(s.lot.Held, s.lot.PausedAt), f[0] == "held" && s.lot.Held || f[0] == "paused" && !s.lot.PausedAt.IsZero()
	}
	return equal(fmt.Sprintf("%s at %s", s.lot.Lead, s.lot.Price.Decimal(gbp)), word)
}

// dueIn is when the clock must act next, or "never".
func dueIn(l Lot) string {
	if l.DueAt().IsZero() {
		return "never"
	}
	return l.DueAt().Sub(noon).String()
}

func (s *script) holdsRefusal(reason string) (got string, ok bool) {
	if s.answer != nil {
		return string(s.answer.Reason), string(s.answer.Reason) == reason
	}
	if want, known := voidErrors[reason]; known {
		return fmt.Sprint(s.err), errors.Is(s.err, want)
	}
	var state *StateError
	var early *EarlyCloseError
	return fmt.Sprint(s.err), reason == "state" && errors.As(s.err, &state) || reason == "early" && errors.As(s.err, &early)
}

// end holds the public log and history against the script.
func (s *script) end() {
	s.t.Helper()
	var events []Event
	for _, r := range s.log {
		e, err := ParseLine(r.Line())
		if err != nil {
			s.failf("%v", err)
		}
		events = append(events, e)
	}
	if err := CheckPublic(events); err != nil {
		s.failf("the public log: %v", err)
	}
	if !s.ending {
		return
	}
	var rows []string
	for _, r := range History(events) {
		row := fmt.Sprintf("%s %s", r.Paddle, r.Amount.Decimal(gbp))
		if r.Automatic {
			row += " automatic"
		}
		if r.Voided {
			row += " void"
		}
		if r.Without != "" {
			row += " without: " + r.Without
		}
		rows = append(rows, row)
	}
	if !slices.Equal(rows, s.history) {
		s.failf("history:\n\t%s\nwant:\n\t%s", strings.Join(rows, "\n\t"), strings.Join(s.history, "\n\t"))
	}
}
