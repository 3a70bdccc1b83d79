package push

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"outcry/auction"
)

// Box keeps the messages that wait. What another sender has taken meanwhile is
// auction.ErrConflict.
type Box interface {
	// PushDue reports whether a message is due that nobody is sending.
	PushDue(ctx context.Context, now time.Time) (bool, error)
	// TakePushes hands out n messages that are due, for nobody else until lease.
	TakePushes(ctx context.Context, now, lease time.Time, n int) ([]auction.Push, error)
	// EndPush says what became of a message.
	EndPush(ctx context.Context, m auction.Push, state auction.MailState, why string, now time.Time) error
	// PutOffPush gives a message back, to be due again later.
	PutOffPush(ctx context.Context, m auction.Push, due time.Time, fails int, why string) error
	// EndPushTo forgets a browser, and what it was to be told.
	EndPushTo(ctx context.Context, user, id int64) error
	// SweepPushes forgets the messages that were done with before an instant.
	SweepPushes(ctx context.Context, before time.Time) error

	// ClosingLots lists the open lots that close after now, not after until.
	ClosingLots(ctx context.Context, now, until time.Time) ([]auction.Closing, error)
	// KeepClosing puts into the outbox, once, that a lot closes soon.
	KeepClosing(ctx context.Context, c auction.Closing, now, since time.Time) error
}

// DropError says why a message is not needed any more, or not wanted.
type DropError struct{ Why string }

func (e *DropError) Error() string { return e.Why }

// LaterError says that a message is not to go before an instant.
type LaterError struct{ At time.Time }

func (e *LaterError) Error() string { return "not before " + e.At.Format(time.RFC3339) }

// OutboxConfig is what an outbox is made of.
type OutboxConfig struct {
	Box     Box
	Service *Service
	// Compose puts a message into words, as things stand now. A *DropError ends
	// it, a *LaterError puts it off, any other error is tried again.
	Compose func(ctx context.Context, m auction.Push, now time.Time) (Message, error)
	Log     *slog.Logger
}

// Outbox sends what is due. Several, of several processes, may work on one box:
// each message is one sender's at a time.
type Outbox struct {
	cfg OutboxConfig

	senders sync.WaitGroup
	slots   chan struct{} // holds one for each sender at work; who finds it full takes nothing
	free    chan struct{} // told when a sender is through; one word is enough, so that a full one is passed over
	hangs   hangs
	hosts   hosts

	// Only Run touches what follows.
	swept  time.Time
	looked time.Time
	seen   map[int64]time.Time // closes that were told of, by lot
}

const (
	look   = time.Second        // how often it looks
	turn   = 16                 // senders
	worth  = 4                  // of them free, before it looks between two looks
	lease  = 2 * time.Minute    // longer than a message can take
	keep   = 7 * 24 * time.Hour // how long it is known what became of a message
	beside = 5 * time.Second    // how often it looks for lots that close soon

	// Soon is how long before its close a lot is told of.
	Soon = 10 * time.Minute
)

// NewOutbox returns an outbox that sends nothing until Run.
func NewOutbox(c OutboxConfig) *Outbox {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Outbox{cfg: c, seen: map[int64]time.Time{},
		slots: make(chan struct{}, turn), free: make(chan struct{}, 1), hangs: hangs{of: map[int64]*hang{}}, hosts: newHosts()}
}

// Run sends until ctx ends. What it is sending then is finished or given back.
func (o *Outbox) Run(ctx context.Context) {
	defer o.senders.Wait()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-o.free:
			if turn-len(o.slots) < worth {
				continue
			}
		case <-tick.C:
		}
		now := time.Now()
		if now.Sub(o.looked) >= beside {
			o.looked = now
			if err := o.Closing(ctx, now); err != nil && ctx.Err() == nil {
				o.cfg.Log.Warn("nobody was told of lots that close soon", "err", err)
			}
		}
		if _, err := o.begin(ctx, now); err != nil && ctx.Err() == nil {
			o.cfg.Log.Warn("push messages wait", "err", err)
		}
		o.sweep(ctx)
	}
}

// Closing puts into the outbox which lots close soon. A close that was looked
// at by this process is not looked at again: who would have to be told of it
// does not change. Should others have done it, the box knows.
func (o *Outbox) Closing(ctx context.Context, now time.Time) error {
	list, err := o.cfg.Box.ClosingLots(ctx, now, now.Add(Soon))
	if err != nil {
		return err
	}
	still := make(map[int64]time.Time, len(list))
	for _, c := range list {
		still[c.LotID] = c.ClosesAt
		if o.seen[c.LotID].Equal(c.ClosesAt) {
			continue
		}
		if err := o.cfg.Box.KeepClosing(ctx, c, now, c.ClosesAt.Add(-Soon)); err != nil {
			return err
		}
		o.seen[c.LotID] = c.ClosesAt
	}
	o.seen = still
	return nil
}

