package views

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// JobView is work that goes on by itself.
type JobView struct {
	Page
	Sale auction.Sale
	Job  auction.Job
	Now  time.Time

	File  string    // name of what it made, "" = nothing, or not any more
	Until time.Time // so long it is kept
}

// PhotosView is where pictures for many lots are handed over.
type PhotosView struct {
	Page
	Sale  auction.Sale
	Jobs  []auction.Job // the newest of the sale, the last first
	Now   time.Time
	Error string
}

// jobState says where a job stands.
func jobState(j auction.Job, now time.Time) (state string, word lang.Key) {
	switch {
	case j.Broken(now):
		return "refused", lang.Key("Broke off")
	case j.Running(now):
		return "info", lang.Key("At work")
	case j.Problems != "":
		return "resv", lang.Key("Done, with problems")
	}
	return "met", lang.Key("Done")
}

// jobCount is how far a job is, in words.
func jobCount(ctx context.Context, j auction.Job) string {
	return lang.T(ctx, "%s of %s", number(ctx, j.Done), number(ctx, j.Total))
}

func jobProblems(j auction.Job) []string {
	if j.Problems == "" {
		return nil
	}
	return strings.Split(j.Problems, "\n")
}

func jobURL(id int64) templ.SafeURL { return templ.SafeURL("/desk/jobs/" + itoa64(id)) }

// JobWhat names a job. That of pictures names their file, and was written down
// for whoever started it.
func JobWhat(ctx context.Context, j auction.Job) string {
	switch j.Kind {
	case auction.JobPack:
		return lang.T(ctx, "Results pack")
	case auction.JobReminders:
		return lang.T(ctx, "Reminders to all who owe")
	}
	return j.What
}

// jobLeft heads what a job could not do.
func jobLeft(j auction.Job) lang.Key {
	if j.Kind == auction.JobReminders {
		return "Who was not written to"
	}
	return "What was left out"
}

// jobAgain says how to go on with a job that broke off.
func jobAgain(j auction.Job) lang.Key {
	switch j.Kind {
	case auction.JobPack:
		return "Make it again."
	case auction.JobReminders:
		return "Who was written to is not written to again today: remind all once more."
	}
	return "What was done is kept. Hand the same file over again for the rest."
}
