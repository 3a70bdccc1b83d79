package views

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// BoardView is the big screen of a sale.
type BoardView struct {
	Theme   Theme // a projector's room is dark: only ThemeLight makes it light
	House   string
	Sale    auction.Sale
	Counts  auction.Counts
	Next    []CardView       // the next to close, the first of them large
	Latest  []auction.LotRow // newest first
	News    News
	Code    QR // of the sale's address
	Address string
}

func boardURL(slug string) templ.SafeURL { return path("/sales/", slug, "/board") }

// addressParts are what an address is broken between: before a point or a colon,
// after a slash, so that no word is broken that has room on a line.
func addressParts(address string) []string {
	parts := []string{""}
	for _, c := range address {
		last := len(parts) - 1
		if (c == '.' || c == ':' || strings.HasSuffix(parts[last], "/")) && parts[last] != "" {
			parts = append(parts, "")
			last++
		}
		parts[last] += string(c)
	}
	return parts
}

// longPart reports whether a part of an address has no room beside the code.
func longPart(address string) bool {
	return slices.ContainsFunc(addressParts(address), func(p string) bool { return len(p) > 13 })
}

// bidSoFar is what the sale has raised, and what is bid on open lots where the
// reserve is met.
func (v BoardView) bidSoFar() auction.Money { return v.Counts.Raised + v.Counts.Promised }

// percent is how much of the goal is reached, 100 at most.
func (v BoardView) percent() int {
	if v.Sale.Goal <= 0 {
		return 0
	}
	return int(min(100, v.bidSoFar()*100/v.Sale.Goal))
}

// The thermometer's tube is 400 units high, its inside 384 from the bottom up.
func (v BoardView) fillHeight() string { return itoa(384 * v.percent() / 100) }
func (v BoardView) fillTop() string    { return itoa(392 - 384*v.percent()/100) }

// goalMarks are the amounts beside the thermometer, from the top.
func (v BoardView) goalMarks(ctx context.Context) []string {
	var marks []string
	for n := auction.Money(4); n > 0; n-- {
		text := Money(ctx, v.Sale.Goal*n/4, v.Sale.Currency)
		if n == 4 {
			text = lang.T(ctx, "%s, our goal", text)
		}
		marks = append(marks, text)
	}
	return marks
}

// boardTag is a lot's state on the board.
func boardTag(ctx context.Context, l auction.Public) (state, word string) { return cardTag(ctx, l) }

// boardWho says who leads a lot.
func boardWho(ctx context.Context, l auction.Public) string {
	switch {
	case l.State == auction.Upcoming:
		return lang.T(ctx, "opens later")
	case l.Lead == "":
		return lang.T(ctx, "no bids yet")
	}
	return lang.T(ctx, "Paddle %s leads", string(l.Lead)) + " · " + lang.N(ctx, l.Bids, "%s bid", "%s bids")
}

// boardLeader is boardWho in a row, where the title needs the room.
func boardLeader(ctx context.Context, l auction.Public) string {
	if l.State == auction.Upcoming || l.Lead == "" {
		return boardWho(ctx, l)
	}
	return lang.T(ctx, "Paddle %s", string(l.Lead))
}

// theme is the board's dress: dark, unless its browser was told to be light.
func (v BoardView) theme() Theme {
	if v.Theme == ThemeLight {
		return ThemeLight
	}
	return ThemeDark
}
