package views

import (
	"context"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// BiddersView is the list of a sale's paddles.
type BiddersView struct {
	Page
	Sale    auction.Sale
	Rows    []BidderRow
	Query   auction.Query // Words, and which part
	Found   int           // paddles that Query finds
	All     int           // paddles of the sale
	Name    Field         // the form that adds a bidder by hand
	Email   Field
	Paddle  Field
	Limit   Field
	Error   string
	LimitOf int64 // the Holder.ID whose limit was typed wrong, 0 = none
	Typed   Field // that limit
}

// BidderRow is one paddle.
type BidderRow struct {
	Holder    auction.Holder
	Link      string        // the paddle's own full /enter/ address; "" = not for the viewer's eyes
	Committed auction.Money // maxima where it leads plus what it won; -1 = not for the viewer's eyes
	Won       int
}

func paddleURL(holder int64) templ.SafeURL {
	return templ.SafeURL("/desk/paddles/" + itoa64(holder))
}

// bidderFigures is what a paddle has going in the sale.
func bidderFigures(ctx context.Context, v BiddersView, r BidderRow) string {
	text := lang.N(ctx, r.Won, "%s lot won", "%s lots won")
	if r.Committed >= 0 {
		text += " · " + lang.T(ctx, "%s committed", Money(ctx, r.Committed, v.Sale.Currency))
	}
	return text
}

// bidderInside says what is folded away of a paddle, and its limit if it has one.
func bidderInside(ctx context.Context, v BiddersView, r BidderRow) string {
	text := lang.T(ctx, "Spending limit")
	if r.Holder.Limit > 0 {
		text = lang.T(ctx, "Spending limit %s", Money(ctx, r.Holder.Limit, v.Sale.Currency))
	}
	if r.Holder.Approved {
		text += " · " + lang.T(ctx, "Approval")
	}
	if r.Link != "" {
		text += " · " + lang.T(ctx, "Link")
	}
	return text
}

// limitControl is the field of one paddle's spending limit.
func limitControl(v BiddersView, r BidderRow) control {
	c := control{
		ID: "limit-" + itoa64(r.Holder.ID), Name: "limit", Label: "Spending limit", Mode: "decimal",
		Currency: prefix(v.Sale.Currency), MaxLen: 20, Auto: "off",
	}
	if r.Holder.Limit > 0 {
		c.Value = Plain(r.Holder.Limit, v.Sale.Currency)
	}
	if v.LimitOf == r.Holder.ID {
		c.Field = v.Typed
	}
	return c
}
