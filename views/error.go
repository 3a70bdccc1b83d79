package views

import (
	"context"

	"github.com/a-h/templ"

	"outcry/views/lang"
)

// ErrorView is what a page that cannot be shown says instead: what happened,
// and what to do next.
type ErrorView struct {
	Page
	Status int    // 400 to 503
	Head   string // "" = the usual words for the status
	Text   string // one sentence; "" = the usual one for the status
	Next   Link   // what to do first; zero = go to the front page, which is offered in any case
}

// Link is an address of ours and its words.
type Link struct {
	Href string
	Text string
}

// usual are the words for a status that the handler says nothing special about.
var usual = map[int][2]lang.Key{
	400: {"That did not arrive whole", "The form or the address was not one of ours. Go back, reload the page and try again."},
	401: {"Sign in first", "This page is for people who are signed in."},
	403: {"Not for you", "You are signed in, but this page belongs to somebody else."},
	404: {"Nothing here", "There is no page at this address. It may have been moved, or the link is cut short."},
	405: {"Not like that", "This address does not take that. Go back and use the page’s own buttons."},
	408: {"Too slow to arrive", "Your connection was too slow for the form, and nothing happened. Try again."},
	409: {"Somebody was faster", "This has been changed meanwhile. Reload the page and look before you go on."},
	410: {"This link is used up", "It worked once. Sign in instead, or ask for a new one."},
	413: {"Too large", "The file is larger than the house takes."},
	415: {"Not that kind of file", "The house cannot read this kind of file."},
	421: {"Another house", "This address belongs to another name than the one the house is open at."},
	422: {"Not accepted", "Something in the form cannot be right. Go back and look at it once more."},
	429: {"Too fast", "Too much came from here in a short time. Wait a moment and try again."},
	500: {"Our mistake", "Something broke on our side. It has been written down. Nothing you sent was taken; try again."},
	503: {"Not just now", "The house cannot write anything down at the moment. Nothing happened; try again shortly."},
}

func (v ErrorView) head(ctx context.Context) string {
	if v.Head != "" {
		return v.Head
	}
	if w, ok := usual[v.Status]; ok {
		return lang.Say(ctx, w[0])
	}
	return lang.T(ctx, "That did not work")
}

// titled is the page, called after what happened.
func (v ErrorView) titled(ctx context.Context) Page {
	v.Page.Title = v.head(ctx)
	return v.Page
}

func (v ErrorView) text(ctx context.Context) string {
	if v.Text != "" {
		return v.Text
	}
	if w, ok := usual[v.Status]; ok {
		return lang.Say(ctx, w[1])
	}
	return lang.T(ctx, "Go back and try again.")
}

// ways are the links on: the first is what to do next, the last the way that is
// always there.
func (v ErrorView) ways(ctx context.Context) []Link {
	front := Link{Href: "/", Text: lang.T(ctx, "To the front page")}
	if v.Next.Href == "" || v.Next.Href == front.Href {
		return []Link{front}
	}
	return []Link{v.Next, front}
}

func (l Link) href() templ.SafeURL { return templ.URL(l.Href) }
