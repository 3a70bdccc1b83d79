// Package handlers answers HTTP: pages, forms, JSON and sockets. It decides
// nothing about money; that is asked of the saleroom.
package handlers

import (
	"context"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"
	"golang.org/x/time/rate"

	"outcry/auction"
	"outcry/handlers/hub"
	"outcry/handlers/photo"
	"outcry/saleroom"
	"outcry/views/lang"
)

// Config is what the handlers are made of.
type Config struct {
	Store   Store
	Room    *saleroom.Room
	Hub     *hub.Hub
	Photos  Photos
	BaseURL *url.URL // as people type it; nil = whatever host they came by, over plain http
	Secret  []byte   // signs paddles' links
	SetUp   string   // token of the one-time set-up link, "" once there is an owner
	Limits  Limits
	TLS     bool           // the house speaks https itself
	Proxies []netip.Prefix // may say in X-Forwarded-For who the client is
	Shared  bool           // other processes serve the house too: look for what they change
	// Ended tells other processes that a session was ended here; nil = there
	// are none.
	Ended func(session auction.Hash)
	// Starred tells them that somebody's watch list was changed; nil likewise.
	Starred func(sale, user int64)
	// Decided tells them that something was decided about a lot after its sale.
	Decided func(sale, lot int64)
	Mail    Mailing
	// PushKey is the public key that browsers are subscribed with; "" = the
	// house tells no phones.
	PushKey string
	Bots    []auction.HolderRow // who bids in a rehearsal: invented guests with their paddles
	Metrics bool                // serve /metrics
	Log     *slog.Logger
}

// Handlers is the whole site.
type Handlers struct {
	cfg       Config
	under     under
	all       http.Handler // answer, compressed where that is safe
	mux       *http.ServeMux
	live      *live
	sales     *saleCache
	places    *placeCache
	counts    *countCache
	news      *news
	screens   *screens
	tongues   *tongues
	passwords *passwords
	bids      *limiter // by paddle
	signIns   *signInLimits
	codes     *limiter     // second steps, by account
	stayAgain atomic.Int64 // when sessions are prolonged again, in ms; 0 = they are
	links     *limiter     // by address that one is mailed to
	photos    *photo.Lab
	house     *houseName
	unready   atomic.Bool // as the log has it
	leaving   atomic.Bool // not ready any more, though everything still works

	jobs sync.WaitGroup // of work that goes on by itself, see job.go
}

// New returns the site. Announce must be what the saleroom calls after each
// commit. The goroutines it starts end with ctx.
func New(ctx context.Context, cfg Config) *Handlers {
	cfg.Limits = cfg.Limits.Defaults()
	h := &Handlers{
		cfg:       cfg,
		under:     underOf(cfg.BaseURL),
		mux:       http.NewServeMux(),
		sales:     newSaleCache(cfg.Store),
		places:    newPlaceCache(cfg.Store),
		counts:    newCountCache(cfg.Store),
		news:      newNews(cfg.Store),
		screens:   newScreens(),
		tongues:   newTongues(),
		passwords: newPasswords(),
		bids:      newLimiter(rate.Limit(cfg.Limits.BidsPerSecond), cfg.Limits.BidsBurst),
		signIns:   newSignInLimits(cfg.Limits, cfg.Secret),
		codes:     newCodeLimiter(cfg.Limits),
		links:     newLimiter(rate.Every(3*time.Minute), 4),
		photos:    photo.NewLab(),
		house:     &houseName{store: cfg.Store},
	}
	var err error
	if h.all, err = packed(http.HandlerFunc(h.answer)); err != nil {
		panic("handlers: " + err.Error()) // its options are constants
	}
	h.live = newLive(ctx, h)
	go h.live.run()
	go h.live.mine.run(ctx)
	go h.runScreens(ctx) // ends with ctx
	h.mount(h.routes())
	return h
}

// mount puts a site map behind the mux.
func (h *Handlers) mount(list []route) {
	for _, rt := range list {
		if rt.who == unsaid {
			panic("who may use " + rt.pattern + "?") // whoever adds a route says so
		}
		h.mux.Handle(rt.pattern, h.serve(rt))
	}
}

// Announce takes what a commit changed, and returns at once.
func (h *Handlers) Announce(changes []saleroom.Change) { h.live.announce(changes) }

// Leave makes the process unready, so that a balancer sends nobody here any
// more. Whoever still comes is served.
func (h *Handlers) Leave() { h.leaving.Store(true) }

// maxForm is the largest form that is not an upload, in bytes.
const maxForm = 256 << 10

// ServeHTTP answers everything.
func (h *Handlers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.all.ServeHTTP(h.under.answer(w), h.under.in(r))
}

