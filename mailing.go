package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"outcry/auction"
	"outcry/handlers"
	"outcry/handlers/mail"
)

// mailServer is the server that mails go out by; nil when none is configured.
func mailServer(set settings) (*mail.Server, error) {
	if set.get("smtp") == "" {
		if set.get("mail-from") != "" {
			return nil, errors.New("--mail-from goes with --smtp, the address of a mail server; give both or neither")
		}
		return nil, nil
	}
	if set.get("base-url") == "" {
		return nil, errors.New("--smtp needs --base-url: mails hold links, and they lead there")
	}
	s, err := mail.New(mail.Config{URL: set.get("smtp"), From: set.get("mail-from")})
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return s, nil
}

// mailing is what the pages need to know of how the house sends mails. The
// outbox is there by the time that anything is put into it.
func (ho *house) mailing(ctx context.Context) (handlers.Mailing, error) {
	if ho.mail == nil {
		return handlers.Mailing{}, nil
	}
	id, err := ho.store.HouseID(ctx)
	return handlers.Mailing{House: id, Added: func() { ho.outbox.Wake() }}, err
}

// sendMails begins to send what waits in the outbox; close ends it.
func (ho *house) sendMails(ctx context.Context) {
	if ho.mail == nil {
		return
	}
	ho.outbox = mail.NewOutbox(mail.OutboxConfig{
		Box: ho.store, Server: ho.mail, Log: ho.log,
		Compose: func(ctx context.Context, m auction.Mail, now time.Time) (mail.Message, error) {
			return ho.site.Load().Compose(ctx, m, now)
		},
	})
	ho.crew.Go(func() { ho.outbox.Run(ctx) })
}

// mailsEnd is how long a stop waits for a mail that is on its way.
const mailsEnd = 10 * time.Second

// waitForMails returns when the outbox has stopped, or does not in good time.
func (ho *house) waitForMails() {
	done := make(chan struct{})
	go func() { ho.crew.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(mailsEnd):
		ho.log.Warn("a mail was still on its way; it may go out once more after the next start")
	}
}

// mailFinding is what the doctor finds out about mails.
func mailFinding(ctx context.Context, set settings) finding {
	s, err := mailServer(set)
	switch {
	case err != nil:
		return finding{"mail", true, err.Error()}
	case s == nil:
		return finding{"mail", false, "no mail server is configured, so none are sent: people follow on their pages, and sign in by password or by their paddle's link; --smtp and --mail-from change that"}
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	if err := s.Check(ctx); err != nil {
		return finding{"mail", true, err.Error()}
	}
	return finding{"mail", false, "the mail server takes mails from " + s.From()}
}
