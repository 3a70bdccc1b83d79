package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"outcry/auction"
)

// lotEvent is an event that waits to be written.
type lotEvent struct {
	lot int64
	auction.Event
	opened *opening // LotOpened only
}

// opening is what is hidden behind the seal of a LotOpened.
type opening struct {
	terms auction.Terms
	nonce [16]byte
}

const eventCols = `seq, at, kind, paddle, amount, automatic, price, lead, closes_at, ref, reason,
	from_at, held, seal, hash, prev`

func eventInto(e *auction.Event) []any {
	return []any{number(&e.Seq), at(&e.At), (*string)(&e.Kind), paddle(&e.Paddle), money(&e.Amount), &e.Automatic,
		money(&e.Price), paddle(&e.Lead), at(&e.ClosesAt), number(&e.Ref), &e.Reason,
		at(&e.From), &e.Held, hash(&e.Seal), hash(&e.Hash), hash(&e.Prev)}
}

func readEvent(row scanner, e *auction.Event) error { return row.Scan(eventInto(e)...) }

// rowsAtOnce is how many rows one statement inserts when there are many.
const rowsAtOnce = 32

var (
	insertEvent  = insert("events", "lot_id, "+eventCols+", nonce, terms", 1)
	insertEvents = insert("events", "lot_id, "+eventCols+", nonce, terms", rowsAtOnce)
)

