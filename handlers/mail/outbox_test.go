package mail_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"outcry/auction"
	"outcry/handlers/mail"
	"outcry/handlers/mail/mailtest"
	"outcry/store"
)

// office is an outbox over a real SQLite file, and a real mail server.
type office struct {
	t      *testing.T
	store  *store.Store
	server *mailtest.Server
	now    time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, server: mailtest.Start(t, false), now: time.UnixMilli(1_790_000_000_000).UTC()}
	var err error
	if o.store, err = store.Open(t.Context(), store.Config{Dir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.store.Close() })
	return o
}

// compose writes a mail whose words are its data.
func compose(_ context.Context, m auction.Mail, now time.Time) (mail.Message, error) {
	switch m.Data {
	case "drop":
		return mail.Message{}, &mail.DropError{Why: "nobody needs it"}
	case "later":
		if now.Before(m.At.Add(time.Hour)) {
			return mail.Message{}, &mail.LaterError{At: m.At.Add(time.Hour)}
		}
	}
	return mail.Message{ID: fmt.Sprintf("%d@test", m.ID), To: m.Email, Name: "Zoë\r\nBcc: x@example.org", Subject: m.Data + "\r\nX-Evil: 1", Text: "Guten Tag, Zoë", HTML: "<p>Zoë</p>", At: now,
		Unsubscribe: "https://sale.example.org/mail/stop/x"}, nil
}

func (o *office) outbox() *mail.Outbox {
	o.t.Helper()
	s, err := mail.New(mail.Config{URL: "smtp://" + o.server.Addr, From: "Sale <sale@example.org>", TLS: o.server.TLS})
	if err != nil {
		o.t.Fatal(err)
	}
	return mail.NewOutbox(mail.OutboxConfig{Box: o.store, Server: s, Compose: compose})
}

// put puts a mail into the outbox and returns it as it is kept.
func (o *office) put(to, data string) {
	o.t.Helper()
	m := auction.Mail{Kind: auction.MailNews, Email: to, Data: data, At: o.now, Due: o.now, Until: o.now.Add(24 * time.Hour)}
	if err := o.store.AddMail(o.t.Context(), m); err != nil {
		o.t.Fatal(err)
	}
}

// round sends what is due so long after the start, and returns all that the
// server has by then.
func (o *office) round(out *mail.Outbox, after time.Duration) []mailtest.Mail {
	o.t.Helper()
	if _, err := out.Round(o.t.Context(), o.now.Add(after)); err != nil {
		o.t.Fatal(err)
	}
	return o.server.Mails()
}

