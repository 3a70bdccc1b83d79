package house

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/coder/websocket"
)

// Shown is a lot as one public frame tells it.
type Shown struct {
	Lot   int64
	Seq   int64
	Price int64 // minor units
	State string
}

// Message is one message of a socket.
type Message struct {
	Text  string
	Beat  int64   // the server's clock in milliseconds when it is a beat, else 0
	Stale bool    // the beat says that what is shown may be out of date
	Shown []Shown // the public frames in it, in their order
}

// Watch opens a socket that sees what query says, such as "lot=42" or
// "sale=spring". ctx bounds the opening only.
func (c *Client) Watch(ctx context.Context, query string) (*websocket.Conn, error) {
	conn, resp, err := websocket.Dial(ctx, c.Live(query), &websocket.DialOptions{HTTPHeader: c.Header()})
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w", query, err)
	}
	if resp.Body != nil {
		resp.Body.Close()
	}
	conn.SetReadLimit(16 << 20) // a snapshot of a whole catalogue
	return conn, nil
}

// Next reads a socket's next message. One that is neither a beat nor frames is
// an error.
func Next(ctx context.Context, conn *websocket.Conn) (Message, error) {
	kind, text, err := conn.Read(ctx)
	if err != nil {
		return Message{}, err
	}
	m := Message{Text: string(text)}
	if kind != websocket.MessageText {
		return m, fmt.Errorf("a message of kind %v", kind)
	}
	if strings.HasPrefix(m.Text, "{") {
		var beat struct {
			T     int64
			Stale bool
		}
		if err := json.Unmarshal(text, &beat); err != nil || beat.T == 0 {
			return m, fmt.Errorf("a beat that reads %q: %v", m.Text, err)
		}
		m.Beat, m.Stale = beat.T, beat.Stale
		return m, nil
	}
	m.Shown, err = shown(m.Text)
	return m, err
}

// shown finds the root elements of public frames: those that carry data-lot.
// It looks for no more than that, because a hundred sockets of a rehearsal are
// read by one test.
func shown(text string) ([]Shown, error) {
	var all []Shown
	for {
		i := strings.Index(text, ` data-lot="`)
		if i < 0 {
			return all, nil
		}
		begin, end := strings.LastIndexByte(text[:i], '<'), strings.IndexByte(text[i:], '>')
		if begin < 0 || end < 0 {
			return all, fmt.Errorf("data-lot stands outside of an element: %.100q", text[max(0, i-50):])
		}
		s, err := root(text[begin : i+end])
		if err != nil {
			return all, err
		}
		all = append(all, s)
		text = text[i+end:]
	}
}

// root reads the root element of a public frame; its attributes' order is
// free, and none may be missing.
func root(tag string) (s Shown, err error) {
	for name, n := range map[string]*int64{"lot": &s.Lot, "seq": &s.Seq, "price": &s.Price} {
		if *n, err = strconv.ParseInt(attr(tag, name), 10, 64); err != nil {
			return s, fmt.Errorf("data-%s of %s: %w", name, tag, err)
		}
	}
	if s.State = attr(tag, "state"); s.State == "" {
		return s, fmt.Errorf("%s has no data-state", tag)
	}
	return s, nil
}

// attr is the value of a data- attribute, "" when there is none.
func attr(tag, name string) string {
	_, rest, _ := strings.Cut(tag, " data-"+name+`="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}
