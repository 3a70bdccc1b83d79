package store

import (
	"context"

	"outcry/auction"
)

// Seqs lists where each lot of some sales stands, for those who look whether
// one has moved.
func (s *Store) Seqs(ctx context.Context, saleIDs []int64) ([]auction.LotSeq, error) {
	var seqs []auction.LotSeq
	for _, id := range saleIDs {
		list, err := all(ctx, s.reads, func(row scanner, l *auction.LotSeq) error {
			l.SaleID = id
			return row.Scan(number(&l.LotID), number(&l.Seq))
		}, "SELECT id, seq FROM lots WHERE sale_id = $1", id)
		if err != nil {
			return nil, in(err, "where the lots of sale %d stand", id)
		}
		seqs = append(seqs, list...)
	}
	return seqs, nil
}
