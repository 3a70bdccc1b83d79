package evening

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"outcry/test/house"
)

type node = html.Node

// account opens a paddle's account at the checkout, found by its name.
func (e *evening) account(name string) {
	e.t.Helper()
	e.cleo.open(sale + "/checkout")
	e.cleo.press("Search", fields{"q": name})
	e.cleo.follow(name)
}

// checkout: in parts, by mistake, with a gift on top; lots are handed over.
func (e *evening) checkout() {
	c := e.cleo
	e.account("Ben")
	due := c.value("amount")
	c.press("Paid by card", fields{"amount": "99.99", "note": "the wrong bidder's"})
	c.pressIn("/payments/", "Undo it", fields{"why": "That was somebody else's card."})
	c.says("It is undone.")
	c.press("Cash", fields{"amount": "50"})
	c.says("The payment is written down.")
	if got := c.value("amount"); got == due {
		e.t.Errorf("after £50 Ben still owes %s", got)
	}
	c.press("Paid by card", fields{"note": "slip 17"}) // the rest, as the page has it
	c.says("The payment is written down.")
	if got := c.value("amount"); got != "" && pence(e.t, got) != 0 {
		e.t.Errorf("after all was paid Ben owes %s", got)
	}
	c.press("Hand over the ticked lots", fields{"lot": c.boxes("lot")})
	c.says("3 of 3")
	c.press("Send it by mail")
	m := e.mail("ben@example.org", "Receipt for invoice")
	if !strings.Contains(m.Text, "292.00") {
		e.t.Errorf("Ben's receipt has no 292.00: %s", m.Text)
	}
	e.account("Eve")
	c.press("Add donation", fields{"amount": "7.65"})
	c.press("Transfer", fields{"amount": "100.00"})
	e.account("Ann")
	c.press("Paid by card")
	e.ann.open("/sales/summer-gala/mine")
	e.ann.follow("See the invoice")
	e.ann.says("£50.00", "£21.00")
}

// boxes are the values of all boxes of one name.
func (p *person) boxes(name string) []string {
	var all []string
	for n := range p.page.Descendants() {
		if n.Data == "input" && attr(n, "type") == "checkbox" && attr(n, "name") == name {
			all = append(all, attr(n, "value"))
		}
	}
	return all
}

func (e *evening) remind() {
	o := e.olga
	o.open(sale + "/checkout")
	o.follow("Who owes")
	o.says("Cara", "Eve", "Gus")
	o.quiet("Ben", "Ann")
	o.press("Remind all by mail")
	o.says("Reminders to all who owe")
	e.mail("cara@example.org", "to pay")
	o.open("/desk")
	o.follow("Mails")
	o.open(sale)
	o.follow("Audit")
	o.says("Ann typed a nought too many.", "The lights went out.")
}

// books opens the results pack and adds it up: from the public logs, which the
// house cannot change, to what everybody owes and has paid.
func (e *evening) books() {
	pack := e.pack()
	hammers := map[string]int64{"2": 12000, "9": 25000} // sold after the sale
	buyers := map[string]string{"2": e.paddle["Cara"], "9": e.paddle["Ben"]}
	for number, id := range e.lots {
		log, err := e.guest.Log(e.t.Context(), id)
		if err != nil {
			e.t.Fatal(err)
		}
		e.checkLog(id)
		if last := log[len(log)-1]; last.Event == "lot.sold" {
			hammers[number], buyers[number] = last.Price, *last.Lead
		}
	}
	if want := []string{"1", "10", "2", "3", "4", "5", "6", "9"}; !slices.Equal(slices.Sorted(maps.Keys(hammers)), want) {
		e.t.Fatalf("sold are %v, want %v", slices.Sorted(maps.Keys(hammers)), want)
	}
	e.checkLines(pack["invoice-lines"], hammers, buyers)
	e.checkTotals(pack, hammers)
	if err := e.Verify(); err != nil {
		e.t.Errorf("outcry verify: %v", err)
	}
	for _, m := range e.mails.Mails() {
		for _, secret := range []string{"£60", "£900", "£200"} { // maxima and a reserve
			if strings.Contains(m.Text+m.HTML, secret) {
				e.t.Errorf("the mail %q to %s says %s", m.Subject(), m.To, secret)
			}
		}
	}
}

// fees are what a hammer price costs on top, in pence, worked out by hand and
// not by the program: 20 % up to £100 and 10 % of what is above, and 20 % tax
// on that.
func fees(hammer int64) (premium, tax int64) {
	low := min(hammer, 10000)
	premium = (low*200 + (hammer-low)*100 + 500) / 1000
	return premium, (premium*20 + 50) / 100
}

func (e *evening) checkLines(lines []map[string]string, hammers map[string]int64, buyers map[string]string) {
	e.t.Helper()
	if len(lines) != len(hammers) {
		e.t.Errorf("the invoices have %d lots, want %d", len(lines), len(hammers))
	}
	for _, l := range lines {
		hammer := hammers[l["Lot"]]
		premium, tax := fees(hammer)
		got := [...]int64{pence(e.t, l["Hammer price"]), pence(e.t, l["Premium"]), pence(e.t, l["Tax"]), pence(e.t, l["Price"])}
		if want := [...]int64{hammer, premium, tax, hammer + premium + tax}; got != want || l["Paddle"] != buyers[l["Lot"]] {
			e.t.Errorf("lot %s: paddle %s pays %v, want %v by %s", l["Lot"], l["Paddle"], got, want, buyers[l["Lot"]])
		}
	}
}

