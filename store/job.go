package store

import (
	"context"

	"outcry/auction"
)

const jobCols = "sale_id, what, total, done, problems, started_at, seen_at, ended_at"

func readJob(row scanner, j *auction.Job) error {
	return row.Scan(number(&j.ID), number(&j.SaleID), &j.What, count(&j.Total), count(&j.Done), &j.Problems,
		at(&j.StartedAt), at(&j.SeenAt), at(&j.EndedAt))
}

// AddJob notes work that begins, and returns it with its id.
func (s *Store) AddJob(ctx context.Context, j auction.Job) (auction.Job, error) {
	err := s.Update(ctx, func(tx *Tx) (err error) {
		j.ID, err = one(ctx, tx, readInt64, insert("jobs", jobCols, 1)+" RETURNING id",
			j.SaleID, j.What, j.Total, j.Done, j.Problems, ms(j.StartedAt), ms(j.SeenAt), ms(j.EndedAt))
		return err
	})
	return j, in(err, "add a job of sale %d", j.SaleID)
}

// SaveJob writes how far a job is.
func (s *Store) SaveJob(ctx context.Context, j auction.Job) error {
	return in(s.write(ctx, "UPDATE jobs SET total = $1, done = $2, problems = $3, seen_at = $4, ended_at = $5 WHERE id = $6",
		j.Total, j.Done, j.Problems, ms(j.SeenAt), ms(j.EndedAt), j.ID), "save job %d", j.ID)
}

// Job returns a job.
func (s *Store) Job(ctx context.Context, id int64) (auction.Job, error) {
	j, err := one(ctx, s.reads, readJob, "SELECT id, "+jobCols+" FROM jobs WHERE id = $1", id)
	return j, in(err, "job %d", id)
}

// Jobs lists the newest jobs of a sale, the last first, at most limit.
func (s *Store) Jobs(ctx context.Context, saleID int64, limit int) ([]auction.Job, error) {
	list, err := all(ctx, s.reads, readJob, "SELECT id, "+jobCols+" FROM jobs WHERE sale_id = $1 ORDER BY id DESC LIMIT $2", saleID, limit)
	return list, in(err, "jobs of sale %d", saleID)
}
