package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"outcry/test/house"
)

// ends is how a line of a log ends: hash and prev, cut out of what is hashed.
var ends = regexp.MustCompile(`,"hash":"([0-9a-f]{64})","prev":"([0-9a-f]{64})"}$`)

// checkLog holds a public log against its documented form by nothing but that:
// seq from 1 without a gap, and each hash the SHA-256 of the hash before it in
// hex, a newline, and the line without hash and prev.
func checkLog(t *testing.T, text string) []house.Event {
	t.Helper()
	var log []house.Event
	before := strings.Repeat("0", 64)
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		m := ends.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("a line does not end in hash and prev: %s", line)
		}
		body := strings.TrimSuffix(line, m[0]) + "}"
		sum := sha256.Sum256([]byte(before + "\n" + body))
		if want := hex.EncodeToString(sum[:]); m[1] != want || m[2] != before {
			t.Errorf("line %d: hash %s after %s, want %s after %s", len(log)+1, m[1], m[2], want, before)
		}
		var e house.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if want := int64(len(log) + 1); e.Seq != want {
			t.Errorf("seq %d where %d belongs", e.Seq, want)
		}
		if n := len(log); n > 0 && e.At < log[n-1].At {
			t.Errorf("seq %d is earlier than the line before it", e.Seq)
		}
		log = append(log, e)
		before = m[1]
	}
	return log
}

func TestLog(t *testing.T) {
	s := newSite(t)
	s.lots("spring", threeLots, "--closes-in", "90m", "--soft-close", "100m/100m")
	s.paddles("spring", 2)
	s.AddUser(organiser, "Olga", "organiser", password)
	s.Start()
	ann, bob, olga := s.enter("spring", "101"), s.enter("spring", "102"), s.signIn(organiser)
	id := ann.lotIDs("spring")[0]
	ann.bid(id, "30", "")
	bob.bid(id, "20", "")
	ann.bid(id, "40", "")
	bob.bid(id, "41.50", "", "kind=exact")
	olga.post(lotPathDesk(id)+"/void", url.Values{"seq": {"7"}, "reason": {`mis-keyed: "41.50" \ not 4.15 <b>`}})
	olga.post("/desk/sales/spring/pause", url.Values{"reason": {"tea"}})
	olga.post("/desk/sales/spring/resume", nil)
	olga.post(lotPathDesk(id)+"/withdraw", url.Values{"reason": {"häßlich 🪶"}})
	log := checkLog(t, ann.get(lotPath(id)+"/log").body)
	var got []string
	for _, e := range log {
		got = append(got, e.Event)
	}
	want := "lot.opened bid.taken lot.extended bid.taken lot.extended bid.taken bid.taken lot.extended bid.voided sale.paused sale.resumed lot.withdrawn"
	if strings.Join(got, " ") != want {
		t.Errorf("the log tells %v, want %s", got, want)
	}
	for seq, want := range map[int]house.Event{
		2: {Paddle: "101", Amount: 1000, Price: 1000},
		4: {Paddle: "102", Amount: 2000, Automatic: true, Price: 2050}, // the counter-bid is in it
		6: {Paddle: "101", Amount: 2050, Price: 2050},                  // a raise moves no price, and tells none
		7: {Paddle: "102", Amount: 4150, Price: 4150},
	} {
		e := log[seq-1]
		if e.Paddle != want.Paddle || e.Amount != want.Amount || e.Automatic != want.Automatic || e.Price != want.Price {
			t.Errorf("seq %d is %+v, want %+v", seq, e, want)
		}
	}
	line := strings.Split(ann.get(lotPath(id)+"/log").body, "\n")[1]
	shape(t, line, map[string]string{"seq": "number", "at": "number", "event": "string", "paddle": "string", "amount": "number",
		"automatic": "bool", "price": "number", "lead": "string?", "closes_at": "number", "seal": "string", "hash": "string", "prev": "string"})
}

func lotPathDesk(id int64) string { return "/desk" + lotPath(id) }

// TestVerifyLog: anybody can check a log that they saved, and hears where it
// was changed.
func TestVerifyLog(t *testing.T) {
	s := spring(t)
	ann, bob := s.enter("spring", "101"), s.enter("spring", "102")
	id := ann.lotIDs("spring")[0]
	ann.bid(id, "30", "")
	bob.bid(id, "20", "")
	bob.bid(id, "90", "")
	good := ann.get(lotPath(id) + "/log").body
	checkLog(t, good)
	lines := strings.SplitAfter(good, "\n")
	for name, x := range map[string]struct {
		log  string
		code int
		says string
	}{
		"whole":           {good, 0, "chain is whole"},
		"price changed":   {strings.Replace(good, `"price":2050`, `"price":2000`, 1), 1, "seq 3"},
		"paddle changed":  {strings.Replace(good, `"paddle":"102"`, `"paddle":"103"`, 1), 1, "seq 3"},
		"a line left out": {lines[0] + lines[2] + lines[3], 1, "seq 3"},
		"lines swapped":   {lines[0] + lines[2] + lines[1] + lines[3], 1, ""},
		"first left out":  {lines[1] + lines[2] + lines[3], 1, "seq 2"},
		"a space more":    {strings.Replace(good, `"price":2050`, `"price": 2050`, 1), 1, "line 3"},
		"no log":          {"hello\n", 1, "line 1"},
	} {
		r := house.Run(t, house.Input{}, "verify", file(t, "lot.jsonl", x.log))
		if text := r.Out + r.Err; r.Code != x.code || !strings.Contains(text, x.says) {
			t.Errorf("%s: exit %d, %s; want exit %d and %q", name, r.Code, text, x.code, x.says)
		}
	}
	if r := house.Run(t, house.Input{}, "verify", "/no/such/log"); r.Code != 1 || !strings.Contains(r.Err, "no such file") {
		t.Errorf("a log that is not there: exit %d, %s", r.Code, r.Err)
	}
}
