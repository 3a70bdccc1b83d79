// Package mail sends what waits in the outbox, through a mail server. It knows
// how mails are carried and nothing of what they say.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Config says by which server mails go out, and from whom.
type Config struct {
	URL  string // smtp://[user:password@]host[:587] with STARTTLS, or smtps://…[:465]; ?tls=off for neither
	From string // "Spring School <sale@example.org>"

	// TLS is used in the place of the system's; nil = the system's.
	TLS *tls.Config
}

// Message is one mail in words.
type Message struct {
	ID      string // Message-ID, without the angle brackets: the same whenever it is sent again
	To      string
	Name    string // of whom it goes to, "" = none
	ReplyTo string // "" = the house's own address
	Subject string
	Text    string
	HTML    string
	At      time.Time // its Date
	// Unsubscribe is the address that one POST to ends mails of this kind (RFC
	// 8058); "" for a mail that somebody asked for.
	Unsubscribe string
}

// Server is a mail server that is known by its address; nothing is connected.
type Server struct {
	host string
	from netmail.Address
	opts []gomail.Option
}

// sendWithin is how long a server may take over one command or one mail.
const sendWithin = 30 * time.Second

var errAddress = errors.New("the mail server's address looks like smtp://user:password@mail.example.org:587, or smtps://… for a server that begins with TLS")

// New reads a configuration. Its errors hold no password.
func New(c Config) (*Server, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		return nil, errAddress
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("the sender %q is not an address such as \"Spring School <sale@example.org>\"", c.From)
	}
	s := &Server{host: u.Hostname(), from: *from, opts: []gomail.Option{gomail.WithTimeout(sendWithin)}}
	if err := s.encrypt(u); err != nil {
		return nil, err
	}
	if c.TLS != nil {
		s.opts = append(s.opts, gomail.WithTLSConfig(c.TLS))
	}
	if name := u.User.Username(); name != "" {
		password, _ := u.User.Password()
		s.opts = append(s.opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(name), gomail.WithPassword(password))
	}
	return s, nil
}

// encrypt chooses how the way to the server is protected: always, unless the
// server is this machine, which may do without, or the address says so.
func (s *Server) encrypt(u *url.URL) error {
	port := 587
	switch off := u.Query().Get("tls") == "off"; {
	case u.Query().Has("tls") && (!off || u.Scheme == "smtps"):
		return errAddress
	case u.Scheme == "smtps":
		port = 465
		s.opts = append(s.opts, gomail.WithSSL())
	case off:
		s.opts = append(s.opts, gomail.WithTLSPolicy(gomail.NoTLS))
	case isLoopback(s.host):
		s.opts = append(s.opts, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		s.opts = append(s.opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if text := u.Port(); text != "" {
		var err error
		if port, err = strconv.Atoi(text); err != nil {
			return errAddress
		}
	}
	s.opts = append(s.opts, gomail.WithPort(port))
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// From is the address that mails come from.
func (s *Server) From() string { return s.from.Address }

// Check connects and signs in as for a mail, and sends none.
func (s *Server) Check(ctx context.Context) error {
	line, err := s.dial(ctx)
	if err != nil {
		return err
	}
	return line.Close()
}

// dial connects and signs in.
func (s *Server) dial(ctx context.Context) (*gomail.Client, error) {
	c, err := gomail.NewClient(s.host, s.opts...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	if err := c.DialWithContext(ctx); err != nil {
		return nil, fmt.Errorf("mail server %s: %w", s.host, err)
	}
	return c, nil
}

// refusedError is a mail that the server will never take.
type refusedError struct{ err error }

func (e refusedError) Error() string { return e.err.Error() }
func (e refusedError) Unwrap() error { return e.err }

// send hands one mail over. A refusedError is about this mail alone; after any
// other error the connection is of no use.
func (s *Server) send(c *gomail.Client, m Message) error {
	msg, err := s.compose(m)
	if err != nil {
		return refusedError{err}
	}
	err = c.Send(msg)
	var failed *gomail.SendError
	switch {
	case msg.IsDelivered(): // what went wrong after it was taken is not its fault
		return nil
	case errors.As(err, &failed) && failed.ErrorCode() >= 500 && failed.Reason != gomail.ErrSMTPMailFrom:
		return refusedError{err}
	}
	return err
}

// compose writes a mail as it goes over the wire.
func (s *Server) compose(m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&s.from)
	if err := msg.AddToFormat(oneLine(m.Name), m.To); err != nil {
		return nil, err
	}
	if m.ReplyTo != "" {
		if err := msg.ReplyTo(m.ReplyTo); err != nil {
			return nil, err
		}
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.At)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Unsubscribe != "" {
		msg.SetGenHeader("List-Unsubscribe", "<"+m.Unsubscribe+">")
		msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}

// oneLine keeps what somebody typed from beginning another header.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
