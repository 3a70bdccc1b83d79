package handlers_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"math/rand/v2"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"outcry/auction"
)

// opened is a pack: its files by name, each its rows, the head left out.
type opened struct {
	t     *testing.T
	files map[string][][]string
	heads map[string][]string
}

func open(t *testing.T, pack string) opened {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(pack), int64(len(pack)))
	if err != nil {
		t.Fatal(err)
	}
	o := opened{t, map[string][][]string{}, map[string][]string{}}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(f.Name, "spring-"), ".csv")
		o.heads[name], o.files[name] = rows[0], rows[1:]
	}
	return o
}

// sum adds a column up, in pennies; rows that keep refuses are left out.
func (o opened) sum(file, column string, keep func(cell func(string) string) bool) int64 {
	o.t.Helper()
	at := map[string]int{}
	for i, name := range o.heads[file] {
		at[name] = i
	}
	if _, ok := at[column]; !ok {
		o.t.Fatalf("%s has no column %s: %v", file, column, o.heads[file])
	}
	var sum int64
	for _, row := range o.files[file] {
		if keep != nil && !keep(func(name string) string { return row[at[name]] }) || row[at[column]] == "" {
			continue
		}
		n, err := strconv.ParseInt(strings.Replace(row[at[column]], ".", "", 1), 10, 64)
		if err != nil || !strings.Contains(row[at[column]], ".") {
			o.t.Fatalf("%s, %s: %q is no amount", file, column, row[at[column]])
		}
		sum += n
	}
	return sum
}

func (o opened) total(what string) int64 {
	o.t.Helper()
	return o.sum("totals", "Amount", func(cell func(string) string) bool { return cell("What") == what })
}

func stands(cell func(string) string) bool { return cell("Undone") == "" }