// answer puts the same care around every answer.
func (h *Handlers) answer(w http.ResponseWriter, r *http.Request) {
	secureHeaders(w.Header(), h.secure())
	r = h.reading(r, "")
	if err := h.crossOrigin(r); err != nil {
		h.fail(w, r, err)
		return
	}
	if !isText(r.URL.Path) || !areText(r.URL.Query()) {
		h.fail(w, r, errNothingHere)
		return
	}
	handler, pattern := h.mux.Handler(r)
	if pattern == "" {
		h.unrouted(w, r, handler)
		return
	}
	h.mux.ServeHTTP(w, r)
}

// unrouted answers an address that no route has: the mux says whether it is
// the address or the method that is wrong.
func (h *Handlers) unrouted(w http.ResponseWriter, r *http.Request, mux http.Handler) {
	probe := &statusProbe{header: http.Header{}}
	mux.ServeHTTP(probe, r)
	if allow := probe.header.Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow)
		h.fail(w, r, errMethod)
		return
	}
	h.fail(w, r, errNothingHere)
}

// statusProbe hears what the mux would answer.
type statusProbe struct{ header http.Header }

func (p *statusProbe) Header() http.Header         { return p.header }
func (p *statusProbe) Write(b []byte) (int, error) { return len(b), nil }
func (p *statusProbe) WriteHeader(int)             {}

// contentPolicy lets the page load from this house only, and nothing inline.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; frame-ancestors 'none'"

func secureHeaders(header http.Header, secure bool) {
	header.Set("Content-Security-Policy", contentPolicy)
	header.Set("Cache-Control", "no-store") // but for files, which say otherwise
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set(robotsHeader, "noindex")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	if secure {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// request is a request with what every handler needs of it.
type request struct {
	*http.Request
	viewer    viewer
	about     auction.Sale               // a desk's address is about it; zero = none, or not known
	standings map[int64]auction.Standing // of the viewer in the page's sale, once read
	watched   map[int64]bool             // the viewer's watch list in the page's sale, once read
}

// serve checks who may come in, hands the request over, and answers errors.
func (h *Handlers) serve(rt route) http.Handler {
	subject := rt.subject()
	if rt.who == organiser && subject == aboutNothing {
		panic("whose organisers may use " + rt.pattern + "?")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer h.recovered(w, r)
		limit := int64(maxForm)
		if rt.upload > 0 {
			limit = rt.upload
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if r.Body != http.NoBody && rt.upload == 0 {
			// A form is small: whoever sends it a byte at a time is let go. A
			// server that cannot, such as a test's, waits as long as it does.
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.cfg.Limits.FormTime))
		}
		req := &request{Request: r}
		if rt.who != nobody { // monitors and balancers come by the machine's own address
			err := h.rightHost(r)
			if err != nil {
				h.fail(w, r, err)
				return
			}
			if req.viewer, err = h.viewer(req, subject); err != nil {
				h.fail(w, r, err)
				return
			}
			if req.viewer.user.Lang != "" {
				r = h.reading(r, req.viewer.user.Lang)
				req.Request = r
			}
			if err := rt.who.admit(req.viewer); err != nil {
				if req.viewer.signedIn() {
					h.cfg.Log.Info("turned away", "user", req.viewer.user.ID, "method", r.Method, "path", loggable(r.URL.Path), "from", h.client(r))
				}
				h.fail(w, r, err)
				return
			}
		}
		if err := rt.serve(w, req); err != nil {
			h.fail(w, r, err)
		}
	})
}

// recovered answers a request whose handler panicked, and writes it down: the
// server by itself would tell nobody but its debug log, and cut the line.
func (h *Handlers) recovered(w http.ResponseWriter, r *http.Request) {
	switch p := recover(); p {
	case nil:
	case http.ErrAbortHandler:
		panic(p) // wants the line cut
	default:
		h.fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
	}
}

// page renders a whole page, or a fragment, and sends it. Nothing is sent when
// rendering fails.
func (h *Handlers) page(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	body, err := h.render(r.Context(), c)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Language", lang.Of(r.Context()).Tag)
	w.Header().Add("Vary", "Accept-Language, Cookie")
	w.WriteHeader(status)
	_, err = w.Write(body)
	return ignoreGone(err)
}

// form parses a posted form, whichever way it was sent.
func form(r *request) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" && kind != "multipart/form-data" {
		return errMedia
	}
	// ParseMultipartForm alone would drop what ParseForm says of a form that is
	// too large or cut short.
	err = r.ParseForm()
	if err == nil && kind == "multipart/form-data" {
		err = r.ParseMultipartForm(1 << 20)
	}
	if err != nil {
		if p, known := problemOf(r.Context(), err); known {
			return p
		}
		return errUnreadable
	}
	if !areText(r.Form) {
		return errUnreadable
	}
	return nil
}

// areText reports whether all values are text.
func areText(values url.Values) bool {
	for _, list := range values {
		for _, v := range list {
			if !isText(v) {
				return false
			}
		}
	}
	return true
}

// isText reports whether a database takes s as text: PostgreSQL refuses what
// is not UTF-8, and a NUL.
func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// now is the time for what is not decided by the rules.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
