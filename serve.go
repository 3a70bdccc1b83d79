package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"outcry/auction"
	"outcry/handlers"
	"outcry/handlers/hub"
	"outcry/handlers/mail"
	"outcry/handlers/push"
	"outcry/handlers/word"
	"outcry/saleroom"
	"outcry/store"
)

const serveUsage = `
outcry serve [--data DIR] [--listen ADDR] [--base-url URL] …

Runs the house until it is told to stop (Ctrl-C or SIGTERM). The first start
prints a one-time link with which you name the house and become its owner.

  outcry serve                              on this machine only
  outcry serve --listen 0.0.0.0:8080        for every phone on the same network
  outcry serve --domain sale.example.org    on the internet, with a certificate of its own
  outcry serve --base-url https://sale.example.org     behind a proxy that speaks https
`

func runServe(ctx context.Context, args []string, out io.Writer) error {
	set := serveSettings()
	if err := set.parseAll("serve", serveUsage, args, out); err != nil {
		return err
	}
	log, err := logger(set.get("log-level"))
	if err != nil {
		return err
	}
	stop, err := serveProfiles(set.get("profiles"), out)
	if err != nil {
		return err
	}
	defer stop()
	ho, err := openHouse(ctx, set, log)
	if err != nil {
		return err
	}
	defer ho.close()
	fmt.Fprintf(out, "outcry %s is open at %s\n", version(), ho.address())
	if ho.mail == nil {
		fmt.Fprintln(out, "It sends no mails: no mail server is configured (--smtp, --mail-from).")
	}
	if ho.setUp != "" {
		fmt.Fprintf(out, "\nThis house has no owner yet. Open this link once to set it up:\n\n    %s/setup/%s\n\n", ho.address(), ho.setUp)
	}
	return ho.serve(ctx)
}

// house is everything that runs, wired.
type house struct {
	set    settings
	log    *slog.Logger
	store  *store.Store
	room   *saleroom.Room
	hub    *hub.Hub
	site   atomic.Pointer[handlers.Handlers] // set before anything is decided
	ln     net.Listener
	front  *front // nil = plain http
	base   *url.URL
	word   *word.Line   // to the other processes of the house; nil without NATS
	mail   *mail.Server // nil when the house sends no mails
	outbox *mail.Outbox
	push   *push.Service  // nil when the house tells no phones
	crew   sync.WaitGroup // what is ended by stopped and waited for before the store is closed

	drain  drain  // what a stop begins with when others serve the house too
	secret []byte // signs paddles' links
	setUp  string // token of the set-up link, "" once there is an owner

	fatal   chan error // the disk lied: stop at once
	stopped context.CancelFunc
}

