package ledger_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"outcry/test/house"
	"outcry/test/ledger"
)

const log = `{"seq":1,"at":1,"event":"lot.opened","price":0,"lead":null,"closes_at":50}
{"seq":2,"at":10,"event":"bid.taken","paddle":"101","amount":1000,"price":1000,"lead":"101","closes_at":50}
{"seq":3,"at":60,"event":"lot.sold","price":1000,"lead":"101","closes_at":50}
`

// heard is the answer that the log's bid got.
func heard() house.Answer {
	lead := "101"
	return house.Answer{Status: http.StatusOK, Outcome: "leading", Lot: 7, Seq: 2, At: 10, Price: 1000, Lead: &lead}
}

// TestCheck: a ledger that agrees with its log is right, and each way in which
// the two can differ is told.
func TestCheck(t *testing.T) {
	known := func(change func(*ledger.Entry)) func(*ledger.Ledger) {
		return func(l *ledger.Ledger) {
			e := &ledger.Entry{Paddle: "101", Lot: 7, Amount: "10", Known: true, Heard: heard()}
			change(e)
			l.Add(e)
		}
	}
	same := known(func(*ledger.Entry) {})
	for _, c := range []struct {
		name string
		fill func(*ledger.Ledger)
		log  string
		want string // "" = nothing is wrong
	}{
		{"as it was told", same, log, ""},
		{"lost", same, log[:strings.Index(log, "\n")+1], "not in the log:"},
		{"nobody was told", func(*ledger.Ledger) {}, log, "1 bids in the log, 0 were told"},
		{"another price", known(func(e *ledger.Entry) { e.Heard.Price = 1100 }), log, "not in the log as it was told"},
		{"another paddle", known(func(e *ledger.Entry) { e.Paddle = "102" }), log, "not in the log as it was told"},
		{"one seq twice", func(l *ledger.Ledger) { same(l); same(l) }, log, "both told to be seq 2"},
		{"a hole", same, strings.Replace(log, `"seq":3`, `"seq":4`, 1), "seq 4 where 3 belongs"},
		{"closed early", same, strings.Replace(log, `"at":60`, `"at":40`, 1), "for a close at 50"},
		{"closed twice", same, log + strings.Replace(log[strings.Index(log, `{"seq":3`):], `"seq":3`, `"seq":4`, 1), "as event 3 of 4"},
		{"shown too early", func(l *ledger.Ledger) { same(l); l.Saw([]house.Shown{{Lot: 7, Seq: 2, Price: 1500}}) }, log, "never happened"},
		{"shown as it was", func(l *ledger.Ledger) { same(l); l.Saw([]house.Shown{{Lot: 7, Seq: 2, Price: 1000}}) }, log, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := ledger.New()
			c.fill(l)
			var said []string
			l.Check(map[int64]string{7: c.log}, func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) })
			all := strings.Join(said, "\n")
			if c.want == "" && all != "" || !strings.Contains(all, c.want) {
				t.Errorf("Check said %q, want %q", all, c.want)
			}
		})
	}
}

// TestSettle: an unknown bid is asked for twice, and two answers are an error.
func TestSettle(t *testing.T) {
	l := ledger.New()
	l.Add(&ledger.Entry{Paddle: "101", Lot: 7, Amount: "10"})
	n := 0
	if _, _, err := l.Settle(func(*ledger.Entry) (house.Answer, error) {
		n++
		a := heard()
		a.Raw = fmt.Sprint(n)
		return a, nil
	}); err == nil || !strings.Contains(err.Error(), "two answers") {
		t.Errorf("Settle with an answer that changes: %v", err)
	}
	if _, _, err := l.Settle(func(*ledger.Entry) (house.Answer, error) { return house.Answer{}, errors.New("away") }); err == nil {
		t.Error("Settle with a house that is away says nothing")
	}
	asked, taken, err := l.Settle(func(*ledger.Entry) (house.Answer, error) { return heard(), nil })
	if asked != 1 || taken != 1 || err != nil {
		t.Errorf("Settle = %d, %d, %v, want one that is taken", asked, taken, err)
	}
	if asked, _, err := l.Settle(nil); asked != 0 || err != nil {
		t.Errorf("a second Settle = %d, %v, want nothing to ask", asked, err)
	}
}
