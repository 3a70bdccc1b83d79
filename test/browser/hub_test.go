package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"outcry/handlers/hub"
)

// socketsOfAPage opens eight sockets that talk while they listen, and holds each
// frame: whole, of the length that it says, never older than one before it of
// the same key. Every other one goes by itself after a hundred frames.
const socketsOfAPage = `(() => {
	window.all = [...Array(8).keys()].map((i) => {
		const s = new WebSocket("ws://" + location.host + "/socket?" + i);
		const own = { heard: 0, wrong: "", code: 0, latest: {} };
		s.onmessage = ({ data }) => {
			if (data.startsWith("{")) return;
			for (const part of data.match(/<[^>]*>|[^<]+/g)) {
				const m = /^<(\d+) (\d+) (\d+) (x*)>$/.exec(part);
				if (!m || m[4].length !== Number(m[3])) own.wrong ||= "broken: " + part.slice(0, 60);
				else if (Number(m[2]) < (own.latest[m[1]] ?? 0)) own.wrong ||= "older than " + own.latest[m[1]] + ": " + part.slice(0, 60);
				else own.latest[m[1]] = Number(m[2]);
			}
			own.heard++;
			if (s.readyState !== WebSocket.OPEN) return;
			s.send("of no interest");
			if (i % 2 === 0 && own.heard === 100) s.close(4001, "enough");
		};
		s.onclose = (e) => (own.code = e.code);
		return own;
	});
	return true;
})()`

// TestABrowserAmongEverything: frames beneath the library, its own pongs and
// closes, clients that ping and a real browser that talks and goes: no frame is
// broken or out of its order, and each end is told. The hub is in this process,
// under the race detector.
func TestABrowserAmongEverything(t *testing.T) {
	t.Parallel()
	openChromium(t)
	ho := hub.New(hub.Config{Beat: 20 * time.Millisecond})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html><title>sockets</title>") })
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /socket", func(w http.ResponseWriter, r *http.Request) {
		err := ho.Serve(w, r, hub.Watch{Topics: []string{"t"}, Group: r.URL.RawQuery,
			Snapshot: func(context.Context) ([]byte, error) { return []byte("<0 0 0 >"), nil }})
		if err != nil {
			t.Errorf("a socket: %v", err)
		}
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()

	var busy sync.WaitGroup
	stop := make(chan struct{})
	busy.Go(func() {
		for i := int64(1); ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(200 * time.Microsecond):
			}
			n := int(i*37) % 3000
			ho.Publish("t", 1+i%7, i, fmt.Appendf(nil, "<%d %d %d %s>", 1+i%7, i, n, strings.Repeat("x", n)))
		}
	})
	for range 4 {
		busy.Go(func() { pingsUntil(t, srv.URL+"/socket?guest", stop) })
	}

	p := sit(t, srv.URL, "a page of sockets", phone)
	p.open("/")
	eval[bool](p, socketsOfAPage)
	p.wait("each has heard a hundred frames", `all.every((s) => s.heard >= 100)`)
	for i := range 8 {
		if i%2 == 1 {
			ho.Drop(fmt.Sprint(i), websocket.StatusPolicyViolation)
		}
	}
	p.wait("each has ended", `all.every((s) => s.code)`)
	close(stop)
	busy.Wait()
	if wrong := eval[string](p, `all.map((s, i) => s.wrong || s.code === (i % 2 ? 1008 : 4001) ? s.wrong : "ended by " + s.code).filter(Boolean).join("; ")`); wrong != "" {
		t.Errorf("the browser's sockets: %s", wrong)
	}
	if err := ho.Close(t.Context()); err != nil {
		t.Errorf("close: %v", err)
	}
}

// pingsUntil is a client that pings while it reads.
func pingsUntil(t *testing.T, url string, stop <-chan struct{}) {
	c, _, err := websocket.Dial(t.Context(), url, nil)
	if err != nil {
		t.Errorf("a client: %v", err)
		return
	}
	defer c.CloseNow()
	go func() {
		for {
			if _, _, err := c.Read(t.Context()); err != nil {
				return
			}
		}
	}()
	for {
		select {
		case <-stop:
			return
		default:
		}
		if err := c.Ping(t.Context()); err != nil {
			t.Errorf("ping: %v", err)
			return
		}
	}
}
