package many

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

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
	b := Balance(t, false, addr(0), addr(1), addr(2))
	ask := func(b *Balancer, path, cookie string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.URL()+path, bytes.NewReader([]byte("bid")))
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
	answers := func(b *Balancer, n int, cookie string) map[string]int {
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
	if got := answers(Balance(t, true, addr(0), addr(1), addr(2)), 9, "who=a"); len(got) != 1 {
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
	for end := time.Now().Add(time.Minute); b.ends[0].live.Load() && time.Now().Before(end); time.Sleep(lookEvery) {
	}
	if got := answers(b, 9, ""); len(got) != 2 || got["0 "+host+" bid"] != 0 {
		t.Errorf("with one not ready, nine were answered %v", got)
	}
	all[1].CloseClientConnections()
	all[1].Close()
	if got := answers(b, 9, ""); got["2 "+host+" bid"] != 9 {
		t.Errorf("with one not ready and one gone, nine were answered %v", got)
	}
}