// begin gives what is due at a moment to the senders that are free, and returns
// how many messages it took. No message waits for another one's push service.
// One goroutine calls it, and waits for the senders in the end.
func (o *Outbox) begin(ctx context.Context, now time.Time) (int, error) {
	free := turn - len(o.slots)
	if free == 0 {
		return 0, nil
	}
	due, err := o.cfg.Box.PushDue(ctx, now)
	if err != nil || !due {
		return 0, err
	}
	list, err := o.cfg.Box.TakePushes(ctx, now, now.Add(lease), free)
	for _, m := range list {
		o.slots <- struct{}{}
		o.senders.Go(func() {
			if err := o.deliver(ctx, m, now); err != nil && !errors.Is(err, auction.ErrConflict) {
				o.cfg.Log.Warn("what became of a push message was not written down", "push", m.ID, "err", err)
			}
			<-o.slots
			select {
			case o.free <- struct{}{}:
			default:
			}
		})
	}
	return len(list), err
}

// Round sends what is due at a moment, and waits until it is sent: what Run
// does without waiting.
func (o *Outbox) Round(ctx context.Context, now time.Time) (int, error) {
	n, err := o.begin(ctx, now)
	o.senders.Wait()
	return n, err
}

// deliver brings one message as far as it comes. The process may be stopping:
// what was begun is written down all the same.
func (o *Outbox) deliver(stopping context.Context, m auction.Push, now time.Time) error {
	box, ctx := o.cfg.Box, context.WithoutCancel(stopping)
	if stopping.Err() != nil {
		return box.PutOffPush(ctx, m, now, m.Fails, m.Error)
	}
	if !now.Before(m.Until) {
		return box.EndPush(ctx, m, auction.MailFailed, "it could not be sent in time", now)
	}
	words, err := o.cfg.Compose(ctx, m, now)
	var drop *DropError
	var later *LaterError
	switch {
	case errors.As(err, &drop):
		return box.EndPush(ctx, m, auction.MailDropped, drop.Why, now)
	case errors.As(err, &later):
		return box.PutOffPush(ctx, m, later.At, m.Fails, m.Error)
	case err != nil:
		o.cfg.Log.Error("a push message could not be written", "push", m.ID, "kind", m.Kind, "err", err)
		return o.putOff(ctx, m, 0, err, now)
	}
	host := hostOf(m.To.Endpoint)
	stranger, may := o.hosts.begin(host)
	if !may {
		return box.PutOffPush(ctx, m, now.Add(look), m.Fails, m.Error)
	}
	trial, may := o.hangs.begin(m.To.ID)
	if !may {
		o.hosts.leave(host, stranger)
		return box.PutOffPush(ctx, m, now.Add(sendWithin), m.Fails, m.Error)
	}
	err = o.cfg.Service.send(ctx, m.To, words, now)
	o.hosts.end(host, stranger, answered(err))
	var hung hungError
	if o.hangs.end(m.To.ID, trial, errors.As(err, &hung), answered(err)) {
		err = goneError{}
	}
	var gone goneError
	var busy laterError
	var refused refusedError
	switch {
	case err == nil:
		return box.EndPush(ctx, m, auction.MailSent, "", now)
	case errors.As(err, &gone):
		o.cfg.Log.Info("a browser is not told any more", "user", m.To.UserID, "browser", m.To.ID)
		return box.EndPushTo(ctx, m.To.UserID, m.To.ID)
	case errors.As(err, &refused):
		o.cfg.Log.Warn("a push message was refused", "push", m.ID, "kind", m.Kind, "err", err)
		return box.EndPush(ctx, m, auction.MailFailed, err.Error(), now)
	case errors.As(err, &busy):
		return o.putOff(ctx, m, busy.after, err, now)
	}
	// Its text may hold the endpoint, which lets whoever has it write there.
	o.cfg.Log.Warn("a push service could not be reached", "push", m.ID, "kind", m.Kind)
	return o.putOff(ctx, m, 0, errAway, now)
}

// answered reports whether a push service said anything to a message.
func answered(err error) bool {
	return err == nil || errors.As(err, new(goneError)) || errors.As(err, new(laterError)) || errors.As(err, new(refusedError))
}

var errAway = errors.New("the push service could not be reached")

// putOff has a message tried again after a while that doubles with each
// failure, from 5 seconds to 10 minutes, and not before the service wants it.
func (o *Outbox) putOff(ctx context.Context, m auction.Push, after time.Duration, why error, now time.Time) error {
	wait := max(after, min(5*time.Second<<min(m.Fails, 10), 10*time.Minute))
	return o.cfg.Box.PutOffPush(ctx, m, now.Add(wait), m.Fails+1, why.Error())
}

func (o *Outbox) sweep(ctx context.Context) {
	if time.Since(o.swept) < time.Hour {
		return
	}
	o.swept = time.Now()
	if err := o.cfg.Box.SweepPushes(ctx, o.swept.Add(-keep)); err != nil && ctx.Err() == nil {
		o.cfg.Log.Warn("old push messages were not forgotten", "err", err)
	}
}
