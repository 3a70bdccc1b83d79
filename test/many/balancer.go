// Package many is what stands around several processes of one house: a
// balancer in front of them, and a NATS server between them.
package many

import (
	"bytes"
	"context"
	"errors"
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

// Balancer hands each request to one of several processes, as the balancer of
// a real house does: only to those that say they are ready, and to another one
// when the first does not take the connection.
type Balancer struct {
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

// Balance opens a balancer over processes by their addresses. It ends with the
// test.
func Balance(t testing.TB, sticky bool, addrs ...string) *Balancer {
	t.Helper()
	b := &Balancer{
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
func (b *Balancer) add(addr string) {
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

func (b *Balancer) look(e *end) {
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

// URL is where people reach the house.
func (b *Balancer) URL() string { return b.server.URL }

// order lists the processes that are to be tried, the first first.
func (b *Balancer) order(r *http.Request) []*end {
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
func (b *Balancer) RoundTrip(r *http.Request) (*http.Response, error) {
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

// Served is how many requests each process has had, in the order they were
// given.
func (b *Balancer) Served() []int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	var n []int64
	for _, e := range b.ends {
		n = append(n, e.served.Load())
	}
	return n
}
