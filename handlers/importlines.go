package handlers

import (
	"context"
	"slices"

	"outcry/auction"
	"outcry/handlers/sheet"
	"outcry/views"
)

// lotLines says of each line what becomes of it, with its prices and what
// changes.
func lotLines(ctx context.Context, s auction.Sale, have []auction.Entered, read []sheet.LotLine, drafts []auction.Draft, fates []auction.ImportFate) []views.ImportLine {
	was := make(map[int64]auction.Draft, len(have))
	for _, e := range have {
		was[e.ID] = e.Draft
	}
	lines := make([]views.ImportLine, len(read))
	for i, f := range fates {
		d := drafts[i]
		lines[i] = views.ImportLine{Line: read[i].Line, Title: d.Title, Prices: views.LotPrices(ctx, d, s.Currency)}
		tell(&lines[i], f)
		switch f.Fate {
		case auction.FateChanged:
			lines[i].Changes = changes(was[f.ID], d, s.Currency)
		case auction.FateRefused:
			lines[i].Changes, lines[i].Problems = nil, []string{f.Why}
		}
	}
	return lines
}

// badLot says why a lot of a spreadsheet cannot be taken, "" when it can.
func badLot(s auction.Sale) func(d auction.Draft, fresh bool) string {
	return func(d auction.Draft, fresh bool) string {
		why := clash(d, s.Currency)
		if why == "" && fresh {
			why = tooLate(s, d)
		}
		return why
	}
}

// changes says what of a lot becomes another, in words.
func changes(was, d auction.Draft, c auction.Currency) []string {
	var out []string
	text := func(what, a, b string) {
		if a != b {
			out = append(out, what+": "+shortened(a)+" → "+shortened(b))
		}
	}
	amount := func(what string, a, b auction.Money) { text(what, a.Decimal(c), b.Decimal(c)) }
	text("Title", was.Title, d.Title)
	text("Subtitle", was.Subtitle, d.Subtitle)
	text("Category", was.Category, d.Category)
	text("Donor", was.Consignor, d.Consignor)
	if was.Description != d.Description {
		out = append(out, "Description is another")
	}
	text("Collection", was.Collection, d.Collection)
	text("Group", was.Group, d.Group)
	amount("Opening bid", was.Opening, d.Opening)
	amount("Reserve", was.Reserve, d.Reserve)
	amount("Buy now", was.BuyNow, d.BuyNow)
	amount("Estimate low", was.EstimateLow, d.EstimateLow)
	amount("Estimate high", was.EstimateHigh, d.EstimateHigh)
	amount("Fair value", was.FairValue, d.FairValue)
	if !slices.Equal(was.Steps, d.Steps) {
		out = append(out, "Steps are others")
	}
	return out
}

// shortened is a text as a list of changes shows it.
func shortened(s string) string {
	const most = 40
	if s == "" {
		return "nothing"
	}
	if r := []rune(s); len(r) > most {
		return "“" + string(r[:most-1]) + "…”"
	}
	return "“" + s + "”"
}

// clash says which prices of a lot do not go together, some from the file and
// some that stood before, "" when all do.
func clash(d auction.Draft, c auction.Currency) string {
	switch {
	case d.Reserve > 0 && d.Reserve < d.Opening:
		return "The reserve, " + d.Reserve.Decimal(c) + ", would lie below the opening bid, " + d.Opening.Decimal(c) + ". Give both in the file."
	case d.BuyNow > 0 && d.BuyNow < max(d.Opening, d.Reserve):
		return "The buy-now price, " + d.BuyNow.Decimal(c) + ", would lie below the opening bid or the reserve. Give all in the file."
	}
	return ""
}

// tell fills in what becomes of a line.
func tell(l *views.ImportLine, f auction.ImportFate) {
	l.Number, l.Fate = f.Number, fateOf(f.Fate)
	if f.Why != "" {
		l.Changes = []string{f.Why}
	}
}

// CompleteDrafts gives the lots of a spreadsheet what the sale says for those
// that say nothing: a lot that is in the catalogue already keeps its times and
// what the file has no column for, a new one gets its turn behind the last.
func CompleteDrafts(s auction.Sale, have []auction.Entered, read []sheet.LotLine) []auction.Draft {
	numbered, titled := map[string]auction.Entered{}, map[string]auction.Entered{}
	for _, e := range have {
		numbered[sheet.NumberKey(e.Number)] = e
		titled[e.Title] = e
	}
	n := len(have)
	drafts := make([]auction.Draft, len(read))
	for i, l := range read {
		was, ok := numbered[sheet.NumberKey(l.Draft.Number)]
		if l.Draft.Number == "" {
			was, ok = titled[l.Draft.Title]
		}
		if !ok {
			drafts[i] = s.Complete(l.Draft, n)
			n++
			continue
		}
		d := l.Over(was.Draft)
		if l.Draft.Number == "" {
			d.Number = "" // the store says which one of several with this title
		}
		drafts[i] = s.Complete(d, 0)
	}
	return drafts
}

// OpeningOf is where bidding starts for a lot that does not say: the first
// step of the sale's table, and at least one whole unit of its currency.
func OpeningOf(s auction.Sale) auction.Money {
	unit := auction.Money(1)
	for range s.Currency.Digits {
		unit *= 10
	}
	return max(unit, s.Steps.Step(0))
}

func fateOf(f auction.Fate) views.Fate {
	switch f {
	case auction.FateNew:
		return views.FateNew
	case auction.FateChanged:
		return views.FateUpdate
	case auction.FateRefused:
		return views.FateBad
	}
	return views.FateSame
}
