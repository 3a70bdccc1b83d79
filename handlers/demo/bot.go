package demo

import (
	"math"
	"math/rand/v2"
	"time"

	"outcry/auction"
)

// Bot is a character who bids. It sees what every bidder sees, the public
// catalogue, and knows besides what each lot is worth to it. The same seed and
// the same sights make the same bids. A Bot is used by one goroutine at a time.
type Bot struct {
	Character
	rng    *rand.Rand
	manner manner
	lots   map[string]opinion // by lot number; lots it does not care for are missing
	wake   time.Duration      // a sniper's time until its next moment, 0 = none in sight
}

// opinion is what a bot thinks of one lot.
type opinion struct {
	worth auction.Money // it never bids more
	unit  auction.Money // round sums for this lot are multiples of it
	lead  time.Duration // how long before the close a sniper bids
}

// manner is a temper in figures.
type manner struct {
	pause    time.Duration // mean time between two looks at the catalogue
	eager    float64       // how often a look leads to a bid
	cares    float64       // for how many of the lots it cares
	generous float64       // how it values them beside the estimate
	leads    int           // how many lots it will lead at once
}

func (t Temper) manner() manner {
	switch t {
	case Nibbler:
		return manner{pause: 8 * time.Second, eager: 0.95, cares: 0.8, generous: 1, leads: 6}
	case Setter:
		return manner{pause: 16 * time.Second, eager: 0.8, cares: 0.7, generous: 1.05, leads: 5}
	case Impulsive:
		return manner{pause: 12 * time.Second, eager: 0.8, cares: 0.7, generous: 1, leads: 4}
	case Sniper:
		return manner{pause: 12 * time.Second, eager: 1, cares: 0.5, generous: 1.05, leads: 6}
	case Collector:
		return manner{pause: 10 * time.Second, eager: 0.9, cares: 1, generous: 1.3, leads: 8}
	}
	return manner{pause: 8 * time.Second, eager: 0.3, cares: 0.6, generous: 0.8, leads: 2}
}

// lotsOfAnEvening is how many lots the manners are made for. Of several times as
// many, bots that went about it as calmly would leave most without a bid.
const lotsOfAnEvening = 40

// Bots makes the first n people bidders on the lots.
func Bots(n int, seed uint64, lots []Lot) []*Bot {
	bots := make([]*Bot, n)
	for i, who := range People(n) {
		b := &Bot{Character: who, rng: rand.New(rand.NewPCG(seed, uint64(i))), manner: who.Temper.manner()}
		if f := len(lots) / lotsOfAnEvening; f > 1 { // there is more to look at, and to lead
			b.manner.leads, b.manner.pause = b.manner.leads*f, b.manner.pause/time.Duration(f)
		}
		b.lots = b.opinions(lots)
		bots[i] = b
	}
	return bots
}

// opinions draws what each lot is worth to the bot: around the middle of the
// estimate, more often near it than far, never beyond 1.8 times it.
func (b *Bot) opinions(lots []Lot) map[string]opinion {
	own := make(map[string]opinion)
	passion := ""
	if b.Temper == Collector && len(lots) > 0 {
		passion = lots[b.rng.IntN(len(lots))].Category
	}
	for _, l := range lots {
		cares, taste := b.rng.Float64() < b.manner.cares, math.Exp(b.rng.NormFloat64()*0.22)
		lead := time.Duration(4+b.rng.IntN(12)) * time.Second
		if !cares || passion != "" && l.Category != passion {
			continue
		}
		middle := float64(l.EstimateLow+l.EstimateHigh) / 2
		worth := auction.Money(middle * min(1.8, b.manner.generous*taste))
		if worth < l.Opening {
			continue
		}
		if l.SoftClose.Window > 0 {
			lead = min(lead, l.SoftClose.Window)
		}
		own[l.Number] = opinion{worth: worth, unit: roundTo(l.EstimateLow), lead: lead}
	}
	return own
}

// roundTo is the unit of round sums for a lot of an estimate: the largest of 1,
// 5, 10, 50, 100 … minor units that is at most a tenth of it.
func roundTo(estimate auction.Money) auction.Money {
	unit := auction.Money(1)
	for unit*100 <= estimate {
		unit *= 10
	}
	if unit*50 <= estimate {
		return unit * 5
	}
	return unit
}

// Decision is a bid to send.
type Decision struct {
	Lot    int64 // id
	Number string
	Amount auction.Money
	Kind   auction.Kind
}

// Decide says what the bot does about the catalogue as it stands, false when
// nothing. Of an entry it reads what the public lot in JSON has: number, id,
// state, opening, price, ask, bids, lead, opening and closing time, buy-now
// price.
func (b *Bot) Decide(now time.Time, catalogue []auction.Entry) (Decision, bool) {
	if b.Temper == Sniper {
		return b.snipe(now, catalogue)
	}
	if b.rng.Float64() >= b.manner.eager || b.leading(catalogue) >= b.manner.leads {
		return Decision{}, false
	}
	e, ok := b.choose(now, catalogue)
	if !ok {
		return Decision{}, false
	}
	return b.offer(now, e), true
}

