package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"outcry/auction"
	"outcry/handlers"
	"outcry/handlers/mail/mailtest"
)

// tried presses Try it on a sale, and returns the rehearsal with its lots.
func (s *site) tried(slug string) (auction.Sale, []int64) {
	s.t.Helper()
	if got := s.owner.do("POST", "/desk/sales/"+slug+"/try", url.Values{"minutes": {"5"}}); got.status != 303 {
		s.t.Fatalf("Try it: %d %s", got.status, got.text)
	}
	s.room.Wake()
	s.room.Wake() // the first looks at the timetable, the lots open before the second
	try, err := s.store.Sale(s.t.Context(), slug+"-rehearsal")
	if err != nil {
		s.t.Fatal(err)
	}
	entries, _, err := s.store.Entries(s.t.Context(), try.ID, auction.Query{})
	if err != nil {
		s.t.Fatal(err)
	}
	var ids []int64
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	return try, ids
}

// withBots is a house that sends mails, and in whose rehearsals two bots bid.
func withBots(t *testing.T) *site {
	return built(t, mailtest.Start(t, false), func(c *handlers.Config) {
		c.Bots = []auction.HolderRow{{Name: "Maud", Paddle: "20"}, {Name: "Hugo", Paddle: "21"}}
	})
}

const nothingCounts = "Rehearsal: nothing here counts."

// helper is somebody who was known before and is given a paddle in a rehearsal.
func (s *site) helper(name string, try auction.Sale) *person {
	s.t.Helper()
	p := s.person(name, auction.RoleBidder)
	if _, err := s.store.Register(s.t.Context(), try.ID, p.user.ID, name, true); err != nil {
		s.t.Fatal(err)
	}
	return p
}

func TestARehearsalIsSeenByStaffAndHelpersAlone(t *testing.T) {
	s := withBots(t)
	s.sale(3, published)
	try, lots := s.tried("spring")
	ann, guest, clerk := s.helper("Ann", try), &person{site: s, cookie: "nobody's"}, s.person("Cleo", auction.RoleClerk)
	stranger := s.person("Bea", auction.RoleBidder)
	catalogue := "/sales/" + try.Slug
	for _, path := range []string{catalogue, lotPath(lots[0], ""), catalogue + "/conditions", catalogue + "/board", catalogue + "/mine"} {
		got := ann.get(path)
		got.says(t, "a helper at "+path, 200, nothingCounts)
		if got.header.Get("X-Robots-Tag") != "noindex" || strings.Contains(got.text, "og:title") {
			t.Errorf("%s may be found by search engines, or tells others what it shows", path)
		}
		for who, p := range map[string]*person{"a guest": guest, "a bidder": stranger} {
			if got := p.do("GET", path, nil); got.status == 200 && path != catalogue+"/mine" {
				t.Errorf("%s sees %s", who, path)
			}
		}
	}
	desk := "/desk/sales/" + try.Slug
	for _, path := range []string{desk, desk + "/lots", desk + "/edit", desk + "/check-in", desk + "/line", desk + "/checkout", desk + "/checkout/20", desk + "/results",
		desk + "/audit", desk + "/prints", desk + "/prints/sheets", desk + "/prints/lots"} {
		s.owner.get(path).says(t, "the owner at "+path, 200, nothingCounts)
	}
	for _, path := range []string{"/", "/desk/sales/spring", "/sales/spring"} {
		if strings.Contains(s.owner.get(path).text, nothingCounts) {
			t.Errorf("%s says that nothing counts, but it does", path)
		}
	}
	for who, p := range map[string]*person{"a guest": guest, "a helper": ann, "the owner": s.owner} {
		if strings.Contains(p.get("/").text, try.Slug) {
			t.Errorf("%s is shown the rehearsal on the front page", who)
		}
	}
	if got := stranger.do("POST", catalogue+"/register", url.Values{"name": {"Bea"}, "agree": {"1"}}); got.status == 303 {
		t.Error("anybody can register for a rehearsal")
	}
	for _, form := range []string{"/try", "/wipe"} {
		if got := clerk.do("POST", "/desk/sales/spring"+form, url.Values{"minutes": {"5"}, "sure": {"1"}}); got.status != http.StatusForbidden {
			t.Errorf("a clerk posts %s: %d", form, got.status)
		}
	}
	if got := s.owner.do("POST", "/desk/sales/spring/try", url.Values{"minutes": {"15"}}); !strings.HasPrefix(got.header.Get("Location"), desk) {
		t.Errorf("pressed again, Try it leads to %q", got.header.Get("Location"))
	}
}