// openHouse opens the store, checks every lot, and listens; nothing is
// answered until serve.
func openHouse(ctx context.Context, set settings, log *slog.Logger) (_ *house, err error) {
	ho := &house{set: set, log: log, fatal: make(chan error, 1), stopped: func() {}}
	defer func() {
		if err != nil {
			ho.close()
		}
	}()
	if ho.front, err = openFront(set, log); err != nil {
		return nil, err
	}
	if ho.base, err = baseURL(set.get("base-url")); err != nil {
		return nil, err
	}
	if ho.front != nil && ho.base != nil && ho.base.Scheme != "https" {
		return nil, fmt.Errorf("the house has a certificate and speaks https, but the base URL is %s; let it begin with https://", ho.base)
	}
	if ho.drain, err = drainOf(set.get("drain")); err != nil {
		return nil, err
	}
	if ho.mail, err = mailServer(set); err != nil {
		return nil, err
	}
	if ho.ln, err = net.Listen("tcp", set.get("listen")); err != nil {
		return nil, listenError(set.get("listen"), err)
	}
	if ho.store, err = store.Open(ctx, storeConfig(set)); err != nil {
		return nil, houseError(set, err)
	}
	limits, err := limits(set)
	if err != nil {
		return nil, err
	}
	proxies, err := proxies(set.get("trusted-proxy"))
	if err != nil {
		return nil, err
	}
	if ho.secret, err = ho.store.Secret(ctx); err != nil {
		return nil, err
	}
	if ho.setUp, err = setUpToken(ctx, ho.store, ho.secret); err != nil {
		return nil, err
	}
	if err := ho.sweep(ctx, time.Now()); err != nil {
		return nil, err
	}
	if err := ho.compareClocks(ctx); err != nil {
		return nil, err
	}
	if err := ho.listenIn(); err != nil {
		return nil, err
	}
	ho.hub = hub.New(hub.Config{MinGap: frameGap, MaxSockets: limits.Sockets, MaxPerPeer: limits.SocketsPerAddr})
	if ho.push, err = ho.pushService(ctx); err != nil {
		return nil, err
	}
	ho.room = ho.newRoom()
	mailing, err := ho.mailing(ctx)
	if err != nil {
		return nil, err
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	ho.stopped = stop
	ho.site.Store(handlers.New(running, handlers.Config{
		Store: ho.store, Room: ho.room, Hub: ho.hub, Photos: ho.store, BaseURL: ho.base, Secret: ho.secret,
		SetUp: ho.setUp, Limits: limits, TLS: ho.front != nil, Proxies: proxies, Shared: ho.shared(), Ended: ho.ended, Starred: ho.starred, Decided: ho.decided, Mail: mailing, Bots: cast(), PushKey: ho.pushKey(), Metrics: set.get("metrics") == "true", Log: log,
	}))
	if err := os.WriteFile(filepath.Join(set.get("data"), addressFile), []byte(ho.ln.Addr().String()+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("note the address: %w", err)
	}
	if err := ho.room.Start(ctx); err != nil {
		ho.room = nil
		return nil, fmt.Errorf("%w. Nothing was changed; 'outcry verify' tells more", err)
	}
	ho.sendMails(running)
	ho.tellPhones(running)
	ho.runRehearsals(running)
	ho.keepSwept(running)
	return ho, nil
}

// newRoom is the saleroom over the house's store, which tells the house what happens.
func (ho *house) newRoom() *saleroom.Room {
	return saleroom.New(saleroom.Config{
		Store:    saleroom.Over(ho.store),
		Announce: ho.announce,
		Away:     ho.hub.Stale,
		Fatal: func(err error) {
			select {
			case ho.fatal <- err:
			default: // the first one stops the house
			}
		},
		Mail: ho.mail != nil,
		Push: ho.push != nil,
		Log:  ho.log,
	})
}

// sweep forgets what has run out: sessions, links of a day ago, files of jobs,
// previews that nobody confirmed.
func (ho *house) sweep(ctx context.Context, now time.Time) error {
	if err := ho.store.SweepSessions(ctx, now); err != nil {
		return err
	}
	if err := ho.store.SweepLinks(ctx, now.Add(-24*time.Hour)); err != nil {
		return err
	}
	if err := ho.store.SweepJobFiles(ctx, now); err != nil {
		return err
	}
	return ho.store.SweepUploads(ctx, now)
}

// sweepEvery is how often a house that runs forgets what has run out.
const sweepEvery = time.Hour

// keepSwept begins to sweep while the house runs, and to wipe the rehearsals of a day
// ago; close ends it.
func (ho *house) keepSwept(ctx context.Context) {
	ho.crew.Go(func() {
		tick := time.NewTicker(sweepEvery)
		defer tick.Stop()
		for {
			ho.wipe(ctx, time.Now())
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := ho.sweep(ctx, time.Now()); err != nil && ctx.Err() == nil && !ho.store.Away(err) {
				ho.log.Warn("what has run out could not be swept; it is tried again in an hour", "err", err)
			}
		}
	})
}

// serve answers until ctx ends or the disk fails, then stops in order:
// sockets, requests under way, the saleroom; the store is closed last.
func (ho *house) serve(ctx context.Context) error {
	srv := &http.Server{
		Handler:           ho.site.Load(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(ho.log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 2) // neither server waits to say why it ended
	ho.front.serve(served)
	go func() {
		if ho.front != nil {
			srv.TLSConfig = ho.front.config
			served <- srv.ServeTLS(ho.ln, "", "")
			return
		}
		served <- srv.Serve(ho.ln)
	}()
	var why error
	select {
	case <-ctx.Done():
	case why = <-served:
		return fmt.Errorf("serve: %w", why)
	case err := <-ho.fatal:
		why = fmt.Errorf("the disk reported that it may have lost data, so nothing more is accepted: %w. Check the disk, then start again", err)
		srv.Close()
		return why
	}
	ho.log.Info("stopping")
	if ho.shared() {
		ho.makeWay()
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := ho.hub.Close(end); err != nil {
		ho.log.Warn("sockets were cut", "err", err)
	}
	if err := srv.Shutdown(end); err != nil {
		ho.log.Warn("requests were cut", "err", err)
	}
	return nil
}

// close ends what is open, in order. It may be called on half a house.
func (ho *house) close() {
	ho.front.close()
	if ho.ln != nil {
		ho.ln.Close()
	}
	if ho.room != nil {
		ho.room.Stop()
	}
	ho.stopped()
	if site := ho.site.Load(); site != nil {
		site.Wait()
	}
	ho.waitForMails()
	if ho.word != nil {
		end, cancel := context.WithTimeout(context.Background(), time.Second)
		ho.word.Close(end)
		cancel()
	}
	if ho.store != nil {
		if err := ho.store.Close(); err != nil {
			ho.log.Error("closing the store", "err", err)
		}
	}
}

// address is where people find the house.
func (ho *house) address() string {
	if ho.base != nil {
		return strings.TrimSuffix(ho.base.String(), "/")
	}
	host, port, _ := net.SplitHostPort(ho.ln.Addr().String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return ho.front.scheme() + "://" + net.JoinHostPort(host, port)
}

func baseURL(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, fmt.Errorf("the base URL %q is not an address such as https://sale.example.org, or https://example.org/auctions", text)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	if !basePath.MatchString(u.Path) || u.RawPath != "" {
		return nil, fmt.Errorf("the path of the base URL %q may have letters, digits, dots, - and _ alone, such as /auctions", text)
	}
	return u, handlers.CheckBase(u)
}

// basePath is the path below which a house may lie.
var basePath = regexp.MustCompile(`^(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$`)

// proxies reads the networks of proxies that may say who the client is.
func proxies(text string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(part)
		if a, addrErr := netip.ParseAddr(part); err != nil && addrErr == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil || p.Bits() == 0 {
			return nil, fmt.Errorf("trusted-proxy is %q; give the proxy's addresses, such as 127.0.0.1 or 10.0.0.0/24, several separated by commas", part)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

func limits(set settings) (handlers.Limits, error) {
	var l handlers.Limits
	var err error
	if l.BidsPerSecond, err = strconv.ParseFloat(set.get("bids-per-second"), 64); err != nil || l.BidsPerSecond <= 0 {
		return l, fmt.Errorf("bids-per-second is %q; give a number above 0", set.get("bids-per-second"))
	}
	l.BidsBurst = max(1, int(3*l.BidsPerSecond))
	if l.SocketsPerAddr, err = strconv.Atoi(set.get("sockets-per-address")); err != nil || l.SocketsPerAddr <= 0 {
		return l, fmt.Errorf("sockets-per-address is %q; give a whole number above 0", set.get("sockets-per-address"))
	}
	return l.Defaults(), nil
}

// setUpToken is the token of the set-up link while there is no owner. It
// follows from the house's secret, so that every process of a house prints the
// same link.
func setUpToken(ctx context.Context, s *store.Store, secret []byte) (string, error) {
	users, err := s.Users(ctx)
	if err != nil {
		return "", err
	}
	for _, u := range users {
		if u.Role == auction.RoleOwner {
			return "", nil
		}
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("set-up"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18]), nil
}

func logger(level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("log-level is %q; give debug, info, warn or error", level)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: l})), nil
}

// addressFile is where a house notes what it listens on, for the doctor.
const addressFile = "address"

// frameGap bounds what a hot lot costs each watcher: twenty frames a second,
// the newest each time.
const frameGap = 50 * time.Millisecond