func (o *office) counts() auction.MailCounts {
	o.t.Helper()
	c, err := o.store.MailCounts(o.t.Context(), o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

func TestAMailIsSentOnceAndWhole(t *testing.T) {
	o := newOffice(t)
	out := o.outbox()
	o.put("zoe@example.org", "Gewonnen: Los 1")
	got := o.round(out, 0)
	if len(got) != 1 {
		t.Fatalf("the server has %d mails, want 1", len(got))
	}
	m := got[0]
	if m.To != "zoe@example.org" || m.From != "sale@example.org" || !strings.Contains(m.Text, "Guten Tag, Zoë") || !strings.Contains(m.HTML, "<p>Zoë</p>") {
		t.Errorf("the mail is %+v", m)
	}
	if m.Subject() != "Gewonnen: Los 1 X-Evil: 1" || m.Header.Get("X-Evil") != "" || m.Header.Get("Bcc") != "" {
		t.Errorf("what was typed became a header: %v", m.Header)
	}
	for name, want := range map[string]string{
		"Message-Id": "<1@test>", "List-Unsubscribe": "<https://sale.example.org/mail/stop/x>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated",
		"User-Agent": "", "X-Mailer": "",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := o.round(out, time.Hour); len(got) != 1 {
		t.Errorf("an hour later the server has %d mails, want 1", len(got))
	}
	if c := o.counts(); c.Sent != 1 || c.Waiting != 0 {
		t.Errorf("the outbox says %+v", c)
	}
}

func TestATroubledServerIsTriedAgainLater(t *testing.T) {
	o := newOffice(t)
	out := o.outbox()
	o.put("ann@example.org", "hello")
	o.server.Answer(func(string) error { return mailtest.Later })
	for _, after := range []time.Duration{0, 29 * time.Second, 30 * time.Second, 89 * time.Second} {
		o.round(out, after)
	}
	list, err := o.store.TroubledMails(t.Context(), 10)
	if err != nil || len(list) != 1 || list[0].Fails != 2 || !strings.Contains(list[0].Error, "try again later") || list[0].State != auction.MailWaiting {
		t.Fatalf("after two tries within 90 s the mail is %+v, %v; want 2 fails, with a reason", list, err)
	}
	o.server.Answer(nil)
	if got := o.round(out, 90*time.Second); len(got) != 1 || got[0].Header.Get("Message-Id") != "<1@test>" {
		t.Errorf("once the server takes it again: %d mails", len(got))
	}
	// One that is not taken in its time is given up.
	o.put("bob@example.org", "late")
	o.server.Answer(func(string) error { return mailtest.Later })
	o.round(out, time.Hour)
	o.round(out, 25*time.Hour)
	if c := o.counts(); c.Failed != 1 || c.Sent != 1 || c.Waiting != 0 {
		t.Errorf("the outbox says %+v, want one sent and one given up", c)
	}
}

func TestARefusedMailHarmsNoOther(t *testing.T) {
	o := newOffice(t)
	out := o.outbox()
	o.server.Answer(func(to string) error {
		if to == "gone@example.org" {
			return mailtest.Never
		}
		return nil
	})
	o.put("ann@example.org", "one")
	o.put("gone@example.org", "two")
	o.put("bob@example.org", "three")
	o.put("eve@example.org", "drop")
	o.put("fay@example.org", "later")
	if got := o.round(out, 0); len(got) != 2 {
		t.Errorf("the server has %d mails, want 2", len(got))
	}
	if c := o.counts(); c.Sent != 2 || c.Failed != 1 || c.Dropped != 1 || c.Waiting != 1 {
		t.Errorf("the outbox says %+v", c)
	}
	o.round(out, 59*time.Minute)
	if got := o.round(out, time.Hour); len(got) != 3 {
		t.Errorf("after the hour the server has %d mails, want 3", len(got))
	}
}

// A sender that was killed keeps its mails only as long as its lease.
func TestASenderThatDiedLosesNoMail(t *testing.T) {
	o := newOffice(t)
	o.put("ann@example.org", "hello")
	dead, err := o.store.TakeMails(t.Context(), o.now, o.now.Add(10*time.Minute), 5)
	if err != nil || len(dead) != 1 {
		t.Fatalf("took %d mails, %v", len(dead), err)
	}
	out := o.outbox()
	if got := o.round(out, 9*time.Minute); len(got) != 0 {
		t.Fatalf("a second sender sent what the first one has: %d mails", len(got))
	}
	if got := o.round(out, 10*time.Minute); len(got) != 1 {
		t.Fatalf("after the lease %d mails were sent, want 1", len(got))
	}
	if err := o.store.EndMail(t.Context(), dead[0], auction.MailFailed, "", o.now); err == nil {
		t.Error("the first sender could still change the mail")
	}
}

func TestManySendersDoubleNothing(t *testing.T) {
	o := newOffice(t)
	const mails = 60
	for i := range mails {
		o.put(fmt.Sprintf("p%d@example.org", i), "hello")
	}
	var senders sync.WaitGroup
	for range 4 {
		out := o.outbox()
		senders.Go(func() {
			for {
				n, err := out.Round(t.Context(), o.now)
				if err != nil {
					t.Error(err)
				}
				if n == 0 || err != nil {
					return
				}
			}
		})
	}
	senders.Wait()
	to := map[string]int{}
	for _, m := range o.server.Mails() {
		to[m.To]++
	}
	if len(to) != mails || len(o.server.Mails()) != mails {
		t.Errorf("%d mails to %d addresses, want %d to as many", len(o.server.Mails()), len(to), mails)
	}
}

func TestSignInToTheMailServer(t *testing.T) {
	with := mailtest.Start(t, true)
	for what, c := range map[string]struct {
		url string
		ok  bool
	}{
		"the right password": {"smtp://sale:a%20password@" + with.Addr, true},
		"a wrong password":   {"smtp://sale:another@" + with.Addr, false},
		"without TLS":        {"smtp://sale:a%20password@" + with.Addr + "?tls=off", false},
	} {
		s, err := mail.New(mail.Config{URL: c.url, From: "sale@example.org", TLS: with.TLS})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if err := s.Check(t.Context()); (err == nil) != c.ok {
			t.Errorf("%s: %v", what, err)
		} else if err != nil && strings.Contains(err.Error(), "another") {
			t.Errorf("%s: the error tells the password: %v", what, err)
		}
	}
	for _, url := range []string{"", "mail.example.org", "http://mail.example.org", "smtp://", "smtps://mail.example.org?tls=off", "smtp://a:b@mail.example.org:x"} {
		if _, err := mail.New(mail.Config{URL: url, From: "sale@example.org"}); err == nil || strings.Contains(err.Error(), "a:b") {
			t.Errorf("New(%q): %v", url, err)
		}
	}
	if _, err := mail.New(mail.Config{URL: "smtp://x", From: "nobody"}); err == nil {
		t.Error("a sender that is no address is taken")
	}
}
