package evening

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// join makes an account by the link that is mailed, from a page that asked to
// sign in, and comes back to it.
func (p *person) join(e *evening, email string) {
	p.t.Helper()
	p.follow("Make an account")
	p.press("Mail me a link to go on", fields{"name": p.name, "email": email})
	p.says("Look at your mail")
	p.open(e.linkIn(e.mail(email, "Confirm your address"), "/link/"))
	p.press("Yes, this is my address")
}

// agree takes a paddle.
func (p *person) agree() {
	p.t.Helper()
	p.says("Conditions of sale", "Collect on the night.")
	p.press("Get my paddle", fields{"name": p.name, "agree": true})
}

// register: the first comes by herself, the second has to be approved, the
// third is invited.
func (e *evening) register() {
	e.ann = e.person("Ann")
	e.ann.open("/sales/summer-gala")
	e.ann.follow("Stoneware vase")
	e.ann.says("Opens in")
	e.ann.follow("Sign in")
	e.ann.join(e, "ann@example.org")
	e.ann.follow("Get a paddle for this sale")
	e.ann.agree()
	e.ann.says("You have a paddle.")
	e.paddle["Ann"] = e.ann.paddle()

	e.letIn("approve")
	e.ben = e.person("Ben")
	e.ben.open("/sales/summer-gala")
	e.ben.follow("Sign in")
	e.ben.join(e, "ben@example.org")
	e.ben.open("/sales/summer-gala/register")
	e.ben.agree()
	e.ben.says("The organiser approves bidders for this sale")
	e.olga.open(sale)
	e.olga.says("1 bidder waits")
	e.olga.follow("Look at them")
	e.olga.press("Approve")
	e.ben.open("/sales/summer-gala")
	e.paddle["Ben"] = e.ben.paddle()

	e.letIn("invite")
	dan := e.person("Dan")
	dan.open("/sales/summer-gala")
	dan.follow("Sign in")
	dan.join(e, "dan@example.org")
	dan.refused("/sales/summer-gala/register", http.StatusForbidden)
	e.olga.open(sale + "/bidders")
	e.olga.follow("Invite")
	e.olga.press("Invite", fields{"emails": "cara@example.org"})
	e.cara = e.person("Cara")
	e.cara.open(e.linkIn(e.mail("cara@example.org", "An invitation: Summer Gala"), "/link/"))
	e.cara.press("Accept and go on")
	e.cara.agree()
	e.paddle["Cara"] = e.cara.paddle()
	e.letIn("")
}

// letIn changes how bidders get a paddle.
func (e *evening) letIn(how string) {
	e.t.Helper()
	e.olga.open(sale)
	e.olga.follow("Change the sale")
	e.olga.press("Save sale", fields{"registration": how})
	e.olga.says("Saved.")
}

// paddle is the number that stands in the masthead.
func (p *person) paddle() string {
	p.t.Helper()
	m := regexp.MustCompile(`Paddle (\d+)`).FindStringSubmatch(p.words)
	if m == nil {
		p.t.Fatalf("%s: no paddle on %s: %s", p.name, p.at, p.words)
	}
	return m[1]
}

// checkIn: a guest without a phone, and one whose phone is signed in by the
// code on the paddle, with a spending limit.
func (e *evening) checkIn() {
	c := e.cleo
	c.open("/desk")
	c.follow("Summer Gala")
	c.follow("Check-in")
	c.press("Give a paddle", fields{"name": "Gus Fen"})
	e.paddle["Gus"] = c.paddle()
	c.follow("Next guest")
	c.press("Search", fields{"q": "Eve"})
	c.says("Nobody in this sale is called “Eve”")
	c.press("Give a paddle", fields{"name": "Eve Sedge", "limit": "350"})
	e.paddle["Eve"] = c.paddle()
	link := c.value("link")
	if n := c.count("svg", ""); n == 0 {
		e.t.Error("the paddle shows no code")
	}
	e.eve = e.person("Eve")
	e.eve.open(link)
	e.eve.says("Summer Gala", "Paddle "+e.paddle["Eve"])
	c.open(sale + "/check-in?q=ann")
	c.says("Ann", e.paddle["Ann"])
}

// line enters one line at the desk.
func (e *evening) line(lot, name, amount string) {
	e.t.Helper()
	e.cleo.open(sale + "/line")
	e.cleo.press("Enter", fields{"lot": lot, "paddle": e.paddle[name], "amount": amount})
}

func (e *evening) leaveBids() {
	e.line("5", "Gus", "80m")
	e.cleo.says("Left for lot 5, by paddle " + e.paddle["Gus"])
	e.line("5", "Cara", "50 max")
	e.ann.open(e.page("5"))
	e.ann.quiet("80", "No bids yet, 2")
}

// open moves the sale to this very moment, and waits until it is open. A slow
// machine gets more time between the opening and the close.
func (e *evening) open() {
	e.close = max(12*time.Second, (2 * time.Since(e.begun)).Truncate(time.Second))
	opens := time.Now().Add(2 * time.Second)
	e.olga.open(sale + "/edit")
	e.olga.press("Save sale", fields{
		"opens_at": e.formAt(opens), "closes_at": e.formAt(opens.Add(e.close)),
		"extension": fmt.Sprintf("%.4f", e.close.Minutes()), "window": fmt.Sprintf("%.4f", 2*e.close.Minutes()),
	})
	e.olga.says("Saved.")
	e.until("the sale is open", func() bool { return e.lot("5").State == "open" && e.lot("9").State == "open" })
	e.watching = e.look("1")
}

// refused opens an address that this person may not see.
func (p *person) refused(address string, status int) {
	p.t.Helper()
	p.visit(http.MethodGet, address, "", nil)
	if p.status != status {
		p.t.Fatalf("%s: %s answers %d, want %d: %s", p.name, address, p.status, status, p.words)
	}
}

// count is how many elements of the page have a src that holds this.
func (p *person) count(tag, src string) int {
	n := 0
	for c := range p.page.Descendants() {
		if c.Type == html.ElementNode && c.Data == tag && strings.Contains(attr(c, "src"), src) {
			n++
		}
	}
	return n
}

func zipOf(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(data) // a buffer takes everything
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// picture is a small photograph of nothing, another for each n.
func picture(t *testing.T, n uint8) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for x := range 320 {
		for y := range 240 {
			m.Set(x, y, color.RGBA{uint8(x), uint8(y), 40 * n, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
