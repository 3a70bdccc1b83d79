package views

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// historyRows are a lot's bids, newest on top. A row says the paddle's number
// alone; the column's head says what it is. It is written by hand because
// HTML lets a row do without end tags and templ does not: they would be a
// tenth of every frame.
func historyRows(rows []auction.Row, c auction.Currency, zoneName string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b strings.Builder
		for i := len(rows) - 1; i >= 0; i-- {
			writeRow(ctx, &b, rows[i], c, zoneName)
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func writeRow(ctx context.Context, b *strings.Builder, r auction.Row, c auction.Currency, zoneName string) {
	paddle, amount := templ.EscapeString(string(r.Paddle)), templ.EscapeString(Money(ctx, r.Amount, c))
	switch {
	case r.Voided:
		paddle = "<s>" + paddle + "</s> " + templ.EscapeString(lang.T(ctx, "struck out"))
		if r.Reason != "" {
			paddle += ": " + templ.EscapeString(reasonWords(ctx, r.Reason))
		}
		amount = "<s>" + amount + "</s>"
	case r.Automatic:
		paddle += " " + templ.EscapeString(lang.T(ctx, "automatic"))
	}
	b.WriteString("<tr><td>" + paddle + "<td>" + AtTime(r.At, zoneName) + "<td>" + amount)
}

// noBids stands where a history has no row.
func noBids(ctx context.Context, l auction.Public) string {
	if l.State.Over() {
		return lang.T(ctx, "There were no bids.")
	}
	return lang.T(ctx, "No bids yet.")
}
