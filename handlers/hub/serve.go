package hub

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
)

const (
	// readLimit bounds a message from a client, in bytes. The page sends none.
	readLimit = 4 << 10

	// closeWait is how long a peer may take to answer a close frame.
	closeWait = 3 * time.Second

	// evictWait is how long a socket that took no bytes may take to do so.
	evictWait = time.Second

	// lingerBytes bounds what is read and thrown away after a close frame.
	lingerBytes = 256 << 10

	// The buffers that the websocket library gets. A control frame of a
	// server is at most 127 bytes and must fit into one write.
	readBuffer  = 128
	writeBuffer = 128
)

// A Watch says what a socket gets to see.
type Watch struct {
	// Topics that it watches. One that is named twice counts once.
	Topics []string

	// Group is the label by which Drop ends the socket, such as a session's
	// id. "" is in no group.
	Group string

	// Peer is the label that Config.MaxPerPeer counts by, such as the remote
	// address. "" is not counted.
	Peer string

	// Snapshot returns the first message; required. It is called once the topics are
	// watched, so it shows at least everything that was published before, and
	// all that is published from then on follows it. ctx ends with the hub,
	// or after 10 s.
	Snapshot func(ctx context.Context) ([]byte, error)
}

// Serve makes the request a socket that watches what o says. It returns once
// the snapshot is on its way; from then on the hub alone serves the socket,
// and the handler has nothing more to do.
//
// The caller has already decided who is there, and has required the Origin
// header to equal the base URL: the hub does not look at it, because only the
// caller knows the base URL behind a proxy.
//
// ErrClosed, ErrFull and ErrTooMany are returned before anything was written,
// and the caller answers. After any other error the response is out or the
// connection is closed; the error is for the log.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, o Watch) error {
	s, err := h.admit(o)
	if err != nil {
		return err
	}
	c, err := s.upgrade(w, r)
	if err != nil {
		if s.conn != nil {
			abort(s.conn)
		}
		s.drop()
		return fmt.Errorf("upgrade to a socket: %w", err)
	}
	// The snapshot is the caller's code; should it panic, the socket ends.
	started := false
	defer func() {
		if !started {
			abort(s.conn)
			s.finish(c)
		}
	}()
	err = h.greet(r.Context(), s, o)
	started = true
	go s.read(c)
	b := h.batches.Get().(*batch)
	s.offer(b)
	h.batches.Put(b)
	return err
}

// greet watches first and takes the snapshot second, in this order: what is
// published in between is not lost, it follows the snapshot.
func (h *Hub) greet(ctx context.Context, s *socket, o Watch) error {
	if !h.register(s, o.Topics) {
		s.bid(closeFrame(websocket.StatusServiceRestart))
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, snapshotTimeout)
	defer cancel()
	defer context.AfterFunc(h.ctx, cancel)()
	payload, err := o.Snapshot(ctx)
	if err != nil {
		code := websocket.StatusInternalError
		if h.ctx.Err() != nil { // Close called the snapshot off, and may not have come to this socket yet
			code = websocket.StatusServiceRestart
		}
		s.bid(closeFrame(code))
		return fmt.Errorf("snapshot for a socket: %w", err)
	}
	// The first beat comes along, so that the page's countdown is right from
	// its first second.
	f := make([]byte, 0, len(payload)+maxHeader+maxBeat)
	s.rest = appendBeat(appendText(f, payload), time.Now(), h.beats.stale.Load())
	return nil
}

// upgrade does the handshake and takes the connection from net/http. The
// websocket library reads from it, and answers pings and closes, as on any
// other; what it wants to write, and what it would close, goes through wire.
func (s *socket) upgrade(w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
	c, err := websocket.Accept(&hijacker{ResponseWriter: w, sock: s}, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // the caller has compared the origin, see Serve
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, err
	}
	c.SetReadLimit(readLimit)
	return c, nil
}

// A hijacker hands the websocket library a connection whose buffers are small
// and whose writes and end are the socket's business.
type hijacker struct {
	http.ResponseWriter
	sock *socket
}

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	tune(conn)
	h.sock.conn, h.sock.raw = conn, rawConn(conn)
	// What the client sent right behind its request is in net/http's buffer.
	early, _ := rw.Reader.Peek(rw.Reader.Buffered())
	w := &wire{Conn: conn, sock: h.sock, early: slices.Clone(early)}
	return w, bufio.NewReadWriter(bufio.NewReaderSize(w, readBuffer), bufio.NewWriterSize(w, writeBuffer)), nil
}

// wire is the connection as the websocket library sees it.
type wire struct {
	net.Conn
	sock  *socket
	early []byte // read before the upgrade
}

func (w *wire) Read(p []byte) (int, error) {
	if len(w.early) > 0 {
		n := copy(p, w.early)
		w.early = w.early[n:]
		return n, nil
	}
	w.early = nil
	n, err := w.Conn.Read(p)
	if err != nil {
		w.sock.readErr = err
	}
	return n, err
}

// Write takes one whole control frame: the library writes nothing else, and
// its buffer is flushed once for each.
func (w *wire) Write(p []byte) (int, error) {
	w.sock.control(p)
	return len(p), nil
}

// Close only wakes the reader, which closes the connection when the close
// frame is out.
func (w *wire) Close() error { return w.Conn.SetReadDeadline(time.Unix(1, 0)) }

// read serves the incoming side until the socket ends. There is one such
// goroutine for each socket; closing the connection stops it.
func (s *socket) read(c *websocket.Conn) {
	defer s.finish(c)
	for {
		kind, r, err := c.Reader(context.Background())
		if err != nil {
			return
		}
		if !s.discard(kind, r) {
			return
		}
	}
}

// discard reads one message and throws it away. It returns false when the
// socket is to end.
func (s *socket) discard(kind websocket.MessageType, r io.Reader) bool {
	buf := s.hub.scrap.Get().(*[readLimit + 1]byte)
	defer s.hub.scrap.Put(buf)
	n, err := io.ReadFull(r, buf[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	if n > readLimit {
		s.close(websocket.StatusMessageTooBig)
		return false
	}
	if kind == websocket.MessageText && !utf8.Valid(buf[:n]) {
		s.close(websocket.StatusInvalidFramePayloadData)
		return false
	}
	return true
}

// finish ends a socket whose reader has ended.
func (s *socket) finish(c *websocket.Conn) {
	defer s.drop()
	s.hub.unwatch(s)
	if s.linger() {
		_ = s.conn.Close()
	} else {
		abort(s.conn)
	}
	_ = c.CloseNow() // stops its finalizer; the connection is closed already
}

// linger waits until the peer has closed its side, for closeWait at most, and
// reports whether it has. A peer that is still there is told why it has to
// go; to close with bytes unread would destroy the close frame on its way.
func (s *socket) linger() bool {
	if s.readErr != nil {
		return errors.Is(s.readErr, io.EOF)
	}
	s.close(websocket.StatusProtocolError) // unless a reason was given already
	_ = s.conn.SetReadDeadline(time.Now().Add(closeWait))
	n, err := io.CopyN(io.Discard, s.conn, lingerBytes)
	return n < lingerBytes && errors.Is(err, io.EOF)
}
