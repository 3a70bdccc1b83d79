package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"outcry/auction"
)

// expected is what Expect has read for the rest of the transaction.
type expected struct {
	keys    map[bidKey]*lotBid // nil = the key was never used
	bidders map[bidderKey]*bidderRow
}

// bidderKey is a paddle of a sale.
type bidderKey struct {
	sale   int64
	paddle auction.Paddle
}

// fewBids are asked one by one: that is what a statement for many costs.
const fewBids = 4

// Expect reads at once what Answered and Bidder are going to be asked of these
// submissions: a statement for each would be half of what a bid costs. Call it
// when their lots are held, for then nobody else can use their keys; who
// bids is as of this moment. It changes no answer.
func (t *Tx) Expect(ctx context.Context, list []auction.Submission) error {
	if len(list) < fewBids {
		return nil
	}
	if t.expected.keys == nil {
		t.expected = expected{map[bidKey]*lotBid{}, map[bidderKey]*bidderRow{}}
	}
	var keys []bidKey
	paddles := map[int64][]auction.Paddle{} // by sale
	for _, s := range list {
		h, err := t.hold(ctx, s.Lot)
		if none, err := absent(err); err != nil {
			return in(err, "expect bids on lot %d", s.Lot)
		} else if none {
			continue
		}
		k := bidKey{s.Lot, s.Paddle, s.Key}
		if _, known := t.expected.keys[k]; !known {
			t.expected.keys[k] = nil
			keys = append(keys, k)
		}
		b := bidderKey{h.lot.SaleID, s.Paddle}
		if _, known := t.expected.bidders[b]; !known {
			t.expected.bidders[b] = nil
			paddles[b.sale] = append(paddles[b.sale], b.paddle)
		}
	}
	if err := t.expectKeys(ctx, keys); err != nil {
		return in(err, "look for %d keys", len(keys))
	}
	for sale, list := range paddles {
		if err := t.expectBidders(ctx, sale, list); err != nil {
			return in(err, "read who bids in sale %d", sale)
		}
	}
	return nil
}

// selectKeys looks for rowsAtOnce keys. The types are for PostgreSQL, which
// takes values that nobody compares yet for text.
var selectKeys = func() string {
	var b strings.Builder
	b.WriteString("SELECT b.lot_id, " + bidCols + ", b.answer FROM (VALUES ")
	for i := range rowsAtOnce {
		if i > 0 {
			b.WriteString(", ")
		}
		n := 3 * i
		b.WriteString("(CAST($" + strconv.Itoa(n+1) + " AS BIGINT), CAST($" + strconv.Itoa(n+2) + " AS TEXT), CAST($" + strconv.Itoa(n+3) + " AS TEXT))")
	}
	b.WriteString(") v JOIN bids b ON b.lot_id = v.column1 AND b.paddle = v.column2 AND b.key = v.column3")
	return b.String()
}()

func (t *Tx) expectKeys(ctx context.Context, keys []bidKey) error {
	for len(keys) > 0 {
		n := min(len(keys), rowsAtOnce)
		t.args = t.args[:0]
		for i := range rowsAtOnce {
			k := keys[min(i, n-1)] // the last one fills up
			t.args = append(t.args, k.lot, string(k.paddle), k.key)
		}
		found, err := all(ctx, t, readKept, selectKeys, t.args...)
		if err != nil {
			return err
		}
		for i := range found {
			k := &found[i]
			t.expected.keys[bidKey{k.lot, k.bid.By.Paddle, k.bid.Key}] = k
		}
		keys = keys[n:]
	}
	return nil
}

// readKept reads a bid that was kept, with its answer.
func readKept(row scanner, k *lotBid) error {
	var b bidInto
	var text string
	if err := row.Scan(into([]any{&k.lot}, b.dest(), []any{&text})...); err != nil {
		return err
	}
	k.bid = *b.bid()
	return json.Unmarshal([]byte(text), &k.answer)
}

// selectBidders asks for users one by one: SQLite takes four times as long for
// the same as a join.
const selectBidders = `SELECT paddle, spending_limit, name_key, COALESCE((SELECT email FROM users WHERE id = user_id), ''),
		(SELECT role FROM users WHERE id = user_id), blocked_at > 0
	FROM paddles WHERE sale_id = $1 AND approved AND paddle `

// selectManyBidders asks for rowsAtOnce of them.
var selectManyBidders = selectBidders + "IN (" + marks(2, rowsAtOnce) + ")"

func (t *Tx) expectBidders(ctx context.Context, sale int64, paddles []auction.Paddle) error {
	for len(paddles) > 0 {
		n := min(len(paddles), rowsAtOnce)
		t.args = append(t.args[:0], sale)
		for i := range rowsAtOnce {
			t.args = append(t.args, string(paddles[min(i, n-1)]))
		}
		found, err := all(ctx, t, readBidder, selectManyBidders, t.args...)
		if err != nil {
			return err
		}
		for i := range found {
			t.expected.bidders[bidderKey{sale, found[i].paddle}] = &found[i]
		}
		paddles = paddles[n:]
	}
	return nil
}

// bidderRow is what the database knows of a paddle.
type bidderRow struct {
	paddle      auction.Paddle
	limit       auction.Money
	role        auction.Role
	name, email string // folded
	blocked     bool
}

func readBidder(row scanner, b *bidderRow) error {
	return row.Scan(paddle(&b.paddle), money(&b.limit), &b.name, &b.email, (*string)(&b.role), &b.blocked)
}

// bidderRow reads a paddle that is approved; ErrNotFound for any other.
func (t *Tx) bidderRow(ctx context.Context, sale int64, p auction.Paddle) (bidderRow, error) {
	b, read := t.expected.bidders[bidderKey{sale, p}]
	switch {
	case !read:
		return one(ctx, t, readBidder, selectBidders+"= $2", sale, string(p))
	case b == nil:
		return bidderRow{}, ErrNotFound
	}
	return *b, nil
}

// kept reads the bid that came with a key before; ErrNotFound when there was
// none.
func (t *Tx) kept(ctx context.Context, k bidKey) (lotBid, error) {
	b, read := t.expected.keys[k]
	switch {
	case !read:
		return one(ctx, t, readKept, "SELECT b.lot_id, "+bidCols+", b.answer FROM bids b WHERE b.lot_id = $1 AND b.paddle = $2 AND b.key = $3",
			k.lot, string(k.paddle), k.key)
	case b == nil:
		return lotBid{}, ErrNotFound
	}
	return *b, nil
}
