package evening

import (
	"net/http"
	"strings"
	"time"
)

// max sets a maximum on the lot's page. One far above the ask is asked for
// once more, before anything is bid.
func (e *evening) max(p *person, lot, amount string) {
	e.t.Helper()
	p.open(e.page(lot))
	p.try("Set", fields{"amount": amount})
	if p.status == http.StatusConflict {
		p.says("That is far above the next bid", "Nothing is bid yet.")
		p.try("Yes, bid £" + amount)
	}
	p.fine()
}

// bid: by the button, by a maximum, over a limit, and by somebody who was
// signed out and comes back with the amount kept.
func (e *evening) bid() {
	e.leads("5", "Gus", 5500) // the bids that were left, in their order
	e.max(e.ann, "7", "25")   // of which she is told by mail; see end
	e.max(e.ben, "7", "40")
	e.ann.open(e.page("1"))
	e.ann.press("Bid £10")
	e.ann.says("You lead")
	e.max(e.ben, "1", "60")
	e.leads("1", "Ben", 1100)
	e.ann.open(e.page("1"))
	e.ann.says("Outbid", "Paddle "+e.paddle["Ben"]+" leads")
	e.ann.quiet("60")
	e.max(e.cara, "2", "120") // under the reserve it stands in full
	e.leads("2", "Cara", 12000)
	e.cara.says("Reserve not met")
	e.max(e.ben, "3", "30")
	if three, four := e.lot("3"), e.lot("4"); three.Extended != 1 || four.Extended != 1 || four.ClosesAt != three.ClosesAt {
		e.t.Errorf("a late bid on lot 3 did not extend its group: %+v, %+v", three, four)
	}
	e.max(e.ben, "9", "150")
	e.max(e.cara, "9", "300")
	e.leads("9", "Cara", 30000)
	e.eve.open(e.page("9"))
	e.eve.try("Set", fields{"amount": "400"})
	if e.eve.status != http.StatusUnprocessableEntity {
		e.t.Errorf("a bid over the limit is answered with %d", e.eve.status)
	}
	e.eve.says("not accepted", "£350")
	e.late()
}

// late bids on a lot before she is anybody.
func (e *evening) late() {
	fay := e.person("Fay")
	fay.open(e.page("4"))
	fay.press("Bid £20")
	fay.says("Sign in to bid")
	fay.join(e, "fay@example.org")
	fay.follow("Get a paddle for this sale")
	fay.agree()
	if got := fay.value("amount"); got != "20" && got != "20.00" {
		e.t.Errorf("after all that the amount is %q, want 20", got)
	}
	fay.press("Bid £20")
	fay.says("You lead")
	e.paddle["Fay"] = fay.paddle()
	e.leads("4", "Fay", 2000)
	e.max(e.ann, "4", "25")
	e.leads("4", "Ann", 2100)
}

// deskBids: bids in the room, one that is not enough, and one that was a slip.
func (e *evening) deskBids() {
	e.line("1", "Gus", "20")
	e.cleo.says("Last entries")
	e.leads("1", "Ben", 2100)
	e.line("10", "Gus", "30")
	e.leads("10", "Gus", 3000)
	e.cleo.press("Undo: lot 10")
	if l := e.lot("10"); l.Lead != nil {
		e.t.Errorf("after the undo lot 10 is led by %s", *l.Lead)
	}
	e.cleo.open(sale + "/line")
	e.cleo.try("Enter", fields{"lot": "1", "paddle": e.paddle["Gus"], "amount": "5"})
	e.cleo.says("Not taken.")
	if got := e.cleo.value("amount"); got != "5" {
		e.t.Errorf("what was typed at the desk is now %q, want 5 kept", got)
	}
	e.max(e.ann, "1", "47.35")
	e.leads("1", "Ben", 4835)
	e.max(e.eve, "10", "31")
	e.leads("10", "Eve", 3000)
}

// strikeOut: somebody typed a nought too many, and says so at the desk.
func (e *evening) strikeOut() {
	e.max(e.ann, "5", "900")
	e.leads("5", "Ann", 8500)
	e.cleo.open(sale + "/lots")
	e.cleo.follow("Truckle of cheese")
	e.cleo.press("Strike out", fields{"reason": "Ann typed a nought too many."})
	e.cleo.says("The bid is struck out")
	e.leads("5", "Gus", 5500)
	e.mail("ann@example.org", "Your bid was struck out: lot 5")
	e.ann.open(e.page("5"))
	e.ann.says("Ann typed a nought too many.")
	e.ann.quiet("£900")
}

// pause stops all clocks and bids; a message says why.
func (e *evening) pause() {
	was := e.lot("1").ClosesAt
	e.olga.open(sale)
	e.olga.press("Pause sale", fields{"reason": "The lights went out."})
	e.olga.says("clocks stand")
	e.ann.open(e.page("1"))
	e.ann.says("The lights went out.")
	e.ann.try("Set", fields{"amount": "70"})
	if e.ann.status != http.StatusUnprocessableEntity {
		e.t.Errorf("a bid in a pause is answered with %d", e.ann.status)
	}
	e.olga.press("Say it", fields{"message": "Supper is served."})
	e.ann.open("/sales/summer-gala")
	e.ann.says("Supper is served.")
	e.olga.press("Resume sale")
	if now := e.lot("1").ClosesAt; now <= was {
		e.t.Errorf("lot 1 closes at %d after the pause, and did at %d before", now, was)
	}
	e.max(e.eve, "1", "50.36") // under Ben's maximum; the last bid on the lot
	e.leads("1", "Ben", 5536)
	if got := e.lot("1").Extended; got < 4 {
		e.t.Errorf("lot 1 was extended %d times", got)
	}
}

