package hub

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// FuzzFrames sends anything behind the handshake, and then nothing more: the
// house must end the socket, in its own words or not, and keep nothing of it.
func FuzzFrames(f *testing.F) {
	ho := open(f, Config{})
	for _, h := range hostile {
		f.Add([]byte(h.send))
	}
	f.Add([]byte(strings.Repeat(masked(0x89, "p"), 50)))
	f.Fuzz(func(t *testing.T, sent []byte) {
		c, status, err := ho.tryDial("topic=t", 0, "")
		if err != nil || status != 101 {
			t.Fatalf("dial = %d, %v", status, err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(time.Minute))
		c.Write(sent) // an error: it was refused half way
		if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
			half.CloseWrite()
		}
		if _, err := io.Copy(io.Discard, c.r); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("after %q the socket was still open", sent)
		}
	})
}
