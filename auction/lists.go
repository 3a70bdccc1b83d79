package auction

// CategoryCount is a category of a sale and how many lots are in it.
type CategoryCount struct {
	Name string
	Lots int
}

// LotRef points at a lot.
type LotRef struct {
	ID     int64
	Number string
}

// LotSeq tells how far a lot's log has come.
type LotSeq struct {
	SaleID int64
	LotID  int64
	Seq    int64 // of its last event, 0 before it opens
}

// LotEvent is an event with the lot it belongs to.
type LotEvent struct {
	LotID  int64
	Number string
	Event
}

// Fate is what an import does to one line.
type Fate string

const (
	FateNew     Fate = "new"
	FateChanged Fate = "changed"
	FateSame    Fate = "same"
	FateKept    Fate = "kept" // it differs, but what stands may not change any more
	FateRefused Fate = "refused"
)

// ImportFate tells what became, or would become, of one line of an import, in
// the order of the lines.
type ImportFate struct {
	ID     int64 // of the lot or the paddle, 0 when it would be new
	Number string
	Fate   Fate
	Why    string // for FateKept and FateRefused: in words
}

// HolderRow is one line of a list of bidders.
type HolderRow struct {
	Name   string
	Email  string // "" = none
	Paddle Paddle // "" = the next free one
}
