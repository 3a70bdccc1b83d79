package handlers_test

import (
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"

	"outcry/auction"
)

// hostileWords are what people may type where a name or a title is asked for.
// None has a character that a form would take out.
var hostileWords = []string{
	`"><script>alert(1)</script>`, `'><img src=x onerror=alert(1)>`, `<svg/onload=alert(1)>`, `</title></textarea></style><script>x</script>`,
	`javascript:alert(1)`, `" onfocus="alert(1)" autofocus="`, `<hx-partial hx-target="body">x</hx-partial>`, `<div hx-get="/sign-out" hx-trigger="load">`,
	`{{7*7}}${7*7}<%= 7*7 %>`, `<!--`, `]]>`, `<base href="//evil.example">`, `&lt;script&gt;&#x3c;script&#62;`, `<form action="//evil.example"><button>`,
	`<meta http-equiv="refresh" content="0;url=//evil.example">`, `<iframe srcdoc="<script>alert(1)</script>">`, `<a href="data:text/html,x">`, `%3Cscript%3E`,
	"=HYPERLINK(\"//evil.example\")", `<p id="main" class="note" data-s="met">`, `<template><script>1</script></template>`, "`-alert(1)-`",
}

// furnished is a house in which everything that has words has these.
func furnished(t *testing.T, words func() string) *crowd {
	t.Helper()
	s := newSite(t)
	if err := s.store.SetSetting(t.Context(), "house", words()); err != nil {
		t.Fatal(err)
	}
	c := newCrowd(t, s, 2)
	c.sale.Title, c.sale.Intro, c.sale.Conditions = words(), words(), words()
	if err := s.store.SaveSale(t.Context(), c.sale); err != nil {
		t.Fatal(err)
	}
	for i, lot := range []int64{c.lots[0], c.lots[1], c.draftLot} {
		d, err := s.store.Draft(t.Context(), lot)
		if err == nil {
			d.Title, d.Subtitle, d.Consignor = words(), words(), words()
			d.Category = "Kind"
			d.Number = fmt.Sprint(i + 1)
			err = s.store.SaveDraft(t.Context(), lot, d)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	c.holder.Name = words()
	if err := s.store.SaveHolder(t.Context(), c.holder); err != nil {
		t.Fatal(err)
	}
	for _, v := range c.people {
		if v.role != "" && !v.link {
			if err := s.store.SetName(t.Context(), v.user.ID, words()); err != nil {
				t.Fatal(err)
			}
		}
	}
	bidder := c.as("a bidder")
	done := func(v *person, path string, form url.Values) {
		if got := v.do("POST", path, form); got.status != 303 {
			t.Fatalf("POST %s: %d %s", path, got.status, v.do("POST", path, form, "Accept", "application/json").text)
		}
	}
	done(bidder.person, lotPath(c.lots[0], "/bids"), bidForm("50"))
	done(bidder.person, lotPath(c.lots[1], "/bids"), bidForm("50"))
	done(s.owner, fmt.Sprintf("/desk/lots/%d/void", c.lots[0]), url.Values{"seq": {"2"}, "reason": {words()}})
	done(s.owner, fmt.Sprintf("/desk/lots/%d/withdraw", c.lots[1]), url.Values{"reason": {words()}})
	return c
}

// skeleton is the elements of a page with the names of their attributes, and
// what an attribute must not say.
func skeleton(t *testing.T, text string) (bones []string, bad string) {
	t.Helper()
	doc, err := nethtml.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != nethtml.ElementNode {
			continue
		}
		var names []string
		for _, a := range n.Attr {
			names = append(names, a.Key)
			v := strings.ToLower(strings.TrimSpace(a.Val))
			if slices.Contains([]string{"href", "src", "action", "formaction", "hx-get", "hx-post", "hx-target"}, a.Key) &&
				(strings.HasPrefix(v, "javascript:") || strings.HasPrefix(v, "data:") || strings.HasPrefix(v, "//")) {
				bad = a.Key + "=" + a.Val
			}
		}
		sort.Strings(names)
		bones = append(bones, n.Data+" "+strings.Join(names, " "))
	}
	return bones, bad
}

// TestWordsStayWords: a house full of hostile words has the very pages of one
// with tame words: no element more, no attribute more, for anybody, anywhere.
func TestWordsStayWords(t *testing.T) {
	i := 0
	tame := furnished(t, func() string { i++; return fmt.Sprint("Some plain words ", i) })
	for range 2 {
		hostile := furnished(t, func() string { i++; return hostileWords[i%len(hostileWords)] + fmt.Sprint(i) })
		pages := 0
		for p, v := range hostile.people {
			for _, rt := range routesOf("GET") {
				_, path := hostile.place(rt.Pattern)
				word := url.QueryEscape(hostileWords[(i+pages)%len(hostileWords)] + "zzz") // which nothing is called
				path += "?q=" + word + "&amount=" + word + "&next=" + word + "&done=" + word + "&category=" + word
				calm := regexp.MustCompile(`=[^&]*`).ReplaceAllString(strings.SplitN(path, "?", 2)[1], "=zzz")
				got := v.do("GET", path, nil)
				want := tame.people[p].do("GET", strings.SplitN(path, "?", 2)[0]+"?"+calm, nil)
				if got.status != want.status {
					t.Errorf("%s as %s: %d, want %d", path, v.name, got.status, want.status)
				}
				if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") || got.status >= 300 && got.status < 400 {
					continue
				}
				pages++
				bones, bad := skeleton(t, got.text)
				plain, _ := skeleton(t, want.text)
				if bad != "" {
					t.Errorf("%s as %s: %s", path, v.name, bad)
				}
				if !slices.Equal(bones, plain) {
					t.Errorf("%s as %s: the words changed the page: %s", path, v.name, differs(bones, plain))
				}
			}
		}
		if pages < 50 {
			t.Errorf("only %d pages were looked at", pages)
		}
	}
}

