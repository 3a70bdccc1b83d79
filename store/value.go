package store

import (
	"encoding/json"
	"fmt"
	"time"

	"outcry/auction"
)

// How values lie in columns: instants as milliseconds UTC with 0 for never,
// durations as milliseconds, money as it is, hashes as 32 bytes, tables as
// JSON. The types below read them without a detour through reflection.

func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func span(d time.Duration) int64 { return d.Milliseconds() }

type timeInto time.Time

func (p *timeInto) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return fmt.Errorf("an instant in a column is %T", src)
	}
	*p = timeInto(instant(v))
	return nil
}

type spanInto time.Duration

func (p *spanInto) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a duration in a column is %T", src)
	}
	*p = spanInto(time.Duration(v) * time.Millisecond)
	return nil
}

type int64Into int64

func (p *int64Into) Scan(src any) error {
	switch v := src.(type) {
	case int64:
		*p = int64Into(v)
	case nil:
		*p = 0
	default:
		return fmt.Errorf("a number in a column is %T", src)
	}
	return nil
}

type intInto int

func (p *intInto) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a count in a column is %T", src)
	}
	*p = intInto(v)
	return nil
}

type hashInto auction.Hash

func (p *hashInto) Scan(src any) error {
	v, ok := src.([]byte)
	if !ok || len(v) != len(p) {
		return fmt.Errorf("a hash in a column is %T of %d bytes", src, len(v))
	}
	copy(p[:], v)
	return nil
}

type nonceInto [16]byte

func (p *nonceInto) Scan(src any) error {
	if src == nil {
		*p = nonceInto{}
		return nil
	}
	v, ok := src.([]byte)
	if !ok || len(v) != len(p) {
		return fmt.Errorf("a nonce in a column is %T of %d bytes", src, len(v))
	}
	copy(p[:], v)
	return nil
}

// Short hands for the columns of our types.

func at(t *time.Time) *timeInto             { return (*timeInto)(t) }
func lasts(d *time.Duration) *spanInto      { return (*spanInto)(d) }
func money(m *auction.Money) *int64Into     { return (*int64Into)(m) }
func number(n *int64) *int64Into            { return (*int64Into)(n) }
func count(n *int) *intInto                 { return (*intInto)(n) }
func hash(h *auction.Hash) *hashInto        { return (*hashInto)(h) }
func nonce(n *[16]byte) *nonceInto          { return (*nonceInto)(n) }
func steps(t *auction.Table) *stepsInto     { return (*stepsInto)(t) }
func tiers(p *auction.Premium) *tiersInto   { return (*tiersInto)(p) }
func paddle(p *auction.Paddle) *string      { return (*string)(p) }
func readInt64(row scanner, n *int64) error { return row.Scan(number(n)) }

// pairs reads a table of two numbers a row, as pairsText wrote it.
func pairs(src any) ([][2]int64, error) {
	var text []byte
	switch v := src.(type) {
	case string:
		text = []byte(v)
	case []byte:
		text = v
	default:
		return nil, fmt.Errorf("a table in a column is %T", src)
	}
	var rows [][2]int64
	if err := json.Unmarshal(text, &rows); err != nil {
		return nil, fmt.Errorf("a table in a column: %w", err)
	}
	return rows, nil
}

// pairsText writes a table of two numbers a row for a column: [[1,2],[3,4]].
func pairsText(n int, row func(i int) [2]int64) string {
	b := []byte{'['}
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		r := row(i)
		b = fmt.Appendf(b, "[%d,%d]", r[0], r[1])
	}
	return string(append(b, ']'))
}

type stepsInto auction.Table

func (p *stepsInto) Scan(src any) error {
	rows, err := pairs(src)
	*p = nil
	for _, r := range rows {
		*p = append(*p, auction.Band{UpTo: auction.Money(r[0]), Step: auction.Money(r[1])})
	}
	return err
}

// stepsText writes an increment table for a column: [[up to, step], …].
func stepsText(t auction.Table) string {
	return pairsText(len(t), func(i int) [2]int64 { return [2]int64{int64(t[i].UpTo), int64(t[i].Step)} })
}

type tiersInto auction.Premium

func (p *tiersInto) Scan(src any) error {
	rows, err := pairs(src)
	*p = nil
	for _, r := range rows {
		*p = append(*p, auction.Tier{UpTo: auction.Money(r[0]), Rate: auction.Rate(r[1])})
	}
	return err
}

// tiersText writes a buyer's premium for a column: [[up to, rate], …].
func tiersText(p auction.Premium) string {
	return pairsText(len(p), func(i int) [2]int64 { return [2]int64{int64(p[i].UpTo), int64(p[i].Rate)} })
}
