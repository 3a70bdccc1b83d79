package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// Work that takes longer than a page may goes on in a goroutine of its own and
// notes in the store how far it is, so that its page can be left and come back
// to, on any process of the house. It ends with the process; Wait waits for it.

// progress is how far a job is. It belongs to the job's goroutine.
type progress struct {
	store   jobStore
	job     auction.Job
	lines   int       // of problems
	written time.Time // when the store was last told
}

const (
	jobEvery = time.Second // how often the store is told
	jobLines = 200         // of problems that are kept
)

// step says that one more part is over with; problem says what is wrong with
// it, "" for nothing.
func (p *progress) step(ctx context.Context, problem string) error {
	p.job.Done++
	p.problem(ctx, problem)
	if time.Since(p.written) < jobEvery {
		return nil
	}
	p.job.SeenAt, p.written = now(), time.Now()
	return p.store.SaveJob(ctx, p.job)
}

func (p *progress) problem(ctx context.Context, text string) {
	switch {
	case text == "" || p.lines > jobLines:
		return
	case p.lines == jobLines:
		text = lang.T(ctx, "There is more; this is the first of it.")
	}
	p.lines++
	p.job.Problems = strings.TrimPrefix(p.job.Problems+"\n"+text, "\n")
}

// start begins a job of a kind with total parts, and returns it. do gets a context that
// ends with the process, and gives the reason why it could not go on, if any.
func (h *Handlers) start(ctx context.Context, s auction.Sale, kind auction.JobKind, what string, total int, do func(context.Context, *progress) error) (auction.Job, error) {
	begun := now()
	j, err := h.cfg.Store.AddJob(ctx, auction.Job{SaleID: s.ID, Kind: kind, What: what, Total: total, StartedAt: begun, SeenAt: begun})
	if err != nil {
		return j, err
	}
	h.jobs.Go(func() {
		p := &progress{store: h.cfg.Store, job: j, written: time.Now()}
		running := lang.With(h.live.ctx, lang.Of(ctx)) // what it leaves is read by who started it
		if err := guarded(running, p, do); err != nil {
			h.cfg.Log.Error("a job broke off", "job", j.ID, "what", what, "err", err)
			p.problem(running, lang.T(running, "It broke off: %s", problemText(running, err)))
			if running.Err() != nil {
				return // its page says so after a while, and when it can go on
			}
		}
		p.job.SeenAt, p.job.EndedAt = now(), now()
		if err := h.cfg.Store.SaveJob(context.WithoutCancel(running), p.job); err != nil {
			h.cfg.Log.Error("the end of a job was not noted", "job", j.ID, "err", err)
		}
	})
	return j, nil
}

// guarded runs a job and makes an error of a panic: pictures and files are
// other people's, and the house goes on.
func guarded(ctx context.Context, p *progress, do func(context.Context, *progress) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return do(ctx, p)
}

// problemText is an error for people.
func problemText(ctx context.Context, err error) string {
	p, _ := problemOf(ctx, err) // kept with the job, for whoever looks
	return p.say(ctx)
}

// Wait waits for the jobs of this process, which end soon after the context
// that New was given.
func (h *Handlers) Wait() { h.jobs.Wait() }

func jobPath(id int64) string { return "/desk/jobs/" + strconv.FormatInt(id, 10) }

// jobRefresh is after how many seconds the page of a job looks again.
const jobRefresh = "2"

// job shows how far a job is.
func (h *Handlers) job(w http.ResponseWriter, r *request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return auction.ErrNotFound
	}
	j, err := h.cfg.Store.Job(r.Context(), id)
	if err != nil {
		return err
	}
	s, err := h.sales.get(r.Context(), j.SaleID)
	if err != nil {
		return err
	}
	v := views.JobView{Sale: s, Job: j, Now: now()}
	here := map[auction.JobKind]views.Here{auction.JobPack: views.HereResults, auction.JobReminders: views.HereCheckout}[j.Kind]
	if here == views.HereNone {
		here = views.HereLots
	}
	if v.Page, err = h.frame(r, lang.Key(views.JobWhat(r.Context(), j)), here, s); err != nil {
		return err
	}
	if j.Kind == auction.JobPack && !j.EndedAt.IsZero() {
		file, err := h.cfg.Store.JobFile(r.Context(), j.ID, v.Now)
		if err != nil && !errors.Is(err, auction.ErrNotFound) {
			return err
		}
		v.File, v.Until = file.Name, file.Until
	}
	if j.Running(v.Now) {
		w.Header().Set("Refresh", jobRefresh)
	}
	return h.page(w, r.Request, http.StatusOK, views.Job(v))
}

// jobFile answers with what a job made, while it is kept.
func (h *Handlers) jobFile(w http.ResponseWriter, r *request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return auction.ErrNotFound
	}
	f, err := h.cfg.Store.JobFile(r.Context(), id, now())
	if err != nil {
		return err
	}
	attach(w, "application/zip", f.Name)
	_, err = h.patient(w).Write(f.Data)
	return ignoreGone(err)
}
