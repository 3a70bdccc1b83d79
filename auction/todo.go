package auction

import "time"

// Signatures to implement, each in the file of its noun; this file goes away.

func CurrencyOf(code string) (Currency, bool)                                   { panic("todo") }
func ParseMoney(text string, c Currency) (Money, error)                         { panic("todo") }
func (m Money) Decimal(c Currency) string                                       { panic("todo") } // "46.50": plain, for forms and files
func PresetNames() []string                                                     { panic("todo") }
func Preset(name string, c Currency) (Table, error)                             { panic("todo") }
func ParseTable(text string) (Table, error)                                     { panic("todo") } // "9999:100,49999:500,:1000", minor units
func (t Table) String() string                                                  { panic("todo") }
func (t Table) Check() error                                                    { panic("todo") }
func (t Table) Step(price Money) Money                                          { panic("todo") }
func (l Lot) Ask(t Terms) Money                                                 { panic("todo") }
func (l Lot) Public(t Terms) Public                                             { panic("todo") }
func (l Lot) DueAt() time.Time                                                  { panic("todo") } // when the clock must act next; zero = never
func (l Lot) Open(t Terms, now time.Time, nonce [16]byte) (Lot, []Event)        { panic("todo") }
func (l Lot) Bid(t Terms, now time.Time, b Bid) (Lot, []Event, error)           { panic("todo") } // error is a *Refusal
func Decide(l Lot, t Terms, now time.Time, b Bid) (Lot, []Event, Answer)        { panic("todo") } // Bid, with the Answer for its bidder
func (l Lot) KnockDown(t Terms, now time.Time) (Lot, []Event)                   { panic("todo") }
func (l Lot) ExtendWith(t Terms, now time.Time, bidAt time.Time) (Lot, []Event) { panic("todo") } // a bid on a lot of its group
func (l Lot) Withdraw(now time.Time, reason string) (Lot, []Event, error)       { panic("todo") }
func (l Lot) Pause(now time.Time, reason string) (Lot, []Event)                 { panic("todo") }
func (l Lot) Resume(t Terms, now time.Time) (Lot, []Event)                      { panic("todo") }
func (l Lot) Void(t Terms, log []Record, seq int64, now time.Time, reason string) (Lot, []Event, error) {
	panic("todo")
}
func (l Lot) TakeBack(t Terms, log []Record, p Paddle, now time.Time) (Lot, []Event, error) {
	panic("todo")
}

// OutagePolicy is rules §8 in figures.
type OutagePolicy struct {
	Least   time.Duration // shorter outages change nothing: 30 s
	Near    time.Duration // only closes within this of the outage move: 10 min
	Again   time.Duration // the new close is the recovery plus this, at least the lot's window: 10 min
	HoldFor time.Duration // overdue by more: held for the organiser: 2 h
}

func DefaultOutagePolicy() OutagePolicy                                          { panic("todo") }
func (l Lot) Outage(t Terms, from, now time.Time, p OutagePolicy) (Lot, []Event) { panic("todo") }
func (l Lot) Release(t Terms, now, close time.Time, reason string) (Lot, []Event, error) {
	panic("todo")
}                                                 // a held lot gets a new close
func Replay(start Lot, log []Record) (Lot, error) { panic("todo") } // the lot row, rebuilt from its log
func Check(l Lot, t Terms, log []Record) error    { panic("todo") } // every invariant, one by one; nil when all hold
func CheckPublic(log []Event) error               { panic("todo") } // what the public lines alone can show
func (e Event) Line() []byte                      { panic("todo") } // one JSON line of the public log, without newline
func ParseLine(line []byte) (Event, error)        { panic("todo") }

// Row is one line of a lot's public history (rules §2.8).
type Row struct {
	Seq       int64
	At        time.Time
	Paddle    Paddle
	Amount    Money
	Automatic bool
	Voided    bool
	Reason    string
}

func History(log []Event) []Row { panic("todo") } // oldest first
