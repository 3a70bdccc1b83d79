package auction

import "time"

// JobKind is what a job is about.
type JobKind string

const (
	JobPhotos    JobKind = "photos"    // pictures for many lots
	JobPack      JobKind = "pack"      // the results pack; it leaves a JobFile
	JobReminders JobKind = "reminders" // to all who owe
)

// JobFile is what a job made, kept for a while.
type JobFile struct {
	JobID int64
	Name  string
	Data  []byte
	Until time.Time
}

// Job is work that takes longer than a page may: it goes on by itself, and
// whoever comes back to its page sees how far it is.
type Job struct {
	ID        int64
	SaleID    int64
	Kind      JobKind
	What      string // in words, such as "Pictures from photos.zip"
	Total     int    // parts in all
	Done      int    // parts that are over with, well or not
	Problems  string // a line each
	StartedAt time.Time
	SeenAt    time.Time // when it was last at work
	EndedAt   time.Time // zero while it is at work
}

// jobSilence is how long a job at work says nothing at most. One that was
// silent for longer ended with its process.
const jobSilence = 2 * time.Minute

// Broken reports whether the job was cut off, because its process ended.
func (j Job) Broken(now time.Time) bool {
	return j.EndedAt.IsZero() && now.Sub(j.SeenAt) > jobSilence
}

// Running reports whether the job is at work.
func (j Job) Running(now time.Time) bool { return j.EndedAt.IsZero() && !j.Broken(now) }
