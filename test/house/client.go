package house

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// PublicLot is a lot as the program's JSON tells it: money in minor units,
// times in milliseconds UTC.
type PublicLot struct {
	ID         int64   `json:"id"`
	Sale       string  `json:"sale"`
	Number     string  `json:"number"`
	Title      string  `json:"title"`
	State      string  `json:"state"`
	Seq        int64   `json:"seq"`
	Opening    int64   `json:"opening"`
	Price      int64   `json:"price"`
	Ask        int64   `json:"ask"`
	Bids       int     `json:"bids"`
	Lead       *string `json:"lead"`
	ReserveMet *bool   `json:"reserve_met"`
	OpensAt    int64   `json:"opens_at"`
	ClosesAt   int64   `json:"closes_at"`
	Extended   int     `json:"extended"`
	BuyNow     *int64  `json:"buy_now"`
	Currency   string  `json:"currency"`
	Hammer     *int64  `json:"hammer"`
}

// Answer is what became of a bid.
type Answer struct {
	Status   int     `json:"-"`       // of HTTP
	Raw      string  `json:"-"`       // the body as it came: the same for the same key
	Outcome  string  `json:"outcome"` // leading, outbid, raised, refused; "" when never judged
	Reason   string  `json:"reason"`
	Message  string  `json:"message"`
	Lot      int64   `json:"lot"`
	Key      string  `json:"key"`
	Seq      int64   `json:"seq"`
	At       int64   `json:"at"`
	Price    int64   `json:"price"`
	Ask      int64   `json:"ask"`
	Lead     *string `json:"lead"`
	ClosesAt int64   `json:"closes_at"`
}

// Taken reports whether the bid counts: acknowledged as taken, so it must
// never be lost.
func (a Answer) Taken() bool {
	return a.Status == http.StatusOK && (a.Outcome == "leading" || a.Outcome == "outbid" || a.Outcome == "raised")
}

// Event is a line of a lot's public log.
type Event struct {
	Seq       int64   `json:"seq"`
	At        int64   `json:"at"`
	Event     string  `json:"event"`
	Paddle    string  `json:"paddle"`
	Amount    int64   `json:"amount"`
	Automatic bool    `json:"automatic"`
	Price     int64   `json:"price"`
	Lead      *string `json:"lead"`
	ClosesAt  int64   `json:"closes_at"`
	Hash      string  `json:"hash"`
	Prev      string  `json:"prev"`
}

// transport is shared, so that a thousand bidders keep their connections.
var transport = &http.Transport{MaxIdleConns: 4096, MaxIdleConnsPerHost: 4096, IdleConnTimeout: 30 * time.Second}

// Client is one person's way to the house, with a cookie of its own. It is
// safe for concurrent use.
type Client struct {
	base string
	http *http.Client
}

// Client signs a bidder in by their link. The zero Bidder is a guest.
func (h *House) Client(b Bidder) *Client {
	h.tb.Helper()
	c := newClient("http://" + h.addr)
	if b.Link == "" {
		return c
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	if _, err := c.Get(ctx, b.Link, ""); err != nil {
		h.tb.Fatalf("%s enters: %v", b.Name, err)
	}
	return c
}

// Guest is a client that is not signed in, of a house by its address, such as
// a demo's "http://127.0.0.1:8080".
func Guest(base string) *Client { return newClient(base) }

// At is the same person, with the same cookies, at another address of the
// house.
func (c *Client) At(base string) *Client { return &Client{base: base, http: c.http} }

func newClient(base string) *Client {
	jar, _ := cookiejar.New(nil) // fails never without options
	return &Client{base: base, http: &http.Client{Transport: transport, Jar: jar}}
}

// ready waits until a bid could be committed.
func (h *House) ready() error {
	c := newClient("http://" + h.addr)
	end := time.Now().Add(startTime)
	for {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_, err := c.Get(ctx, "/readyz", "")
		cancel()
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			return err
		}
		time.Sleep(10 * time.Millisecond) // between two questions
	}
}

// SignIn signs in with a password.
func (c *Client) SignIn(ctx context.Context, email, password string) error {
	_, err := c.Post(ctx, "/sign-in", url.Values{"email": {email}, "password": {password}})
	return err
}

