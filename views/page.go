// Package views holds all HTML of the house: templ components, what they are
// filled with, and how money and time are written for people. It knows no
// request, no database and no clock; whatever a page says is in its struct.
//
// Of our own packages it imports auction, for its values, and static, for the
// hashed addresses of assets.
package views

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// Page is what the frame around every page needs.
type Page struct {
	House  string   // the house's name; "" before it is set up
	Title  string   // of the page, without the house's name
	Viewer Viewer   // who looks
	Sale   SaleLink // the sale that the page belongs to; zero = none
	Here   Here     // the masthead's current link
	News   News     // what all pages of the sale say
	Notice Notice   // said once, after a redirect; zero = none

	Theme   Theme  // light, dark, or as the system has it
	Unread  bool   // who looks was not read: the page offers nothing that depends on it
	Back    string // where signing in from the masthead leads back to, "" = nowhere in particular
	Phones  bool   // whoever looks may ask to be told on their phone
	Private bool   // search engines are asked to leave it out
	Letter  bool   // printed on US Letter, not on A4
	Shared  Shared // what a link to the page shows elsewhere; zero = nothing

	Readable bool // others on the way can read what staff type here, who are told so
}

// Viewer is whoever looks at the page.
type Viewer struct {
	SignedIn bool
	Name     string
	Paddle   auction.Paddle // in the page's sale, "" = none
	Account  bool           // signed in by an account, not by a paddle's link
	Staff    bool           // clerk or more: sees the desk's links
	Manager  bool           // organiser or more: sees links to what changes a sale
	Owner    bool           // answers for the house: sees its people and its own audit list
	Watching int            // lots of the page's sale on their watch list
	Outbid   int            // lots of the page's sale where they are outbid, as the page was made
}

// SaleLink names a sale in the masthead.
type SaleLink struct {
	Slug      string
	Title     string
	Rehearsal bool // nothing of it counts, which every page of it says
}

// Here says which link of the masthead is the current one.
type Here string

const (
	HereNone      Here = ""
	HereCatalogue Here = "catalogue"
	HereMine      Here = "mine"
	HereSignIn    Here = "sign-in"
	HereDesk      Here = "desk"
	HereControl   Here = "control"
	HereLots      Here = "lots"
	HereBidders   Here = "bidders"
	HereResults   Here = "results"
	HereLine      Here = "line"
	HereCheckIn   Here = "check-in"
	HereAudit     Here = "audit"
	HereStaff     Here = "staff"
	HereCheckout  Here = "checkout"
	HereAppeal    Here = "appeal"

	HereDeskAppeal Here = "desk-appeal"
)

// Theme is the dress of a page.
type Theme string

const (
	ThemeSystem Theme = "" // light or dark, as the reader's system has it
	ThemeLight  Theme = "light"
	ThemeDark   Theme = "dark"
)

// themed is a root element's theme; without one the stylesheet asks the system.
func themed(t Theme) templ.Attributes {
	if t == ThemeSystem {
		return nil
	}
	return templ.Attributes{"data-theme": string(t)}
}

// paper is the colour of a page, for the frame that a browser draws around it.
var paper = map[Theme]string{ThemeLight: "#f9fbfa", ThemeDark: "#0c1518"}

// pressed is a switch's state, as aria-pressed has it.
func pressed(on bool) string { return strconv.FormatBool(on) }

// themes are what the switch offers.
var themes = []struct {
	theme Theme
	word  lang.Key
}{{ThemeSystem, lang.Key("As the device")}, {ThemeLight, lang.Key("Light")}, {ThemeDark, lang.Key("Dark")}}

// Notice is one sentence at the top of a page: what was just done, or why not.
type Notice struct {
	Text string
	Bad  bool // it did not work
}

// Field is a form's control: what was typed, and what is wrong with it.
type Field struct {
	Value string
	Error string // one sentence, "" = nothing is wrong
}

// Render writes a component into memory, so that a page that fails half way
// is never sent. The error is the component's or the context's.
func Render(ctx context.Context, c templ.Component) ([]byte, error) {
	var b bytes.Buffer
	if err := c.Render(ctx, &b); err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	return b.Bytes(), nil
}
