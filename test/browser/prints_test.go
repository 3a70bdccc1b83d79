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

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

// pdf prints the page that is open, as its stylesheet wants the paper, and
// counts the pages.
func (p *person) pdf(name string) int {
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
	return len(pdfPage.FindAll(data, -1))
}

// cut names the sheets, cards and labels of which something is cut off.
const cut = `[...document.querySelectorAll(".onepage, .card, .label, .terms .fig")]
	.filter((e) => !e.matches(".fig") && e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
	.map((e) => e.className + " " + e.innerText.slice(0, 40) + " " + e.scrollHeight + " in " + e.clientHeight + ", " + e.scrollWidth + " in " + e.clientWidth).join(" | ")`

// TestPrintsFitTheirPaper prints what a hall needs: so many pages, nothing cut.
func TestPrintsFitTheirPaper(t *testing.T) {
	t.Parallel()
	openChromium(t)
	h := house.New(t)
	h.AddUser(staffEmail, "Ruth", "owner", staffPassword)
	const lots = 23
	h.ImportFile("spring", printed(t, lots), "--title", "Spring Sale", "--closes-in", "2h")
	h.Start()
	ruth := sit(t, h.URL(""), "ruth", desktop)
	ruth.open("/sign-in")
	ruth.signIn(staffEmail)
	ruth.wait("the desk", `location.pathname === "/desk"`)
	ruth.open("/desk/sales/spring/prints")
	ruth.waitText("main", "Bid sheets", "which only this computer understands")
	ruth.looks("desk-prints")
	for _, c := range []struct {
		what  string
		boxes int // sheets, cards or labels
		pages int
	}{{"sheets", lots, lots}, {"cards", lots, 6}, {"lots", lots, 2}} {
		ruth.open("/desk/sales/spring/prints/" + c.what)
		ruth.wait("pictures", `[...document.images].every((i) => i.complete && i.naturalWidth > 0)`)
		ruth.do("paper", call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}), chromedp.EmulateViewport(673, 1000))
		if n := eval[int](ruth, `document.querySelectorAll(".onepage, .card, .label").length`); n != c.boxes {
			t.Errorf("%s: %d on paper, want %d", c.what, n, c.boxes)
		}
		if over := eval[string](ruth, cut); over != "" {
			t.Errorf("%s: cut off: %s", c.what, over)
		}
		if n := ruth.pdf("print-" + c.what); n != c.pages {
			t.Errorf("%s: %d pages, want %d", c.what, n, c.pages)
		}
		ruth.do("screen", call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{}), chromedp.EmulateViewport(desktop.w, desktop.h))
		ruth.shoot("print-" + c.what)
	}
	ruth.open("/desk/sales/spring/prints/catalogue")
	if n := ruth.pdf("print-catalogue"); n < 2 || n > lots {
		t.Errorf("the catalogue of %d lots has %d pages", lots, n)
	}
	for _, want := range []string{fmt.Sprintf("%d", lots), "Blue", "its stand"} {
		ruth.waitText(".booklet", want)
	}
}