// Pause is how long the bot looks away before it looks again.
func (b *Bot) Pause() time.Duration {
	d := time.Duration(float64(b.manner.pause) * min(3, 0.3+0.7*b.rng.ExpFloat64()))
	if b.wake > 0 {
		d = min(d, b.wake)
	}
	return max(d, 800*time.Millisecond)
}

func (b *Bot) leading(catalogue []auction.Entry) int {
	n := 0
	for _, e := range catalogue {
		if e.State == auction.Open && e.Lead == b.Paddle {
			n++
		}
	}
	return n
}

// choose picks a lot that the bot can still bid on: any, but rather one that
// closes soon.
func (b *Bot) choose(now time.Time, catalogue []auction.Entry) (auction.Entry, bool) {
	total, weights := 0.0, make([]float64, len(catalogue))
	for i, e := range catalogue {
		if b.ceiling(now, e) < e.Ask || !b.biddable(now, e) || b.Temper == Undecided && e.Bids == 0 {
			continue
		}
		weights[i] = 1 + 8*math.Pow(ripeness(now, e), 4)
		total += weights[i]
	}
	if total == 0 {
		return auction.Entry{}, false
	}
	at := b.rng.Float64() * total
	last := 0
	for i, w := range weights {
		if w == 0 {
			continue
		}
		last = i
		if at -= w; at < 0 {
			break
		}
	}
	return catalogue[last], true
}

func (b *Bot) biddable(now time.Time, e auction.Entry) bool {
	return e.State == auction.Open && e.Lead != b.Paddle && e.Ask > 0 && now.Before(e.ClosesAt) && e.PausedAt.IsZero() && !e.Held
}

// ripeness is how far a lot has come from its opening to its close, 0 to 1.
func ripeness(now time.Time, e auction.Entry) float64 {
	whole := e.ClosesAt.Sub(e.OpensAt)
	if whole <= 0 {
		return 1
	}
	return min(1, max(0, float64(now.Sub(e.OpensAt))/float64(whole)))
}

// ceiling is the most that the bot would bid now. People let go of what a lot
// is worth to them bit by bit: a catalogue whose lots all stood at their price
// in the first minute would have nothing left to show.
func (b *Bot) ceiling(now time.Time, e auction.Entry) auction.Money {
	o, ok := b.lots[e.Number]
	if !ok {
		return 0
	}
	if o.worth < e.Opening {
		return 0
	}
	ripe := ripeness(now, e)
	share := 0.15 + 0.85*ripe*ripe*ripe
	return e.Opening + auction.Money(share*float64(o.worth-e.Opening))
}

// offer is the bid on a lot whose ask is within the bot's ceiling.
func (b *Bot) offer(now time.Time, e auction.Entry) Decision {
	d := Decision{Lot: e.ID, Number: e.Number, Amount: e.Ask, Kind: auction.Maximum}
	o, most := b.lots[e.Number], b.ceiling(now, e)
	if e.BuyNow > 0 && o.worth >= e.BuyNow && b.Temper == Impulsive {
		d.Amount, d.Kind = e.BuyNow, auction.BuyNow
		return d
	}
	switch b.Temper {
	case Setter, Collector:
		d.Amount = e.Ask + (most-e.Ask)*2/3
	case Impulsive:
		d.Amount, d.Kind = e.Ask+auction.Money(b.rng.Float64()*0.5*float64(most-e.Ask)), auction.Exact
	}
	if round := d.Amount - d.Amount%o.unit; round > e.Ask {
		d.Amount = round
	} else {
		d.Amount = e.Ask
	}
	if e.BuyNow > 0 && d.Amount >= e.BuyNow {
		d.Amount = e.Ask // a maximum at the buy-now price is refused; the ask is not
	}
	return d
}

// snipe bids what a lot is worth to the bot in its last moments, and notes how
// long it is to the next such moment.
func (b *Bot) snipe(now time.Time, catalogue []auction.Entry) (Decision, bool) {
	b.wake = 0
	var found *auction.Entry
	for i, e := range catalogue {
		o, ok := b.lots[e.Number]
		if !ok || o.worth < e.Ask || !b.biddable(now, e) {
			continue
		}
		wait := e.ClosesAt.Add(-o.lead).Sub(now)
		switch {
		case wait <= 0 && (found == nil || e.ClosesAt.Before(found.ClosesAt)):
			found = &catalogue[i]
		case wait > 0 && (b.wake == 0 || wait < b.wake):
			b.wake = wait
		}
	}
	if found == nil {
		return Decision{}, false
	}
	o := b.lots[found.Number]
	amount := max(found.Ask, o.worth-o.worth%o.unit)
	if found.BuyNow > 0 && amount >= found.BuyNow {
		amount = found.Ask
	}
	return Decision{Lot: found.ID, Number: found.Number, Amount: amount, Kind: auction.Maximum}, true
}