// give: the appeal, from a phone and from the desk, one pledge undone.
func (e *evening) give() {
	o := e.olga
	o.open(sale + "/appeal")
	o.press("Save", fields{"title": "A minibus for the choir", "goal": "500", "levels": "100 50 20", "open": true})
	e.ann.open("/sales/summer-gala")
	e.ann.follow("A minibus for the choir")
	e.ann.follow("£50")
	e.ann.press("Give £50")
	e.ann.says("You have given £50")
	e.cleo.open(sale + "/appeal")
	e.cleo.press("Enter", fields{"level": "20", "paddles": e.paddle["Gus"] + " " + e.paddle["Ben"] + " " + e.paddle["Fay"]})
	e.cleo.open(sale + "/appeal")
	e.cleo.press("Undo it", fields{"why": "Paddle was not up."}) // the newest: the last that was entered
	e.cleo.shows(sale+"/appeal", "£90")
}

// closings come by themselves; the big screen and the socket tell.
func (e *evening) closings() {
	e.until("lots 1 to 5 and 8 to 10 are over", func() bool {
		for _, n := range []string{"1", "2", "3", "4", "5", "8", "9", "10"} {
			if s := e.lot(n).State; s == "open" || s == "upcoming" {
				return false
			}
		}
		return true
	})
	for number, want := range map[string]string{"1": "sold", "2": "passed", "3": "sold", "4": "sold", "5": "sold", "8": "passed", "9": "passed", "10": "sold", "6": "open", "7": "open"} {
		if got := e.lot(number).State; got != want {
			e.t.Errorf("lot %s is %s, want %s", number, got, want)
		}
	}
	e.until("the socket shows lot 1 as sold", func() bool {
		s, err := e.watching.shown()
		if err != nil {
			e.t.Fatalf("the socket broke: %v", err)
		}
		return s.State == "sold" && s.Price == 5536
	})
	e.ben.open(e.page("1"))
	e.ben.says("Sold to you")
	e.mail("cara@example.org", "Not sold: lot 2")
	e.olga.open("/sales/summer-gala/board")
	e.olga.says("£")
}

// end: what is still open is extended, its close announced, one lot bought at
// once and the other withdrawn.
func (e *evening) end() {
	e.ann.open(e.linkIn(e.mail("ann@example.org", "Outbid on lot 7"), e.page("7")))
	e.ann.says("Outbid", "Bid £27")
	o := e.olga
	was := e.lot("7").ClosesAt
	o.open(sale)
	o.press("Extend", fields{"minutes": "5"})
	if now := e.lot("7").ClosesAt; now != was+5*60*1000 {
		e.t.Errorf("lot 7 was extended by %d ms, want 5 minutes", now-was)
	}
	o.press("Announce close", fields{"minutes": "2"})
	announced := e.lot("7").ClosesAt
	if left := time.Until(time.UnixMilli(announced)); left > 2*time.Minute+time.Second || e.lot("6").ClosesAt != announced {
		e.t.Errorf("after the announced close lot 7 closes in %v, lot 6 at %d", left, e.lot("6").ClosesAt)
	}
	e.eve.open("/sales/summer-gala")
	e.eve.says("All open lots close at")
	e.eve.follow("Week in a cottage")
	e.eve.press("Buy for £300")
	e.eve.says("Sold to you")
	o.open(sale + "/lots")
	o.follow("Signed shirt")
	o.press("Withdraw lot", fields{"reason": "The shirt was not signed."})
	e.person("a guest").shows(e.page("7"), "Withdrawn", "The shirt was not signed.")
	e.until("nothing is said of a close any more", func() bool { // it is remembered for a second
		o.open(sale)
		return !strings.Contains(o.words, "All open lots close")
	})
	o.says("Over", "See the results")
}

// shows opens a page and fails the test unless it says all this.
func (p *person) shows(address string, words ...string) {
	p.t.Helper()
	p.open(address)
	p.says(words...)
}

// after: one lot for the best bid, one offered and taken by a link, one into
// next year's sale.
func (e *evening) after() {
	o := e.olga
	o.open(sale)
	o.follow("Copy it for the next")
	o.press("Save sale", fields{"title": "Summer Gala, next year", "slug": "next-gala", "lots": false})
	decide := func(lot string) {
		e.t.Helper()
		o.open(sale + "/results")
		o.follow("Passed")
		o.follow("Decide: lot " + lot)
	}
	decide("2")
	o.press("Sell for £120", fields{"why": "The school is glad of it."})
	decide("9")
	o.pressIn("/after", "Offer", fields{"paddle": e.paddle["Ben"], "price": "250"})
	o.says("The lot is offered")
	link := e.linkIn(e.mail("ben@example.org", "Offered to you: lot 9"), "/offers/")
	e.ben.open(link)
	e.ben.says("£250", "£292") // the first with premium and tax below
	e.ben.press("Buy it for £292")
	e.ben.says("The lot is yours")
	decide("8")
	o.press("Relist", fields{"sale": o.optionOf("sale", "next year")})
	o.shows("/desk/sales/next-gala/lots", "Box of books")
}

// optionOf is the value of the choice that has these words.
func (p *person) optionOf(name, words string) string {
	p.t.Helper()
	n := first(p.page, func(n *node) bool { return n.Data == "select" && attr(n, "name") == name })
	if n == nil {
		p.t.Fatalf("%s: nothing to choose as %q", p.name, name)
	}
	o := first(n, func(o *node) bool { return o.Data == "option" && strings.Contains(wordsOf(o), words) })
	if o == nil {
		p.t.Fatalf("%s: %q has no choice %q", p.name, name, words)
	}
	return attr(o, "value")
}
