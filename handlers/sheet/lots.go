package sheet

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"outcry/auction"
)

// The columns of a lots file.
const (
	colLot         = "Lot"
	colTitle       = "Title"
	colSubtitle    = "Subtitle"
	colDescription = "Description"
	colCategory    = "Category"
	colOpening     = "Opening bid"
	colReserve     = "Reserve"
	colBuyNow      = "Buy now"
	colDonor       = "Donor"
	colEstimate    = "Estimate"
	colLow         = "Estimate low"
	colHigh        = "Estimate high"
	colFair        = "Fair value"
	colStep        = "Step"
	colGroup       = "Group"
	colCollection  = "Collection"
	colPhotos      = "Photos"
)

// Limits of a lot's words, in letters.
const (
	maxNumber      = 10
	maxTitle       = 300
	maxSubtitle    = 300
	maxDescription = 20_000
	maxCategory    = 100
	maxDonor       = 200
	maxGroup       = 40
	maxCollection  = 500
	maxPhotos      = 30 // of a lot
	maxPhotoName   = 200
)

func lotColumns() []column {
	return []column{
		{colLot, []string{"Lot number", "Lot no", "Lot nr", "Lot id", "Number", "No", "Nr", "Item number", "Item no"}},
		{colTitle, []string{"Name", "Lot title", "Lot name", "Item", "Item name", "Item title", "Heading", "Headline"}},
		{colSubtitle, []string{"Sub title", "Byline", "By line"}},
		{colDescription, []string{"Details", "Lot description", "Item description", "Long description", "Desc", "Text"}},
		{colCategory, []string{"Section", "Department", "Lot category", "Item category"}},
		{colOpening, []string{"Opening", "Opening price", "Opening amount", "Start", "Start price", "Start bid",
			"Starting bid", "Starting price", "Minimum bid", "Min bid", "First bid"}},
		{colReserve, []string{"Reserve price", "Reserve amount"}},
		{colBuyNow, []string{"Buy now price", "Buy it now", "Buy it now price", "Buyout", "Buyout price"}},
		{colDonor, []string{"Consignor", "Donor name", "Donated by", "Given by", "Seller", "Vendor", "Owner"}},
		{colEstimate, []string{"Est", "Guide", "Guide price", "Estimated value"}},
		{colLow, []string{"Low estimate", "Lower estimate", "Est low", "Low est", "Estimate from", "Estimate min"}},
		{colHigh, []string{"High estimate", "Upper estimate", "Est high", "High est", "Estimate to", "Estimate max"}},
		{colFair, []string{"Fair market value", "FMV", "Market value", "Retail value", "Retail price", "Value", "Worth"}},
		{colStep, []string{"Increment", "Bid increment", "Minimum increment", "Min increment", "Bid step", "Raise"}},
		{colGroup, []string{"Lot group"}},
		{colCollection, []string{"Collection notes", "Collect", "Pick up", "Pickup", "Pickup notes", "Delivery", "Fulfilment", "Fulfillment", "Redemption"}},
		{colPhotos, []string{"Photo", "Photo file", "Photo files", "Images", "Image", "Image file", "Image files",
			"Pictures", "Picture", "File name", "File names"}},
	}
}

// LotLine is one lot of a file.
type LotLine struct {
	Line   int           // row as the spreadsheet counts it
	Draft  auction.Draft // without times, which are the sale's, and often without steps; Number "" = the next free one
	Photos []string      // file names with / between folders, relative, never upwards

	has map[string]int // the columns that the file has
}

// Over is the line laid over the lot as it was: what the file has no column
// for stays.
func (l LotLine) Over(was auction.Draft) auction.Draft {
	d := l.Draft
	d.Number, d.Photos = was.Number, was.Photos
	d.OpensAt, d.ClosesAt, d.SoftClose = was.OpensAt, was.ClosesAt, was.SoftClose
	for _, c := range []struct {
		columns []string
		keep    func()
	}{
		{[]string{colSubtitle}, func() { d.Subtitle = was.Subtitle }},
		{[]string{colDescription}, func() { d.Description = was.Description }},
		{[]string{colCategory}, func() { d.Category = was.Category }},
		{[]string{colDonor}, func() { d.Consignor = was.Consignor }},
		{[]string{colEstimate, colLow, colHigh}, func() { d.EstimateLow, d.EstimateHigh = was.EstimateLow, was.EstimateHigh }},
		{[]string{colFair}, func() { d.FairValue = was.FairValue }},
		{[]string{colCollection}, func() { d.Collection = was.Collection }},
		{[]string{colOpening}, func() { d.Opening = was.Opening }},
		{[]string{colReserve}, func() { d.Reserve = was.Reserve }},
		{[]string{colBuyNow}, func() { d.BuyNow = was.BuyNow }},
		{[]string{colStep}, func() { d.Steps = was.Steps }},
		{[]string{colGroup}, func() { d.Group = was.Group }},
	} {
		if !slices.ContainsFunc(c.columns, func(name string) bool { _, ok := l.has[name]; return ok }) {
			c.keep()
		}
	}
	return d
}