func (e *evening) checkTotals(pack map[string][]map[string]string, hammers map[string]int64) {
	e.t.Helper()
	var hammer, premium, tax int64
	for _, h := range hammers {
		p, t := fees(h)
		hammer, premium, tax = hammer+h, premium+p, tax+t
	}
	const given = 5000 + 2000 + 2000 + 765 // Ann; two of three pledges; Eve at checkout
	paid := int64(10000)                   // Eve
	for _, i := range pack["invoices"] {
		if i["Paddle"] == e.paddle["Ben"] || i["Paddle"] == e.paddle["Ann"] {
			paid += pence(e.t, i["Total"])
		}
	}
	all := hammer + premium + tax + given
	for what, want := range map[string]int64{
		"Hammer prices": hammer, "Buyer's premium": premium, "Tax": tax, "Donations": given,
		"To pay in all": all, "Paid": paid, "Still due": all - paid, "Paid too much": 0, "Paid by cash": 5000, "Paid by transfer": 10000,
	} {
		if got := pence(e.t, valueIn(pack["totals"], what)); got != want {
			e.t.Errorf("totals: %s is %d, want %d", what, got, want)
		}
	}
	for what, want := range map[string]int64{"Total": all, "Paid": paid, "Due": all - paid, "Donations": given} {
		if got := e.sum(pack["invoices"], what); got != want {
			e.t.Errorf("the invoices' column %s adds up to %d, want %d", what, got, want)
		}
	}
	if got := e.sum(standing(pack["payments"]), "Amount"); got != paid {
		e.t.Errorf("the payments add up to %d, want %d", got, paid)
	}
	if got := e.sum(standing(pack["donations"]), "Amount"); got != given {
		e.t.Errorf("the donations add up to %d, want %d: %v", got, given, pack["donations"])
	}
	if got := e.sum(pack["donors"], "Hammer prices"); got != hammer-hammers["9"] { // which nobody gave
		e.t.Errorf("the donors' lots brought %d, want %d", got, hammer)
	}
}

// pack downloads the results pack: its tables by name, a map for each row.
func (e *evening) pack() map[string][]map[string]string {
	e.t.Helper()
	o := e.olga
	o.open(sale + "/results")
	o.follow("All files")
	o.press("Make the results pack")
	for job := o.at.String(); !strings.Contains(o.words, "Download "); o.open(job) {
		if strings.Contains(o.words, "Broke off") || e.t.Context().Err() != nil {
			e.t.Fatalf("the pack is not made: %s", o.words)
		}
		time.Sleep(50 * time.Millisecond) // until it is, as late as it may be
	}
	data := o.download("Download ")
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		e.t.Fatalf("the pack is no ZIP: %v", err)
	}
	pack := map[string][]map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			e.t.Fatal(err)
		}
		rows, err := csv.NewReader(r).ReadAll()
		if err != nil || len(rows) == 0 {
			e.t.Fatalf("%s in the pack: %d rows, %v", f.Name, len(rows), err)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(f.Name, "summer-gala-"), ".csv")
		rows[0][0] = strings.TrimPrefix(rows[0][0], "\ufeff")
		pack[name] = []map[string]string{}
		for _, row := range rows[1:] {
			line := map[string]string{}
			for i, cell := range row {
				line[rows[0][i]] = cell
			}
			pack[name] = append(pack[name], line)
		}
	}
	return pack
}

// download fetches what a link leads to.
func (p *person) download(words string) []byte {
	p.t.Helper()
	link := first(p.page, func(n *node) bool { return n.Data == "a" && strings.Contains(wordsOf(n), words) })
	if link == nil {
		p.t.Fatalf("%s: %s has no link %q; it has %q", p.name, p.at, words, p.offers("a"))
	}
	to, err := p.at.Parse(attr(link, "href"))
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := p.http.Get(to.String())
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %s: %s, %v", p.name, to, resp.Status, err)
	}
	return data
}

// checkLog has the program check a lot's public log, as anybody could.
func (e *evening) checkLog(id int64) {
	e.t.Helper()
	log, err := e.guest.Get(e.t.Context(), "/lots/"+strconv.FormatInt(id, 10)+"/log", "")
	if err != nil {
		e.t.Fatal(err)
	}
	path := filepath.Join(e.t.TempDir(), "log")
	if err := os.WriteFile(path, log, 0o600); err != nil {
		e.t.Fatal(err)
	}
	if r := house.Run(e.t, house.Input{}, "verify", path); r.Code != 0 {
		e.t.Errorf("outcry verify LOG: %s%s", r.Out, r.Err)
	}
}

func valueIn(rows []map[string]string, what string) string {
	for _, r := range rows {
		if r["What"] == what {
			return r["Amount"]
		}
	}
	return "missing: " + what
}

// standing are the rows that were not undone.
func standing(rows []map[string]string) []map[string]string {
	return slices.DeleteFunc(slices.Clone(rows), func(r map[string]string) bool { return r["Undone"] != "" })
}

func (e *evening) sum(rows []map[string]string, column string) (sum int64) {
	e.t.Helper()
	for _, r := range rows {
		sum += pence(e.t, r[column])
	}
	return sum
}

// pence reads an amount of a file, "12.50".
func pence(t interface {
	Helper()
	Fatalf(string, ...any)
}, amount string) int64 {
	t.Helper()
	whole, part, _ := strings.Cut(amount, ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil || len(part) > 2 {
		t.Fatalf("%q is no amount", amount)
	}
	return n
}
