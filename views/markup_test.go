package views

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"

	"outcry/static"
)

// walk calls do for every element of a parsed text.
func walk(t *testing.T, text string, do func(n *nethtml.Node, at map[string]string)) {
	t.Helper()
	doc, err := nethtml.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var visit func(*nethtml.Node)
	visit = func(n *nethtml.Node) {
		if n.Type == nethtml.ElementNode {
			at := map[string]string{}
			for _, a := range n.Attr {
				at[a.Key] = a.Val
			}
			do(n, at)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c)
		}
	}
	visit(doc)
}

// The policy that the pages are served under takes no style, script or handler
// written into them, and nobody's words may bring one in.
func TestNothingInline(t *testing.T) {
	for _, p := range allPages() {
		walk(t, html(t, p.c), func(n *nethtml.Node, at map[string]string) {
			if n.Data == "style" || n.Data == "iframe" || n.Data == "base" {
				t.Errorf("%s: <%s>", p.name, n.Data)
			}
			if n.Data == "script" && at["type"] == "application/ld+json" && len(at) == 1 {
				return // data, which is not run
			}
			ours := []string{static.Path("app.js"), static.Path("push.js"), static.Path("desk.js")}
			if n.Data == "script" && (!slices.Contains(ours, at["src"]) || n.FirstChild != nil) {
				t.Errorf("%s: a script that is none of ours: %v", p.name, at)
			}
			for name := range at {
				if name == "style" || strings.HasPrefix(name, "on") || strings.HasPrefix(name, "hx-on") {
					t.Errorf("%s: <%s %s>", p.name, n.Data, name)
				}
			}
			if href := at["href"]; strings.HasPrefix(strings.ToLower(strings.TrimSpace(href)), "javascript:") {
				t.Errorf("%s: href %q", p.name, href)
			}
		})
	}
}

// lotCode is the address of a lot's QR code.
var lotCode = regexp.MustCompile(`^/lots/[0-9]+/qr\.svg$`)

// Whatever people typed adds neither an element nor an attribute.
func TestHostileWords(t *testing.T) {
	for _, p := range allPages() {
		walk(t, html(t, p.c), func(n *nethtml.Node, at map[string]string) {
			if n.Data == "img" && !strings.HasPrefix(at["src"], "/photos/") && !strings.HasPrefix(at["src"], "/static/") && !lotCode.MatchString(at["src"]) {
				t.Errorf("%s: <img src=%q>", p.name, at["src"])
			}
			if n.Data == "hx-partial" && !p.part {
				t.Errorf("%s: a page has <hx-partial %v>", p.name, at)
			}
			if n.Data == "hx-partial" && at["hx-target"] == "body" {
				t.Errorf("%s: typed words became a swap", p.name)
			}
		})
	}
}

// inventory is what a page's forms are made of.
type inventory struct {
	ids      map[string]int
	labels   map[string]bool
	controls map[string]string // id -> what it is
	forms    map[string]bool   // ids
	bad      []string          // forms that say too little
	buttons  []string          // forms that buttons elsewhere send
	named    []string          // ids that aria-describedby names
}

func takeInventory(t *testing.T, text string) inventory {
	v := inventory{ids: map[string]int{}, labels: map[string]bool{}, controls: map[string]string{}, forms: map[string]bool{}}
	walk(t, text, func(n *nethtml.Node, at map[string]string) {
		if at["id"] != "" {
			v.ids[at["id"]]++
		}
		v.named = append(v.named, strings.Fields(at["aria-describedby"])...)
		switch n.Data {
		case "form":
			v.forms[at["id"]] = true
			if at["method"] == "" || !strings.HasPrefix(at["action"], "/") || strings.HasPrefix(at["action"], "//") {
				v.bad = append(v.bad, at["id"]+" "+at["action"])
			}
		case "label":
			v.labels[at["for"]] = true
		case "input", "select", "textarea":
			if at["type"] != "hidden" {
				v.controls[at["id"]] = n.Data + " " + at["name"]
			}
		case "button":
			if at["form"] != "" {
				v.buttons = append(v.buttons, at["form"])
			}
		}
	})
	return v
}

// A form works without script: it says where it goes and how, and its
// controls say what they are.
func TestForms(t *testing.T) {
	for _, p := range allPages() {
		text := html(t, p.c)
		v := takeInventory(t, text)
		for _, form := range v.bad {
			t.Errorf("%s: form without method or action: %s", p.name, form)
		}
		for id, what := range v.controls {
			if id == "" || !v.labels[id] {
				t.Errorf("%s: %s (id %q) has no label", p.name, what, id)
			}
		}
		for id, n := range v.ids {
			if n > 1 {
				t.Errorf("%s: id %q is there %d times", p.name, id, n)
			}
		}
		for _, id := range v.named {
			if v.ids[id] != 1 {
				t.Errorf("%s: aria-describedby names %q, which is there %d times", p.name, id, v.ids[id])
			}
		}
		for _, id := range v.buttons {
			if strings.Contains(text, `data-may="bidder"`) && !v.forms[id] {
				t.Errorf("%s: a button's form %q is not there", p.name, id)
			}
		}
	}
}

// Pushed parts are swapped in as they are: an hx- attribute in one would be
// wired up anew at every push. The form that asks once more is an answer's, and
// is never pushed.
func TestPushedPartsAreBare(t *testing.T) {
	for _, p := range fragments() {
		walk(t, html(t, p.c), func(n *nethtml.Node, at map[string]string) {
			for name := range at {
				if _, asks := at["data-sure"]; strings.HasPrefix(name, "hx-") && n.Data != "hx-partial" && !asks {
					t.Errorf("%s: <%s %s>", p.name, n.Data, name)
				}
			}
		})
	}
}

// A slip is put together from parts that handlers, scripts and styles find by
// these names, in this order.
func TestSlip(t *testing.T) {
	text := html(t, Lot(lotViewOf(entries()[1], AccessBidder)))
	last := -1
	for _, part := range []string{
		`<section class="slip" id="slip-42"`, `id="standing-42" role="status" hx-morph-skip`,
		`<div id="lot-42" data-lot="42" data-seq="17" data-price="36000" data-state="open"`,
		`form="bid-42" name="amount" value="380.00"`, `<form id="bid-42" method="post" action="/lots/42/bids"`,
		`id="max-42"`, `id="answer-42" role="status" hx-morph-skip`, `<tbody id="history-42">`,
		`hx-ws:connect="/live?lot=42"`,
	} {
		at := strings.Index(text, part)
		if at < 0 || at < last {
			t.Errorf("%q is at %d, after a part at %d", part, at, last)
		}
		last = at
	}
	walk(t, text, func(n *nethtml.Node, at map[string]string) {
		if at["id"] == "amount-42" {
			if _, ok := at["value"]; ok {
				t.Error("the amount has a value: a push would write it over what is typed")
			}
		}
	})
}

// What is told to one bidder is not made untrue by the next one's bid.
func TestPersonalWordsDoNotAge(t *testing.T) {
	v := StandingView{Standing: *standingOn(entries()[1], false), Number: "114", Currency: gbp}
	for _, amount := range []string{"£360", "£380"} {
		if text := html(t, StandingFrame(v)); strings.Contains(text, amount) {
			t.Errorf("an outbid paddle is told %s, which the next bid makes untrue: %s", amount, text)
		}
	}
}

// No page is over 200 KB.
func TestPageSizes(t *testing.T) {
	for _, p := range allPages() {
		if n := len(html(t, p.c)); n > 200<<10 {
			t.Errorf("%s is %d bytes", p.name, n)
		}
	}
}
