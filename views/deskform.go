package views

import "outcry/auction"

// SaleFormView is the form of a new sale, or of one that exists.
type SaleFormView struct {
	Page
	Slug       string // of the sale that exists; "" = a new one
	Frozen     bool   // lots have opened: currency, zone and address stand
	Title      Field
	Address    Field // the slug as typed, form name "slug"
	Intro      Field
	Conditions Field
	Currency   Field // ISO 4217
	Zone       Field // IANA name
	OpensAt    Field // 2026-12-05T19:00, in Zone; form name "opens_at"
	ClosesAt   Field // form name "closes_at"
	Stagger    Field // seconds between lots; 0 = all together
	Window     Field // minutes; 0 = hard close
	Extension  Field // minutes
	StepsName  Field // a preset's name, or "own"; form name "steps_name"
	Steps      Field // own table, one "up to: step" a line, major units
	Approval   bool  // form name "approval", "1" when ticked
	Presets    []string
	Currencies []auction.Currency
	Zones      []string // offered as completions
	Error      string
}

// LotFormView is the form of a new lot, or of one that exists.
type LotFormView struct {
	Page
	Sale         auction.Sale
	ID           int64         // 0 = a new lot
	State        auction.State // "" = a new lot
	Frozen       bool          // it has opened: words may change, terms may not
	Number       Field
	Title        Field
	Subtitle     Field
	Description  Field
	Category     Field
	Consignor    Field
	EstimateLow  Field // form name "estimate_low"
	EstimateHigh Field // form name "estimate_high"
	Opening      Field
	Reserve      Field
	BuyNow       Field // form name "buy_now"
	Step         Field // one fixed step; "" = the sale's table
	Group        Field
	OpensAt      Field // as in SaleFormView; "" = the sale's
	ClosesAt     Field // "" = by the sale's time and stagger
	Categories   []string
	Photos       []auction.Photo
	PhotoError   string
	Control      *LotControl // nil for a new lot
	Error        string
}

// LotControl is what staff can do to a lot that stands in a published sale.
type LotControl struct {
	Lot     auction.Public
	History []auction.Row // oldest first
	Reason  Field         // of what was tried and refused
	Close   Field         // the new close of a held lot, form name "closes_at"
}

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
	Ignored  []string // columns that mean nothing to us
	Lines    []ImportLine
	New      int
	Updated  int
	Same     int
	Bad      int
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
	Problems []string // by each: the column and what is wrong
	Changes  []string // for FateUpdate: what changes, in words
}
