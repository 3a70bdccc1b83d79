package auction

import "time"

// Sale is one auction event with its catalogue and conditions.
type Sale struct {
	ID         int64
	Slug       string // its address: /sales/{slug}
	Title      string
	Intro      string // one sentence under the title on the cover
	Conditions string // what a bidder agrees to, plain text
	Currency   Currency
	Zone       string // IANA name, such as "Europe/London"
	Published  bool   // a sale that is not is seen by staff only
	OpensAt    time.Time
	ClosesAt   time.Time     // of the first lot
	Stagger    time.Duration // each next lot closes this much later; 0 = all together
	ByNumber   bool          // lots close in the order of their numbers, not as they were entered
	SoftClose  SoftClose     // default for its lots; Latest is not used here
	Cap        time.Duration // late bids move a lot's close by this much in all at most; 0 = without end
	Steps      Table         // default for its lots
	StepsName  string        // preset name, or "own"
	PausedAt   time.Time     // zero while it runs
	Rehearses  int64         // id of the sale that this one is a rehearsal of, 0 = it counts; never changes

	Registration Registration
	Private      bool    // listed nowhere, and seen only by those who have a paddle in it
	Fees         Fees    // on top of hammer prices
	Goal         Money   // what the sale wants to raise, 0 = none
	Collection   string  // where and when lots are collected, plain text
	Payment      string  // how to pay, plain text
	Contact      Contact // the organiser's, for bidders
	DueDays      int     // an invoice is to be paid within so many days, 0 = no date is given
	NoReceipts   bool    // payments are not told of by mail by themselves
	Paper        Paper   // what prints and invoices are set for
}

// Paper is a size of sheets.
type Paper string

const (
	PaperUsual  Paper = "" // as where the currency is spent
	PaperA4     Paper = "a4"
	PaperLetter Paper = "letter"
)

// letterCurrencies are those of countries that write on US Letter.
var letterCurrencies = map[string]bool{"USD": true, "CAD": true, "MXN": true, "PHP": true, "CLP": true, "COP": true}

// Letter reports whether prints are set for US Letter, and not for A4.
func (s Sale) Letter() bool {
	return s.Paper == PaperLetter || s.Paper == PaperUsual && letterCurrencies[s.Currency.Code]
}

// Rehearsal reports whether nothing of the sale counts: it is a copy of another,
// bid on by bots, and wiped afterwards.
func (s Sale) Rehearsal() bool { return s.Rehearses != 0 }

// TakesLotsOf reports whether lots of another sale can be offered again in this
// one, amounts and all: what counts and what is rehearsed stay apart, and so do
// currencies.
func (s Sale) TakesLotsOf(of Sale) bool {
	return s.Currency == of.Currency && s.Rehearsal() == of.Rehearsal()
}

// Unlisted reports whether a sale is listed nowhere, and seen only by those who
// have a paddle in it, and by staff.
func (s Sale) Unlisted() bool { return s.Private || s.Rehearsal() }

// Registration is how somebody gets a paddle that may bid.
type Registration string

const (
	RegisterOpen    Registration = ""        // at once
	RegisterApprove Registration = "approve" // once the organiser approved it
	RegisterInvite  Registration = "invite"  // from the organiser only
)

// Contact is where bidders reach the organiser. Either may be "".
type Contact struct {
	Email string // also where answers to the sale's mails go
	Phone string
}

// Words are what the catalogue says about a lot. They decide nothing.
type Words struct {
	Number       string // lot number, "12" or "12A"
	Title        string
	Subtitle     string // byline: maker, date, donor's line
	Description  string // Markdown
	Category     string
	Consignor    string // donor, for a charity
	EstimateLow  Money
	EstimateHigh Money
	FairValue    Money  // what it would cost in a shop, 0 = not said
	Collection   string // how this lot is collected, plain text
	Photos       []Photo
}

// Photo is a picture of a lot. Its files lie in the data directory under
// Name, which is random, one for each size.
type Photo struct {
	Name   string // random, without extension
	Ext    string // "jpg", "png" or "svg"
	Width  int
	Height int
	Alt    string
}

// Entry is a lot as the catalogue shows it: words, and the public lot.
type Entry struct {
	SaleID int64
	Sale   string // the sale's slug
	Words
	Public
	After SoldAfter // a lot that passed, and was sold after the sale
}
