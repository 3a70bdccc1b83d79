package auction

// DeskEntry is a bid that was entered at the desk, or left for a lot that had
// not opened, as the desk's list shows it: with what the public history says
// and never with a maximum.
type DeskEntry struct {
	Act
	Amount Money  // as the public log has it; 0 for a bid that was left
	Price  Money  // of the lot after it
	Lead   Paddle // after it
	State  State  // of the lot now
	Undone bool   // struck out, or taken back, since
}

// HiddenBid is a bid with what was hidden behind it, to be seen once its lot is
// over (rules §2.8).
type HiddenBid struct {
	Seq    int64
	Paddle Paddle
	Amount Money // as it was given: a maximum, or an exact bid
	Kind   Kind
	Voided bool
}

// LotRow is a row of a lot's history with the lot it belongs to.
type LotRow struct {
	LotID  int64
	Number string
	Row
}
