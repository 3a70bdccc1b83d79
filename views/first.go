package views

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"outcry/views/lang"
)

// FirstSale is how far a new house has come on the way to its first sale. Each
// step is done when the house shows it, whoever did it and in whatever order.
type FirstSale struct {
	Slug      string // of the sale, "" = there is none yet
	Lots      int
	Published bool
	Tried     bool // a rehearsal of it runs, or was held
	Paddles   int  // bidders who have one
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
func (f FirstSale) steps(ctx context.Context, house string) []step {
	all := []step{
		{head: lang.T(ctx, "Open the house"), text: lang.T(ctx, "It is called %s.", house), done: true},
		{head: lang.T(ctx, "Make a sale"), text: lang.T(ctx, "A title, when its lots close, and what a bidder agrees to."), done: f.Slug != "",
			ways: []Link{{"/desk/sales/new", lang.T(ctx, "Make the sale")}}},
		{head: lang.T(ctx, "Bring in its lots"), text: lang.T(ctx, "From a spreadsheet with a column Title, or one by one. Pictures can follow."), done: f.Lots > 0,
			ways: []Link{{f.desk("/import"), lang.T(ctx, "From a spreadsheet")}, {f.desk("/lots/new"), lang.T(ctx, "One by one")}}},
		{head: lang.T(ctx, "Publish it"), text: lang.T(ctx, "Until then only staff see it. Look at it first as bidders will."), done: f.Published,
			ways: []Link{{f.desk(""), lang.T(ctx, "To the sale’s page")}, {f.catalogue(), lang.T(ctx, "See it as bidders do")}}},
		{head: lang.T(ctx, "Try it"), text: lang.T(ctx, "Invented guests bid on your lots for a few minutes, and you try the desk. Afterwards all of that is wiped."), done: f.Tried,
			ways: []Link{{f.desk("#try"), lang.T(ctx, "To the rehearsal")}}},
		{head: lang.T(ctx, "Bring people in"), text: lang.T(ctx, "Print the sheets with their QR codes, give paddles at the door, or invite by mail."), done: f.Paddles > 0,
			ways: []Link{{f.desk("/prints"), lang.T(ctx, "Print")}, {f.desk("/check-in"), lang.T(ctx, "Give a paddle")}, {f.desk("/invitations"), lang.T(ctx, "Invite")}}},
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
func (f FirstSale) left(ctx context.Context, house string) int {
	n := 0
	for _, s := range f.steps(ctx, house) {
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
func (s step) word(ctx context.Context) string {
	switch {
	case s.done:
		return lang.T(ctx, "Done")
	case s.now:
		return lang.T(ctx, "Next")
	}
	return lang.T(ctx, "Then")
}

// button is a step's link as it looks: solid for what is next.
func (s step) button(i int) templ.CSSClasses {
	return templ.Classes("btn", templ.KV("go", s.now && i == 0))
}
