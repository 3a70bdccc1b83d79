package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// readText reads a file of at most MaxBytes and returns it as UTF-8: from
// UTF-8 or UTF-16 with their marks, UTF-8 without one, or Windows-1252, which
// is what Excel writes when it is asked for plain CSV.
func readText(r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return "", fmt.Errorf("read the file: %w", err)
	}
	if len(data) > MaxBytes {
		return "", &Unreadable{Text: "This file is larger than %d MB.", Args: []any{MaxBytes >> 20}}
	}
	if err := otherKind(data); err != nil {
		return "", err
	}
	text, err := decode(data)
	if err != nil {
		return "", err
	}
	if strings.IndexByte(text, 0) >= 0 {
		return "", &Unreadable{Text: "This file is not text; save the sheet as CSV and send that."}
	}
	return text, nil
}

// otherKind recognises what people send in place of CSV.
func otherKind(data []byte) error {
	starts := func(s string) bool { return bytes.HasPrefix(data, []byte(s)) }
	switch {
	case starts("PK\x03\x04"), starts("PK\x05\x06"), starts("\xd0\xcf\x11\xe0"):
		return &Unreadable{Text: "This is a workbook (xlsx, ods or xls); save it as CSV and send that."}
	case starts("%PDF"):
		return &Unreadable{Text: "This is a PDF; save the sheet as CSV and send that."}
	case starts("{\\rtf"):
		return &Unreadable{Text: "This is a text document; save the sheet as CSV and send that."}
	}
	return nil
}

func decode(data []byte) (string, error) {
	if rest, ok := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); ok {
		if !utf8.Valid(rest) {
			return "", broken(rest)
		}
		return string(rest), nil
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return convert(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), data)
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", &Unreadable{Text: "This file is not text; save the sheet as CSV and send that."}
	}
	// The five bytes that Windows-1252 leaves without a meaning tell another
	// encoding, and whole UTF-8 letters a damaged UTF-8 file: read as
	// Windows-1252 every accent in it would turn into two wrong letters.
	if hasUndefined(data) || mostlyUTF8(data) {
		return "", broken(data)
	}
	return convert(charmap.Windows1252, data)
}

func convert(e encoding.Encoding, data []byte) (string, error) {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", &Unreadable{Text: "The letters of this file cannot be read; save the sheet as CSV in UTF-8 and send that."}
	}
	return string(out), nil
}

func hasUndefined(data []byte) bool {
	for _, b := range data {
		switch b {
		case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
			return true
		}
	}
	return false
}

// mostlyUTF8 reports whether a text that is not UTF-8 has more whole UTF-8
// letters beyond ASCII than bytes that are none.
func mostlyUTF8(data []byte) bool {
	whole, stray := 0, 0
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && n == 1:
			stray++
		case n > 1:
			whole++
		}
		data = data[n:]
	}
	return whole > stray
}

// broken says where a text stops being UTF-8.
func broken(data []byte) error {
	lines := 1
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			lines++
		}
		data = data[n:]
	}
	return &Unreadable{Text: "Line %d has letters that cannot be read; save the sheet as CSV in UTF-8 and send that.", Args: []any{lines}}
}
