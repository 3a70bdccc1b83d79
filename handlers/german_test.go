package handlers_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"

	"outcry/auction"
)

// TestNoPageIsHalfEnglish walks the site map as everybody, asked for in German,
// and finds texts that are English still: those of the catalogue that were
// forgotten on their way to the page, and those that were put together
// somewhere and are in no catalogue.
func TestNoPageIsHalfEnglish(t *testing.T) {
	c := newGermanHouse(t)
	untranslated := englishKeys(t)
	looked := map[string]bool{}
	said := map[string]bool{}
	for _, rt := range routesOf(http.MethodGet) {
		for _, path := range c.places(rt.Pattern) {
			for _, v := range c.people {
				got := v.do(http.MethodGet, path, nil, "Accept-Language", "de", "Accept", "text/html")
				if got.status/100 == 3 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
					continue
				}
				looked[path] = true
				for _, text := range spoken(t, got.text) {
					if word := englishIn(text, untranslated); word != "" && !said[text] {
						said[text] = true
						t.Errorf("%s as %s says %q in English (%q)", path, v.name, text, word)
					}
				}
			}
		}
	}
	if len(looked) < 60 {
		t.Errorf("only %d pages were looked at", len(looked))
	}
}

// TestEnglishIsFound: the test above would see a text that was forgotten.
func TestEnglishIsFound(t *testing.T) {
	keys := englishKeys(t)
	for text, want := range map[string]bool{
		"Back to my lots": true, "Closes in": true, "Paddle 12 leads the lot": true, "bids of the desk": true,
		"Zurück zu meinen Losen": false, "Lot 12": true, "Frühlingsauktion": false, "Endet in": false, "ruth@example.org": false, "Live": false,
	} {
		if got := englishIn(text, keys) != ""; got != want {
			t.Errorf("%q is taken for English: %v, want %v", text, got, want)
		}
	}
}

// germanHouse is a crowd in a house where something of everything has happened,
// by people whose words are German.
type germanHouse struct{ *crowd }

func newGermanHouse(t *testing.T) germanHouse {
	s := newSite(t)
	sale, lots, ann := s.bought()
	c := &crowd{site: s, sale: sale, lots: lots}
	var err error
	if c.holder, err = s.store.Holder(t.Context(), sale.ID, ann.user.ID); err != nil {
		t.Fatal(err)
	}
	ben := s.bidder("Benedikt", sale)
	ben.do("POST", lotPath(lots[1], "/bids"), bidForm("11"))
	ann.do("POST", lotPath(lots[1], "/bids"), bidForm("15"))
	ben.do("POST", lotPath(lots[2], "/bids"), bidForm("12"))
	desk := "/desk/sales/" + sale.Slug
	post := func(path string, fields url.Values) {
		t.Helper()
		if got := s.owner.do("POST", path, fields); got.status >= 400 {
			t.Fatalf("POST %s: %d %s", path, got.status, got.text)
		}
	}
	account := s.owner.get(annsAccount)
	give := formOf(t, account, annsAccount+"/donations")
	give.Set("amount", "50")
	post(annsAccount+"/donations", give)
	if got := s.owner.get(annsAccount); true {
		ann.pay(got, "5")
	}
	s.owner.pay(s.owner.get(annsAccount), "5")
	post("/desk/payments/1/undo", url.Values{"why": {"Falsche Karte."}})
	post(annsAccount+"/lots", url.Values{"lot": {num(lots[0])}})
	post(desk+"/appeal", url.Values{"title": {"Kleinbus"}, "goal": {"1000"}, "levels": {"100 50"}, "open": {"1"}})
	post(desk+"/invitations", url.Values{"emails": {"gast@example.org"}})
	post(desk+"/message", url.Values{"message": {"Kaffee!"}})
	post(desk+"/check-in", url.Values{"name": {"Gustav"}, "limit": {"500"}})
	post(desk+"/pack", url.Values{})
	post("/desk/lots/"+num(lots[1])+"/void", url.Values{"seq": {"2"}, "reason": {"Versehen"}})
	post(desk+"/pause", url.Values{"reason": {"Feueralarm"}})
	post(desk+"/resume", url.Values{})
	c.notes(post, ann)
	s.house.Wait()
	add := func(name string, role auction.Role, link bool, p *person) {
		c.people = append(c.people, visitor{name: name, role: role, link: link, person: p})
	}
	add("nobody", "", false, &person{site: s})
	add("a bidder", auction.RoleBidder, false, ann)
	add("another bidder", auction.RoleBidder, false, ben)
	add("who came by the bidder's link", auction.RoleBidder, true, s.byLink(ann.user, c.holder))
	add("a clerk", auction.RoleClerk, false, s.person("Clara", auction.RoleClerk))
	add("the owner", auction.RoleOwner, false, s.owner)
	return germanHouse{c}
}

