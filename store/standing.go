package store

import (
	"context"

	"outcry/auction"
)

// standingFrom reads where paddles stand: only their own maxima, and those
// struck out do not count.
const selectStanding = `SELECT l.id, b.paddle, l.seq, l.lead = b.paddle, l.state,
		COALESCE(MAX(CASE WHEN NOT b.voided THEN b.amount END), 0)
	FROM bids b JOIN lots l ON l.id = b.lot_id WHERE b.seq IS NOT NULL`

const standingGroup = " GROUP BY l.id, b.paddle, l.seq, l.lead, l.state"

func readStanding(row scanner, s *auction.Standing) error {
	var state auction.State
	if err := row.Scan(&s.Lot, paddle(&s.Paddle), &s.Seq, &s.Leads, (*string)(&state), money(&s.Max)); err != nil {
		return err
	}
	s.Won = s.Leads && state == auction.Sold
	s.Over = state.Over()
	return nil
}

// Standing tells where a paddle stands on a lot; false when it never bid there.
func (s *Store) Standing(ctx context.Context, lot int64, p auction.Paddle) (auction.Standing, bool, error) {
	st, err := one(ctx, s.reads, readStanding,
		selectStanding+" AND b.lot_id = $1 AND b.paddle = $2"+standingGroup, lot, string(p))
	if none, err := absent(err); none || err != nil {
		return auction.Standing{}, false, in(err, "standing of paddle %s on lot %d", p, lot)
	}
	return st, true, nil
}

// Standings tells where a paddle stands on each lot of a sale that it bid on,
// by lot id.
func (s *Store) Standings(ctx context.Context, saleID int64, p auction.Paddle) (map[int64]auction.Standing, error) {
	list, err := all(ctx, s.reads, readStanding,
		selectStanding+" AND l.sale_id = $1 AND b.paddle = $2"+standingGroup, saleID, string(p))
	m := make(map[int64]auction.Standing, len(list))
	for _, st := range list {
		m[st.Lot] = st
	}
	return m, in(err, "standings of paddle %s", p)
}

// BidPaddles lists all paddles that ever had a bid taken on a lot. It asks for
// each paddle of the sale: a hot lot has many more bids than that.
func (s *Store) BidPaddles(ctx context.Context, lot int64) ([]auction.Paddle, error) {
	list, err := all(ctx, s.reads, func(row scanner, p *auction.Paddle) error { return row.Scan(paddle(p)) },
		`SELECT p.paddle FROM paddles p WHERE p.sale_id = (SELECT sale_id FROM lots WHERE id = $1) AND EXISTS (
			SELECT 1 FROM bids b WHERE b.paddle = p.paddle AND b.lot_id = $1 AND b.seq IS NOT NULL) ORDER BY p.paddle`, lot)
	return list, in(err, "paddles on lot %d", lot)
}
