package browser

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"outcry/test/house"
)

// printed are lots whose words are hard to set: long ones, wide ones, words
// without a space.
func printed(t *testing.T, n int) string {
	t.Helper()
	long := strings.TrimSpace(strings.Repeat("A cabinet of many drawers and as many secrets ", 7))[:300]
	titles := []string{"Vase", long, strings.Repeat("清乾隆青花缠枝莲纹大瓶", 27), strings.Repeat("Donaudampfschifffahrt", 14), "ساعة جيب فضية"}
	path := filepath.Join(t.TempDir(), "lots.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := csv.NewWriter(f)
	w.Write([]string{"Title", "Subtitle", "Description", "Opening bid", "Donor", "Estimate low", "Estimate high", "Fair value"})
	for i := range n {
		by, donor := "", ""
		if i%2 == 1 {
			by, donor = strings.Repeat("Mittenwald, about 1900, with bow ", 9), strings.Repeat("The Friends of Everything ", 7)
		}
		w.Write([]string{titles[i%len(titles)], by, "*Blue*, " + long + "\n\n- with\n- its stand", "1234560", donor, "2000000", "3000000", "2500000"})
	}
	w.Flush()
	if err := w.Error(); err != nil {
		t.Fatal(err)
	}
	return path
}

var (
	pdfPage = regexp.MustCompile(`/Type\s*/Page\b[^s]`)
	pdfSize = regexp.MustCompile(`/MediaBox\s*\[0 0 ([0-9]+)[0-9.]* ([0-9]+)[0-9.]*\]`)
)

// pdf prints the page that is open, as its stylesheet wants the paper, and
// counts the pages, all of which are to be of one size, in points.
func (p *person) pdf(name, size string) int {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	var data []byte
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		got, err := cdp.Call(ctx, t, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)})
		data = got.Data
		return err
	}))
	if err != nil {
		p.t.Fatalf("print %s: %v", name, err)
	}
	if shots() != "" {
		if err := os.WriteFile(filepath.Join(shots(), name+".pdf"), data, 0o600); err != nil {
			p.t.Fatal(err)
		}
	}
	pages := len(pdfPage.FindAll(data, -1))
	for _, m := range pdfSize.FindAllSubmatch(data, -1) {
		if got := string(m[1]) + " " + string(m[2]); got != size {
			p.t.Errorf("%s: paper of %s points, want %s", name, got, size)
			break
		}
	}
	if !pdfSize.Match(data) {
		p.t.Errorf("%s: no page tells its size", name)
	}
	return pages
}

// cut names the sheets, cards and labels of which something is cut off.
const cut = `[...document.querySelectorAll(".onepage, .card, .label, .terms .fig")]
	.filter((e) => !e.matches(".fig") && e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
	.map((e) => e.className + " " + e.innerText.slice(0, 40) + " " + e.scrollHeight + " in " + e.clientHeight + ", " + e.scrollWidth + " in " + e.clientWidth).join(" | ")`

// TestPrintsFitTheirPaper prints what a hall needs, on A4 and on US Letter, which
// a sale in dollars has by itself: so many pages of that size, nothing cut.
func TestPrintsFitTheirPaper(t *testing.T) {
	t.Parallel()
	openChromium(t)
	h := house.New(t)
	h.AddUser(staffEmail, "Ruth", "owner", staffPassword)
	const lots = 23
	h.ImportFile("spring", printed(t, lots), "--title", "Spring Sale", "--closes-in", "2h")
	h.ImportFile("fall", printed(t, lots), "--title", "Fall Sale", "--closes-in", "2h", "--currency", "USD")
	h.Start()
	ruth := sit(t, h.URL(""), "ruth", desktop)
	ruth.open("/sign-in")
	ruth.signIn(staffEmail)
	ruth.wait("the desk", `location.pathname === "/desk"`)
	ruth.open("/desk/sales/spring/prints")
	ruth.waitText("main", "Bid sheets", "Only this computer understands", "On A4.")
	ruth.looks("desk-prints")
	ruth.prints("spring", "594 841", 673, lots, map[string]int{"sheets": lots, "cards": 6, "lots": 2})
	ruth.prints("fall", "612 792", 695, lots, map[string]int{"sheets": lots, "cards": 6, "lots": 3})
	ruth.open("/desk/sales/spring/prints/catalogue")
	for _, want := range []string{fmt.Sprintf("%d", lots), "Blue", "its stand"} {
		ruth.waitText(".booklet", want)
	}
}

// prints looks at the prints of a sale on paper of a size, whose lines are so many
// pixels wide.
func (p *person) prints(sale, size string, wide int64, lots int, pages map[string]int) {
	p.t.Helper()
	for what, want := range pages {
		name := "print-" + what + "-" + sale
		p.open("/desk/sales/" + sale + "/prints/" + what)
		p.wait("pictures", `[...document.images].every((i) => i.complete && i.naturalWidth > 0)`)
		p.do("paper", call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}), chromedp.EmulateViewport(wide, 1000))
		if n := eval[int](p, `document.querySelectorAll(".onepage, .card, .label").length`); n != lots {
			p.t.Errorf("%s: %d on paper, want %d", name, n, lots)
		}
		if over := eval[string](p, cut); over != "" {
			p.t.Errorf("%s: cut off: %s", name, over)
		}
		if n := p.pdf(name, size); n != want {
			p.t.Errorf("%s: %d pages, want %d", name, n, want)
		}
		p.do("screen", call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{}), chromedp.EmulateViewport(desktop.w, desktop.h))
		p.shoot(name)
	}
	p.open("/desk/sales/" + sale + "/prints/catalogue")
	if n := p.pdf("print-catalogue-"+sale, size); n < 2 || n > lots {
		p.t.Errorf("the catalogue of %d lots has %d pages", lots, n)
	}
}
