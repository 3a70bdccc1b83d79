package auction

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestLine is the contract's line to the byte.
func TestLine(t *testing.T) {
	at := time.UnixMilli(1790003512345).UTC()
	zero, one := strings.Repeat("00", 32), "01"+strings.Repeat("00", 31)
	for _, c := range []struct {
		e    Event
		want string
	}{
		{Event{Seq: 18, At: at, Kind: BidTaken, Paddle: "112", Amount: 4650, Price: 4650, Lead: "112", ClosesAt: at, Hash: Hash{1}},
			`{"seq":18,"at":1790003512345,"event":"bid.taken","paddle":"112","amount":4650,"automatic":false,"price":4650,"lead":"112","closes_at":1790003512345,"hash":"` + one + `","prev":"` + zero + `"}`},
		{Event{Seq: 1, At: at, Kind: LotOpened, ClosesAt: at, Seal: Hash{1}},
			`{"seq":1,"at":1790003512345,"event":"lot.opened","price":0,"lead":null,"closes_at":1790003512345,"seal":"` + one + `","hash":"` + zero + `","prev":"` + zero + `"}`},
		{Event{Seq: 2, At: at, Kind: BidVoided, Paddle: "9", Ref: 7, Reason: "a \"b\"\\\n\x01<é>", Price: 5, Lead: "1"},
			`{"seq":2,"at":1790003512345,"event":"bid.voided","paddle":"9","price":5,"lead":"1","closes_at":null,"ref":7,"reason":"a \"b\"\\\u000a\u0001<é>","hash":"` + zero + `","prev":"` + zero + `"}`},
		{Event{Seq: 3, At: at, Kind: SaleOutage, From: at, Held: true, ClosesAt: at},
			`{"seq":3,"at":1790003512345,"event":"sale.outage","price":0,"lead":null,"closes_at":1790003512345,"from":1790003512345,"held":true,"hash":"` + zero + `","prev":"` + zero + `"}`},
	} {
		line := c.e.Line()
		if string(line) != c.want {
			t.Errorf("Line() =\n%s\nwant\n%s", line, c.want)
		}
		if !json.Valid(line) {
			t.Errorf("%s is not JSON", line)
		}
		if e, err := ParseLine(line); err != nil || e != c.e {
			t.Errorf("ParseLine(%s) = %+v, %v", line, e, err)
		}
	}
}

// TestChainByCommonTools checks the chain the way that an outsider would, with
// nothing of this package but the text of the lines.
func TestChainByCommonTools(t *testing.T) {
	_, _, log := sampleLog(t)
	tail := regexp.MustCompile(`,"hash":"([0-9a-f]{64})","prev":"([0-9a-f]{64})"}$`)
	prev := strings.Repeat("0", 64)
	var all bytes.Buffer
	for _, r := range log {
		line := string(r.Line())
		all.WriteString(line + "\n")
		m := tail.FindStringSubmatch(line)
		if m == nil || m[2] != prev {
			t.Fatalf("%s: want prev %s", line, prev)
		}
		sum := sha256.Sum256([]byte(prev + "\n" + tail.ReplaceAllString(line, "}")))
		if hex.EncodeToString(sum[:]) != m[1] {
			t.Fatalf("%s: want hash %x", line, sum)
		}
		prev = m[1]
	}
	// The commands that Line's documentation gives.
	const script = `while read -r line; do
	  prev=$(expr "$line" : '.*"prev":"\([0-9a-f]*\)"}$')
	  body=$(printf %s "$line" | sed -E 's/,"hash":"[0-9a-f]{64}","prev":"[0-9a-f]{64}"}$/}/')
	  printf '%s\n%s' "$prev" "$body" | sha256sum
	done`
	cmd := exec.Command("sh", "-c", script)
	cmd.Stdin = &all
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("the shell's tools are missing: %v", err)
	}
	var want strings.Builder
	for _, r := range log {
		want.WriteString(r.Hash.String() + "  -\n")
	}
	if string(out) != want.String() {
		t.Errorf("the shell makes\n%swant\n%s", out, want.String())
	}
}

