package handlers_test

import (
	"crypto/sha256"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"outcry/auction"
	"outcry/handlers"
)

// crowd is one person of each kind, in a house with a sale that runs and one
// that is not published. What walks the site map walks it as each of them.
type crowd struct {
	*site
	sale, draft auction.Sale
	lots        []int64
	draftLot    int64
	holder      auction.Holder // the bidder's place in the sale
	people      []visitor      // from least to most
}

// visitor is somebody of the crowd.
type visitor struct {
	name string
	role auction.Role // "" = not signed in
	link bool         // came by a paddle's link
	away bool         // an organiser, but of another sale
	*person
}

func newCrowd(t testing.TB, s *site, lots int) *crowd {
	t.Helper()
	c := &crowd{site: s}
	c.sale, c.lots = s.sale(lots, published)
	draft, ids := s.sale(1, func(sale *auction.Sale) { sale.Slug, sale.Title = "draft", "Not Yet" })
	c.draft, c.draftLot = draft, ids[0]
	bidder := s.bidder("Bidder", c.sale)
	var err error
	if c.holder, err = s.store.Holder(t.Context(), c.sale.ID, bidder.user.ID); err != nil {
		t.Fatal(err)
	}
	add := func(name string, role auction.Role, link bool, p *person) {
		c.people = append(c.people, visitor{name: name, role: role, link: link, person: p})
	}
	add("nobody", "", false, &person{site: s})
	add("a bidder", auction.RoleBidder, false, bidder)
	add("another bidder", auction.RoleBidder, false, s.bidder("Other", c.sale))
	add("who came by the bidder's link", auction.RoleBidder, true, s.byLink(bidder.user, c.holder))
	clerk := s.person("Clerk", auction.RoleClerk)
	place, err := s.store.Register(t.Context(), c.sale.ID, clerk.user.ID, "Clerk", true)
	if err != nil {
		t.Fatal(err)
	}
	add("who came by a clerk's link", auction.RoleClerk, true, s.byLink(clerk.user, place))
	add("a clerk", auction.RoleClerk, false, clerk)
	add(elsewhere, auction.RoleOrganiser, false, s.person("Otto", auction.RoleOrganiser))
	c.people[len(c.people)-1].away = true
	olga := s.person("Olga", auction.RoleOrganiser)
	s.runs(olga, c.sale)
	s.runs(olga, c.draft)
	add("an organiser", auction.RoleOrganiser, false, olga)
	add("the owner", auction.RoleOwner, false, s.owner)
	if _, err := s.store.AddJob(t.Context(), auction.Job{SaleID: c.sale.ID, Kind: auction.JobPack, What: "Results", StartedAt: time.Now(), SeenAt: time.Now()}); err != nil {
		t.Fatal(err) // its id is 1, which place fills in
	}
	return c
}

// elsewhere is who may do in the crowd's sales what a clerk may.
const elsewhere = "an organiser of another sale"

// runs makes somebody an organiser of a sale.
func (s *site) runs(p *person, sale auction.Sale) {
	s.t.Helper()
	if err := s.store.SetOrganiser(s.t.Context(), sale.ID, p.user.ID, true, time.Now()); err != nil {
		s.t.Fatal(err)
	}
}

// byLink is a browser that came by a paddle's link.
func (s *site) byLink(u auction.User, holder auction.Holder) *person {
	s.t.Helper()
	p := &person{site: s, user: u, cookie: "link-of-" + u.Name}
	err := s.store.AddSession(s.t.Context(), auction.Session{
		Token: sha256.Sum256([]byte(p.cookie)), UserID: u.ID, ByLink: true, Holder: holder.ID, Created: time.Now(), Until: time.Now().Add(time.Hour),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// as returns somebody of the crowd by name.
func (c *crowd) as(name string) visitor {
	c.t.Helper()
	for _, v := range c.people {
		if v.name == name {
			return v
		}
	}
	c.t.Fatalf("nobody in the crowd is %s", name)
	return visitor{}
}

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// place fills in a route's address with what is there in the house: a sale, a
// lot, a paddle. What a new route names and this does not know, such as an
// invoice's id, is "1".
func (c *crowd) place(pattern string) (method, path string) {
	return c.placeIn(pattern, c.sale.Slug, c.lots[0])
}

func (c *crowd) placeIn(pattern, slug string, lot int64) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	path = strings.TrimSuffix(path, "{$}")
	path = strings.ReplaceAll(path, "/sales/{slug}", "/sales/"+slug)
	path = strings.ReplaceAll(path, "/lots/{id}", "/lots/"+strconv.FormatInt(lot, 10))
	path = strings.ReplaceAll(path, "/paddles/{id}", "/paddles/"+strconv.FormatInt(c.holder.ID, 10))
	if path == "/static/" {
		path += "app.css"
	}
	return method, wildcard.ReplaceAllString(path, "1")
}

// get routes and post routes of the site map.
func routesOf(method string) []handlers.Route {
	var all []handlers.Route
	for _, rt := range handlers.SiteMap() {
		if strings.HasPrefix(rt.Pattern, method+" ") {
			all = append(all, rt)
		}
	}
	return all
}

// ask is do as a program asks: errors come as JSON.
func (v visitor) ask(method, path string) page {
	v.t.Helper()
	var form url.Values
	if method != http.MethodGet {
		form = url.Values{}
	}
	return v.do(method, path, form, "Accept", "application/json")
}
