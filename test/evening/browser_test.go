package evening

import (
	"bytes"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// person is somebody with a browser of their own in which no script runs. They
// see pages, follow links by their words and press buttons by theirs; what a
// page does not offer, they cannot do, and the test fails.
type person struct {
	t    *testing.T
	name string
	base string
	http *http.Client

	at     *url.URL // the page that is open
	status int
	page   *html.Node
	words  string // all that it says, blanks made one
}

func (e *evening) person(name string) *person {
	jar, _ := cookiejar.New(nil) // fails never without options
	base, _ := url.Parse(e.URL("/"))
	return &person{t: e.t, name: name, base: e.URL(""), http: &http.Client{Jar: jar}, at: base}
}

// open types an address, or one that was sent in a mail or a code.
func (p *person) open(address string) {
	p.t.Helper()
	p.visit(http.MethodGet, address, "", nil)
	p.fine()
}

// fine fails the test when the page that came is one that refuses.
func (p *person) fine() {
	p.t.Helper()
	if p.status >= 400 {
		p.t.Fatalf("%s: %s answers %d: %s", p.name, p.at, p.status, p.words)
	}
}

func (p *person) visit(method, address, kind string, body io.Reader) {
	p.t.Helper()
	to, err := p.at.Parse(address)
	if err != nil {
		p.t.Fatalf("%s: %q is no address: %v", p.name, address, err)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, to.String(), body)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	if body != nil {
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Origin", p.base)
	}
	resp, err := p.http.Do(req)
	if err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
	defer resp.Body.Close()
	if p.page, err = html.ParseWithOptions(resp.Body, html.ParseOptionEnableScripting(false)); err != nil {
		p.t.Fatalf("%s: read %s: %v", p.name, to, err)
	}
	p.at, p.status = resp.Request.URL, resp.StatusCode
	p.words = wordsOf(first(p.page, func(n *html.Node) bool { return n.Data == "body" }))
}

// says fails the test unless the page has each of these words in it.
func (p *person) says(words ...string) {
	p.t.Helper()
	for _, w := range words {
		if !strings.Contains(p.words, w) {
			p.t.Fatalf("%s: %s does not say %q but: %s", p.name, p.at, w, p.words)
		}
	}
}

// quiet fails the test when the page has one of these words in it.
func (p *person) quiet(words ...string) {
	p.t.Helper()
	for _, w := range words {
		if strings.Contains(p.words, w) {
			p.t.Fatalf("%s: %s says %q: %s", p.name, p.at, w, p.words)
		}
	}
}

// follow follows the link that has these words, the first when there are more.
func (p *person) follow(words string) {
	p.t.Helper()
	link := first(p.page, func(n *html.Node) bool {
		return n.Data == "a" && attr(n, "href") != "" && strings.Contains(wordsOf(n), words)
	})
	if link == nil {
		p.t.Fatalf("%s: %s has no link %q; it has %q", p.name, p.at, words, p.offers("a"))
	}
	p.open(attr(link, "href"))
}

// offers are the words of all links or buttons of the page.
func (p *person) offers(tag string) []string {
	var all []string
	for n := range p.page.Descendants() {
		if n.Data == tag {
			all = append(all, wordsOf(n))
		}
	}
	return all
}

// file is what somebody chooses in a field for files.
type file struct {
	name string
	data []byte
}

// fields are what somebody types or chooses in a form: strings, bools for
// boxes, and files.
type fields map[string]any

// press fills in the form of the button with these words, and presses it. The
// form must have every field that is filled in.
func (p *person) press(button string, typed ...fields) {
	p.t.Helper()
	p.try(button, typed...)
	p.fine()
}

// pressIn is press for one of several buttons with the same words: the one
// whose form leads to an address that has this in it.
func (p *person) pressIn(action, button string, typed ...fields) {
	p.t.Helper()
	p.submit(action, button, typed)
	p.fine()
}

// try is press for what may be refused.
func (p *person) try(button string, typed ...fields) {
	p.t.Helper()
	p.submit("", button, typed)
}

func (p *person) submit(action, button string, typed []fields) {
	p.t.Helper()
	var form *html.Node
	b := first(p.page, func(n *html.Node) bool {
		if n.Data != "button" || attr(n, "type") == "button" || has(n, "disabled") || !strings.Contains(wordsOf(n), button) {
			return false
		}
		form = p.formOf(n)
		return form != nil && strings.Contains(attr(form, "action"), action)
	})
	if b == nil {
		p.t.Fatalf("%s: %s has no button %q; it has %q", p.name, p.at, button, p.offers("button"))
	}
	f := p.fill(form, typed)
	if name := attr(b, "name"); name != "" {
		f.values.Add(name, attr(b, "value"))
	}
	f.check(p)
	if strings.EqualFold(attr(form, "method"), "get") {
		p.visit(http.MethodGet, attr(form, "action")+"?"+f.values.Encode(), "", nil)
		return
	}
	kind, body := f.body(p, attr(form, "enctype"))
	p.visit(http.MethodPost, attr(form, "action"), kind, body)
}

// formOf is the form that a control belongs to.
func (p *person) formOf(n *html.Node) *html.Node {
	if id := attr(n, "form"); id != "" {
		return first(p.page, func(f *html.Node) bool { return f.Data == "form" && attr(f, "id") == id })
	}
	for up := n.Parent; up != nil; up = up.Parent {
		if up.Data == "form" {
			return up
		}
	}
	return nil
}

// filled is a form as it is sent.
type filled struct {
	values   url.Values
	files    map[string][]file
	controls map[string]*html.Node
}

// fill takes what the page put into a form, and what somebody types over it.
func (p *person) fill(form *html.Node, typed []fields) filled {
	p.t.Helper()
	f := filled{url.Values{}, map[string][]file{}, map[string]*html.Node{}}
	for n := range p.page.Descendants() {
		name := attr(n, "name")
		if name == "" || has(n, "disabled") || n.Data == "button" || !slices.Contains([]string{"input", "select", "textarea"}, n.Data) || p.formOf(n) != form {
			continue
		}
		if f.controls[name] == nil || attr(n, "type") != "hidden" {
			f.controls[name] = n
		}
		if value, sent := valueOf(n); sent {
			f.values.Add(name, value)
		}
	}
	for _, some := range typed {
		for _, name := range slices.Sorted(maps.Keys(some)) {
			f.enter(p, form, name, some[name])
		}
	}
	return f
}

func (f filled) enter(p *person, form *html.Node, name string, what any) {
	p.t.Helper()
	n := f.controls[name]
	if n == nil || attr(n, "type") == "hidden" || has(n, "readonly") {
		p.t.Fatalf("%s: the form for %s has no field %q to fill in; it has %q", p.name, attr(form, "action"), name, slices.Sorted(maps.Keys(f.controls)))
	}
	switch what := what.(type) {
	case file:
		if attr(n, "type") != "file" {
			p.t.Fatalf("%s: %q takes no file", p.name, name)
		}
		f.files[name] = append(f.files[name], what)
	case bool:
		if attr(n, "type") != "checkbox" {
			p.t.Fatalf("%s: %q is no box to tick", p.name, name)
		}
		f.values.Del(name)
		if what {
			f.values.Set(name, attr(n, "value"))
		}
	case []string: // boxes of one name
		f.values[name] = what
	case string:
		if n.Data == "select" && first(n, func(o *html.Node) bool { return o.Data == "option" && attr(o, "value") == what }) == nil {
			p.t.Fatalf("%s: %q offers no %q", p.name, name, what)
		}
		f.values.Set(name, what)
	default:
		p.t.Fatalf("nobody types a %T", what)
	}
}

// check does what a browser does before it sends a form.
func (f filled) check(p *person) {
	p.t.Helper()
	for name, n := range f.controls {
		value := f.values.Get(name)
		if has(n, "required") && value == "" && len(f.files[name]) == 0 {
			p.t.Fatalf("%s: %q must be filled in", p.name, name)
		}
		if most, err := strconv.Atoi(attr(n, "maxlength")); err == nil && len([]rune(value)) > most {
			p.t.Fatalf("%s: %q takes %d letters", p.name, name, most)
		}
		if pattern := attr(n, "pattern"); pattern != "" && value != "" && !regexp.MustCompile("^(?:"+pattern+")$").MatchString(value) {
			p.t.Fatalf("%s: %q does not take %q", p.name, name, value)
		}
	}
}

func (f filled) body(p *person, enctype string) (kind string, body io.Reader) {
	if enctype != "multipart/form-data" {
		if len(f.files) > 0 {
			p.t.Fatalf("%s: a form with files is not multipart/form-data", p.name)
		}
		return "application/x-www-form-urlencoded", strings.NewReader(f.values.Encode())
	}
	var b bytes.Buffer
	out := multipart.NewWriter(&b)
	for name, values := range f.values {
		for _, v := range values {
			out.WriteField(name, v) // a buffer takes everything, here and below
		}
	}
	for name, files := range f.files {
		for _, one := range files {
			part, _ := out.CreateFormFile(name, one.name)
			part.Write(one.data)
		}
	}
	out.Close()
	return out.FormDataContentType(), &b
}

// value is what a field of the page has in it.
func (p *person) value(name string) string {
	p.t.Helper()
	n := first(p.page, func(n *html.Node) bool {
		return n.Data != "button" && (attr(n, "name") == name || attr(n, "id") == name)
	})
	if n == nil {
		p.t.Fatalf("%s: %s has no field %q", p.name, p.at, name)
	}
	v, _ := valueOf(n)
	return v
}

// valueOf is what a control has in it, and whether it would be sent.
func valueOf(n *html.Node) (value string, sent bool) {
	switch n.Data {
	case "textarea":
		if n.FirstChild != nil {
			return n.FirstChild.Data, true
		}
		return "", true
	case "select":
		chosen := first(n, func(o *html.Node) bool { return o.Data == "option" && has(o, "selected") })
		if chosen == nil {
			chosen = first(n, func(o *html.Node) bool { return o.Data == "option" })
		}
		if chosen == nil {
			return "", false
		}
		return attr(chosen, "value"), true
	}
	switch attr(n, "type") {
	case "checkbox", "radio":
		return attr(n, "value"), has(n, "checked")
	case "file":
		return "", false
	}
	return attr(n, "value"), true
}

func first(in *html.Node, ok func(*html.Node) bool) *html.Node {
	for n := range in.Descendants() {
		if n.Type == html.ElementNode && ok(n) {
			return n
		}
	}
	return nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// wordsOf is the name and the text of an element with its blanks made one; what only a
// script would show is left out.
func wordsOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Type == html.ElementNode && (slices.Contains([]string{"script", "style", "template", "svg"}, n.Data) || has(n, "hidden")):
			return
		}
		if n.Type == html.ElementNode {
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.Type == html.ElementNode && n.Data != "b" && n.Data != "span" {
			b.WriteByte(' ')
		}
	}
	if n != nil {
		b.WriteString(attr(n, "aria-label"))
		walk(n)
	}
	words := strings.Join(strings.Fields(b.String()), " ")
	return strings.ReplaceAll(words, " :", ":") // where a name ends in an element of its own
}
