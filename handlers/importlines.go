package handlers

import (
	"context"
	"slices"

	"outcry/auction"
	"outcry/handlers/sheet"
	"outcry/views"
	"outcry/views/lang"
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
		tell(ctx, &lines[i], f)
		switch f.Fate {
		case auction.FateChanged:
			lines[i].Changes = changes(ctx, was[f.ID], d, s.Currency)
		case auction.FateRefused:
			lines[i].Changes, lines[i].Problems = nil, []string{f.Why}
		}
	}
	return lines
}

// badLot says why a lot of a spreadsheet cannot be taken, "" when it can.
func badLot(ctx context.Context, s auction.Sale) func(d auction.Draft, fresh bool) string {
	return func(d auction.Draft, fresh bool) string {
		why := clash(ctx, d, s.Currency)
		if why == "" && fresh {
			why = lang.Say(ctx, tooLate(s, d))
		}
		return why
	}
}

// changes says what of a lot becomes another, in words.
func changes(ctx context.Context, was, d auction.Draft, c auction.Currency) []string {
	var out []string
	text := func(what lang.Key, a, b string) {
		if a != b {
			out = append(out, lang.Say(ctx, what)+": "+shortened(ctx, a)+" → "+shortened(ctx, b))
		}
	}
	amount := func(what lang.Key, a, b auction.Money) { text(what, a.Decimal(c), b.Decimal(c)) }
	text(lang.Key("Title"), was.Title, d.Title)
	text(lang.Key("Subtitle"), was.Subtitle, d.Subtitle)
	text(lang.Key("Category"), was.Category, d.Category)
	text(lang.Key("Donor"), was.Consignor, d.Consignor)
	if was.Description != d.Description {
		out = append(out, lang.T(ctx, "Another description"))
	}
	text(lang.Key("Collection"), was.Collection, d.Collection)
	text(lang.Key("Group"), was.Group, d.Group)
	amount(lang.Key("Opening bid"), was.Opening, d.Opening)
	amount(lang.Key("Reserve"), was.Reserve, d.Reserve)
	amount(lang.Key("Buy now"), was.BuyNow, d.BuyNow)
	amount(lang.Key("Estimate low"), was.EstimateLow, d.EstimateLow)
	amount(lang.Key("Estimate high"), was.EstimateHigh, d.EstimateHigh)
	amount(lang.Key("Fair value"), was.FairValue, d.FairValue)
	if !slices.Equal(was.Steps, d.Steps) {
		out = append(out, lang.T(ctx, "Other steps"))
	}
	return out
}

// shortened is a text as a list of changes shows it.
func shortened(ctx context.Context, s string) string {
	const most = 40
	if s == "" {
		return lang.T(ctx, "nothing")
	}
	if r := []rune(s); len(r) > most {
		return "“" + string(r[:most-1]) + "…”"
	}
	return "“" + s + "”"
}

// clash says which prices of a lot do not go together, some from the file and
// some that stood before, "" when all do.
func clash(ctx context.Context, d auction.Draft, c auction.Currency) string {
	switch {
	case d.Reserve > 0 && d.Reserve < d.Opening:
		return lang.T(ctx, "The reserve, %s, would lie below the opening bid, %s. Give both in the file.", d.Reserve.Decimal(c), d.Opening.Decimal(c))
	case d.BuyNow > 0 && d.BuyNow < max(d.Opening, d.Reserve):
		return lang.T(ctx, "The buy-now price, %s, would lie below the opening bid or the reserve. Give all in the file.", d.BuyNow.Decimal(c))
	}
	return ""
}

// tell fills in what becomes of a line.
func tell(ctx context.Context, l *views.ImportLine, f auction.ImportFate) {
	l.Number, l.Fate = f.Number, fateOf(f.Fate)
	if f.Why != "" {
		l.Changes = []string{lang.Say(ctx, map[string]lang.Key{
			"it is open already: its terms and times stay as they are":      "It is open already: its terms and times stay as they are.",
			"it is sold already: its terms and times stay as they are":      "It is sold already: its terms and times stay as they are.",
			"it is passed already: its terms and times stay as they are":    "It has passed already: its terms and times stay as they are.",
			"it is withdrawn already: its terms and times stay as they are": "It is withdrawn already: its terms and times stay as they are.",
		}[f.Why])}
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
