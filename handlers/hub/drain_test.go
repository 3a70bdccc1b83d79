package hub

import (
	"errors"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// A server that makes way sends its sockets elsewhere one by one.
func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Config{Writers: 2, Beat: time.Hour})
		const sockets, over = 20, 10 * time.Second
		began := time.Now()
		gone := make(chan time.Duration, sockets)
		for range sockets {
			_, done := collect(pipe(t, h))
			go func() {
				<-done
				gone <- time.Since(began)
			}()
		}
		h.Drain(t.Context(), over)
		if took, want := time.Since(began), over*(sockets-1)/sockets; took != want {
			t.Errorf("draining took %v, want %v: until the last socket is sent away", took, want)
		}
		r := httptest.NewRequest("GET", "/", nil)
		if err := h.Serve(httptest.NewRecorder(), r, Watch{}); !errors.Is(err, ErrClosed) {
			t.Errorf("a new socket while draining: %v, want ErrClosed", err)
		}
		if err := h.Close(t.Context()); err != nil {
			t.Error(err)
		}
		half := 0
		for range sockets {
			if at := <-gone; at < over/2 {
				half++
			}
		}
		if half < sockets/2-2 || half > sockets/2+2 {
			t.Errorf("%d of %d sockets were gone after half the time", half, sockets)
		}
	})
}
