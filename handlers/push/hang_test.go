package push

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"outcry/auction"
)

// silent is a push service that takes every message and answers none.
func silent(t *testing.T) (url string, asked *atomic.Int64, hangUp func()) {
	t.Helper()
	asked = new(atomic.Int64)
	srv := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or the end of the line is not noticed
		asked.Add(1)
		<-r.Context().Done()
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/push/1", asked, srv.CloseClientConnections
}

func TestASilentServiceHoldsUpNobody(t *testing.T) {
	o := newOffice(t)
	url, asked, hangUp := silent(t)
	o.out.cfg.Service.client.Timeout = 0 // it hangs until the test is over
	o.browser(1, url)
	well := o.browser(2, "")
	for seq := range int64(3) {
		o.put(seq + 1)
		if n, err := o.out.begin(t.Context(), o.now); err != nil || n != 2 {
			t.Fatalf("%d messages were begun, %v", n, err)
		}
		if got := o.service.Await(t, int(seq+1)); got[seq].To != well {
			t.Errorf("told is %+v", got[seq])
		}
	}
	for end := time.Now().Add(time.Minute); asked.Load() < 3; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the silent service was asked %d times", asked.Load())
		}
	}
	hangUp()
	o.out.senders.Wait()
}

// TestWhatCannotBeReachedHoldsUpNobody: an address that takes no connection and
// refuses none, as one does that swallows all that is sent to it, keeps a few
// senders busy and never all of them.
func TestWhatCannotBeReachedHoldsUpNobody(t *testing.T) {
	o := newOffice(t)
	o.out.cfg.Service.client.Timeout = 0 // it lasts until the test is over
	wire := o.out.cfg.Service.client.Transport.(*http.Transport)
	over := make(chan struct{})
	t.Cleanup(func() {
		close(over)
		o.out.senders.Wait()
	})
	var held, most atomic.Int64
	dial := wire.DialContext
	wire.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if !strings.HasPrefix(address, "swallows") {
			return dial(ctx, network, address)
		}
		n := held.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		<-over
		held.Add(-1)
		return nil, errors.New("connection timed out")
	}
	for n := range byte(4) {
		o.browser(n+1, fmt.Sprintf("https://swallows%d.example.org/push", n))
	}
	well := o.browser(9, "")
	for seq := range int64(turn / 2) {
		o.put(seq + 1)
		for tries, got := 0, 0; got <= int(seq); tries++ { // its turn comes after those that are put off
			if tries > 20 {
				t.Fatalf("of %d messages %d have arrived, and %d senders are held", seq+1, got, held.Load())
			}
			o.now = o.now.Add(look)
			if _, err := o.out.begin(t.Context(), o.now); err != nil {
				t.Fatal(err)
			}
			o.out.await(t, &held)
			got = len(o.service.Messages())
		}
	}
	if list := o.service.Messages(); list[0].To != well || most.Load() != strangersAtMost {
		t.Errorf("told is %+v; %d senders at most waited for what cannot be reached, want %d", list[0], most.Load(), strangersAtMost)
	}
}

// await waits until no sender is at work but those that are held.
func (o *Outbox) await(t *testing.T, held *atomic.Int64) {
	t.Helper()
	for end := time.Now().Add(time.Minute); len(o.slots) > int(held.Load()); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d senders are at work, %d are held", len(o.slots), held.Load())
		}
	}
}

// What does not answer has one message at a time; once it does, as many as come.
func TestAHostThatDoesNotAnswerHasOneMessageAtATime(t *testing.T) {
	h := newHosts()
	begin := func(host string, want bool) (end func(answered bool)) {
		t.Helper()
		stranger, may := h.begin(host)
		if may != want {
			t.Fatalf("%s: may %v, want %v; %+v", host, may, want, h.trying)
		}
		return func(answered bool) { h.end(host, stranger, answered) }
	}
	one, two := begin("a", true), begin("a", true) // nothing is known of it
	one(false)
	begin("a", false)
	two(false)
	trial := begin("a", true)
	begin("a", false)
	trial(true)
	for range 3 * strangersAtMost {
		begin("a", true)
	}
	for n := range strangersAtMost {
		begin(fmt.Sprint("stranger ", n), true)
	}
	begin("one more", false)
	begin("a", true)(false)
	begin("a", false)
}

func TestASilentServiceIsGivenUp(t *testing.T) {
	o := newOffice(t)
	url, _, _ := silent(t)
	o.browser(1, url)
	o.put(1)
	o.put(2)
	o.out.cfg.Service.client.Timeout = 300 * time.Millisecond
	rounds := 0
	for ; o.browsers() > 0 && rounds < 20; rounds++ {
		o.round(o.out, time.Duration(rounds)*time.Minute)
	}
	if o.browsers() != 0 || rounds < hangsAtMost {
		t.Errorf("after %d rounds %d browsers are left, want none after %d at least", rounds, o.browsers(), hangsAtMost)
	}
}

// A house that is cut off reaches nobody, and gives nobody up.
func TestAHouseThatIsCutOffGivesNobodyUp(t *testing.T) {
	o := newOffice(t)
	srv := httptest.NewTLSServer(nil)
	url := srv.URL
	srv.Close()
	o.browser(1, url+"/push/1")
	o.put(1)
	for n := range 2 * hangsAtMost {
		o.round(o.out, time.Duration(n)*3*time.Minute)
	}
	if m := o.fate(); o.browsers() != 1 || m.State != auction.MailWaiting || m.Fails < hangsAtMost {
		t.Errorf("%d browsers are left; the message is %+v", o.browsers(), m)
	}
}

func TestWhoHangsHasOneMessageAtATime(t *testing.T) {
	h := hangs{of: map[int64]*hang{}}
	send := func() (end func(hung, answered bool) bool, may bool) {
		trial, may := h.begin(1)
		return func(hung, answered bool) bool { return h.end(1, trial, hung, answered) }, may
	}
	one, _ := send()
	two, may := send()
	if !may || one(true, false) || two(true, false) {
		t.Fatal("of a browser that nothing is known of, two messages are sent, and it stays")
	}
	for n := range hangsAtMost - 1 {
		end, may := send()
		if _, more := send(); !may || more {
			t.Fatalf("after %d of them: may %v, a second one %v", n+1, may, more)
		}
		if end(true, false) != (n == hangsAtMost-2) {
			t.Fatalf("given up after %d in a row", n+2)
		}
	}
	end, _ := send()
	end(true, false)
	end, _ = send()
	end(false, true) // it answers
	if _, may := send(); !may || len(h.of) != 0 {
		t.Errorf("after an answer it may be told: %v, kept is %v", may, h.of)
	}
}
