package store

import (
	"context"
	"fmt"

	"outcry/auction"
)

// lotBid is a submission that waits to be written.
type lotBid struct {
	lot    int64
	bid    auction.Bid
	answer auction.Answer
}

const bidCols = "b.paddle, b.key, b.amount, b.kind, b.nonce"

// bidInto reads the bid behind an event; there may be none.
type bidInto struct {
	paddle, key, kind *string
	amount            int64
	nonce             [16]byte
}

func (b *bidInto) dest() []any {
	return []any{&b.paddle, &b.key, number(&b.amount), &b.kind, nonce(&b.nonce)}
}

func (b *bidInto) bid() *auction.Bid {
	if b.paddle == nil {
		return nil
	}
	return &auction.Bid{By: auction.Bidder{Paddle: auction.Paddle(*b.paddle)}, Amount: auction.Money(b.amount),
		Kind: auction.Kind(*b.kind), Key: *b.key, Nonce: b.nonce}
}

var (
	insertBid  = insert("bids", "lot_id, paddle, key, amount, kind, nonce, at, seq, answer", 1)
	insertBids = insert("bids", "lot_id, paddle, key, amount, kind, nonce, at, seq, answer", rowsAtOnce)
)

// KeepBid writes a submission under its key with its answer. While the disk
// is full it is ErrFull: the last room is for the ends of lots.
func (t *Tx) KeepBid(_ context.Context, lot int64, b auction.Bid, a auction.Answer) error {
	if t.s.room.full() {
		return fmt.Errorf("keep a bid on lot %d: %w", lot, ErrFull)
	}
	k := bidKey{lot, b.By.Paddle, b.Key}
	if _, taken := t.answers[k]; taken {
		return fmt.Errorf("keep a bid on lot %d: its key was used: %w", lot, ErrConflict)
	}
	if t.answers == nil {
		t.answers = make(map[bidKey]int)
	}
	t.answers[k] = len(t.bids)
	t.bids = append(t.bids, lotBid{lot, b, a})
	return nil
}

func (t *Tx) writeBids(ctx context.Context) error {
	wait := t.bids[t.written:]
	err := t.inserts(ctx, len(wait), insertBid, insertBids, func(i int) error {
		b := &wait[i]
		var seq any
		if b.answer.Outcome != auction.Refused {
			seq = b.answer.Seq
		}
		t.buf = appendAnswer(t.buf[:0], &b.answer)
		t.args = append(t.args, b.lot, string(b.bid.By.Paddle), b.bid.Key, int64(b.bid.Amount), string(b.bid.Kind),
			b.bid.Nonce[:], ms(b.answer.At), seq, string(t.buf))
		return nil
	})
	t.written = len(t.bids)
	return err
}

// Answered returns the bid that came with a key before, and its answer.
// Of its bidder only the paddle is kept.
func (t *Tx) Answered(ctx context.Context, lot int64, p auction.Paddle, key string) (auction.Bid, auction.Answer, error) {
	if i, ok := t.answers[bidKey{lot, p, key}]; ok {
		b := t.bids[i].bid
		b.By = auction.Bidder{Paddle: p}
		return b, t.bids[i].answer, nil
	}
	kept, err := t.kept(ctx, bidKey{lot, p, key})
	if err != nil {
		return auction.Bid{}, auction.Answer{}, in(err, "an earlier bid on lot %d", lot)
	}
	// Its commit may have lost its wait for the synchronous standby. With the
	// lot held, this transaction's commit waits for what came before it: the
	// answer is not given again until it is kept as it was promised.
	_, err = t.hold(ctx, lot)
	return kept.bid, kept.answer, in(err, "hold lot %d", lot)
}

// Bidder returns what the rules need to know of a paddle for a lot (rules
// §10). A paddle that is not registered, or not approved, is ErrNotFound.
func (t *Tx) Bidder(ctx context.Context, lot int64, p auction.Paddle) (auction.Bidder, error) {
	h, err := t.hold(ctx, lot)
	if err != nil {
		return auction.Bidder{}, in(err, "bidder %s on lot %d", p, lot)
	}
	row, err := t.bidderRow(ctx, h.lot.SaleID, p)
	if err != nil {
		return auction.Bidder{}, in(err, "bidder %s on lot %d", p, lot)
	}
	b := auction.Bidder{Paddle: p, Limit: row.limit, Blocked: row.blocked}
	b.Own = h.consignor != "" && (h.consignor == row.name || h.consignor == row.email) || row.role.Staff() && h.terms.Reserve > 0
	if b.Limit > 0 {
		b.Committed, err = t.committed(ctx, h.lot.SaleID, lot, p)
	}
	return b, in(err, "what paddle %s stands for", p)
}

// stake is one lot that a paddle leads or bought.
type stake struct {
	id     int64
	amount auction.Money
}

// committed is the sum of a paddle's maxima where it leads plus what it won,
// one lot left out. What this transaction holds counts as it stands in it.
func (t *Tx) committed(ctx context.Context, saleID, except int64, p auction.Paddle) (auction.Money, error) {
	stakes, err := all(ctx, t, func(row scanner, s *stake) error {
		return row.Scan(&s.id, money(&s.amount))
	}, `SELECT id, CASE WHEN state = 'open' THEN max WHEN state = 'sold' THEN hammer ELSE 0 END
		FROM lots WHERE sale_id = $1 AND lead = $2 AND id <> $3`, saleID, string(p), except)
	var sum auction.Money
	for _, s := range stakes {
		if t.lots[s.id] == nil {
			sum += s.amount
		}
	}
	for id, h := range t.lots {
		if id == except || h.lot.SaleID != saleID || h.lot.Lead != p {
			continue
		}
		switch h.lot.State {
		case auction.Open:
			sum += h.lot.Max
		case auction.Sold:
			sum += h.lot.Hammer
		}
	}
	return sum, err
}
