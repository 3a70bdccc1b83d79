package views

import (
	"net/url"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
)

// ResultsView is what a sale came to: the sums, and one list of several.
type ResultsView struct {
	Page
	Sale    auction.Sale
	Counts  auction.Counts
	Takings auction.Takings
	List    ResultList
	At      int // page of the list, the first is 1
	Found   int // rows on all its pages

	Sold   []SoldRow
	Buyers []AccountRow
	Unsold []UnsoldRow // passed or withdrawn
	Donors []auction.DonorTotal
}

// ResultList is a list of the results.
type ResultList string

const (
	ResultSold   ResultList = ""
	ResultBuyers ResultList = "buyers"
	ResultPassed ResultList = "passed"
	ResultOut    ResultList = "withdrawn"
	ResultDonors ResultList = "donors"
)

// ResultRows is how many rows one page of a list shows at most.
const ResultRows = 200

// SoldRow is a lot that somebody has to pay.
type SoldRow struct {
	Bought auction.Bought
	Charge auction.Charge
	Buyer  auction.Holder
}

// UnsoldRow is a lot that passed or was withdrawn.
type UnsoldRow struct {
	Entry  auction.Entry
	Reason string // why withdrawn
}

// FilesView lists the files about a sale.
type FilesView struct {
	Page
	Sale  auction.Sale
	Jobs  []auction.Job // packs made before
	Now   time.Time
	Files []FileLink
}

// FileLink is one file.
type FileLink struct {
	Name  string // without ".csv"
	About string
}

// OverdueView lists who owes.
type OverdueView struct {
	Page
	Sale    auction.Sale
	Takings auction.Takings
	Rows    []OverdueRow
	More    int  // so many more owe
	Mails   bool // the house sends mails
	Now     time.Time
	Jobs    []auction.Job // reminders before
}

// moreWords says who else owes.
func (v OverdueView) moreWords() string {
	text := Count(v.More, "more owes", "more owe")
	if v.Sale.DueDays == 0 {
		text += " less"
	}
	return text + ". They are in the spreadsheet."
}

// OverdueRow is one who owes, and for how many whole days since the last thing
// came onto the invoice.
type OverdueRow struct {
	AccountRow
	Days  int
	PayBy time.Time // the last day to pay, zero where the sale gives none
	Late  int       // so many days past that
}

// pages is how many pages the list has.
func (v ResultsView) pages() int { return (v.Found + ResultRows - 1) / ResultRows }

// address is a page of a list.
func (v ResultsView) address(list ResultList, page int) templ.SafeURL {
	q := url.Values{}
	if list != ResultSold {
		q.Set("list", string(list))
	}
	if page > 1 {
		q.Set("page", itoa(page))
	}
	if len(q) == 0 {
		return deskURL(v.Sale.Slug, "/results")
	}
	return templ.SafeURL(string(deskURL(v.Sale.Slug, "/results")) + "?" + q.Encode())
}

// resultLists are the lists with their names and sizes; -1 = not counted.
func resultLists(v ResultsView) []struct {
	List ResultList
	Text string
} {
	return []struct {
		List ResultList
		Text string
	}{
		{ResultSold, "Sold " + itoa(v.Counts.Sold+v.Counts.After)}, {ResultBuyers, "Buyers " + itoa(v.Takings.Buyers)},
		{ResultPassed, "Passed " + itoa(v.Counts.Passed)}, {ResultOut, "Withdrawn " + itoa(v.Counts.Withdrawn)}, {ResultDonors, "Donors"},
	}
}

// raisedWords is what makes up all that a sale has raised.
func raisedWords(c auction.Counts, cur auction.Currency) string {
	text := Count(c.Sold, "lot sold", "lots sold")
	if c.After > 0 {
		text += " · " + itoa(c.After) + " after the sale, " + Amount(c.AfterRaised, cur)
	}
	if c.Given > 0 {
		text += " · given " + Amount(c.Given, cur)
	}
	return text
}

func fileURL(slug, name string) templ.SafeURL { return deskURL(slug, "/files/"+name+".csv") }
