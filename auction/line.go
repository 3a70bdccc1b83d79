package auction

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// kinds are all kinds of event.
var kinds = [...]EventKind{LotOpened, BidTaken, BidVoided, LotExtended, LotSold,
	LotPassed, LotWithdrawn, LotRescheduled, SalePaused, SaleResumed, SaleOutage}

// Line is the event as one JSON line of the public log, without newline. Its
// fields stand in a fixed order without spaces: seq, at, event, paddle, amount
// and automatic where they mean something, price, lead (null when nobody
// leads), closes_at, then ref, reason, from, held and seal where they are set,
// and hash and prev last. Money is in minor units, times in milliseconds UTC.
//
// The lines of a lot are chained: hash is the SHA-256 of the line before's
// hash in hex (prev; 64 zeros for the first line), a newline, and this line
// with its hash and prev cut out. Anybody can check that with common tools:
//
//	while read -r line; do
//	  prev=$(expr "$line" : '.*"prev":"\([0-9a-f]*\)"}$')
//	  body=$(printf %s "$line" | sed -E 's/,"hash":"[0-9a-f]{64}","prev":"[0-9a-f]{64}"}$/}/')
//	  printf '%s\n%s' "$prev" "$body" | sha256sum
//	done < log
func (e Event) Line() []byte {
	b := e.appendFields(make([]byte, 0, 512))
	b = append(b, `,"hash":"`...)
	b = hex.AppendEncode(b, e.Hash[:])
	b = append(b, `","prev":"`...)
	b = hex.AppendEncode(b, e.Prev[:])
	return append(b, `"}`...)
}

// sum is the hash that the event has by its fields and Prev.
func (e Event) sum() Hash {
	var buf [640]byte
	b := hex.AppendEncode(buf[:0], e.Prev[:])
	b = append(b, '\n')
	b = e.appendFields(b)
	return sha256.Sum256(append(b, '}'))
}

// appendFields writes all fields but hash and prev, and no closing brace.
func (e Event) appendFields(b []byte) []byte {
	b = append(b, `{"seq":`...)
	b = strconv.AppendInt(b, e.Seq, 10)
	b = append(b, `,"at":`...)
	b = appendMillis(b, e.At)
	b = append(b, `,"event":`...)
	b = appendString(b, string(e.Kind))
	if e.Paddle != "" {
		b = append(b, `,"paddle":`...)
		b = appendString(b, string(e.Paddle))
	}
	if e.Kind == BidTaken {
		b = append(b, `,"amount":`...)
		b = strconv.AppendInt(b, int64(e.Amount), 10)
		b = append(b, `,"automatic":`...)
		b = strconv.AppendBool(b, e.Automatic)
	}
	b = append(b, `,"price":`...)
	b = strconv.AppendInt(b, int64(e.Price), 10)
	b = append(b, `,"lead":`...)
	if e.Lead == "" {
		b = append(b, "null"...)
	} else {
		b = appendString(b, string(e.Lead))
	}
	b = append(b, `,"closes_at":`...)
	b = appendMillis(b, e.ClosesAt)
	return e.appendExtras(b)
}

// appendExtras writes the fields that only some events have.
func (e Event) appendExtras(b []byte) []byte {
	if e.Ref != 0 {
		b = append(b, `,"ref":`...)
		b = strconv.AppendInt(b, e.Ref, 10)
	}
	if e.Reason != "" {
		b = append(b, `,"reason":`...)
		b = appendString(b, e.Reason)
	}
	if !e.From.IsZero() {
		b = append(b, `,"from":`...)
		b = appendMillis(b, e.From)
	}
	if e.Held {
		b = append(b, `,"held":true`...)
	}
	if e.Seal != (Hash{}) {
		b = append(b, `,"seal":"`...)
		b = hex.AppendEncode(b, e.Seal[:])
		b = append(b, '"')
	}
	return b
}

// appendMillis writes a moment in milliseconds UTC, null when there is none.
func appendMillis(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	return strconv.AppendInt(b, t.UnixMilli(), 10)
}

// appendString writes a JSON string, escaping what JSON demands and no more,
// so that there is one way to write each text.
func appendString(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s { // invalid UTF-8 comes out as U+FFFD
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', digits[r>>4], digits[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// clean makes a text that somebody typed fit for a line.
func clean(reason string) string {
	return strings.TrimSpace(strings.ToValidUTF8(reason, "\uFFFD"))
}

// ParseLine reads a line of the public log. It is strict: a line that Line
// would not have written to the byte is an error, so that what is parsed can
// be hashed again. It does not check the hash; CheckPublic does.
func ParseLine(line []byte) (Event, error) {
	var w wire
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return Event{}, fmt.Errorf("line of a log: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Event{}, fmt.Errorf("line of a log: something follows its object")
	}
	if !slices.Contains(kinds[:], w.Event) {
		return Event{}, fmt.Errorf("line of a log: unknown event %.40q", w.Event)
	}
	e := w.event()
	if !bytes.Equal(e.Line(), line) {
		return Event{}, fmt.Errorf("line of a log: seq %d is not written in the canonical way", e.Seq)
	}
	return e, nil
}

// wire is a line's fields as JSON has them.
type wire struct {
	Seq       int64     `json:"seq"`
	At        *int64    `json:"at"`
	Event     EventKind `json:"event"`
	Paddle    Paddle    `json:"paddle"`
	Amount    Money     `json:"amount"`
	Automatic bool      `json:"automatic"`
	Price     Money     `json:"price"`
	Lead      Paddle    `json:"lead"`
	ClosesAt  *int64    `json:"closes_at"`
	Ref       int64     `json:"ref"`
	Reason    string    `json:"reason"`
	From      *int64    `json:"from"`
	Held      bool      `json:"held"`
	Seal      Hash      `json:"seal"`
	Hash      Hash      `json:"hash"`
	Prev      Hash      `json:"prev"`
}

func (w wire) event() Event {
	return Event{Seq: w.Seq, At: fromMillis(w.At), Kind: w.Event, Paddle: w.Paddle, Amount: w.Amount,
		Automatic: w.Automatic, Price: w.Price, Lead: w.Lead, ClosesAt: fromMillis(w.ClosesAt), Ref: w.Ref,
		Reason: w.Reason, From: fromMillis(w.From), Held: w.Held, Seal: w.Seal, Hash: w.Hash, Prev: w.Prev}
}

func fromMillis(ms *int64) time.Time {
	if ms == nil {
		return time.Time{}
	}
	return time.UnixMilli(*ms).UTC()
}
