package handlers_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"
)

// formOf reads the page's first form with an action, as a browser that nobody
// typed into would send it. Buttons are left out.
func formOf(t testing.TB, p page, action string) url.Values {
	t.Helper()
	root, err := nethtml.Parse(strings.NewReader(p.text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "form" && attr(n, "action") == action {
			values := url.Values{}
			for c := range n.Descendants() {
				addControl(values, c)
			}
			return values
		}
	}
	t.Fatalf("the page has no form for %s", action)
	return nil
}

func addControl(values url.Values, n *nethtml.Node) {
	name := attr(n, "name")
	if name == "" {
		return
	}
	switch n.Data {
	case "input":
		kind := attr(n, "type")
		if (kind == "checkbox" || kind == "radio") && !has(n, "checked") || kind == "file" {
			return
		}
		values.Add(name, attr(n, "value"))
	case "textarea":
		if n.FirstChild != nil {
			values.Add(name, n.FirstChild.Data)
		} else {
			values.Add(name, "")
		}
	case "select":
		for o := range n.Descendants() {
			if o.Data == "option" && has(o, "selected") {
				values.Add(name, attr(o, "value"))
			}
		}
	}
}

func attr(n *nethtml.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *nethtml.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func lotID(id int64) string { return strconv.FormatInt(id, 10) }