// TestNothingHiddenShows looks for every hidden amount in the public lines.
func TestNothingHiddenShows(t *testing.T) {
	terms := Terms{Opening: 1000, Reserve: 777123, BuyNow: 999321, Steps: mustPreset(t, "house")}
	l, log := openLot(terms)
	for i, amount := range []Money{123457, 555551} {
		b := Bid{By: Bidder{Paddle: "A", Limit: 888883, Committed: 11117}, Amount: amount, Kind: Maximum, Key: "secret-key", Nonce: [16]byte{1}}
		terms.Reserve = 0 // without a reserve the price stays below the maximum
		next, events, err := l.Bid(terms, noon.Add(time.Duration(i)*time.Second), b)
		if err != nil {
			t.Fatal(err)
		}
		l = next
		log = append(log, Record{Event: events[0], Bid: &b})
	}
	for _, r := range log {
		for _, hidden := range []string{"777123", "999321", "123457", "555551", "888883", "11117", "secret-key"} {
			if bytes.Contains(r.Line(), []byte(hidden)) {
				t.Errorf("%s shows %s", r.Line(), hidden)
			}
		}
	}
	public, err := json.Marshal(l.Public(terms))
	if err != nil || bytes.Contains(public, []byte("555551")) {
		t.Errorf("%s, %v", public, err)
	}
}

func TestSealsHideAndBind(t *testing.T) {
	b := Bid{By: Bidder{Paddle: "1"}, Amount: 5000, Kind: Maximum, Key: "k", Nonce: [16]byte{1, 2, 3}}
	nonce := []byte{1, 2, 3, 15: 0}
	want := sha256.Sum256(append(nonce, `{"paddle":"1","amount":5000,"kind":"max","key":"k"}`...))
	if b.Seal() != want {
		t.Errorf("Seal() = %s, want %x", b.Seal(), want)
	}
	terms := Terms{Opening: 1000, Reserve: 5, Steps: Table{{0, 100}}, SoftClose: SoftClose{Window: time.Second}, Group: "a\"b"}
	want = sha256.Sum256(append(make([]byte, 16), `{"opening":1000,"reserve":5,"buy_now":0,"steps":":100","window":1000,"extension":0,"latest":null,"group":"a\"b"}`...))
	if got := terms.Seal([16]byte{}); got != want {
		t.Errorf("Seal() = %s, want %x", got, want)
	}
	other := b
	other.Nonce[0]++
	if other.Seal() == b.Seal() {
		t.Error("the seal does not depend on its nonce")
	}
}

func TestParseLineRefuses(t *testing.T) {
	_, _, log := sampleLog(t)
	line := string(log[3].Line())
	for _, bad := range []string{"", "{}", "null", "[]", line + " ", " " + line, line + line, line[:len(line)-1],
		strings.Replace(line, `"seq":4`, `"seq": 4`, 1), strings.Replace(line, `"seq":4`, `"seq":4,"seq":4`, 1),
		strings.Replace(line, `"automatic":true,`, "", 1), strings.Replace(line, `"seq":4`, `"seq":4.0`, 1),
		strings.Replace(line, "bid.taken", "bid.given", 1), strings.Replace(line, `"price"`, `"max":1,"price"`, 1),
		strings.Replace(line, `"hash":"`, `"hash":"0`, 1), strings.Replace(line, `"paddle":"B"`, `"paddle":"\u0042"`, 1)} {
		if e, err := ParseLine([]byte(bad)); err == nil {
			t.Errorf("ParseLine(%q) = %+v", bad, e)
		}
	}
}

func FuzzParseLine(f *testing.F) {
	_, _, log := sampleLog(f)
	for _, r := range log {
		f.Add(r.Line())
	}
	f.Add([]byte(`{"seq":1,"at":null,"event":"lot.opened"}`))
	f.Add([]byte(`{"hash":"zz"}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := ParseLine(line)
		if err != nil {
			return
		}
		if !bytes.Equal(e.Line(), line) {
			t.Fatalf("%s is read as %s", line, e.Line())
		}
		_ = CheckPublic([]Event{e}) // must not panic, whatever the line says
	})
}

func TestHashText(t *testing.T) {
	h := Hash{0xab, 31: 1}
	text, err := json.Marshal(h)
	var back Hash
	if err != nil || json.Unmarshal(text, &back) != nil || back != h || string(text) != `"`+h.String()+`"` {
		t.Errorf("%s, %v, %s", text, err, back)
	}
	for _, bad := range []string{"", "ab", strings.Repeat("zz", 32), strings.Repeat("00", 33)} {
		if err := back.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is taken as a hash", bad)
		}
	}
}
