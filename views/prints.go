package views

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// Print is what can be printed of a sale.
type Print string

const (
	PrintCatalogue Print = "catalogue"
	PrintSheets    Print = "sheets"  // bid sheets, a page each
	PrintCards     Print = "cards"   // for tables, four a page
	PrintLots      Print = "lots"    // labels of lots
	PrintPaddles   Print = "paddles" // labels of what paddles have won
)

// PrintsView lists what can be printed.
type PrintsView struct {
	Page
	Sale   auction.Sale
	Lots   int
	Sold   int
	Public string // the address that codes lead to
	Local  bool   // which only this machine understands
}

// paper and labels say what to put into the printer.
func (v PrintsView) paper() lang.Key {
	if v.Letter {
		return lang.Key("On US Letter. Choose 100 % or “actual size” when printing, no scaling.")
	}
	return lang.Key("On A4. Choose 100 % or “actual size” when printing, no scaling.")
}

func (v PrintsView) labels() lang.Key {
	if v.Letter {
		return lang.Key("To stick on each lot. 10 labels a page, 4 × 2 in.")
	}
	return lang.Key("To stick on each lot. 21 labels a page, 63.5 × 38.1 mm.")
}

// PrintView is one print, in parts where it is long.
type PrintView struct {
	Page
	Sale   auction.Sale
	What   Print
	Lots   []auction.Entry
	Labels []PaddleLabel
	Public string // the address that codes lead to
	Part   int    // this part, from 1
	Parts  int
}

// PaddleLabel is what a winner's lot is handed out by.
type PaddleLabel struct {
	Holder auction.Holder
	Entry  auction.Entry
}

// Parts of a print: so many lots are printed from one page.
const (
	PrintLotsAtOnce   = 100
	PrintLabelsAtOnce = 420 // twenty sheets
)

// Labels on one sheet: on A4 of 63.5 × 38.1 mm, on US Letter of 4 × 2 in.
const (
	labelsOnA4     = 21
	labelsOnLetter = 10
	cardsAPage     = 4
)

func (v PrintView) labelsAPage() int {
	if v.Letter {
		return labelsOnLetter
	}
	return labelsOnA4
}

// letterMedia keeps the stylesheet for US Letter to paper on pages that are not
// prints themselves.
func letterMedia(extra string) templ.Attributes {
	if extra == "print.css" {
		return nil
	}
	return templ.Attributes{"media": "print"}
}

func printURL(slug string, what Print, part int) templ.SafeURL {
	u := deskURL(slug, "/prints/"+string(what))
	if part > 1 {
		u += templ.SafeURL("?part=" + strconv.Itoa(part))
	}
	return u
}

func printTitle(what Print) lang.Key {
	return map[Print]lang.Key{
		PrintCatalogue: "Catalogue", PrintSheets: "Bid sheets", PrintCards: "Table cards",
		PrintLots: "Labels of lots", PrintPaddles: "Labels of paddles",
	}[what]
}

// codeURL is a lot's QR code as a picture.
func codeURL(id int64) string { return "/lots/" + itoa64(id) + "/qr.svg" }

// chunks divides a list into pages of n.
func chunks[T any](list []T, n int) [][]T {
	var out [][]T
	for len(list) > n {
		out = append(out, list[:n])
		list = list[n:]
	}
	if len(list) > 0 {
		out = append(out, list)
	}
	return out
}

// width is about how wide a text is, in Latin letters.
func width(s string) int {
	n := 0
	for _, r := range s {
		if n++; r >= 0x1100 { // where wide letters begin
			n++
		}
	}
	return n
}

// size is how long a text is, for the style of what has to fit on paper.
func size(s string) string {
	switch n := width(s); {
	case n <= 45:
		return "s"
	case n <= 120:
		return "m"
	case n <= 200:
		return "l"
	case n <= 350:
		return "xl"
	}
	return "xxl"
}

// bidRows is how many rows for bids fit on a sheet under a lot's words. A sheet of
// US Letter is two rows shorter.
func bidRows(w auction.Words, by string, letter bool) int {
	aLine := map[string]int{"s": 36, "m": 55, "l": 75, "xl": 75, "xxl": 75}[size(w.Title)] // letters of the title
	lines := (width(w.Title)+aLine-1)/aLine + (width(by)+89)/90
	if letter {
		return max(3, 12-lines)
	}
	return max(5, 14-lines)
}

// byline is the line under a title on paper: byline and donor.
func byline(ctx context.Context, w auction.Words) string {
	switch {
	case w.Consignor == "":
		return w.Subtitle
	case w.Subtitle == "":
		return lang.T(ctx, "Given by %s", w.Consignor)
	}
	return lang.T(ctx, "%s. Given by %s", w.Subtitle, w.Consignor)
}

// printPrices is what a catalogue on paper says of money: nothing that moves.
func printPrices(ctx context.Context, e auction.Entry, s auction.Sale) string {
	text := lang.T(ctx, "Opens at %s", Money(ctx, e.Opening, s.Currency))
	if est := MoneyRange(ctx, e.EstimateLow, e.EstimateHigh, s.Currency); est != "" {
		text += " · " + lang.T(ctx, "estimate %s", est)
	}
	if e.FairValue > 0 {
		text += " · " + lang.T(ctx, "fair value %s", Money(ctx, e.FairValue, s.Currency))
	}
	return text
}

// clockFace is the hour and minute of a moment in a sale's zone.
func clockFace(t time.Time, zoneName string) string { return t.In(zone(zoneName)).Format("15:04") }
