package views

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

func itoa(n int) string     { return strconv.Itoa(n) }
func itoa64(n int64) string { return strconv.FormatInt(n, 10) }

// current marks the masthead's current link.
func current(here, link Here) templ.Attributes {
	if here == link {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

// lineWord is what the line to the server is called while it holds.
func lineWord(ctx context.Context, open bool) string {
	if open {
		return lang.T(ctx, "Live")
	}
	return lang.T(ctx, "Connected")
}

// spoken are the words that scripts say by themselves, for the page's body.
func spoken(ctx context.Context) templ.Attributes {
	return templ.Attributes{
		"data-opening": lang.T(ctx, "Opening"), "data-closing": lang.T(ctx, "Closing"), "data-back": lang.T(ctx, "Back, and up to date"),
		"data-own": lang.T(ctx, "(%s your time)"),
	}
}

// inLanguage names the page's language to the socket that it opens: not every
// browser does so by itself.
func inLanguage(ctx context.Context, address string) string {
	in := lang.Of(ctx).Name()
	if in == "en" {
		return address
	}
	if strings.Contains(address, "?") {
		return address + "&in=" + in
	}
	return address + "?in=" + in
}

func saleURL(slug string) templ.SafeURL          { return path("/sales/", slug, "") }
func mineURL(slug string) templ.SafeURL          { return path("/sales/", slug, "/mine") }
func publicResultsURL(slug string) templ.SafeURL { return path("/sales/", slug, "/results") }
func watchURL(slug string) templ.SafeURL         { return path("/sales/", slug, "/watch") }
func invoiceURL(slug string) templ.SafeURL       { return path("/sales/", slug, "/invoice") }
func registerURL(slug string) templ.SafeURL {
	return path("/sales/", slug, "/register")
}
func conditionsURL(slug string) templ.SafeURL {
	return path("/sales/", slug, "/conditions")
}
func calendarURL(slug string) templ.SafeURL {
	return path("/sales/", slug, "/closings.ics")
}
func deskURL(slug, rest string) templ.SafeURL { return path("/desk/sales/", slug, rest) }

func lotURL(id int64) templ.SafeURL { return templ.SafeURL("/lots/" + itoa64(id)) }
func lotPath(id int64, rest string) templ.SafeURL {
	return templ.SafeURL("/lots/" + itoa64(id) + rest)
}
func deskLotURL(id int64, rest string) templ.SafeURL {
	return templ.SafeURL("/desk/lots/" + itoa64(id) + rest)
}

// path joins an address of ours around one part that somebody has chosen.
func path(before, part, after string) templ.SafeURL {
	return templ.SafeURL(before + url.PathEscape(part) + after)
}

// withNext is an address that leads on to another of ours afterwards.
func withNext(base, next string) templ.SafeURL {
	if next == "" {
		return templ.SafeURL(base)
	}
	return templ.SafeURL(base + "?next=" + url.QueryEscape(next))
}

func houseName(p Page) string {
	if p.House == "" {
		return "outcry"
	}
	return p.House
}

func docTitle(p Page) string {
	switch {
	case p.Title == "":
		return houseName(p)
	case p.Sale.Title != "" && p.Sale.Title != p.Title:
		return p.Title + " — " + p.Sale.Title
	}
	return p.Title + " — " + houseName(p)
}

// paragraphs splits plain text at its blank lines.
func paragraphs(text string) []string {
	var all []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// photoAlt is what a picture shows, for those who cannot see it.
func photoAlt(w auction.Words, p auction.Photo) string {
	if p.Alt != "" {
		return p.Alt
	}
	return w.Title
}
