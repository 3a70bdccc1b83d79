package store

import (
	"encoding/json"
	"strconv"
	"time"

	"outcry/auction"
)

// appendAnswer writes an answer as the JSON that json.Unmarshal reads back
// into it. A thousand answers are written while a thousand bidders wait;
// encoding/json takes four times as long for them.
func appendAnswer(b []byte, a *auction.Answer) []byte {
	j := answerJSON{b: append(b, '{')}
	j.text("Outcome", string(a.Outcome))
	j.text("Reason", string(a.Reason))
	j.number("Lot", a.Lot)
	j.text("Key", a.Key)
	j.number("Amount", int64(a.Amount))
	j.number("Seq", a.Seq)
	j.time("At", a.At)
	j.number("Price", int64(a.Price))
	j.number("Ask", int64(a.Ask))
	j.text("Lead", string(a.Lead))
	j.time("ClosesAt", a.ClosesAt)
	if a.ReserveMet != nil {
		j.name("ReserveMet")
		j.b = strconv.AppendBool(j.b, *a.ReserveMet)
	}
	j.number("OwnMax", int64(a.OwnMax))
	j.number("BuyNow", int64(a.BuyNow))
	j.number("Limit", int64(a.Limit))
	j.time("Missed", a.Missed)
	return append(j.b, '}')
}

// answerJSON appends the fields of an object; zero values are left out.
type answerJSON struct{ b []byte }

func (j *answerJSON) name(name string) {
	if j.b[len(j.b)-1] != '{' {
		j.b = append(j.b, ',')
	}
	j.b = append(append(append(j.b, '"'), name...), '"', ':')
}

func (j *answerJSON) number(name string, n int64) {
	if n != 0 {
		j.name(name)
		j.b = strconv.AppendInt(j.b, n, 10)
	}
}

func (j *answerJSON) time(name string, t time.Time) {
	if !t.IsZero() {
		j.name(name)
		j.b = append(t.UTC().AppendFormat(append(j.b, '"'), time.RFC3339Nano), '"')
	}
}

func (j *answerJSON) text(name, s string) {
	if s == "" {
		return
	}
	j.name(name)
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			quoted, err := json.Marshal(s)
			if err != nil {
				panic(err) // a string always has a JSON
			}
			j.b = append(j.b, quoted...)
			return
		}
	}
	j.b = append(append(append(j.b, '"'), s...), '"')
}
