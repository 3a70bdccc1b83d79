package handlers_test

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"outcry/auction"
)

// canary is a hidden amount that occurs nowhere by chance, and who may see it.
type canary struct {
	what  string
	minor int64
	seen  []string // by these of the crowd
	forms *regexp.Regexp
	raw   [][]byte
}

// newCanary knows the ways in which an amount in minor units may be written:
// whole or with a decimal mark, with the thousands grouped, in hexadecimal, as
// a float, in base64, and as bytes of a number.
func newCanary(what string, minor int64, seen ...string) canary {
	digits := strconv.FormatInt(minor, 10)
	major, cents := digits[:len(digits)-2], digits[len(digits)-2:]
	head, tail := major[:len(major)-3], major[len(major)-3:]
	whole := head + `(?:[,.'_ ]|\x{a0}|\x{2009}|\x{202f})?` + tail
	float := regexp.QuoteMeta(strings.TrimSuffix(fmt.Sprintf("%e", float64(minor)), "e+06"))
	c := canary{what: what, minor: minor, seen: seen}
	c.forms = regexp.MustCompile(`(?i)` + whole + `[.,]?` + cents + `|` + float + `|\b(?:0x)?0*` + strconv.FormatInt(minor, 16) + `\b`)
	decimal := major + "." + cents
	for _, text := range []string{digits, decimal} {
		c.raw = append(c.raw, []byte(base64.RawStdEncoding.EncodeToString([]byte(text))))
	}
	c.raw = append(c.raw, binary.BigEndian.AppendUint64(nil, uint64(minor)), binary.LittleEndian.AppendUint64(nil, uint64(minor)))
	return c
}

// searched is an answer, made ready to be searched for many canaries: as it
// is, and as a person reads it.
type searched struct {
	texts  [2]string
	digits [2]string // of the texts, without all that stands between
	lower  [2]string
}

func toSearch(text string) searched {
	var s searched
	s.texts = [2]string{text, html.UnescapeString(withoutMarkup(text))}
	for i, t := range s.texts {
		s.lower[i] = strings.ToLower(t)
		s.digits[i] = strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, t)
	}
	return s
}

// withoutMarkup takes away the tags.
func withoutMarkup(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "<")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if _, text, ok = strings.Cut(rest, ">"); !ok {
			b.WriteString("<" + rest)
			return b.String()
		}
	}
}

// in returns where the canary stands in a text; "" when it does not. What
// cannot have it is told without the expression, which takes its time.
func (c canary) in(s searched) string {
	digits, hex := strconv.FormatInt(c.minor, 10), strconv.FormatInt(c.minor, 16)
	for i, t := range s.texts {
		if !strings.Contains(s.digits[i], digits) && !strings.Contains(s.lower[i], hex) {
			continue
		}
		if at := c.forms.FindStringIndex(t); at != nil {
			return t[max(0, at[0]-60):min(len(t), at[1]+60)]
		}
	}
	for _, b := range c.raw {
		if strings.Contains(s.texts[0], string(b)) {
			return fmt.Sprintf("%q", b)
		}
	}
	return ""
}

func TestACanaryIsFoundInEveryForm(t *testing.T) {
	c := newCanary("a maximum", 7391713)
	for _, text := range []string{
		"7391713", "73917.13", "73,917.13", "73.917,13", "73 917,13", "73\u00a0917.13", "73&nbsp;917.13", "73&#x202f;917.13",
		"£<b>73</b>,917.13", "7.391713e+06", "70c9e1", "0x70C9E1", base64.StdEncoding.EncodeToString([]byte("7391713")), "\x00\x00\x00\x00\x00\x70\xc9\xe1",
	} {
		if c.in(toSearch(text)) == "" {
			t.Errorf("%q is not found in %q", c.what, text)
		}
	}
	for _, text := range []string{"7391714", "73,91", "7 391", "a70c9e1f", ""} {
		if at := c.in(toSearch(text)); at != "" {
			t.Errorf("%q is found in %q at %q", c.what, text, at)
		}
	}
}

