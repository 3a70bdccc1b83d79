package views

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// ImportStage is how far a spreadsheet has come.
type ImportStage string

const (
	ImportChoose  ImportStage = ""        // choose a file
	ImportPreview ImportStage = "preview" // see what would happen
	ImportDone    ImportStage = "done"
)

// ImportKind is what a spreadsheet holds.
type ImportKind string

const (
	ImportLots    ImportKind = "lots"
	ImportBidders ImportKind = "bidders"
)

// ImportView is the way of a spreadsheet into a sale: choose, look, confirm.
type ImportView struct {
	Page
	Sale     auction.Sale
	Kind     ImportKind
	Stage    ImportStage
	File     Field  // form name "file"
	FileName string // of the upload
	Token    string // of the upload, sent back with confirm=1
	Columns  []string
	Ignored  []string     // columns that mean nothing to us
	Lines    []ImportLine // of the part that is shown
	All      int          // lines of the file, or those with problems when only they are wanted
	OnlyBad  bool
	At       int // the part that is shown, from 1
	New      int
	Updated  int
	Same     int
	Bad      int
	Hopeless bool // something is wrong with the file itself: nothing of it can be taken
}

// ImportAPage is how many lines a preview shows at once.
const ImportAPage = 200

// Cut keeps the lines of one part of the file, from 1, or of those with
// problems alone.
func (v *ImportView) Cut(part int, onlyBad bool) {
	v.OnlyBad = onlyBad && v.Bad > 0
	if v.OnlyBad {
		v.Lines = slices.DeleteFunc(v.Lines, func(l ImportLine) bool { return l.Fate != FateBad })
	}
	v.All = len(v.Lines)
	v.At = max(1, min(part, v.parts()))
	from := min((v.At-1)*ImportAPage, v.All)
	v.Lines = v.Lines[from:min(from+ImportAPage, v.All)]
}

func (v ImportView) parts() int { return (v.All + ImportAPage - 1) / ImportAPage }

// address is a part of the preview, or of its lines with problems.
func (v ImportView) address(onlyBad bool, part int) templ.SafeURL {
	q := url.Values{"token": {v.Token}}
	if onlyBad {
		q.Set("show", "bad")
	}
	if part > 1 {
		q.Set("page", itoa(part))
	}
	return v.action() + templ.SafeURL("?"+q.Encode())
}

// Fate is what happens to one line.
type Fate string

const (
	FateNew    Fate = "new"
	FateUpdate Fate = "update"
	FateSame   Fate = "same"
	FateBad    Fate = "bad"
)

// ImportLine is one line of the spreadsheet.
type ImportLine struct {
	Line     int // as the spreadsheet counts, the header is 1
	Number   string
	Title    string
	Fate     Fate
	Prices   string   // of a lot, in words
	Problems []string // by each: the column and what is wrong
	Changes  []string // for FateUpdate: what changes, in words
}

// LotPrices are a lot's terms in words, for those who run the sale: the reserve
// is among them.
func LotPrices(ctx context.Context, d auction.Draft, c auction.Currency) string {
	parts := []string{lang.T(ctx, "opens at %s", Money(ctx, d.Opening, c))}
	add := func(what lang.Key, m auction.Money) {
		if m > 0 {
			parts = append(parts, lang.Say(ctx, what, Money(ctx, m, c)))
		}
	}
	add(lang.Key("reserve %s"), d.Reserve)
	add(lang.Key("buy now %s"), d.BuyNow)
	if est := MoneyRange(ctx, d.EstimateLow, d.EstimateHigh, c); est != "" {
		parts = append(parts, lang.T(ctx, "estimate %s", est))
	}
	add(lang.Key("fair value %s"), d.FairValue)
	return strings.Join(parts, " · ")
}

func previewState(v ImportView) string {
	if v.Bad > 0 {
		return "refused"
	}
	return "info"
}

// confirmText says on the button what it does.
func confirmText(ctx context.Context, v ImportView) string {
	n, out := v.New+v.Updated, number(ctx, v.Bad)
	switch {
	case v.Kind == ImportBidders && v.Bad > 0:
		return lang.N(ctx, n, "Bring in %s bidder, leave %s out", "Bring in %s bidders, leave %s out", out)
	case v.Kind == ImportBidders:
		return lang.N(ctx, n, "Bring in %s bidder", "Bring in %s bidders")
	case v.Bad > 0:
		return lang.N(ctx, n, "Bring in %s lot, leave %s out", "Bring in %s lots, leave %s out", out)
	}
	return lang.N(ctx, n, "Bring in %s lot", "Bring in %s lots")
}

func joined(words []string) string { return strings.Join(words, ", ") }

func numberHead(v ImportView) lang.Key {
	if v.Kind == ImportBidders {
		return "Paddle"
	}
	return "Lot"
}

func titleHead(v ImportView) lang.Key {
	if v.Kind == ImportBidders {
		return "Name"
	}
	return "Title"
}

func (v ImportView) action() templ.SafeURL {
	if v.Kind == ImportBidders {
		return deskURL(v.Sale.Slug, "/bidders/import")
	}
	return deskURL(v.Sale.Slug, "/import")
}

// back is where the imported things are listed.
func (v ImportView) back() templ.SafeURL {
	if v.Kind == ImportBidders {
		return deskURL(v.Sale.Slug, "/bidders")
	}
	return deskURL(v.Sale.Slug, "/lots")
}

func (v ImportView) columnsHint() lang.Key {
	if v.Kind == ImportBidders {
		return "Columns: Name, Email, and if you like Paddle. The first line names them, in any order."
	}
	return "Columns: Lot, Title, Description, Category, Opening bid, Reserve, Buy now, Step, Group, Donor, Estimate low, Estimate high, Fair value, Collection, Photos. Only Title is required; what the file has no column for stays as it is. The first line names them, in any order."
}

// sum is what the whole file would do, or has done.
func (v ImportView) sum(ctx context.Context) string {
	var parts []string
	add := func(n int, what lang.Key) {
		if n > 0 {
			parts = append(parts, lang.Say(ctx, what, number(ctx, n)))
		}
	}
	add(v.New, lang.Key("%s new"))
	add(v.Updated, lang.Key("%s changed"))
	add(v.Same, lang.Key("%s as they were"))
	add(v.Bad, lang.Key("%s with problems"))
	if len(parts) == 0 {
		return lang.T(ctx, "no lines")
	}
	return strings.Join(parts, ", ")
}

func fateState(f Fate) (state string, word lang.Key) {
	switch f {
	case FateNew:
		return "met", lang.Key("New")
	case FateUpdate:
		return "info", lang.Key("Changed")
	case FateSame:
		return "", lang.Key("As it was")
	}
	return "refused", lang.Key("Left out")
}
