package views

import (
	"slices"

	"github.com/a-h/templ"
)

// FirstSale is how far a new house has come on the way to its first sale. Each
// step is done when the house shows it, whoever did it and in whatever order.
type FirstSale struct {
	Slug      string // of the sale, "" = there is none yet
	Lots      int
	Published bool
	Paddles   int // bidders who have one
}

// step is one line of the list.
type step struct {
	head string
	text string
	done bool
	now  bool   // the first that is not done
	ways []Link // what to do; the first is the step itself
}

// steps are the way, with the first that is left marked.
func (f FirstSale) steps(house string) []step {
	all := []step{
		{head: "Open the house", text: "It is called " + house + ".", done: true},
		{head: "Make a sale", text: "A title, when its lots close, and what a bidder agrees to.", done: f.Slug != "",
			ways: []Link{{"/desk/sales/new", "Make the sale"}}},
		{head: "Bring in its lots", text: "From a spreadsheet with a column Title, or one by one. Pictures can follow.", done: f.Lots > 0,
			ways: []Link{{f.desk("/import"), "From a spreadsheet"}, {f.desk("/lots/new"), "One by one"}}},
		{head: "Publish it", text: "Until then only staff see it. Look at it first as bidders will.", done: f.Published,
			ways: []Link{{f.desk(""), "To the sale’s page"}, {f.catalogue(), "See it as bidders do"}}},
		{head: "Bring people in", text: "Print the sheets with their QR codes, give paddles at the door, or invite by mail.", done: f.Paddles > 0,
			ways: []Link{{f.desk("/prints"), "Print"}, {f.desk("/check-in"), "Give a paddle"}, {f.desk("/invitations"), "Invite"}}},
	}
	for i := range all {
		if f.Slug == "" && i > 1 {
			all[i].ways = nil // there is nothing to do it to yet
		}
	}
	if next := slices.IndexFunc(all, func(s step) bool { return !s.done }); next >= 0 {
		all[next].now = true
	}
	return all
}

// left is how many steps are not done.
func (f FirstSale) left(house string) int {
	n := 0
	for _, s := range f.steps(house) {
		if !s.done {
			n++
		}
	}
	return n
}

func (f FirstSale) desk(rest string) string { return string(deskURL(f.Slug, rest)) }
func (f FirstSale) catalogue() string       { return string(saleURL(f.Slug)) }
func (s step) state() string {
	switch {
	case s.done:
		return "met"
	case s.now:
		return "info"
	}
	return ""
}

// word says where a step stands.
func (s step) word() string {
	switch {
	case s.done:
		return "Done"
	case s.now:
		return "Next"
	}
	return "Then"
}

// button is a step's link as it looks: solid for what is next.
func (s step) button(i int) templ.CSSClasses {
	return templ.Classes("btn", templ.KV("go", s.now && i == 0))
}
