package push

import (
	"io"
	"net/http"
	"net/http/httptest"
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
