package mail

import (
	"context"
	"errors"
	"log/slog"
	"time"

	gomail "github.com/wneessen/go-mail"

	"outcry/auction"
)

// Box keeps the mails that wait. What another sender has taken meanwhile is
// auction.ErrConflict.
type Box interface {
	// MailDue reports whether a mail is due that nobody is sending.
	MailDue(ctx context.Context, now time.Time) (bool, error)
	// TakeMails hands out n mails that are due, for nobody else until lease.
	TakeMails(ctx context.Context, now, lease time.Time, n int) ([]auction.Mail, error)
	// EndMail says what became of a mail.
	EndMail(ctx context.Context, m auction.Mail, state auction.MailState, why string, now time.Time) error
	// PutOffMail gives a mail back, to be due again later.
	PutOffMail(ctx context.Context, m auction.Mail, due time.Time, fails int, why string) error
	// SweepMails forgets the mails that were done with before an instant.
	SweepMails(ctx context.Context, before time.Time) error
}

// DropError says why a mail is not needed any more, or not wanted.
type DropError struct{ Why string }

func (e *DropError) Error() string { return e.Why }

// LaterError says that a mail is not to go before an instant.
type LaterError struct{ At time.Time }

func (e *LaterError) Error() string { return "not before " + e.At.Format(time.RFC3339) }

// OutboxConfig is what an outbox is made of.
type OutboxConfig struct {
	Box    Box
	Server *Server
	// Compose puts a mail into words, as things stand now. A *DropError ends
	// it, a *LaterError puts it off, any other error is tried again.
	Compose func(ctx context.Context, m auction.Mail, now time.Time) (Message, error)
	Log     *slog.Logger
}

// Outbox sends what is due. Several, of several processes, may work on one box:
// each mail is one sender's at a time. A mail that the server has taken is noted
// at once and not sent again. Should the process be killed between the two, it
// goes out once more when the lease is over, under the same Message-ID.
type Outbox struct {
	cfg   OutboxConfig
	wake  chan struct{} // room for one: something may be due
	swept time.Time     // only Run touches it
}

const (
	look  = time.Second         // how often it looks
	turn  = 8                   // mails in one turn; all of them within the lease
	lease = 10 * time.Minute    // longer than a turn can take: each mail has sendWithin
	keep  = 60 * 24 * time.Hour // how long it is known what became of a mail
)

// NewOutbox returns an outbox that sends nothing until Run.
func NewOutbox(c OutboxConfig) *Outbox {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Outbox{cfg: c, wake: make(chan struct{}, 1)}
}

// Wake has it look at once.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Run sends until ctx ends. What it is sending then is finished or given back.
func (o *Outbox) Run(ctx context.Context) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-o.wake:
		case <-tick.C:
		}
		for {
			n, err := o.Round(ctx, time.Now())
			if err != nil && ctx.Err() == nil {
				o.cfg.Log.Warn("mails wait", "err", err)
			}
			if n < turn || err != nil || ctx.Err() != nil {
				break
			}
		}
		o.sweep(ctx)
	}
}

// Round sends what is due at a moment, a turn of it at most, and returns how
// many mails it took. Its error is that of the box; of the mail server it is
// noted with each mail.
func (o *Outbox) Round(ctx context.Context, now time.Time) (int, error) {
	due, err := o.cfg.Box.MailDue(ctx, now)
	if err != nil || !due {
		return 0, err
	}
	mails, err := o.cfg.Box.TakeMails(ctx, now, now.Add(lease), turn)
	if err != nil {
		return 0, err
	}
	t := &delivery{o: o, ctx: ctx, now: now}
	defer t.hangUp()
	for _, m := range mails {
		if err := t.deliver(m); err != nil && !errors.Is(err, auction.ErrConflict) {
			return len(mails), err
		}
	}
	return len(mails), nil
}

func (o *Outbox) sweep(ctx context.Context) {
	if time.Since(o.swept) < time.Hour {
		return
	}
	o.swept = time.Now()
	if err := o.cfg.Box.SweepMails(ctx, o.swept.Add(-keep)); err != nil && ctx.Err() == nil {
		o.cfg.Log.Warn("old mails were not forgotten", "err", err)
	}
}

// delivery is one turn: its mails share a connection.
type delivery struct {
	o    *Outbox
	ctx  context.Context
	now  time.Time
	line *gomail.Client // nil until the first mail, and after the connection broke
	down error          // the server cannot be reached: what is left of the turn is put off
}

// deliver brings one mail as far as it comes. The process may be stopping: what
// was begun is written down all the same.
func (t *delivery) deliver(m auction.Mail) error {
	box, ctx := t.o.cfg.Box, context.WithoutCancel(t.ctx)
	if t.ctx.Err() != nil {
		return box.PutOffMail(ctx, m, t.now, m.Fails, m.Error)
	}
	if !m.Until.IsZero() && !t.now.Before(m.Until) {
		why := "it could not be sent in time"
		if m.Error != "" {
			why += ": " + m.Error
		}
		return box.EndMail(ctx, m, auction.MailFailed, why, t.now)
	}
	msg, err := t.o.cfg.Compose(ctx, m, t.now)
	var drop *DropError
	var later *LaterError
	switch {
	case errors.As(err, &drop):
		return box.EndMail(ctx, m, auction.MailDropped, drop.Why, t.now)
	case errors.As(err, &later):
		return box.PutOffMail(ctx, m, later.At, m.Fails, m.Error)
	case err != nil:
		t.o.cfg.Log.Error("a mail could not be written", "mail", m.ID, "kind", m.Kind, "err", err)
		return t.putOff(m, err)
	}
	err = t.send(msg)
	switch {
	case errors.As(err, new(refusedError)):
		t.o.cfg.Log.Warn("a mail was refused", "mail", m.ID, "kind", m.Kind, "err", err)
		return box.EndMail(ctx, m, auction.MailFailed, err.Error(), t.now)
	case err != nil:
		t.o.cfg.Log.Warn("a mail was not sent", "mail", m.ID, "kind", m.Kind, "err", err)
		return t.putOff(m, err)
	}
	return box.EndMail(ctx, m, auction.MailSent, "", t.now)
}

// putOff has a mail tried again after a while that doubles with each failure,
// from half a minute to an hour.
func (t *delivery) putOff(m auction.Mail, why error) error {
	wait := 30 * time.Second << min(m.Fails, 7)
	due := t.now.Add(min(wait, time.Hour))
	return t.o.cfg.Box.PutOffMail(context.WithoutCancel(t.ctx), m, due, m.Fails+1, why.Error())
}

func (t *delivery) send(m Message) error {
	if t.down != nil {
		return t.down
	}
	ctx := context.WithoutCancel(t.ctx)
	var err error
	if t.line == nil {
		if t.line, err = t.o.cfg.Server.dial(ctx); err != nil {
			t.line, t.down = nil, err
			return err
		}
	}
	err = t.o.cfg.Server.send(t.line, m)
	if err != nil && !errors.As(err, new(refusedError)) {
		t.hangUp() // the next mail of the turn tries a connection of its own
	}
	return err
}

func (t *delivery) hangUp() {
	if t.line == nil {
		return
	}
	if err := t.line.Close(); err != nil {
		t.o.cfg.Log.Debug("the mail server's line did not end well", "err", err)
	}
	t.line = nil
}