// notes does what the audit list and a lot's history have words of the house for.
func (c *crowd) notes(post func(string, url.Values), ann *person) {
	desk := "/desk/sales/" + c.sale.Slug
	entered := c.owner.enter(lineForm("3", "102", "40"))
	post(desk+"/line/undo", url.Values{"act": {entered.filled(c.t, "act")}})
	ann.do("POST", lotPath(c.lots[2], "/bids"), bidForm("60"))
	if got := ann.do("POST", lotPath(c.lots[2], "/take-back"), nil); got.status != http.StatusSeeOther {
		c.t.Fatalf("a bid taken back: %d %s", got.status, got.text)
	}
	post("/desk/staff", url.Values{"email": {"frieda@example.org"}, "role": {"clerk"}, "name": {"Frieda"}, "password": {"vier Worte sind lang genug"}})
	frieda, err := c.store.UserByEmail(c.t.Context(), "frieda@example.org")
	if err != nil {
		c.t.Fatal(err)
	}
	post("/desk/staff/"+num(frieda.ID), url.Values{"role": {"organiser"}})
	post("/desk/paddles/"+num(c.holder.ID), url.Values{"limit": {"900"}})
	post("/desk/paddles/"+num(c.holder.ID), url.Values{"limit": {""}})
	if got := c.owner.do("POST", desk+"/try", url.Values{"minutes": {"5"}}); got.status != http.StatusSeeOther {
		c.t.Fatalf("a rehearsal: %d %s", got.status, got.text)
	} else {
		path, _, _ := strings.Cut(got.header.Get("Location"), "?")
		post(path+"/wipe", url.Values{"sure": {"1"}})
	}
}

// places are the addresses of a line of the site map: of each lot, and of each
// thing that has a name.
func (c germanHouse) places(pattern string) []string {
	names := map[string][]string{
		"{paddle}": {"101", "102"}, "{what}": {"catalogue", "sheets", "cards", "lots", "paddles"},
	}
	all := []string{}
	for _, lot := range c.lots {
		p := pattern
		list := []string{p}
		for name, values := range names {
			if strings.Contains(p, name) {
				list = nil
				for _, v := range values {
					list = append(list, strings.ReplaceAll(p, name, v))
				}
				p = list[0]
			}
		}
		for _, p := range list {
			if _, path := c.placeIn(p, c.sale.Slug, lot); !slices.Contains(all, path) {
				all = append(all, path)
			}
		}
	}
	return append(all, moreOf[pattern]...)
}

// moreOf are states of a page that its address tells.
var moreOf = map[string][]string{
	"GET /desk/sales/{slug}/results":  {"/desk/sales/spring/results?list=buyers", "/desk/sales/spring/results?list=passed", "/desk/sales/spring/results?list=withdrawn", "/desk/sales/spring/results?list=donors"},
	"GET /desk/sales/{slug}/checkout": {"/desk/sales/spring/checkout?q=Ann", "/desk/sales/spring/checkout?q=xyz"},
	"GET /desk/sales/{slug}/check-in": {"/desk/sales/spring/check-in?q=xyz"},
	"GET /sales/{slug}/appeal":        {"/sales/spring/appeal?amount=50"},
	"GET /sales/{slug}":               {"/sales/spring?q=xyz"},
}

// spoken are the texts of a page: what is read, seen or heard.
func spoken(t *testing.T, page string) []string {
	doc, err := nethtml.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	var walk func(n *nethtml.Node)
	walk = func(n *nethtml.Node) {
		if n.Type == nethtml.TextNode {
			all = append(all, strings.Join(strings.Fields(n.Data), " "))
		}
		if n.Type == nethtml.ElementNode {
			if slices.Contains([]string{"script", "style", "kbd"}, n.Data) || attribute(n, "lang") != "" && n.Data != "html" {
				return
			}
			for _, a := range n.Attr {
				if slices.Contains([]string{"aria-label", "alt", "placeholder", "title", "data-l"}, a.Key) {
					all = append(all, a.Val)
				}
			}
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child)
		}
	}
	walk(doc)
	return all
}

func attribute(n *nethtml.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// englishKeys are the texts of the catalogue that are others in German.
func englishKeys(t *testing.T) []*regexp.Regexp {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "views", "lang", "catalogue", "de.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Texts map[string]any }
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	var same []string
	for key, said := range file.Texts {
		if said == key {
			same = append(same, key)
		}
	}
	var all []*regexp.Regexp
	for key := range file.Texts {
		fixed := place.ReplaceAllString(key, "")
		if slices.Contains(same, key) || !strings.ContainsFunc(fixed, isLetter) || !strings.Contains(key, " ") && strings.Contains(key, "%") {
			continue
		}
		all = append(all, regexp.MustCompile("^"+place.ReplaceAllString(regexp.QuoteMeta(key), ".*")+"$"))
	}
	if len(all) < 500 {
		t.Fatalf("only %d texts in German", len(all))
	}
	return all
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

var (
	place   = regexp.MustCompile(`%(?:\[\d\])?s|%(?:\\\[\d\\\])?s`)
	noWords = regexp.MustCompile(`\S*@\S+|\S*/\S*|\S+\.(?:csv|zip)|--[a-z-]+|Spalten: .*|Card at the desk\.| — Spring Sale`) // what has no language, the names of columns, what the organiser wrote
	english = regexp.MustCompile(`\b(the|and|of|is|are|with|for|by|this|that|from|you|your|not|has|have|been|lots?|paddles?|bids?|sales?|closes?|opens|to|be|its?|who|what|when|on|at|or|results|pictures?|pages?|new|no|each|every|all|more|less|them|they|their|if|how|why|when|back)\b`)
)

// englishIn is what of a text is English; "" when nothing is.
func englishIn(text string, keys []*regexp.Regexp) string {
	text = noWords.ReplaceAllString(text, "")
	if m := english.FindString(text); m != "" {
		return m
	}
	for _, key := range keys {
		if key.MatchString(text) {
			return key.String()
		}
	}
	return ""
}
