package house

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
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

// public are the attributes that the root element of a public frame carries;
// their order is free.
var (
	tag  = regexp.MustCompile(`<[a-z]+\b[^<>]*\bdata-lot="[^<>]*>`)
	attr = regexp.MustCompile(`\b(data-(?:lot|seq|price|state))="([^"]*)"`)
)

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
		var beat struct{ T int64 }
		if err := json.Unmarshal(text, &beat); err != nil || beat.T == 0 {
			return m, fmt.Errorf("a beat that reads %q: %v", m.Text, err)
		}
		m.Beat = beat.T
		return m, nil
	}
	m.Shown, err = shown(m.Text)
	return m, err
}

func shown(text string) ([]Shown, error) {
	var all []Shown
	for _, t := range tag.FindAllString(text, -1) {
		var s Shown
		found := 0
		for _, a := range attr.FindAllStringSubmatch(t, -1) {
			n, err := strconv.ParseInt(a[2], 10, 64)
			if err != nil && a[1] != "data-state" {
				return nil, fmt.Errorf("%s in %s: %w", a[0], t, err)
			}
			found++
			switch a[1] {
			case "data-lot":
				s.Lot = n
			case "data-seq":
				s.Seq = n
			case "data-price":
				s.Price = n
			case "data-state":
				s.State = a[2]
			}
		}
		if found != 4 {
			return nil, fmt.Errorf("%s lacks one of data-lot, data-seq, data-price, data-state", t)
		}
		all = append(all, s)
	}
	return all, nil
}
