package store

import (
	"context"
	"strings"
	"time"

	"outcry/auction"
)

const jobCols = "sale_id, kind, what, total, done, problems, started_at, seen_at, ended_at"

func readJob(row scanner, j *auction.Job) error {
	return row.Scan(number(&j.ID), number(&j.SaleID), (*string)(&j.Kind), &j.What, count(&j.Total), count(&j.Done), &j.Problems,
		at(&j.StartedAt), at(&j.SeenAt), at(&j.EndedAt))
}

// AddJob notes work that begins, and returns it with its id.
func (s *Store) AddJob(ctx context.Context, j auction.Job) (auction.Job, error) {
	err := s.Update(ctx, func(tx *Tx) (err error) {
		j.ID, err = one(ctx, tx, readInt64, insert("jobs", jobCols, 1)+" RETURNING id",
			j.SaleID, string(j.Kind), j.What, j.Total, j.Done, j.Problems, ms(j.StartedAt), ms(j.SeenAt), ms(j.EndedAt))
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

// Jobs lists the newest jobs of a kind in a sale, the last first, at most
// limit.
func (s *Store) Jobs(ctx context.Context, saleID int64, kind auction.JobKind, limit int) ([]auction.Job, error) {
	list, err := all(ctx, s.reads, readJob, "SELECT id, "+jobCols+" FROM jobs WHERE sale_id = $1 AND kind = $2 ORDER BY id DESC LIMIT $3",
		saleID, string(kind), limit)
	return list, in(err, "jobs of sale %d", saleID)
}

// packsKept is how many files of jobs a sale keeps: the oldest give way.
const packsKept = 3

// KeepJobFile keeps what a job made. ErrFull when the disk has no room for it.
func (s *Store) KeepJobFile(ctx context.Context, f auction.JobFile) error {
	if s.room.full() { // the last room is for the ends of lots
		return ErrFull
	}
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, insert("job_files", "job_id, name, data, until_at", 1), f.JobID, f.Name, f.Data, ms(f.Until))
		if err != nil {
			return err
		}
		const ofSale = "SELECT id FROM jobs WHERE sale_id = (SELECT sale_id FROM jobs WHERE id = $1)"
		_, err = tx.exec(ctx, "DELETE FROM job_files WHERE job_id IN ("+ofSale+`)
			AND job_id NOT IN (SELECT job_id FROM job_files WHERE job_id IN (`+strings.Replace(ofSale, "$1", "$2", 1)+`) ORDER BY job_id DESC LIMIT $3)`,
			f.JobID, f.JobID, packsKept)
		return err
	})
	return in(err, "keep the file of job %d", f.JobID)
}

// JobFile returns what a job made; ErrNotFound once its time is over.
func (s *Store) JobFile(ctx context.Context, job int64, now time.Time) (auction.JobFile, error) {
	f, err := one(ctx, s.reads, func(row scanner, f *auction.JobFile) error {
		return row.Scan(number(&f.JobID), &f.Name, &f.Data, at(&f.Until))
	}, "SELECT job_id, name, data, until_at FROM job_files WHERE job_id = $1 AND until_at > $2", job, ms(now))
	return f, in(err, "file of job %d", job)
}

// SweepJobFiles forgets the files whose time is over at an instant.
func (s *Store) SweepJobFiles(ctx context.Context, now time.Time) error {
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, "DELETE FROM job_files WHERE until_at <= $1", ms(now))
		return err
	})
	return in(err, "sweep the files of jobs")
}