// insert builds an INSERT of so many rows.
func insert(table, cols string, rows int) string {
	n := strings.Count(cols, ",") + 1
	var b strings.Builder
	b.WriteString("INSERT INTO " + table + " (" + cols + ") VALUES ")
	for i := range rows {
		b.WriteString([]string{", (", "("}[btoi(i == 0)])
		for j := range n {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteString("$" + strconv.Itoa(i*n+j+1))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// marks lists n arguments, the first of them $from.
func marks(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(from+i))
	}
	return b.String()
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// inserts writes n rows with as few statements as there are shapes for. args
// appends the values of row i to t.args.
func (t *Tx) inserts(ctx context.Context, n int, single, many string, args func(i int) error) error {
	for i := 0; i < n; {
		k, text := 1, single
		if n-i >= rowsAtOnce {
			k, text = rowsAtOnce, many
		}
		t.args = t.args[:0]
		for range k {
			if err := args(i); err != nil {
				return err
			}
			i++
		}
		if err := t.insert(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// insert runs a statement that returns no rows with t.args.
func (t *Tx) insert(ctx context.Context, text string) error {
	direct, ok := t.session.(inserter)
	if !ok {
		_, err := t.exec(ctx, text, t.args...)
		return err
	}
	t.values = t.values[:0]
	for i, v := range t.args {
		t.values = append(t.values, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	err := direct.insert(text, t.values)
	if err != nil && t.failed == nil {
		t.failed = err
	}
	return err
}

func (t *Tx) writeEvents(ctx context.Context) error {
	return t.inserts(ctx, len(t.events), insertEvent, insertEvents, func(i int) error {
		e := &t.events[i]
		var salt, terms any
		if e.opened != nil {
			text, err := json.Marshal(e.opened.terms)
			if err != nil {
				return err
			}
			salt, terms = e.opened.nonce[:], string(text)
		}
		t.args = append(t.args, e.lot, e.Seq, ms(e.At), string(e.Kind), string(e.Paddle), int64(e.Amount), e.Automatic,
			int64(e.Price), string(e.Lead), ms(e.ClosesAt), e.Ref, e.Reason,
			ms(e.From), e.Held, e.Seal[:], e.Hash[:], e.Prev[:], salt, terms)
		return nil
	})
}

// strikeOut marks the bids that the events just written void, and forgets the
// events: they are in the database now.
func (t *Tx) strikeOut(ctx context.Context) error {
	for _, e := range t.events {
		if e.Kind != auction.BidVoided {
			continue
		}
		if _, err := t.exec(ctx, "UPDATE bids SET voided = TRUE WHERE lot_id = $1 AND seq = $2", e.lot, e.Ref); err != nil {
			return fmt.Errorf("strike out bid %d of lot %d: %w", e.Ref, e.lot, err)
		}
	}
	t.events = t.events[:0]
	return nil
}

// Events lists a lot's public events in order of seq. An unknown lot has none.
func (s *Store) Events(ctx context.Context, lot int64) ([]auction.Event, error) {
	return s.EventsAfter(ctx, lot, 0)
}

// EventsAfter lists a lot's public events beyond a seq.
func (s *Store) EventsAfter(ctx context.Context, lot, seq int64) ([]auction.Event, error) {
	list, err := all(ctx, s.reads, readEvent,
		"SELECT "+eventCols+" FROM events WHERE lot_id = $1 AND seq > $2 ORDER BY seq", lot, seq)
	return list, in(err, "events of lot %d", lot)
}

// LatestEvents lists a lot's last n public events in order of seq.
func (s *Store) LatestEvents(ctx context.Context, lot int64, n int) ([]auction.Event, error) {
	list, err := all(ctx, s.reads, readEvent,
		"SELECT "+eventCols+" FROM events WHERE lot_id = $1 ORDER BY seq DESC LIMIT $2", lot, n)
	slices.Reverse(list)
	return list, in(err, "latest events of lot %d", lot)
}

// LatestBids lists the last n bids taken in a sale, the newest first.
func (s *Store) LatestBids(ctx context.Context, saleID int64, n int) ([]auction.LotEvent, error) {
	list, err := all(ctx, s.reads, func(row scanner, e *auction.LotEvent) error {
		return row.Scan(into([]any{&e.LotID, &e.Number}, eventInto(&e.Event))...)
	}, "SELECT l.id, l.number, "+prefixed("e", eventCols)+` FROM bids b JOIN lots l ON l.id = b.lot_id
			JOIN events e ON e.lot_id = b.lot_id AND e.seq = b.seq
		WHERE l.sale_id = $1 ORDER BY b.id DESC LIMIT $2`, saleID, n)
	return list, in(err, "latest bids of sale %d", saleID)
}

// prefixed names the table of every column in a list.
func prefixed(table, cols string) string {
	names := strings.Split(cols, ",")
	for i, n := range names {
		names[i] = table + "." + strings.TrimSpace(n)
	}
	return strings.Join(names, ", ")
}

// record columns: an event, and what the house keeps behind its seal.
const recordFrom = ` FROM events e LEFT JOIN bids b ON b.lot_id = e.lot_id AND b.seq = e.seq`

var recordCols = prefixed("e", eventCols) + ", e.nonce, e.terms, " + bidCols

// recordInto reads records one after the other.
type recordInto struct {
	event auction.Event
	nonce [16]byte
	terms *string
	bid   bidInto
}

func (r *recordInto) dest() []any {
	return into(eventInto(&r.event), []any{nonce(&r.nonce), &r.terms}, r.bid.dest())
}

// record makes a record of what was read last.
func (r *recordInto) record() (auction.Record, error) {
	rec := auction.Record{Event: r.event, Nonce: r.nonce, Bid: r.bid.bid()}
	if r.terms != nil {
		rec.Terms = new(auction.Terms)
		if err := json.Unmarshal([]byte(*r.terms), rec.Terms); err != nil {
			return rec, fmt.Errorf("terms at event %d: %w", rec.Seq, err)
		}
	}
	return rec, nil
}

func readRecord(row scanner, rec *auction.Record) (err error) {
	var r recordInto
	if err := row.Scan(r.dest()...); err != nil {
		return err
	}
	*rec, err = r.record()
	return err
}

// Log returns a lot's records in order of seq.
func (t *Tx) Log(ctx context.Context, lot int64) ([]auction.Record, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	list, err := all(ctx, t, readRecord, "SELECT "+recordCols+recordFrom+" WHERE e.lot_id = $1 ORDER BY e.seq", lot)
	return list, in(err, "log of lot %d", lot)
}
