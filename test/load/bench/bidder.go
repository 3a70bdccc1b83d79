//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// httpBidder is one person's browser: one connection that stays, one cookie.
// It speaks just enough HTTP to cost next to nothing beside the server.
type httpBidder struct {
	conn   net.Conn
	in     *bufio.Reader
	host   string
	cookie string
	buf    bytes.Buffer
}

func dialBidder(addr, cookie string) (*httpBidder, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &httpBidder{conn: conn, in: bufio.NewReaderSize(conn, 2048), host: addr, cookie: cookie}, nil
}

// told is the answer to a bid.
type told struct {
	Outcome string `json:"outcome"`
	Key     string `json:"key"`
	Seq     int64  `json:"seq"`
	Ask     int64  `json:"ask"`
}

// bid posts one bid and reads its answer, which must be to this very bid.
func (h *httpBidder) bid(lot, amount int64, key string) (told, error) {
	form := bidForm(amount, key)
	h.buf.Reset()
	fmt.Fprintf(&h.buf, "POST /lots/%d/bids HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nAccept: application/json\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", lot, h.host, h.cookie, len(form), form)
	status, body, err := h.roundTrip(h.buf.Bytes())
	if err != nil {
		return told{}, err
	}
	var a told
	if err := json.Unmarshal(body, &a); err != nil || status != 200 && status != 422 || a.Key != key {
		return a, fmt.Errorf("bid %s on lot %d: %d %q", key, lot, status, body)
	}
	return a, nil
}

// get reads a page; only its length is looked at.
func (h *httpBidder) get(path, header string) (status, length int, err error) {
	h.buf.Reset()
	fmt.Fprintf(&h.buf, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", path, h.host, header)
	status, body, err := h.roundTrip(h.buf.Bytes())
	return status, len(body), err
}

func (h *httpBidder) roundTrip(request []byte) (status int, body []byte, err error) {
	_ = h.conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := h.conn.Write(request); err != nil {
		return 0, nil, err
	}
	length, chunked := 0, false
	for first := true; ; first = false {
		line, err := h.in.ReadString('\n')
		if err != nil {
			return 0, nil, err
		}
		line = strings.TrimRight(line, "\r\n")
		switch {
		case first:
			if _, err := fmt.Sscanf(line, "HTTP/1.1 %d", &status); err != nil {
				return 0, nil, fmt.Errorf("status line %q", line)
			}
			continue
		case line == "" && chunked:
			body, err = h.chunks()
			return status, body, err
		case line == "":
			body = make([]byte, length)
			_, err := io.ReadFull(h.in, body)
			return status, body, err
		}
		name, value, _ := strings.Cut(line, ":")
		switch strings.ToLower(name) {
		case "content-length":
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return 0, nil, err
			}
		case "transfer-encoding":
			chunked = true
		}
	}
}

// chunks reads a body of which nobody knew the length.
func (h *httpBidder) chunks() (body []byte, err error) {
	for {
		line, err := h.in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(line), 16, 32)
		if err != nil {
			return nil, err
		}
		part := make([]byte, n+2) // with its line end
		if _, err := io.ReadFull(h.in, part); err != nil {
			return nil, err
		}
		if n == 0 {
			return body, nil
		}
		body = append(body, part[:n]...)
	}
}

func (h *httpBidder) close() { _ = h.conn.Close() }

// bidders are n people with paddles and browsers.
func (b *bench) bidders(ctx context.Context, dir string, s *server, n int) ([]*httpBidder, error) {
	cookies, err := b.cookies(ctx, dir, s, n)
	if err != nil {
		return nil, err
	}
	var all []*httpBidder
	for _, c := range cookies {
		h, err := dialBidder(s.addr, c)
		if err != nil {
			closeAll(all)
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

func closeAll(all []*httpBidder) {
	for _, h := range all {
		h.close()
	}
}
