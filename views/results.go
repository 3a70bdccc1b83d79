package views

import (
	"context"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
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
	About lang.Key
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
func (v OverdueView) moreWords(ctx context.Context) string {
	if v.Sale.DueDays == 0 {
		return lang.N(ctx, v.More, "%s more owes less. They are in the spreadsheet.", "%s more owe less. They are in the spreadsheet.")
	}
	return lang.N(ctx, v.More, "%s more owes. They are in the spreadsheet.", "%s more owe. They are in the spreadsheet.")
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
func resultLists(ctx context.Context, v ResultsView) []struct {
	List ResultList
	Text string
} {
	return []struct {
		List ResultList
		Text string
	}{
		{ResultSold, lang.T(ctx, "Sold %s", itoa(v.Counts.Sold+v.Counts.After))}, {ResultBuyers, lang.T(ctx, "Buyers %s", itoa(v.Takings.Buyers))},
		{ResultPassed, lang.T(ctx, "Passed %s", itoa(v.Counts.Passed))}, {ResultOut, lang.T(ctx, "Withdrawn %s", itoa(v.Counts.Withdrawn))}, {ResultDonors, lang.T(ctx, "Donors")},
	}
}

// raisedWords is what makes up all that a sale has raised.
func raisedWords(ctx context.Context, c auction.Counts, cur auction.Currency) string {
	text := lang.N(ctx, c.Sold, "%s lot sold", "%s lots sold")
	if c.After > 0 {
		text += " · " + lang.T(ctx, "%s after the sale, %s", itoa(c.After), Money(ctx, c.AfterRaised, cur))
	}
	if c.Given > 0 {
		text += " · " + lang.T(ctx, "given %s", Money(ctx, c.Given, cur))
	}
	return text
}

func fileURL(slug, name string) templ.SafeURL { return deskURL(slug, "/files/"+name+".csv") }