func differs(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("element %d is <%s>, want <%s>", i, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d elements, want %d", len(a), len(b))
}

// public are the files that a cache may keep: nothing in them is anybody's.
var public = regexp.MustCompile(` /static/| /lots/\d+/qr\.svg|picture`)

// TestEveryAnswerHasItsHeaders: whatever is answered, to whomever, errors and
// files too, comes with what keeps a browser from doing anything else with it.
func TestEveryAnswerHasItsHeaders(t *testing.T) {
	c := newCrowd(t, newSite(t), 1)
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	}
	check := func(what string, got page) {
		for name, value := range want {
			if got.header.Get(name) != value {
				t.Errorf("%s (%d): %s is %q", what, got.status, name, got.header.Get(name))
			}
		}
		if got.text != "" && got.header.Get("Content-Type") == "" {
			t.Errorf("%s (%d) has no type", what, got.status)
		}
		if got.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s lets other sites read it", what)
		}
		if kept := got.header.Get("Cache-Control"); kept != "no-store" && !public.MatchString(what) {
			t.Errorf("%s (%d) may be kept: Cache-Control %q", what, got.status, kept)
		}
	}
	const name = "a-picture-of-the-test.jpg"
	if err := c.store.KeepPhoto(name, []byte("<script>alert(1)</script>")); err == nil {
		got := c.owner.do("GET", "/photos/"+name, nil)
		check("an upload that is no picture", got)
		if kind := got.header.Get("Content-Type"); kind != "image/jpeg" {
			t.Errorf("an upload that is no picture is served as %q", kind)
		}
	}
	nobody := c.as("nobody")
	for _, v := range []visitor{nobody, c.as("a bidder"), c.as("the owner")} {
		for _, rt := range routesOf("GET") {
			_, path := c.place(rt.Pattern)
			check("GET "+path, v.do("GET", path, nil))
			check("HEAD "+path, v.do("HEAD", path, nil))
		}
	}
	for _, rt := range routesOf("POST") {
		_, path := c.place(rt.Pattern)
		check("POST "+path, nobody.do("POST", path, url.Values{}))
		check("POST as JSON "+path, nobody.do("POST", path, nil, "Content-Type", "application/json"))
	}
	for _, method := range []string{"TRACE", "OPTIONS", "PUT", "BREW"} {
		got := nobody.do(method, "/", nil)
		check(method+" /", got)
		if got.status != http.StatusMethodNotAllowed || strings.Contains(got.text, "outcry=") {
			t.Errorf("%s: %d", method, got.status)
		}
	}
	check("nothing", nobody.do("GET", "/no/such/page", nil))
	check("no text", nobody.do("GET", "/%ff", nil))
	check("a folder", nobody.do("GET", "/static/", nil))
}