// Lots reads lots. A line with a problem is not among the lots; when Refused
// counts any, the file is best not taken at all. A lot without an opening bid
// opens at opening, in minor units, for which the sale's first step does well;
// with 0 such a lot is a problem. An *Unreadable is the sender's to mend; other
// errors come from r.
func Lots(r io.Reader, c auction.Currency, opening auction.Money) ([]LotLine, []Problem, error) {
	t, problems, err := open(r, lotColumns(), c.Code, colTitle)
	if err != nil || t == nil {
		return nil, problems, err
	}
	if _, ok := t.at[colOpening]; !ok && opening > 0 {
		problems = append(problems, Problem{Line: t.row.number, Column: colOpening, Note: true,
			Form: "there is no such column: every lot opens at %s %s", Args: []any{opening.Decimal(c), c.Code}}.said())
	}
	var lots []LotLine
	taken := map[string]int{}
	for n := 0; ; n++ {
		l, more := t.next()
		if !more {
			return lots, problems, nil
		}
		if n == MaxLots {
			l.refuse("", "", "the file has more than %d lots; nothing from this line on was read", MaxLots)
			return lots, append(problems, l.found...), nil
		}
		lot := readLot(l, c, opening)
		once(l, colLot, NumberKey(lot.Draft.Number), lot.Draft.Number, taken)
		if found := l.name(lot.Draft.Number, lot.Draft.Title); len(found) > 0 {
			problems = append(problems, found...)
			continue
		}
		lots = append(lots, lot)
	}
}

// once refuses what an earlier line has already; key "" is nobody's.
func once(l *line, column, key, value string, taken map[string]int) {
	if key == "" {
		return
	}
	if first, ok := taken[key]; ok {
		l.refuse(column, value, "stands in line %d already", first)
		return
	}
	taken[key] = l.number
}

func readLot(l *line, c auction.Currency, opening auction.Money) LotLine {
	lot := LotLine{Line: l.number, has: l.at}
	d := &lot.Draft
	d.Number = lotNumber(l)
	d.Title = l.words(colTitle, maxTitle)
	if d.Title == "" {
		l.refuse(colTitle, "", "the lot has no title")
	}
	d.Subtitle = l.words(colSubtitle, maxSubtitle)
	d.Description = l.text(colDescription, maxDescription)
	d.Category = l.words(colCategory, maxCategory)
	d.Consignor = l.words(colDonor, maxDonor)
	d.Group = l.words(colGroup, maxGroup)
	d.Collection = l.words(colCollection, maxCollection)
	d.FairValue, _ = money(l, colFair, c)
	if step, _ := money(l, colStep, c); step > 0 {
		d.Steps = auction.Table{{Step: step}}
	}
	lot.Photos = photos(l)
	terms(l, d, c, opening)
	estimate(l, d, c)
	return lot
}

// terms reads what money is asked, and refuses what would make a lot that
// nobody can win or that is sold for less than was meant.
func terms(l *line, d *auction.Draft, c auction.Currency, opening auction.Money) {
	given, openingOK := money(l, colOpening, c)
	if given == 0 && openingOK {
		if openingOK = oneLine(l.raw(colOpening)) == "" && opening > 0; !openingOK {
			l.refuse(colOpening, "", "a lot needs an opening bid above zero")
		}
		given = opening
	}
	d.Opening = given
	var reserveOK, buyNowOK bool
	d.Reserve, reserveOK = money(l, colReserve, c)
	d.BuyNow, buyNowOK = money(l, colBuyNow, c)
	if openingOK && d.Reserve > 0 && d.Reserve < d.Opening {
		l.refuse(colReserve, l.raw(colReserve), "is below the opening bid, %s", d.Opening.Decimal(c))
	}
	if !buyNowOK || d.BuyNow == 0 {
		return
	}
	if openingOK && d.BuyNow < d.Opening {
		l.refuse(colBuyNow, l.raw(colBuyNow), "is below the opening bid, %s", d.Opening.Decimal(c))
	} else if reserveOK && d.BuyNow < d.Reserve {
		l.refuse(colBuyNow, l.raw(colBuyNow), "is below the reserve, %s", d.Reserve.Decimal(c))
	}
}

