package hub

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
)

// First bytes of the frames that the hub sends (RFC 6455 §5.2): the last
// fragment of a text, a close and a pong. A server masks nothing.
const (
	textByte  = 0x81
	closeByte = 0x88
	pongByte  = 0x8a
)

// textFrame returns payload as one text frame, header and all. It is built
// once and then shared by every socket, so nobody writes into it.
func textFrame(payload []byte) []byte {
	return appendText(make([]byte, 0, len(payload)+maxHeader), payload)
}

// maxHeader is the longest header of a frame that the hub sends, in bytes.
const maxHeader = 10

// appendText appends payload as a text frame to f. Bytes that are not UTF-8
// would make each browser drop the connection; they become U+FFFD.
func appendText(f, payload []byte) []byte {
	if !utf8.Valid(payload) {
		payload = bytes.ToValidUTF8(payload, []byte("\uFFFD"))
	}
	n := len(payload)
	switch {
	case n <= 125:
		f = append(f, textByte, byte(n))
	case n <= 0xffff:
		f = append(f, textByte, 126)
		f = binary.BigEndian.AppendUint16(f, uint16(n))
	default:
		f = append(f, textByte, 127)
		f = binary.BigEndian.AppendUint64(f, uint64(n))
	}
	return append(f, payload...)
}

// closeFrame returns a close frame without a reason.
func closeFrame(code websocket.StatusCode) []byte {
	return binary.BigEndian.AppendUint16([]byte{closeByte, 2}, uint16(code))
}

// maxBeat is the most that a beat takes, in bytes.
const maxBeat = 48

// appendBeat appends the beat to f: the server's time in milliseconds, UTC,
// and whether what the page shows may be out of date.
func appendBeat(f []byte, now time.Time, stale bool) []byte {
	p := append(make([]byte, 0, maxBeat), `{"t":`...)
	p = strconv.AppendInt(p, now.UnixMilli(), 10)
	if stale {
		p = append(p, `,"stale":true`...)
	}
	return appendText(f, append(p, '}'))
}
