// Package evening plays a whole charity evening, from the first start to the
// results, against the real program: people with browsers in which no script
// runs, a mail server that takes what the house sends, a socket that watches.
package evening

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"outcry/handlers/mail/mailtest"
	"outcry/test/house"
)

func TestMain(m *testing.M) { house.Main(m) }

const (
	sale     = "/desk/sales/summer-gala"
	password = "three dull grey herons"
)

// evening is the house, its mails, and the people of the evening.
type evening struct {
	*house.House
	t     *testing.T
	mails *mailtest.Server
	read  map[string]bool  // mails that somebody opened, by their id
	lots  map[string]int64 // by number
	begun time.Time

	olga, cleo     *person // the owner; a clerk
	ann, ben, cara *person // with accounts: came by themselves, was approved, was invited
	eve            *person // with the code of a paddle from the door
	guest          *house.Client
	paddle         map[string]string // by name; "Gus" has no phone
	watching       *watch
	close          time.Duration // from the opening to the first close, and of one extension
}

// TestEvening is one evening.
func TestEvening(t *testing.T) {
	e := &evening{
		House: house.New(t), t: t, mails: mailtest.Start(t, false),
		read: map[string]bool{}, lots: map[string]int64{}, paddle: map[string]string{}, begun: time.Now(),
	}
	for _, act := range []struct {
		name string
		play func()
	}{
		{"the house is opened", e.openHouse}, {"a sale is made", e.makeSale}, {"lots come from a spreadsheet", e.importLots},
		{"pictures come as a ZIP", e.importPhotos}, {"a lot is entered by form", e.enterLot},
		{"the sale is published", e.publish}, {"bidders register", e.register}, {"guests check in", e.checkIn},
		{"bids are left", e.leaveBids}, {"the sale opens", e.open}, {"phones bid", e.bid}, {"the desk bids", e.deskBids},
		{"a bid is struck out", e.strikeOut}, {"a pause", e.pause}, {"people give", e.give}, {"lots close", e.closings},
		{"the organiser ends the sale", e.end}, {"passed lots find buyers", e.after}, {"people pay", e.checkout},
		{"who owes is reminded", e.remind}, {"the books add up", e.books},
	} {
		began := time.Now()
		act.play()
		t.Logf("%s: %v", act.name, time.Since(began).Round(time.Millisecond))
	}
}

// openHouse follows the link that the first start prints. No mail server is
// configured yet, and the program says so; then it is given one.
func (e *evening) openHouse() {
	e.Start()
	var link string
	e.until("the set-up link is printed", func() bool {
		if m := regexp.MustCompile(`(http://\S+/setup/\S+)\n`).FindStringSubmatch(e.Log()); m != nil {
			link = m[1]
		}
		return link != ""
	})
	e.olga = e.person("Olga")
	e.olga.open(link)
	e.olga.press("Open the house", fields{"house": "Marsh School", "name": "Olga Reed", "email": "olga@example.org", "password": password})
	e.olga.says("The house is open. Make your first sale.", "This house sends no mails")
	e.person("a stranger").refused(link, http.StatusNotFound)

	if err := e.Stop(); err != nil {
		e.t.Fatal(err)
	}
	e.Start("--base-url", e.URL(""), "--smtp", "smtp://"+e.mails.Addr+"?tls=off", "--mail-from", "Marsh School <sale@example.org>")
	e.olga.open("/desk")
	e.olga.quiet("This house sends no mails")
	e.olga.follow("Staff")
	e.olga.press("Add", fields{"email": "cleo@example.org", "name": "Cleo Marsh", "role": "clerk", "password": password})
	e.cleo = e.person("Cleo")
	e.cleo.open("/")
	e.cleo.follow("Sign in")
	e.cleo.press("Sign in", fields{"email": "cleo@example.org", "password": password})
	e.cleo.says("Sales")
}

func (e *evening) makeSale() {
	o := e.olga
	o.open("/desk")
	o.follow("New sale")
	o.press("Save sale", fields{
		"title": "Summer Gala", "conditions": "A bid is a promise to buy.\n\nCollect on the night.",
		"opens_at": e.form(24 * time.Hour), "closes_at": e.form(26 * time.Hour), "window": "1.5", "extension": "1.5",
		"premium": "100: 20\nabove: 10", "tax_rate": "20", "goal": "1000",
		"payment": "Card or cash at the desk.", "collection": "From the hall until 23:00.", "email": "gala@example.org",
	})
	o.says("Saved.", "Summer Gala", "Not published")
	e.person("a stranger").refused("/sales/summer-gala", http.StatusNotFound)
}

// lotsFile is as people's spreadsheets are: German Excel's semicolons and
// commas, a currency sign, column names of their own.
const lotsFile = `Lot no;Name;Start;Reserve price;Buy it now;Donated by;Section;Lot group
1;Stoneware vase;£10,00;;;Ivy Potter;Art;
2;Cello;50;200,00;;Marsh Strings;Music;
3;Watercolour, spring;20;;;Ivy Potter;Art;pair
4;Watercolour, autumn;20;;;Ivy Potter;Art;pair
5;Truckle of cheese;20;;;Home Farm;Table;
6;Week in a cottage;100;;300;The Reeds;Away;
7;Signed shirt;25;;;Rovers;Sport;
8;Box of books;5;;;Ivy Potter;Books;
9;Armchair;100;500;;;House;
`

func (e *evening) importLots() {
	o := e.olga
	o.follow("Lots from a spreadsheet")
	o.press("Look what it would do", fields{"file": file{"lots.csv", []byte(lotsFile)}})
	o.says("Nothing is changed yet", "Truckle of cheese")
	o.press("9 lots")
	o.says("Done.")
	// The same file once more changes nothing.
	o.open(sale + "/import")
	o.press("Look what it would do", fields{"file": file{"lots.csv", []byte(lotsFile)}})
	o.says("9 as they were")
}

