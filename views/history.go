package views

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"outcry/auction"
)

// historyRows are a lot's bids, newest on top. A row says the paddle's number
// alone; the column's head says what it is. It is written by hand because
// HTML lets a row do without end tags and templ does not: they would be a
// tenth of every frame.
func historyRows(rows []auction.Row, c auction.Currency, zoneName string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for i := len(rows) - 1; i >= 0; i-- {
			writeRow(&b, rows[i], c, zoneName)
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func writeRow(b *strings.Builder, r auction.Row, c auction.Currency, zoneName string) {
	paddle, amount := templ.EscapeString(string(r.Paddle)), templ.EscapeString(Amount(r.Amount, c))
	switch {
	case r.Voided:
		paddle = "<s>" + paddle + "</s> struck out"
		if r.Reason != "" {
			paddle += ": " + templ.EscapeString(r.Reason)
		}
		amount = "<s>" + amount + "</s>"
	case r.Automatic:
		paddle += " automatic"
	}
	b.WriteString("<tr><td>" + paddle + "<td>" + AtTime(r.At, zoneName) + "<td>" + amount)
}

// noBids stands where a history has no row.
func noBids(l auction.Public) string {
	if l.State.Over() {
		return "There were no bids."
	}
	return "No bids yet."
}
