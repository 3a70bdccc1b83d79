package handlers

import (
	"fmt"
	"strings"

	"rsc.io/qr"

	"outcry/views"
)

// qrOf draws an address as a QR code, for a page to set it in: each run of
// black fields of a row is one stroke of a path.
func qrOf(text, label string) (views.QR, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return views.QR{}, fmt.Errorf("draw a QR code: %w", err)
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			if !code.Black(x, y) {
				continue
			}
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
		}
	}
	return views.QR{Size: code.Size, Path: b.String(), Label: label}, nil
}