// Get returns a page's body, redirects followed; a status of 400 or more is an
// error. accept is the Accept header, "" for a page.
func (c *Client) Get(ctx context.Context, path, accept string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", accept)
	return c.do(req)
}

// Post sends a form as a page without script does, redirects followed; a
// status of 400 or more is an error.
func (c *Client) Post(ctx context.Context, path string, form url.Values) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(req)
}

func (c *Client) do(req *http.Request) ([]byte, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return body, err
	}
	if resp.StatusCode >= 400 {
		return body, fmt.Errorf("%s %s: %s", req.Method, req.URL.Path, resp.Status)
	}
	return body, nil
}

// Bid sends a maximum under a fresh key.
func (c *Client) Bid(ctx context.Context, lot int64, amount string) (Answer, error) {
	return c.BidKey(ctx, lot, amount, NewKey(), "max")
}

// BidKey sends a bid; kind is max or exact. The error is for a bid that was
// not answered, whose fate is unknown; a refusal is an answer.
func (c *Client) BidKey(ctx context.Context, lot int64, amount, key, kind string) (Answer, error) {
	form := url.Values{"amount": {amount}, "key": {key}, "kind": {kind}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+lotPath(lot)+"/bids", strings.NewReader(form.Encode()))
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{}
	if err := json.Unmarshal(body, &a); err != nil {
		return a, fmt.Errorf("bid %s on lot %d: %s: %q: %w", amount, lot, resp.Status, body, err)
	}
	a.Status, a.Raw = resp.StatusCode, string(body)
	return a, nil
}

// Lot reads a public lot.
func (c *Client) Lot(ctx context.Context, id int64) (l PublicLot, err error) {
	return l, c.json(ctx, lotPath(id), &l)
}

// Lots reads a sale's public lots in their order.
func (c *Client) Lots(ctx context.Context, sale string) ([]PublicLot, error) {
	var s struct{ Lots []PublicLot }
	err := c.json(ctx, "/sales/"+sale, &s)
	return s.Lots, err
}

// Log reads a lot's public events.
func (c *Client) Log(ctx context.Context, id int64) ([]Event, error) {
	body, err := c.Get(ctx, lotPath(id)+"/log", "")
	if err != nil {
		return nil, err
	}
	var all []Event
	lines := bufio.NewScanner(bytes.NewReader(body))
	for lines.Scan() {
		var e Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return all, fmt.Errorf("log of lot %d: %q: %w", id, lines.Text(), err)
		}
		all = append(all, e)
	}
	return all, lines.Err()
}

// Header is what a socket's dial must carry to come from this client's pages:
// cookie and origin. The address is URL("/live?…") with ws for http.
func (c *Client) Header() http.Header {
	u, err := url.Parse(c.base)
	if err != nil {
		panic(err) // it came from a listener
	}
	header := http.Header{"Origin": {c.base}}
	for _, k := range c.http.Jar.Cookies(u) {
		header.Add("Cookie", k.Name+"="+k.Value)
	}
	return header
}

// Live is the address of a socket that watches what query says, such as
// "lot=42" or "sale=spring".
func (c *Client) Live(query string) string {
	return "ws" + strings.TrimPrefix(c.base, "http") + "/live?" + query
}

func (c *Client) json(ctx context.Context, path string, v any) error {
	body, err := c.Get(ctx, path, "application/json")
	if err != nil {
		return err
	}
	return json.Unmarshal(body, v)
}

func lotPath(id int64) string { return "/lots/" + strconv.FormatInt(id, 10) }

// NewKey is a fresh key for a bid.
func NewKey() string {
	raw := make([]byte, 18)
	rand.Read(raw) // never fails
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Count is how many events of one kind a log has.
func Count(log []Event, kind string) int {
	n := 0
	for _, e := range log {
		if e.Event == kind {
			n++
		}
	}
	return n
}

// Wait asks until ok says yes, and returns an error that names what when it
// did not within the time.
func Wait(ctx context.Context, within time.Duration, what string, ok func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for !ok() {
		select {
		case <-ctx.Done():
			return errors.New(what + ": not within " + within.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}
