package store

import (
	"context"
	"strconv"
	"strings"

	"outcry/auction"
)

// Seqs tells of every lot of these sales how far its log has come, by sale and
// id: what a process asks for each second that may have missed a change. For
// 10,000 lots that takes 20 ms of PostgreSQL and of this process; an index of
// its own would save nothing, and would cost every bid.
func (s *Store) Seqs(ctx context.Context, saleIDs []int64) ([]auction.LotSeq, error) {
	if len(saleIDs) == 0 {
		return nil, nil
	}
	places, args := inList(saleIDs)
	list, err := all(ctx, s.reads, func(row scanner, q *auction.LotSeq) error {
		return row.Scan(&q.SaleID, &q.LotID, &q.Seq)
	}, "SELECT sale_id, id, seq FROM lots WHERE sale_id IN ("+places+") ORDER BY sale_id, id", args...)
	return list, in(err, "seqs of %d sales", len(saleIDs))
}

// Decisions tells of the lots of these sales about which something was decided
// after the sale how often that was, by sale and id.
func (s *Store) Decisions(ctx context.Context, saleIDs []int64) ([]auction.LotSeq, error) {
	if len(saleIDs) == 0 {
		return nil, nil
	}
	places, args := inList(saleIDs)
	list, err := all(ctx, s.reads, func(row scanner, q *auction.LotSeq) error {
		return row.Scan(&q.SaleID, &q.LotID, &q.Seq)
	}, "SELECT l.sale_id, l.id, count(*) FROM after_acts a JOIN lots l ON l.id = a.lot_id WHERE l.sale_id IN ("+places+") GROUP BY l.sale_id, l.id ORDER BY l.sale_id, l.id", args...)
	return list, in(err, "decisions after %d sales", len(saleIDs))
}

// inList writes ids as an IN list. Their number is rounded up to a power of
// two, by the last id again, so that there are few texts to keep prepared.
func inList(ids []int64) (places string, args []any) {
	var b strings.Builder
	for i := 0; i < len(ids) || i&(i-1) != 0; i++ {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
		args = append(args, ids[min(i, len(ids)-1)])
	}
	return b.String(), args
}