// TestARehearsalTellsNobody: bids, a moved close, a letter, an invitation, an
// invoice: nothing of it is mailed, and nothing stands in what somebody gets who
// asks for all that is known of them.
func TestARehearsalTellsNobody(t *testing.T) {
	s := withBots(t)
	sale, real := s.sale(1, func(x *auction.Sale) { published(x); x.ClosesAt = time.Now().Add(24 * time.Hour) })
	try, lots := s.tried("spring")
	ann := s.helper("Ann", try)
	if got := ann.do("POST", lotPath(lots[0], "/bids"), bidForm("12")); got.status != 303 {
		t.Fatalf("a helper's bid: %d %s", got.status, got.text)
	}
	if _, err := s.room.Bid(t.Context(), lots[0], auction.Bid{By: auction.Bidder{Paddle: "20"}, Amount: 5000, Kind: auction.Maximum, Key: "key-of-a-bot-000001"}); err != nil {
		t.Fatal(err)
	}
	desk := "/desk/sales/" + try.Slug
	for path, form := range map[string]url.Values{
		desk + "/letters":     {"subject": {"Soup"}, "words": {"Come."}, "key": {"key-of-a-letter-0001"}},
		desk + "/invitations": {"emails": {"bea@example.org"}},
		desk + "/overdue":     {},
		fmt.Sprintf("%s/checkout/%s/mail", desk, "101"): {"key": {"key-of-an-invoice-01"}},
	} {
		s.owner.do("POST", path, form).says(t, path, 422, "it sends nothing to anybody")
	}
	s.owner.do("POST", desk+"/extend", url.Values{"minutes": {"2"}})
	s.owner.do("POST", fmt.Sprintf("/desk/lots/%d/withdraw", lots[0]), url.Values{"reason": {"It broke."}})
	only(t, "of the rehearsal", s.send(21*time.Second))
	if c, err := s.store.MailCounts(t.Context(), time.Now()); err != nil || c != (auction.MailCounts{}) {
		t.Errorf("the outbox has %+v, %v", c, err)
	}
	if data := ann.get("/account/data.json").text; strings.Contains(data, try.Slug) {
		t.Errorf("the rehearsal stands in a person's data:\n%s", data)
	}

	// The same where it counts: the test would see a mail.
	if _, err := s.store.Register(t.Context(), sale.ID, ann.user.ID, "Ann", true); err != nil {
		t.Fatal(err)
	}
	s.bidder("Bea", sale)
	ann.do("POST", lotPath(real[0], "/bids"), bidForm("12"))
	if _, err := s.room.Bid(t.Context(), real[0], auction.Bid{By: auction.Bidder{Paddle: "102"}, Amount: 5000, Kind: auction.Maximum, Key: "key-of-a-bot-000001"}); err != nil {
		t.Fatal(err)
	}
	if len(s.send(21*time.Second)) == 0 || !strings.Contains(ann.get("/account/data.json").text, `"spring"`) {
		t.Error("the sale that counts mails nobody, or stands in nobody's data")
	}
}