func TestNamesAreWhatTheyLookLike(t *testing.T) {
	s := newSite(t)
	s.sale(1, published)
	for typed, want := range map[string]string{
		"Ann\u202egnp.exe":            "Anngnp.exe",
		"\u2066Ann\u2069":             "Ann",
		"A\u200bn\u00adn\ufeff\u2060": "Ann",
		"Ann \u0007\u001b[31m":        "Ann [31m",
		"Ann\U000e0041\U000e007f":     "Ann",
		"\u3164\u115f":                "",
		"\u200d\u200c":                "",
		"نجمه\u200cخانم":              "نجمه\u200cخانم", // the joiner is how the name is written
		"👩\u200d🌾 Ann":                "👩\u200d🌾 Ann",
		"Łukasz Żółć 名前":              "Łukasz Żółć 名前",
		"O’Brien-Müller":              "O’Brien-Müller",
	} {
		email := fmt.Sprintf("n%x@example.org", sha256.Sum256([]byte(typed)))
		got := (&person{site: s}).do("POST", "/sign-up", url.Values{"name": {typed}, "email": {email}, "password": {password}})
		u, err := s.store.UserByEmail(t.Context(), email)
		if want == "" {
			if got.status != 422 {
				t.Errorf("the name %q: %d, want 422", typed, got.status)
			}
			continue
		}
		if err != nil || u.Name != want {
			t.Errorf("the name %q: %d, kept as %q (%v), want %q", typed, got.status, u.Name, err, want)
		}
	}
}

// TestASpreadsheetRunsNothing: no cell of any table that leaves the house
// begins as a formula does.
func TestASpreadsheetRunsNothing(t *testing.T) {
	formulas := []string{"=1+1", "+SUM(A1)", "-2+3", "@x", "\t=1", ";=cmd|' /C calc'!A0", "＝1+1"}
	i := 0
	c := furnished(t, func() string { i++; return formulas[i%len(formulas)] + fmt.Sprint(i) })
	tables := 0
	for _, rt := range routesOf("GET") {
		_, path := c.place(rt.Pattern)
		got := c.owner.do("GET", path, nil)
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/csv") {
			continue
		}
		tables++
		if !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s is no file of its own: %q", path, got.header.Get("Content-Disposition"))
		}
		rows, err := csv.NewReader(strings.NewReader(got.text)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, row := range rows {
			for _, cell := range row {
				for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == '\t' || r == '\n' }) {
					part = strings.TrimLeft(part, " ")
					if part != "" && strings.ContainsRune("=+-@＝", []rune(part)[0]) && !regexp.MustCompile(`^-?[0-9.,]+$`).MatchString(part) {
						t.Errorf("%s: the cell %q is a formula", path, cell)
					}
				}
			}
		}
	}
	if tables == 0 {
		t.Error("no table was found")
	}
}

// TestTablesAreWrittenInOnePlace: a table that is written past NewTable is not
// guarded against formulas.
func TestTablesAreWrittenInOnePlace(t *testing.T) {
	for _, dir := range []string{".", "..", "../views"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(file, "_test.go") || filepath.Base(file) == "table.go" {
				continue
			}
			if strings.Contains(string(text), "csv.NewWriter") {
				t.Errorf("%s writes a table by itself; write it with NewTable, which keeps spreadsheets from running what people typed", file)
			}
		}
	}
}

// TestWhoSignsInIsWrittenDown, without what would be as good as a password.
func TestWhoSignsInIsWrittenDown(t *testing.T) {
	s := newSite(t)
	s.withPassword(s.person("Ann", auction.RoleBidder))
	s.signIn("ann@example.org", password)
	s.signIn("ann@example.org", "a wrong secret")
	s.signIn("my password in the wrong field", "x")
	s.person("Bob", auction.RoleBidder).do("GET", "/desk", nil)
	for _, want := range []string{`msg="signed in" user=2`, `msg="sign-in refused" user=2`, `msg="sign-in refused" user=0`, `msg="turned away" user=3 method=GET path=/desk`, "from=127.0.0.1"} {
		if !strings.Contains(s.log.String(), want) {
			t.Errorf("the log does not say %s:\n%s", want, s.log.String())
		}
	}
	for _, secret := range []string{password, "a wrong secret", "my password"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}
