package views

import (
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"outcry/auction"
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
func LotPrices(d auction.Draft, c auction.Currency) string {
	parts := []string{"opens at " + Amount(d.Opening, c)}
	add := func(what string, m auction.Money) {
		if m > 0 {
			parts = append(parts, what+" "+Amount(m, c))
		}
	}
	add("reserve", d.Reserve)
	add("buy now", d.BuyNow)
	if est := Range(d.EstimateLow, d.EstimateHigh, c); est != "" {
		parts = append(parts, "estimate "+est)
	}
	add("fair value", d.FairValue)
	return strings.Join(parts, " · ")
}

func previewState(v ImportView) string {
	if v.Bad > 0 {
		return "refused"
	}
	return "info"
}

// confirmText says on the button what it does.
func confirmText(v ImportView) string {
	text := "Bring in " + v.noun(v.New+v.Updated)
	if v.Bad > 0 {
		text += ", leave " + grouped(uint64(v.Bad)) + " out"
	}
	return text
}

func joined(words []string) string { return strings.Join(words, ", ") }

func numberHead(v ImportView) string {
	if v.Kind == ImportBidders {
		return "Paddle"
	}
	return "Lot"
}

func titleHead(v ImportView) string {
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

// noun is what the spreadsheet holds, counted.
func (v ImportView) noun(n int) string {
	if v.Kind == ImportBidders {
		return Count(n, "bidder", "bidders")
	}
	return Count(n, "lot", "lots")
}

func (v ImportView) columnsHint() string {
	if v.Kind == ImportBidders {
		return "Columns: Name, Email, and if you like Paddle. The first line names them, in any order."
	}
	return "Columns: Lot, Title, Description, Category, Opening bid, Reserve, Buy now, Step, Group, Donor, Estimate low, Estimate high, Fair value, Collection, Photos. Only Title is required; what the file has no column for stays as it is. The first line names them, in any order."
}

// sum is what the whole file would do, or has done.
func (v ImportView) sum() string {
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, grouped(uint64(n))+" "+what)
		}
	}
	add(v.New, "new")
	add(v.Updated, "changed")
	add(v.Same, "as they were")
	add(v.Bad, "with problems")
	if len(parts) == 0 {
		return "no lines"
	}
	return strings.Join(parts, ", ")
}

func fateState(f Fate) (state, word string) {
	switch f {
	case FateNew:
		return "met", "New"
	case FateUpdate:
		return "info", "Changed"
	case FateSame:
		return "", "As it was"
	}
	return "refused", "Left out"
}