// hiding is a crowd in a house full of hidden amounts: a bidder's maxima on
// lots that run and one that was withdrawn, and reserves met and not met.
func hiding(t *testing.T) (*crowd, []canary) {
	c := newCrowd(t, newSite(t), 5)
	ctx := t.Context()
	reserve := func(lot int64, amount auction.Money) {
		d, err := c.store.Draft(ctx, lot)
		if err == nil {
			d.Reserve = amount
			err = c.store.SaveDraft(ctx, lot, d)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	reserve(c.draftLot, 6317977)
	bidder, other := c.as("a bidder"), c.as("another bidder")
	bid := func(v visitor, lot int, amount string) {
		got := v.do("POST", lotPath(c.lots[lot], "/bids"), bidForm(amount), "Accept", "application/json")
		if got.status != 200 {
			t.Fatalf("%s bids %s: %d %s", v.name, amount, got.status, got.text)
		}
	}
	bid(bidder, 0, "94737.31")
	bid(other, 0, "50")
	bid(bidder, 0, "98713.79")
	bid(other, 0, "70")
	bid(bidder, 1, "61733.57")
	bid(bidder, 2, "81919.33")
	bid(other, 2, "40")
	if got := c.owner.do("POST", fmt.Sprintf("/desk/lots/%d/withdraw", c.lots[2]), url.Values{"reason": {"It broke."}}); got.status != 303 {
		t.Fatalf("withdraw: %d", got.status)
	}
	own := []string{"a bidder", "who came by the bidder's link"}
	staff := []string{"an organiser", "the owner"}
	return c, []canary{
		newCanary("the first maximum on lot 1", 9473731, own...),
		newCanary("the raised maximum on lot 1", 9871379, own...),
		newCanary("the maximum on lot 2", 6173357, own...),
		newCanary("the maximum on the lot that was withdrawn", 8191933, append(staff, own...)...),
		newCanary("a maximum in doubt", 5719391),
		newCanary("the reserve of the draft's lot", 6317977, staff...),
	}
}

// TestHiddenStaysHidden searches every byte that anybody gets by any route for
// what is not theirs to see.
func TestHiddenStaysHidden(t *testing.T) {
	c, canaries := hiding(t)
	found, answers := map[string]bool{}, 0
	search := func(who, what, text string) {
		answers++
		ready := toSearch(text)
		for _, k := range canaries {
			at := k.in(ready)
			if at == "" {
				continue
			}
			found[k.what] = true
			if !slices.Contains(k.seen, who) {
				t.Errorf("%s gets %s by %s: …%s…", who, k.what, what, at)
			}
		}
	}
	hear := c.listen(t, func(who, text string) { search(who, "a socket", text) })
	for _, v := range c.people {
		c.crawl(v, func(what string, got page) {
			var head strings.Builder
			if err := got.header.Write(&head); err != nil {
				t.Fatal(err)
			}
			search(v.name, what, head.String()+got.text)
		})
	}
	hear()
	c.lose.Store(true) // a maximum whose commit breaks, which is written down
	got := c.as("a bidder").do("POST", lotPath(c.lots[4], "/bids"), bidForm("57193.91"))
	search("the log", "an answer in doubt", got.text)
	search("the log", "logging", c.log.String())
	if c.log.String() == "" {
		t.Error("nothing was logged, so the log was not searched")
	}
	t.Logf("%d answers and frames were searched", answers)
	for _, k := range canaries {
		if len(k.seen) > 0 && !found[k.what] && k.what != "the first maximum on lot 1" && k.what != "the maximum on the lot that was withdrawn" {
			t.Errorf("%s was not found where it may stand: the search sees nothing", k.what)
		}
	}
}

// crawl asks every route as somebody, in every way in which it can be asked,
// about each lot; forms with nothing in them, and with something wrong.
func (c *crowd) crawl(v visitor, each func(what string, got page)) {
	c.t.Helper()
	ways := [][]string{{"Accept", "text/html"}, {"Accept", "application/json"}, {"HX-Request", "true"}}
	for _, rt := range routesOf("GET") {
		lots := c.lots[:1]
		if strings.Contains(rt.Pattern, "/lots/{id}") {
			lots = c.lots
		}
		for _, lot := range append(slices.Clone(lots), c.draftLot) {
			slug := c.sale.Slug
			if lot == c.draftLot {
				slug = c.draft.Slug
			}
			_, path := c.placeIn(rt.Pattern, slug, lot)
			each("GET "+path, v.do(http.MethodGet, path, nil))
			path += "?history=all&show=mine&q=vase&order=price&amount=1&done=saved"
			for _, header := range ways {
				each("GET "+path, v.do(http.MethodGet, path, nil, header...))
			}
			if !strings.Contains(rt.Pattern, "{") {
				break // the same for all lots
			}
		}
	}
	for _, rt := range routesOf("POST") {
		if changes[rt.Pattern] {
			continue
		}
		_, path := c.place(rt.Pattern)
		for _, form := range []url.Values{{}, {"amount": {"1"}, "key": {"a-key-of-the-crawl"}, "limit": {"x"}, "reason": {""}, "seq": {"999"}}} {
			for _, header := range ways {
				each("POST "+path, v.do(http.MethodPost, path, form, header...))
			}
		}
	}
}

// changes are the forms that the crawl leaves alone, because with nothing in
// them they take away what it looks for.
var changes = map[string]bool{
	"POST /sign-out":                        true,
	"POST /lots/{id}/take-back":             true,
	"POST /desk/lots/{id}/withdraw":         true,
	"POST /desk/lots/{id}/remove":           true,
	"POST /desk/sales/{slug}/publish":       true,
	"POST /desk/lots/{id}/photos/{n}/cover": true,
}

// listen opens sockets of everybody on every lot and on the catalogue. The
// function it returns makes a lot move, and hands over all that the sockets
// say until they have shown it.
func (c *crowd) listen(t *testing.T, hear func(who, text string)) (end func()) {
	t.Helper()
	query := url.Values{}
	for _, id := range c.lots {
		query.Add("lot", strconv.FormatInt(id, 10))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	var socks []*websocket.Conn
	var whose []string
	for _, v := range c.people {
		for _, q := range []string{query.Encode(), "sale=" + c.sale.Slug} {
			conn, _, err := websocket.Dial(ctx, c.URL+"/live?"+q, &websocket.DialOptions{HTTPHeader: http.Header{
				"Origin": {c.URL}, "Cookie": {"outcry=" + v.cookie},
			}})
			if err != nil {
				t.Fatalf("a socket of %s: %v", v.name, err)
			}
			conn.SetReadLimit(1 << 20)
			socks, whose = append(socks, conn), append(whose, v.name)
		}
	}
	return func() {
		defer cancel()
		last := c.lots[1]
		c.as("another bidder").do("POST", lotPath(c.lots[0], "/bids"), bidForm("200"))
		c.as("another bidder").do("POST", lotPath(last, "/bids"), bidForm("200"))
		shown := fmt.Sprintf(`data-lot="%d" data-seq="%d"`, last, c.entry(last).Seq)
		for i, conn := range socks { // what the others are sent meanwhile is kept for them
			for text := ""; !strings.Contains(text, shown); {
				_, message, err := conn.Read(ctx)
				if err != nil {
					t.Fatalf("the socket of %s: %v", whose[i], err)
				}
				text = string(message)
				hear(whose[i], text)
			}
			conn.CloseNow()
		}
	}
}