// The pack of a sale in which all has happened is opened and added up by hand.
func TestThePackAddsUpToTheCent(t *testing.T) {
	s := newSite(t)
	const lots = 24
	sale, ids := s.sale(lots, func(sale *auction.Sale) {
		sale.Fees = auction.Fees{Premium: auction.Premium{{UpTo: 5000, Rate: 2333}, {Rate: 1777}}, TaxRate: 1999, TaxHammer: true}
	})
	random := rand.New(rand.NewPCG(1, 2))
	prices := map[int64]auction.Money{}
	for i, id := range ids {
		d, err := s.store.Draft(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		d.BuyNow = 1001 + auction.Money(random.IntN(900_000))
		prices[id] = d.BuyNow
		d.Title, d.Consignor = "=HYPERLINK(\"x\")", "Donor "+strconv.Itoa(i%5)
		if err := s.store.SaveDraft(t.Context(), id, d); err != nil {
			t.Fatal(err)
		}
	}
	s.publish(sale)
	people := []*person{s.bidder("Ann", sale), s.bidder("Ben", sale), s.bidder("Cid", sale)}
	for i, id := range ids[:lots-2] {
		f := bidForm(prices[id].Decimal(gbp))
		f.Set("kind", "buy")
		if got := people[i%3].do("POST", lotPath(id, "/bids"), f); got.status != 303 {
			t.Fatalf("buy lot %d: %d", id, got.status)
		}
	}
	people[0].do("POST", lotPath(ids[lots-2], "/bids"), bidForm("10"))
	for i, amount := range []string{"100.01", "250", "33.33"} {
		f := url.Values{"amount": {amount}, "method": {"card"}, "key": {"a-key-of-the-test-" + strconv.Itoa(i)}, "note": {"+1"}}
		if got := s.owner.do("POST", "/desk/sales/spring/checkout/"+strconv.Itoa(101+i%2)+"/payments", f); got.status != 303 {
			t.Fatalf("paid %s: %d", amount, got.status)
		}
		g := url.Values{"amount": {amount}, "key": {"a-gift-of-the-test-" + strconv.Itoa(i)}}
		if got := s.owner.do("POST", "/desk/sales/spring/checkout/102/donations", g); got.status != 303 {
			t.Fatalf("given %s: %d", amount, got.status)
		}
	}
	s.owner.do("POST", "/desk/payments/2/undo", url.Values{"why": {"@wrong"}})
	s.owner.do("POST", "/desk/donations/3/undo", url.Values{"why": {"wrong"}})

	job := s.owner.do("POST", "/desk/sales/spring/pack", url.Values{})
	if job.status != 303 {
		t.Fatalf("the pack's job: %d %s", job.status, job.text)
	}
	s.house.Wait()
	made := s.owner.get(job.header.Get("Location"))
	made.says(t, "the job", 200, "Results pack", "11 of 11", "Download spring-results.zip", "kept until")
	s.owner.get("/desk/sales/spring/files").says(t, "the files", 200, job.header.Get("Location"))
	ofJob := s.owner.get(job.header.Get("Location") + "/file")
	if ofJob.header.Get("Content-Disposition") != `attachment; filename="spring-results.zip"` {
		t.Errorf("the pack is %q", ofJob.header.Get("Content-Disposition"))
	}
	atOnce, o := open(t, s.owner.get("/desk/sales/spring/results.zip").text), open(t, ofJob.text)
	if !reflect.DeepEqual(o.files, atOnce.files) || !reflect.DeepEqual(o.heads, atOnce.heads) {
		t.Error("the pack of the job and the one at once differ")
	}
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"hammer prices of the lots", o.sum("lots", "Hammer price", nil), o.total("Hammer prices")},
		{"hammer prices of the lines", o.sum("invoice-lines", "Hammer price", nil), o.total("Hammer prices")},
		{"hammer prices of the invoices", o.sum("invoices", "Hammer prices", nil), o.total("Hammer prices")},
		{"hammer prices of the donors", o.sum("donors", "Hammer prices", nil), o.total("Hammer prices")},
		{"premium of the lines", o.sum("invoice-lines", "Premium", nil), o.total("Buyer's premium")},
		{"tax of the lines", o.sum("invoice-lines", "Tax", nil), o.total("Tax")},
		{"prices of the lines and donations", o.sum("invoice-lines", "Price", nil) + o.total("Donations"), o.total("To pay in all")},
		{"donations", o.sum("donations", "Amount", stands), o.total("Donations")},
		{"payments", o.sum("payments", "Amount", stands), o.total("Paid")},
		{"totals of the invoices", o.sum("invoices", "Total", nil), o.total("To pay in all")},
		{"what was paid, of the invoices", o.sum("invoices", "Paid", nil), o.total("Paid")},
		{"what is due, of the invoices", o.sum("invoices", "Due", nil), o.total("Still due") - o.total("Paid too much")},
		{"paid and due", o.total("Paid") + o.total("Still due") - o.total("Paid too much"), o.total("To pay in all")},
		{"paid by card", o.total("Paid by card"), 10_001 + 3_333},
		{"donations by hand", o.total("Donations"), 10_001 + 25_000},
	} {
		if c.got != c.want || c.got <= 0 {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
	var bought int64
	for _, id := range ids[:lots-2] {
		bought += int64(prices[id])
	}
	if got := o.total("Hammer prices"); got != bought {
		t.Errorf("hammer prices: %d, sold for %d", got, bought)
	}
	if len(o.files["lots"]) != lots || len(o.files["bidders"]) != 3 || len(o.files["bids"]) != lots-1 || len(o.files["donors"]) != 5 {
		t.Errorf("%d lots, %d bidders, %d bids, %d donors", len(o.files["lots"]), len(o.files["bidders"]), len(o.files["bids"]), len(o.files["donors"]))
	}
	o.runsNothing()
}

// runsNothing looks for cells that a spreadsheet would take for formulas.
func (o opened) runsNothing() {
	o.t.Helper()
	for name, rows := range o.files {
		for _, row := range rows {
			for i, cell := range row {
				if strings.ContainsAny(cell[:min(1, len(cell))], "=+@\t\r") || strings.HasPrefix(cell, "-") && !strings.Contains("Due", o.heads[name][i]) {
					o.t.Errorf("%s: the cell %q runs as a formula", name, cell)
				}
			}
		}
	}
}

func TestFilesOneByOne(t *testing.T) {
	s := newSite(t)
	_, _, ann := s.bought()
	page := s.owner.get("/desk/sales/spring/files")
	pack := open(t, s.owner.get("/desk/sales/spring/results.zip").text)
	for name := range pack.files {
		path := "/desk/sales/spring/files/" + name + ".csv"
		if !strings.Contains(page.text, path) {
			t.Errorf("the page does not lead to %s", path)
		}
		rows, err := csv.NewReader(strings.NewReader(s.owner.get(path).text)).ReadAll()
		if err != nil || len(rows) != len(pack.files[name])+1 {
			t.Errorf("%s: %d rows, in the pack %d (%v)", path, len(rows), len(pack.files[name])+1, err)
		}
	}
	for _, path := range []string{"/desk/sales/spring/files/users.csv", "/desk/sales/spring/files/lots"} {
		if got := s.owner.do("GET", path, nil); got.status != 404 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	cleo := s.person("Cleo", auction.RoleClerk)
	for _, path := range []string{"/desk/sales/spring/files", "/desk/sales/spring/results.zip", "/desk/sales/spring/files/bidders.csv", "/desk/sales/spring/overdue"} {
		for _, who := range []*person{cleo, ann} {
			if got := who.do("GET", path, nil); got.status != 403 {
				t.Errorf("%s is for the %s: %d", path, who.user.Role, got.status)
			}
		}
	}
	s.owner.get("/desk/sales/spring/overdue").says(t, "who owes", 200, "Ann", "£26.00", "0 days")
	for list, text := range map[string]string{"": "Vase 1", "?list=buyers": "£26.00", "?list=passed": "Nothing here", "?list=withdrawn": "Nothing here", "?list=donors": "Nothing here", "?page=9": "Sold 1"} {
		s.owner.get("/desk/sales/spring/results"+list).says(t, "results"+list, 200, text)
	}
	s.owner.get("/desk/sales/spring/results.csv").says(t, "the results", 200, "Lot,Title,Donor,State,Hammer price,Currency,Paddle,Buyer,Email,Bids,Ended (UTC)", "20.00,GBP,101,Ann")
}