func TestARehearsalIsWiped(t *testing.T) {
	s := withBots(t)
	_, real := s.sale(2, published)
	if err := s.store.KeepPhoto("vase-with-roses-s.jpg", []byte("a picture")); err != nil {
		t.Fatal(err)
	}
	if err := s.store.AddPhoto(t.Context(), real[0], auction.Photo{Name: "vase-with-roses", Ext: "jpg", Width: 1, Height: 1}); err != nil {
		t.Fatal(err)
	}
	try, lots := s.tried("spring")
	if s.entry(lots[0]).Photos[0].Name != "vase-with-roses" {
		t.Error("the pictures are not those of the sale")
	}
	s.owner.do("POST", fmt.Sprintf("/desk/lots/%d/photos/vase-with-roses/remove", lots[0]), url.Values{})
	s.owner.get("/photos/vase-with-roses-s.jpg") // it hangs on the lot that counts
	desk := "/desk/sales/" + try.Slug
	if got := s.owner.do("POST", desk+"/check-in", url.Values{"name": {"Helper"}}); got.status != 303 {
		t.Fatalf("a paddle at the door: %d", got.status)
	}
	s.owner.do("POST", desk+"/wipe", url.Values{}).says(t, "without the tick", 422, "Tick the box")
	s.owner.do("POST", "/desk/sales/spring/wipe", url.Values{"sure": {"1"}}).says(t, "wiping what counts", 422, "This sale counts")
	s.owner.do("POST", desk+"/try", url.Values{"minutes": {"5"}}).says(t, "rehearsing a rehearsal", 422, "cannot be rehearsed")
	s.owner.do("GET", desk+"/copy", nil).says(t, "copying a rehearsal", 422, "nor copied")
	got := s.owner.do("POST", desk+"/wipe", url.Values{"sure": {"1"}})
	if got.status != 303 || got.header.Get("Location") != "/desk/sales/spring?done=wiped" {
		t.Fatalf("wipe: %d to %q: %s", got.status, got.header.Get("Location"), got.text)
	}
	for _, path := range []string{desk, "/sales/" + try.Slug, lotPath(lots[1], ""), "/sales/" + try.Slug + "/board"} {
		if got := s.owner.do("GET", path, nil); got.status != 404 {
			t.Errorf("%s after the wipe: %d", path, got.status)
		}
	}
	s.owner.get("/desk/sales/spring/audit").says(t, "the audit list", 200, "held a rehearsal and wiped it", "2 lots, 0 bids")
	users, err := s.store.Users(t.Context())
	if err != nil || len(users) != 1 {
		t.Errorf("%d people are left, %v; want the owner", len(users), err)
	}
	s.owner.get("/desk/sales/spring").says(t, "the sale", 200, "Try it")
	s.tried("spring") // and again
}

// TestARehearsalHidesWhatItsSaleHides: no page and no socket of a rehearsal has
// its sale's reserves, not even for those who know them, nor anybody's maximum.
func TestARehearsalHidesWhatItsSaleHides(t *testing.T) {
	c, canaries := hiding(t)
	var reserve canary
	for _, k := range canaries {
		if k.what == "the reserve of the draft's lot" {
			reserve = k
		}
	}
	try, lots := c.tried(c.draft.Slug)
	ann := c.helper("Ann", try)
	if got := ann.do("POST", lotPath(lots[0], "/bids"), bidForm("94111.37")); got.status != 303 {
		t.Fatalf("a bid: %d %s", got.status, got.text)
	}
	most := newCanary("a maximum in a rehearsal", 9411137)
	answers := 0
	for _, v := range c.people {
		for _, rt := range routesOf("GET") {
			_, path := c.placeIn(rt.Pattern, try.Slug, lots[0])
			for _, accept := range []string{"text/html", "application/json"} {
				got := v.do(http.MethodGet, path, nil, "Accept", accept)
				if strings.Contains(got.text, nothingCounts) || strings.Contains(got.text, try.Slug) {
					answers++
				}
				text := toSearch(got.text)
				for _, k := range []canary{reserve, most} {
					if at := k.in(text); at != "" && (strings.Contains(rt.Pattern, "{slug}") || strings.Contains(rt.Pattern, "lots/{id}")) {
						t.Errorf("%s gets %s by GET %s: …%s…", v.name, k.what, path, at)
					}
				}
			}
		}
	}
	if answers < 50 {
		t.Errorf("%d answers were about the rehearsal: the search looks past it", answers)
	}
}