// estimate reads the guide from two columns, or from one such as "80–120".
func estimate(l *line, d *auction.Draft, c auction.Currency) {
	low, lowOK := money(l, colLow, c)
	high, highOK := money(l, colHigh, c)
	if low == 0 && high == 0 && lowOK && highOK {
		low, high, lowOK = guide(l, c)
	}
	if lowOK && highOK && high > 0 && high < low {
		l.refuse(colHigh, l.raw(colHigh), "is below the low estimate, %s", low.Decimal(c))
	}
	d.EstimateLow, d.EstimateHigh = low, high
}

func guide(l *line, c auction.Currency) (low, high auction.Money, ok bool) {
	from, to, isRange := cutRange(oneLine(l.raw(colEstimate)))
	low, ok = amount(l, colEstimate, from, c)
	if !isRange {
		return low, low, ok
	}
	high, okHigh := amount(l, colEstimate, to, c)
	return low, high, ok && okHigh
}

func cutRange(s string) (from, to string, ok bool) {
	for _, dash := range []string{"–", "—", " to ", "-"} {
		if from, to, ok = strings.Cut(s, dash); ok && from != "" && to != "" {
			return from, to, true
		}
	}
	return s, "", false
}

// money reads an amount from a cell: 0 where there is none, false where what
// stands there is not one.
func money(l *line, column string, c auction.Currency) (auction.Money, bool) {
	return amount(l, column, l.raw(column), c)
}

func amount(l *line, column, text string, c auction.Currency) (auction.Money, bool) {
	text = oneLine(text)
	switch strings.ToLower(text) {
	case "", "-", "–", "—", "none", "no", "n/a", "no reserve":
		return 0, true
	}
	m, err := auction.ParseMoney(text, c)
	if err != nil || m < 0 {
		l.refuse(column, text, "is not an amount of money in %s", c.Code)
		l.found[len(l.found)-1].Text += because(err)
		return 0, false
	}
	return m, true
}

// because is what the money parser has to say, to stand after our own words.
func because(err error) string {
	var m *auction.MoneyError
	switch {
	case !errors.As(err, &m):
		return ""
	case m.Type == "":
		return ": " + m.Why
	}
	return ": " + m.Why + "; write " + m.Type
}

// lotNumber reads "12", "12A", "Lot 12", "#12" and what a spreadsheet makes of
// a number, "12.0".
func lotNumber(l *line) string {
	s := oneLine(l.raw(colLot))
	if len(s) > 3 && strings.EqualFold(s[:3], "lot") {
		s = strings.TrimSpace(s[3:])
	}
	s = strings.TrimSpace(strings.TrimPrefix(s, "#"))
	if whole, zeros, ok := strings.Cut(s, "."); ok && zeros != "" && strings.Trim(zeros, "0") == "" {
		s = whole
	}
	if s != "" && !plainCode(s, maxNumber) {
		l.refuse(colLot, s, "is no lot number: up to ten letters, digits and hyphens, such as 12 or 12A")
	}
	return s
}

// plainCode reports whether s is up to limit of the letters A to Z, digits and
// hyphens.
func plainCode(s string, limit int) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-') {
			return false
		}
	}
	return len(s) > 0 && len(s) <= limit
}

// NumberKey is by what two lot numbers are the same: 012a and 12A are.
func NumberKey(number string) string {
	key := strings.ToUpper(number)
	if short := strings.TrimLeft(key, "0"); short != "" {
		return short
	}
	return key
}

// photos reads the names of picture files, separated by commas, semicolons,
// bars or line ends.
func photos(l *line) []string {
	var out []string
	for name := range strings.FieldsFuncSeq(clean(l.raw(colPhotos)), func(r rune) bool { return strings.ContainsRune(",;|\n\t", r) }) {
		name = strings.TrimPrefix(strings.ReplaceAll(oneLine(name), `\`, "/"), "./")
		switch {
		case name == "":
		case letters(name) > maxPhotoName:
			l.refuse(colPhotos, name, "is longer than %d letters", maxPhotoName)
		case !fs.ValidPath(name) || name == "." || strings.Contains(name, ":"):
			l.refuse(colPhotos, name, "is not the name of a file beside the sheet")
		default:
			out = append(out, name)
		}
	}
	if len(out) > maxPhotos {
		l.refuse(colPhotos, "", "names %d pictures; a lot takes at most %d", len(out), maxPhotos)
	}
	return out
}
