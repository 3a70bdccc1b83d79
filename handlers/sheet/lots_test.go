package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"html"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"outcry/auction"
)

var (
	gbp = auction.Currency{Code: "GBP", Symbol: "£", Digits: 2}
	usd = auction.Currency{Code: "USD", Symbol: "$", Digits: 2}
)

const firstStep = 100 // what lots without an opening bid open at in these tests

// lots reads a file that must have no problem but notes.
func lots(t *testing.T, file string, c auction.Currency) []LotLine {
	t.Helper()
	got, problems, err := Lots(strings.NewReader(file), c, firstStep)
	if err != nil || Refused(problems) > 0 {
		t.Fatalf("Lots(%.80q): %v, %v", file, problems, err)
	}
	return got
}

func TestLotsTakesEveryColumn(t *testing.T) {
	got := lots(t, "Lot,Title,Subtitle,Description,Category,Opening bid,Reserve,Buy now,Donor,Estimate low,Estimate high,FMV,Bid increment,Group,Pick up,Photos\n"+
		"12A,Cello,Mittenwald,\"With bow.\n\nAnd case.\",Music,20.00,40,99.50,A. Prior,50,80,£120,2.50,pair,By van,\"a.jpg; b/c.png\"\n", gbp)
	got[0].has = nil
	want := LotLine{Line: 2, Photos: []string{"a.jpg", "b/c.png"}, Draft: auction.Draft{
		Words: auction.Words{Number: "12A", Title: "Cello", Subtitle: "Mittenwald", Description: "With bow.\n\nAnd case.",
			Category: "Music", Consignor: "A. Prior", EstimateLow: 5000, EstimateHigh: 8000, FairValue: 12000, Collection: "By van"},
		Terms: auction.Terms{Opening: 2000, Reserve: 4000, BuyNow: 9950, Steps: auction.Table{{Step: 250}}, Group: "pair"},
	}}
	if len(got) != 1 || fmt.Sprintf("%+v", got[0]) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestAFileChangesOnlyTheColumnsItHas(t *testing.T) {
	was := auction.Draft{Words: auction.Words{Number: "7", Title: "Vase", Description: "Blue", Consignor: "A. Prior", EstimateLow: 100, FairValue: 900},
		Terms: auction.Terms{Opening: 500, Reserve: 700, Steps: auction.Table{{Step: 50}}, Group: "pair"}}
	want := was
	want.Title, want.Reserve, want.EstimateLow, want.EstimateHigh = "Jug", 0, 2000, 3000
	got := lots(t, "Lot,Title,Reserve,Estimate\n7,Jug,,20-30\n", gbp)[0].Over(was)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// Each of these is the same two lots: number 7, "Vase, blue" from 20.50, and
// "Clock" with no number from 3.00.
func TestLotsInManyWritings(t *testing.T) {
	utf16le := func(s string) string {
		var b bytes.Buffer
		for _, u := range append([]uint16{0xfeff}, utf16.Encode([]rune(s))...) {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
		return b.String()
	}
	utf16be := func(s string) string {
		var b bytes.Buffer
		for _, u := range append([]uint16{0xfeff}, utf16.Encode([]rune(s))...) {
			b.Write([]byte{byte(u >> 8), byte(u)})
		}
		return b.String()
	}
	const plain = "Lot,Title,Opening bid\n7,\"Vase, blue\",20.50\n,Clock,3\n"
	for name, file := range map[string]string{
		"plain":                   plain,
		"without a last line end": strings.TrimSuffix(plain, "\n"),
		"CR LF":                   strings.ReplaceAll(plain, "\n", "\r\n"),
		"CR":                      strings.ReplaceAll(plain, "\n", "\r"),
		"UTF-8 with a mark":       "\ufeff" + plain,
		"UTF-16 little-endian":    utf16le(plain),
		"UTF-16 big-endian":       utf16be(plain),
		"other order and case":    "OPENING BID,title,LOT\n20.50,\"Vase, blue\",7\n3,Clock,\n",
		"semicolons":              "Lot;Title;Opening bid\n7;Vase, blue;20,50\n;Clock;3,00\n",
		"tabs":                    "Lot\tTitle\tOpening bid\n7\tVase, blue\t20.50\n\tClock\t3\n",
		"told separator":          "sep=;\nLot;Title;Opening bid\n7;Vase, blue;20.50\n;Clock;3\n",
		"other names":             "Lot no.,Name,Starting bid (£)\nLot 7,\"Vase, blue\",£20.50\n,Clock,3\n",
		"more names":              "Lot #,Item,START PRICE GBP\n#7,\"Vase, blue\",20.5\n,Clock,3\n",
		"a number with a point":   "Lot,Title,Opening bid\n7.0,\"Vase, blue\",20.50\n,Clock,3\n",
		"blank lines":             "\n,,\nLot,Title,Opening bid\n\n7,\"Vase, blue\",20.50\n , ,\n,Clock,3\n\n",
		"a name above":            "The Winter Sale,,\nLot,Title,Opening bid\n7,\"Vase, blue\",20.50\n,Clock,3\n",
		"ragged":                  "Lot,Title,Opening bid,Donor\n7,\"Vase, blue\",20.50\n,Clock,3,,,,\n",
		"untidy":                  "Lot, Title ,Opening bid\n 7 , \"Vase,\n blue \" , 20.50 \n,\tClock\u00a0,3\n",
		"control characters":      "Lot,Title,Opening bid\n7,\"Va\x07se, \u202eblue\u202c\",20.50\n,Clo\x1bck,3\n",
		"entities":                "Lot,Title,Opening bid\n7,Vase&#44; &#98;lue,20.50\n,Cl&#x6f;ck,3\n",
		"two kinds of title":      "Lot,Name,Title,Opening bid\n7,x,\"Vase, blue\",20.50\n,y,Clock,3\n",
	} {
		got, problems, err := Lots(strings.NewReader(file), gbp, firstStep)
		if err != nil || Refused(problems) > 0 || len(got) != 2 {
			t.Errorf("%s: %+v, %v, %v", name, got, problems, err)
			continue
		}
		a, b := got[0].Draft, got[1].Draft
		if a.Number != "7" || a.Title != "Vase, blue" || a.Opening != 2050 || b.Number != "" || b.Title != "Clock" || b.Opening != 300 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestLotsTexts(t *testing.T) {
	for in, want := range map[string]string{
		`Radko &#124; Fritz`:                 "Radko | Fritz",
		`A &amp;lt; B`:                       "A &lt; B", // decoded once
		`gin &not tonic; AT&T; &`:            "gin &not tonic; AT&T; &",
		`&nosuch; &amp; &semi;`:              "&nosuch; & ;",
		`<script>alert(1)</script>`:          "<script>alert(1)</script>", // text; pages escape it
		`"""Old Faithful"", a geyser"`:       `"Old Faithful", a geyser`,
		`"Old Faithful" geyser`:              `"Old Faithful" geyser`,
		`12" record`:                         `12" record`,
		"caf\u0065\u0301":                    "caf\u00e9",
		"soft\u00adhyphen and\ufeff mark":    "softhyphen and mark",
		`=HYPERLINK("http://x")`:             `=HYPERLINK("http://x")`,
		"family \U0001f468\u200d\U0001f469 ": "family \U0001f468\u200d\U0001f469",
	} {
		got := lots(t, "Title\tLot\n"+in+"\t1\n", gbp)
		if len(got) != 1 || got[0].Draft.Title != want {
			t.Errorf("%q: %+v, want title %q", in, got, want)
		}
	}
	got := lots(t, "Title,Description\nX,\"\n one  two \r\n\r\n\r\n\r\n three\t\n four\n\n\"\n", gbp)
	if want := "one two\n\nthree\nfour"; got[0].Draft.Description != want {
		t.Errorf("description %q, want %q", got[0].Draft.Description, want)
	}
}

func TestLotsWithoutAnOpeningBid(t *testing.T) {
	got, problems, err := Lots(strings.NewReader("Title\nClock\n"), gbp, firstStep)
	if err != nil || len(got) != 1 || got[0].Draft.Opening != firstStep {
		t.Errorf("no column: %+v, %v", got, err)
	}
	if len(problems) != 1 || !problems[0].Note || !strings.Contains(problems[0].Text, "1.00 GBP") {
		t.Errorf("no column: %v, want one note that tells the default", problems)
	}
	got = lots(t, "Title,Opening bid\nClock,\nVase,5\n", gbp)
	if got[0].Draft.Opening != firstStep || got[1].Draft.Opening != 500 {
		t.Errorf("an empty cell: %+v", got)
	}
	_, problems, _ = Lots(strings.NewReader("Title,Opening bid\nClock,\n"), gbp, 0)
	if Refused(problems) != 1 {
		t.Errorf("no default: %v, want one problem", problems)
	}
}

func TestLotsEstimateInOneCell(t *testing.T) {
	for cell, want := range map[string][2]auction.Money{
		"80–120": {8000, 12000}, "£80 - £120": {8000, 12000}, "80 to 120": {8000, 12000}, "100": {10000, 10000}, "": {0, 0},
	} {
		d := lots(t, "Title;Estimate\nClock;"+cell+"\n", gbp)[0].Draft
		if d.EstimateLow != want[0] || d.EstimateHigh != want[1] {
			t.Errorf("%q: %d to %d, want %d to %d", cell, d.EstimateLow, d.EstimateHigh, want[0], want[1])
		}
	}
}

func TestUnknownColumnsAreNoted(t *testing.T) {
	got, problems, err := Lots(strings.NewReader("Title,Opening bid,Reserv\nClock,5,80\n"), gbp, firstStep)
	if err != nil || len(got) != 1 || len(problems) != 1 || !problems[0].Note || problems[0].Column != "Reserv" {
		t.Errorf("got %+v, %v, %v; want the lot, and a note on the column Reserv", got, problems, err)
	}
}

// Every problem that a line can have, by line and column; the good lines
// around it are read all the same.
func TestLotsProblems(t *testing.T) {
	long := strings.Repeat("é", 301)
	for _, c := range []struct {
		name, head, row string
		column, says    string
	}{
		{"bad opening", "Title,Opening bid", "X,ten pounds", colOpening, "not an amount"},
		{"negative opening", "Title,Opening bid", "X,-5", colOpening, "not an amount"},
		{"opening of nothing", "Title,Opening bid", "X,0", colOpening, "above zero"},
		{"too many decimals", "Title,Opening bid", "X,1.005", colOpening, "not an amount"},
		{"a thousandfold in doubt", "Title,Opening bid", "X,1.234", colOpening, "write"},
		{"bad reserve", "Title,Opening bid,Reserve", "X,5,abc", colReserve, "not an amount"},
		{"bad buy now", "Title,Opening bid,Buy now", "X,5,#REF!", colBuyNow, "not an amount"},
		{"bad estimate", "Title,Estimate low", "X,about 9", colLow, "not an amount"},
		{"bad range", "Title,Estimate", "X,9–lots", colEstimate, "not an amount"},
		{"reserve below opening", "Title,Opening bid,Reserve", "X,50,49.99", colReserve, "below the opening bid, 50.00"},
		{"reserve below default", "Title,Reserve", "X,0.50", colReserve, "below the opening bid, 1.00"},
		{"buy now below opening", "Title,Opening bid,Buy now", "X,50,49", colBuyNow, "below the opening bid"},
		{"buy now below reserve", "Title,Opening bid,Reserve,Buy now", "X,50,90,80", colBuyNow, "below the reserve, 90.00"},
		{"high below low", "Title,Estimate low,Estimate high", "X,80,70", colHigh, "below the low estimate"},
		{"no title", "Title,Donor", " ,Jane", colTitle, "no title"},
		{"long title", "Title,Donor", long + ",Jane", colTitle, "301 letters"},
		{"long description", "Title,Description", "X," + strings.Repeat("x", 20_001), colDescription, "20001 letters"},
		{"long donor", "Title,Donor", "X," + long, colDonor, "301 letters"},
		{"bad lot number", "Title,Lot", "X,12/3", colLot, "no lot number"},
		{"long lot number", "Title,Lot", "X,12345678901", colLot, "no lot number"},
		{"lot number twice", "Title,Lot", "X,00g1", colLot, "line 2 already"},
		{"photo from elsewhere", "Title,Photos", "X,../../etc/passwd", colPhotos, "not the name"},
		{"photo from the root", "Title,Photos", `X,C:\me.jpg`, colPhotos, "not the name"},
		{"photo from the web", "Title,Photos", "X,https://x/y.jpg", colPhotos, "not the name"},
		{"many photos", "Title,Photos", "X," + strings.Repeat("a.jpg;", 31), colPhotos, "31 pictures"},
		{"more cells than headings", "Title,Lot", "Vase, blue,5", "", "more cells"},
		{"open quotation mark", "Title,Lot", "\"Vase", "", "never closed"},
	} {
		extra := strings.Repeat(",", strings.Count(c.head, ",")-1)
		good := func(title, lot string) string { return title + "," + lot + extra }
		if !strings.HasPrefix(c.head, "Title,Lot") {
			good = func(title, lot string) string { return title + "," + extra }
		}
		file := c.head + "\n" + good("Good", "G1") + "\n" + c.row + "\n" + good("Better", "G2") + "\n"
		got, problems, err := Lots(strings.NewReader(file), gbp, firstStep)
		if err != nil || Refused(problems) == 0 {
			t.Errorf("%s: %v, %v; want a problem", c.name, problems, err)
			continue
		}
		for _, p := range problems {
			if !p.Note && (p.Line != 3 || p.Column != c.column || !strings.Contains(p.Text, c.says)) {
				t.Errorf("%s: %v, want line 3, column %q, %q", c.name, p, c.column, c.says)
			}
		}
		if len(got) != 2 || got[0].Draft.Title != "Good" || got[1].Draft.Title != "Better" || got[1].Line != 4 {
			t.Errorf("%s: lots %+v, want the lines before and after", c.name, got)
		}
	}
}

func TestEveryProblemIsListed(t *testing.T) {
	_, problems, err := Lots(strings.NewReader("Lot,Title,Opening bid,Reserve,Photos\n"+
		"1,,x,y,../z\n2,Fine,5,,\n1,Chair,9,8,\n"), gbp, firstStep)
	var got []string
	for _, p := range problems {
		got = append(got, fmt.Sprintf("%d %s %s/%s", p.Line, p.Column, p.Number, p.Title))
	}
	want := []string{"2 Title 1/", "2 Photos 1/", "2 Opening bid 1/", "2 Reserve 1/", "4 Reserve 1/Chair", "4 Lot 1/Chair"}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v, %v\nwant %v", got, err, want)
	}
	if s := problems[len(problems)-1].String(); s != "line 4, Lot: “1”: stands in line 2 already" {
		t.Errorf("in one line: %s", s)
	}
}

func TestFilesWithoutATable(t *testing.T) {
	for _, c := range []struct{ name, file, says string }{
		{"empty", "", "empty"},
		{"blank", "\n , \n", "empty"},
		{"no Title column", "\nLot,Price\n1,5\n", "no column Title"},
		{"two Titles", "Title,Title\na,b\n", "two columns"},
	} {
		_, problems, err := Lots(strings.NewReader(c.file), gbp, firstStep)
		if err != nil || Refused(problems) != 1 || !strings.Contains(problems[0].Text, c.says) || problems[0].Line < 1 {
			t.Errorf("%s: %v, %v; want one problem that says %q", c.name, problems, err, c.says)
		}
	}
}

func TestUnreadableFiles(t *testing.T) {
	for _, c := range []struct{ name, file, says string }{
		{"xlsx", "PK\x03\x04\x14\x00\x06\x00", "save it as CSV"},
		{"xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as CSV"},
		{"PDF", "%PDF-1.4", "PDF"},
		{"NUL bytes", "Title\nCl\x00ock\n", "not text"},
		{"UTF-16 without a mark", "T\x00i\x00t\x00l\x00e\x00\n\x00", "not text"},
		{"noise with NUL", "\x00\xff\xfe\x80", "not text"},
		{"UTF-8 that is none", "\ufeffTitle\nCl\xffock\n", "Line 2"},
		{"damaged UTF-8", "Title\nCafé, crème, brûlée\nCl\xffock\n", "Line 3"},
		{"bytes without a letter", "Title\n\x81\x8d\n", "Line 2"},
		{"too large", "Title\n" + strings.Repeat("x", MaxBytes), "20 MB"},
	} {
		_, _, err := Lots(strings.NewReader(c.file), gbp, firstStep)
		var u *Unreadable
		if !errors.As(err, &u) || !strings.Contains(u.Error(), c.says) {
			t.Errorf("%s: %v, want an *Unreadable that says %q", c.name, err, c.says)
		}
	}
	_, _, err := Lots(iotest.ErrReader(errors.New("wire cut")), gbp, firstStep)
	var u *Unreadable
	if err == nil || errors.As(err, &u) {
		t.Errorf("a broken reader: %v, want an error that is no *Unreadable", err)
	}
}

func TestTooManyLots(t *testing.T) {
	got, problems, err := Lots(strings.NewReader("Title\n"+strings.Repeat("x\n", MaxLots+5)), gbp, firstStep)
	if err != nil || len(got) != MaxLots || Refused(problems) != 1 || problems[len(problems)-1].Line != MaxLots+2 {
		t.Errorf("%d lots, %v, %v", len(got), problems, err)
	}
}

func realLots(t *testing.T) [][]string {
	t.Helper()
	data, err := os.ReadFile("../../../shared/data/lots-500.csv")
	if err != nil {
		t.Skipf("THE REAL LOTS ARE MISSING, nothing was tested against them: %v", err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// sameAsReal compares lots with the rows of the real file.
func sameAsReal(t *testing.T, got []LotLine, rows [][]string) {
	t.Helper()
	squeeze := func(s string) string { return strings.Join(strings.Fields(html.UnescapeString(s)), " ") }
	for i, l := range got {
		row, d := rows[i+1], l.Draft
		money := func(m auction.Money) string {
			if m == 0 {
				return ""
			}
			return fmt.Sprintf("$%d.%02d", m/100, m%100)
		}
		want := []string{row[0], squeeze(row[1]), squeeze(row[2]), squeeze(row[3]), row[4], row[5], squeeze(row[6])}
		have := []string{d.Number, d.Title, d.Description, d.Category, money(d.Opening), money(d.BuyNow), d.Consignor}
		if fmt.Sprint(have) != fmt.Sprint(want) || l.Line != i+2 {
			t.Errorf("line %d:\ngot  %q\nwant %q", l.Line, have, want)
		}
		if strings.Contains(d.Title+d.Description, "&#124;") {
			t.Errorf("line %d still has an entity: %q", l.Line, d.Title)
		}
	}
}

func TestRealLots(t *testing.T) {
	rows := realLots(t)
	data, _ := os.ReadFile("../../../shared/data/lots-500.csv")
	got, problems, err := Lots(bytes.NewReader(data), usd, firstStep)
	if err != nil || len(problems) != 0 || len(got) != 500 {
		t.Fatalf("%d lots, problems %v, %v; want 500 and none", len(got), problems, err)
	}
	sameAsReal(t, got, rows)
	buyNow, longest := 0, 0
	for _, l := range got {
		if l.Draft.BuyNow > 0 {
			buyNow++
		}
		longest = max(longest, letters(l.Draft.Description))
	}
	t.Logf("%d lots, %d problems, %d with a buy-now price, longest description %d letters", len(got), len(problems), buyNow, longest)
}

// The same lots as a German Excel would write them.
func TestRealLotsAsWindows1252(t *testing.T) {
	rows := realLots(t)
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	for i, row := range rows {
		row := append([]string{}, row...)
		if i > 0 {
			for _, col := range []int{4, 5} {
				row[col] = strings.ReplaceAll(strings.TrimPrefix(row[col], "$"), ".", ",")
			}
			row[6] += " – Café Müller €"
		}
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			rows[i][6] = row[6]
		}
	}
	w.Flush()
	file, err := charmap.Windows1252.NewEncoder().String(b.String())
	if err != nil {
		t.Fatal(err)
	}
	got := lots(t, file, usd)
	if len(got) != 500 {
		t.Fatalf("%d lots, want 500", len(got))
	}
	sameAsReal(t, got, rows)
}
