package auction

// The model decides the same things as the rules, written another way so that
// a mistake in one is not repeated in the other: it keeps every bid that was
// ever taken and works out leader and price from the whole list each time, as
// the highest two of it, never from the price before. Times are milliseconds after the
// opening.

type modelBid struct {
	by     Paddle
	amount Money
	exact  bool
	at     int64
	before int64 // the close when it came
	seq    int64
	struck bool
}

type model struct {
	opening, reserve, buyNow  Money
	bounds, steps             []Money // steps[i] holds below bounds[i], the last one above all
	window, extension, latest int64   // latest 0 = none
	close, last               int64   // last: time of the lot's last event
	paused                    int64   // -1 = running
	held, over                bool
	sold                      bool
	bids                      []modelBid
}

func (m *model) step(price Money) Money {
	for i, b := range m.bounds {
		if price < b {
			return m.steps[i]
		}
	}
	return m.steps[len(m.steps)-1]
}

// standing are the bids not struck out.
func (m *model) standing() []modelBid {
	var s []modelBid
	for _, b := range m.bids {
		if !b.struck {
			s = append(s, b)
		}
	}
	return s
}

// best is the highest amount among bids, the first of equals.
func best(bids []modelBid, count func(modelBid) bool) (b modelBid) {
	for _, c := range bids {
		if count(c) && c.amount > b.amount {
			b = c
		}
	}
	return b
}

func anyone(modelBid) bool { return true }

func notBy(p Paddle) func(modelBid) bool { return func(b modelBid) bool { return b.by != p } }

// stand says who leads, with which maximum, at which price.
func (m *model) stand() (lead Paddle, max, price Money) {
	bids := m.standing()
	top := best(bids, anyone)
	if top.by == "" {
		return "", 0, 0
	}
	price = m.opening
	for i, b := range bids {
		// Each bid but a leader's raise set the price that the two highest of
		// its time make; the highest of these prices is the one that holds.
		first := best(bids[:i+1], anyone)
		second := best(bids[:i+1], notBy(first.by))
		if second.by != "" && best(bids[:i], anyone).by != b.by {
			price = atLeast(price, atMost(first.amount, second.amount+m.step(second.amount)))
		}
		if b.exact && b.amount > best(bids[:i], anyone).amount {
			price = atLeast(price, b.amount) // it led when it came
		}
	}
	return top.by, top.amount, atLeast(price, atMost(top.amount, m.reserve))
}

func atLeast(a, b Money) Money {
	if a < b {
		return b
	}
	return a
}

func atMost(a, b Money) Money {
	if a > b {
		return b
	}
	return a
}

// count is how many standing bids were not raises of the leader of their time.
func (m *model) count() int {
	bids, n := m.standing(), 0
	for i, b := range bids {
		if best(bids[:i], anyone).by != b.by {
			n++
		}
	}
	return n
}

func (m *model) ask() Money {
	lead, _, price := m.stand()
	if lead == "" {
		return m.opening
	}
	return price + m.step(price)
}

func (m *model) buyable() bool {
	lead, _, price := m.stand()
	return !m.over && m.buyNow > 0 && m.buyNow >= m.ask() && (lead == "" || price < m.reserve)
}

func (m *model) stopped() bool { return m.paused >= 0 || m.held }

// why is the reason that a bid is refused for, "" when it is taken.
func (m *model) why(at int64, by Paddle, amount Money, kind Kind, own, waived bool, limit, committed Money) Reason {
	lead, max, price := m.stand()
	switch {
	case amount < 1:
		return BadAmount
	case m.over:
		return Closed
	case m.stopped():
		return Paused
	case at >= m.close:
		return Closed
	case own:
		return OwnLot
	case kind == BuyNow && (!m.buyable() || amount != m.buyNow):
		return BadAmount
	case kind != BuyNow && m.buyable() && amount >= m.buyNow:
		return BuyNowInstead
	case kind != BuyNow && by == lead && amount <= max:
		return BelowOwnMax
	case kind != BuyNow && by != lead && amount < m.ask() && (!waived || lead == "" || amount <= price):
		return BelowAsk
	case !waived && limit > 0 && amount+committed > limit:
		return OverLimit
	}
	return ""
}

// bid takes a bid that is not refused.
func (m *model) bid(at int64, by Paddle, amount Money, kind Kind, seq int64) {
	lead, _, price := m.stand()
	m.bids = append(m.bids, modelBid{by: by, amount: amount, exact: kind != Maximum, at: at, before: m.close, seq: seq})
	m.last = at
	if kind == BuyNow {
		m.over, m.sold = true, true
		return
	}
	nowLead, _, nowPrice := m.stand()
	if (nowLead != lead || nowPrice != price) && m.window > 0 && m.close-at <= m.window {
		m.extend(at)
	}
}

// extend moves the close to one extension after at and reports whether it moved.
func (m *model) extend(at int64) bool {
	to := at + m.extension
	if m.latest != 0 && to > m.latest {
		to = m.latest
	}
	if to <= m.close {
		return false
	}
	m.close = to
	return true
}

// mayTakeBack finds the bid that a paddle may take back, -1 for none.
func (m *model) mayTakeBack(at int64, by Paddle) int {
	last := -1
	for i, b := range m.bids {
		if !b.struck {
			last = i
		}
	}
	if last < 0 || m.over || m.stopped() || at >= m.close {
		return -1
	}
	b := m.bids[last]
	lead, _, _ := m.stand()
	late := m.window > 0 && (b.before-b.at <= m.window || m.close-at <= m.window)
	if b.by != by || lead != by || at-b.at > 60_000 || late {
		return -1
	}
	return last
}

// outage moves the close after the house was down from an instant until at.
func (m *model) outage(from, at int64) bool {
	const minute = 60_000
	if m.over || m.stopped() || at-from < minute/2 || from >= m.close || at < m.close-10*minute {
		return false
	}
	if at-m.close > 120*minute {
		m.held = true
		return true
	}
	to := at + 10*minute
	if m.window > 10*minute {
		to = at + m.window
	}
	if to <= m.close {
		return false
	}
	m.move(to)
	return true
}

// mayMove reports whether the organiser may move the close at a moment.
func (m *model) mayMove(at, to int64) bool {
	return !m.over && !m.stopped() && at < m.close && to >= at+60_000
}

// move changes the close for another reason than a bid.
func (m *model) move(to int64) {
	if m.latest != 0 {
		m.latest += to - m.close
	}
	m.close = to
}