func (e *evening) importPhotos() {
	o := e.olga
	o.follow("Lots")
	o.follow("Pictures")
	o.press("Hand them over", fields{"photos": file{"photos.zip", zipOf(e.t, map[string][]byte{
		"1.jpg": picture(e.t, 1), "2/front.jpg": picture(e.t, 2), "2/back.jpg": picture(e.t, 3), "77.jpg": picture(e.t, 4),
	})}})
	job := o.at.String()
	e.until("the pictures are in", func() bool {
		o.open(job)
		return strings.Contains(o.words, "Done")
	})
	o.says("77.jpg")
	o.follow("See the lots")
	o.follow("Cello")
	if n := o.count("img", "/photos/"); n != 2 {
		e.t.Errorf("the cello has %d pictures, want 2", n)
	}
}

func (e *evening) enterLot() {
	o := e.olga
	o.open(sale + "/lots")
	o.follow("New lot")
	o.press("Save lot", fields{"title": "Head teacher for a day", "opening": "30", "consignor": "Marsh School", "photos": file{"IMG_1.jpg", picture(e.t, 5)}})
	o.open(sale + "/lots")
	o.says("Head teacher for a day")
	for _, n := range []string{"Week in a cottage", "Signed shirt"} { // these stay open after the others
		o.open(sale + "/lots")
		o.follow(n)
		o.press("Save lot", fields{"closes_at": e.form(27 * time.Hour)})
	}
}

func (e *evening) publish() {
	e.olga.open(sale)
	e.olga.press("Publish sale")
	e.olga.says("The sale is published", "Coming")
	e.guest = e.Client(house.Bidder{})
	lots, err := e.guest.Lots(e.t.Context(), "summer-gala")
	if err != nil || len(lots) != 10 {
		e.t.Fatalf("the catalogue has %d lots: %v", len(lots), err)
	}
	for _, l := range lots {
		e.lots[l.Number] = l.ID
	}
}

// form is a time from now on as a form's field has it in the sale's zone.
func (e *evening) form(ahead time.Duration) string { return e.formAt(time.Now().Add(ahead)) }

func (e *evening) formAt(when time.Time) string {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		e.t.Fatal(err)
	}
	return when.In(london).Format("2006-01-02T15:04:05")
}

// until waits for what must come true.
func (e *evening) until(what string, is func() bool) {
	e.t.Helper()
	if err := house.Wait(e.t.Context(), time.Minute+5*e.close, what, is); err != nil {
		for _, m := range e.mails.Mails() {
			e.t.Logf("a mail came to %s: %s", m.To, m.Subject())
		}
		e.t.Fatal(err)
	}
}

// lot is a lot as everybody can see it.
func (e *evening) lot(number string) house.PublicLot {
	e.t.Helper()
	l, err := e.guest.Lot(e.t.Context(), e.lots[number])
	if err != nil {
		e.t.Fatal(err)
	}
	return l
}

// leads fails the test unless a lot stands at a price in pence, led by one.
func (e *evening) leads(number, name string, price int64) {
	e.t.Helper()
	l := e.lot(number)
	if l.Lead == nil || *l.Lead != e.paddle[name] || l.Price != price {
		lead := "nobody"
		if l.Lead != nil {
			lead = *l.Lead
		}
		e.t.Fatalf("lot %s is led by %s at %d, want %s (%s) at %d", number, lead, l.Price, e.paddle[name], name, price)
	}
}

func (e *evening) page(number string) string { return "/lots/" + strconv.FormatInt(e.lots[number], 10) }

// mail waits for a mail that nobody has read yet, and returns it.
func (e *evening) mail(to, subject string) mailtest.Mail {
	e.t.Helper()
	var found mailtest.Mail
	e.until("a mail to "+to+": "+subject, func() bool {
		for _, m := range e.mails.Mails() {
			id := m.Header.Get("Message-Id")
			if m.To == to && strings.Contains(m.Subject(), subject) && !e.read[id] {
				e.read[id], found = true, m
				return true
			}
		}
		return false
	})
	if found.HTML == "" || found.Text == "" {
		e.t.Errorf("the mail %q to %s is not in text and HTML", subject, to)
	}
	return found
}

// linkIn is the house's link in a mail whose path begins so.
func (e *evening) linkIn(m mailtest.Mail, path string) string {
	e.t.Helper()
	link := regexp.MustCompile(regexp.QuoteMeta(e.URL(path)) + `\S*`).FindString(m.Text)
	if link == "" {
		e.t.Fatalf("the mail %q has no link %s…: %s", m.Subject(), path, m.Text)
	}
	return link
}

// watch is a socket that watches a lot, as a page with script does.
type watch struct {
	mu   sync.Mutex // guards the rest
	last house.Shown
	err  error
}

// look opens a socket that is read until the test ends.
func (e *evening) look(number string) *watch {
	e.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	conn, err := e.guest.Watch(ctx, "lot="+strconv.FormatInt(e.lots[number], 10))
	if err != nil {
		e.t.Fatal(err)
	}
	w, done := &watch{}, make(chan struct{})
	go func() {
		defer close(done)
		for {
			m, err := house.Next(ctx, conn)
			w.mu.Lock()
			for _, s := range m.Shown {
				w.last = s
			}
			w.err = err
			w.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	e.t.Cleanup(func() { cancel(); <-done })
	return w
}

func (w *watch) shown() (house.Shown, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last, w.err
}
