package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// balancer hands each request to one of several processes, as the balancer of
// a real house does: only to those that say they are ready, and to another one
// when the first does not take the connection.
type balancer struct {
	server *httptest.Server
	wire   *http.Transport
	sticky bool // a visitor stays with one process as long as it lives
	turn   atomic.Uint64

	mu   sync.Mutex // guards ends
	ends []*end

	quit chan struct{} // closed when the test ends
	done sync.WaitGroup
}

// end is a process behind the balancer.
type end struct {
	addr   string
	live   atomic.Bool
	served atomic.Int64 // requests
}

// lookEvery is how often a process is asked whether it is ready.
const lookEvery = 100 * time.Millisecond

var errNobody = errors.New("no process is ready")

// balance opens a balancer over processes by their addresses. It ends with the
// test.
func balance(t *testing.T, sticky bool, addrs ...string) *balancer {
	t.Helper()
	b := &balancer{
		sticky: sticky, quit: make(chan struct{}),
		wire: &http.Transport{MaxIdleConnsPerHost: 256, DialContext: (&net.Dialer{Timeout: time.Second}).DialContext},
	}
	b.server = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", r.In.Host
			r.Out.Host = r.In.Host // the house sees its address as people know it
		},
		Transport: b,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusBadGateway)
		},
	})
	for _, a := range addrs {
		b.add(a)
	}
	t.Cleanup(func() {
		close(b.quit)
		b.server.CloseClientConnections()
		b.server.Close()
		b.wire.CloseIdleConnections()
		b.done.Wait()
	})
	return b
}

// add takes one more process in, and returns when it is known whether it is
// ready.
func (b *balancer) add(addr string) {
	e := &end{addr: addr}
	b.look(e)
	b.mu.Lock()
	b.ends = append(b.ends, e)
	b.mu.Unlock()
	b.done.Go(func() {
		for {
			select {
			case <-b.quit:
				return
			case <-time.After(lookEvery):
				b.look(e)
			}
		}
	})
}

func (b *balancer) look(e *end) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+e.addr+"/readyz", nil)
	if err != nil {
		panic(err) // the address came from a listener
	}
	res, err := b.wire.RoundTrip(req)
	if err == nil {
		res.Body.Close()
	}
	e.live.Store(err == nil && res.StatusCode == http.StatusOK)
}

// url is where people reach the house.
func (b *balancer) url() string { return b.server.URL }

// order lists the processes that are to be tried, the first first.
func (b *balancer) order(r *http.Request) []*end {
	n := b.turn.Add(1)
	if who := r.Header.Get("Cookie"); b.sticky && who != "" {
		h := fnv.New64a()
		io.WriteString(h, who)
		n = h.Sum64()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var live, rest []*end
	for i := range b.ends {
		e := b.ends[(n+uint64(i))%uint64(len(b.ends))]
		if e.live.Load() {
			live = append(live, e)
		} else {
			rest = append(rest, e) // as a last resort: it may have come back
		}
	}
	return append(live, rest...)
}

// RoundTrip sends a request to the first process that takes it. One that was
// sent is never sent to another: nobody knows what came of it.
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, orEmpty(r.Body), 1<<20))
	if err != nil {
		return nil, err
	}
	for _, e := range b.order(r) {
		out := r.Clone(r.Context())
		out.URL.Host = e.addr
		out.Body, out.GetBody = http.NoBody, nil
		if len(body) > 0 {
			out.Body = io.NopCloser(bytes.NewReader(body))
		}
		res, err := b.wire.RoundTrip(out)
		var op *net.OpError
		if errors.As(err, &op) && op.Op == "dial" {
			e.live.Store(false)
			continue
		}
		e.served.Add(1)
		return res, err
	}
	return nil, errNobody
}

func orEmpty(body io.ReadCloser) io.ReadCloser {
	if body == nil {
		return http.NoBody
	}
	return body
}

// TestBalancer: it goes round, stays where it should, leaves out who is not
// ready, tries another when one is gone, and never sends a request twice.
func TestBalancer(t *testing.T) {
	type process struct {
		*httptest.Server
		ready atomic.Bool
		heard atomic.Int64
	}
	var all []*process
	for i := range 3 {
		p := &process{}
		p.ready.Store(true)
		p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/readyz" {
				if !p.ready.Load() {
					w.WriteHeader(http.StatusServiceUnavailable)
				}
				return
			}
			p.heard.Add(1)
			if r.URL.Path == "/break" {
				panic(http.ErrAbortHandler)
			}
			body, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%d %s %s", i, r.Host, body)
		}))
		t.Cleanup(p.Close)
		all = append(all, p)
	}
	addr := func(i int) string { return all[i].Listener.Addr().String() }
	b := balance(t, false, addr(0), addr(1), addr(2))
	ask := func(b *balancer, path, cookie string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url()+path, bytes.NewReader([]byte("bid")))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", cookie)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(text)
	}
	answers := func(b *balancer, n int, cookie string) map[string]int {
		got := map[string]int{}
		for range n {
			_, text := ask(b, "/", cookie)
			got[text]++
		}
		return got
	}
	host := b.server.Listener.Addr().String()
	if got := answers(b, 9, "who=a"); len(got) != 3 || got["0 "+host+" bid"] != 3 {
		t.Errorf("nine requests were answered %v, want three by each", got)
	}
	if got := answers(balance(t, true, addr(0), addr(1), addr(2)), 9, "who=a"); len(got) != 1 {
		t.Errorf("nine requests of one visitor were answered %v, want one process", got)
	}
	before := all[0].heard.Load() + all[1].heard.Load() + all[2].heard.Load()
	if status, _ := ask(b, "/break", ""); status != http.StatusBadGateway {
		t.Errorf("a request whose process breaks: %d, want 502", status)
	}
	if n := all[0].heard.Load() + all[1].heard.Load() + all[2].heard.Load() - before; n != 1 {
		t.Errorf("a request whose process breaks was sent %d times", n)
	}
	all[0].ready.Store(false)
	time.Sleep(3 * lookEvery)
	if got := answers(b, 9, ""); len(got) != 2 || got["0 "+host+" bid"] != 0 {
		t.Errorf("with one not ready, nine were answered %v", got)
	}
	all[1].CloseClientConnections()
	all[1].Close()
	if got := answers(b, 9, ""); got["2 "+host+" bid"] != 9 {
		t.Errorf("with one not ready and one gone, nine were answered %v", got)
	}
}
