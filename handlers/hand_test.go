package handlers_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"outcry/auction"
)

// TestManifest: a phone finds all that it needs to put the house on its first
// screen, wherever the house lies.
func TestManifest(t *testing.T) {
	for _, under := range []string{"", "/auctions"} {
		s := based(t, "http://127.0.0.1"+under)
		guest := &person{site: s}
		home := guest.get(under + "/")
		if !strings.Contains(home.text, `rel="manifest" href="`+under+`/manifest.webmanifest"`) || !strings.Contains(home.text, `rel="apple-touch-icon" href="`+under+`/static/icon-180.`) {
			t.Error("the front page names no manifest, or no icon")
		}
		var m struct {
			Scope string
			Start string `json:"start_url"`
			Icons []struct{ Src, Sizes, Type, Purpose string }
		}
		got := guest.get(under + "/manifest.webmanifest")
		if err := json.Unmarshal([]byte(got.text), &m); err != nil || got.header.Get("Content-Type") != "application/manifest+json" {
			t.Fatalf("%v, %s: %s", err, got.header.Get("Content-Type"), got.text)
		}
		if m.Scope != "./" || m.Start != "./" {
			t.Errorf("scope %q, start %q: not as seen from the manifest", m.Scope, m.Start)
		}
		var sizes []string
		for _, i := range m.Icons {
			sizes = append(sizes, i.Sizes+" "+i.Purpose)
			icon := guest.get(under + "/" + i.Src)
			if !strings.HasPrefix(icon.text, "\x89PNG") || icon.header.Get("Content-Type") != "image/png" {
				t.Errorf("%s is no PNG", i.Src)
			}
		}
		for _, want := range []string{"192x192 any", "512x512 any", "512x512 maskable"} {
			if !slices.Contains(sizes, want) {
				t.Errorf("no icon %s among %q", want, sizes)
			}
		}
	}
}

// TestWorker: the script changes with the page that it keeps, and everything
// that it keeps is there. It names no page with a price.
func TestWorker(t *testing.T) {
	s := newSite(t)
	before := (&person{site: s}).get("/sw.js")
	line, _, _ := strings.Cut(before.text, "\n")
	_, list, _ := strings.Cut(line, "SHELL = ")
	var shell []string
	if err := json.NewDecoder(strings.NewReader(list)).Decode(&shell); err != nil || len(shell) < 4 {
		t.Fatalf("%v: %s", err, line)
	}
	for _, path := range shell {
		if path != "offline" && !strings.HasPrefix(path, "static/") {
			t.Errorf("it keeps %s", path)
		}
		(&person{site: s}).get("/" + path)
	}
	if got := before.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q: an old worker would stay", got)
	}
	if got := s.owner.do("POST", "/account/house", url.Values{"house": {"Hill School"}}); got.status != 303 {
		t.Fatalf("name the house: %d", got.status)
	}
	(&person{site: s}).get("/offline").says(t, "the page that is kept", 200, "Hill School", "No connection")
	if after := (&person{site: s}).get("/sw.js"); after.text == before.text {
		t.Error("the page has changed and the worker has not: browsers keep the old page")
	}
}

// TestWhatSearchEnginesShow: what everybody may see, and nothing else.
func TestWhatSearchEnginesShow(t *testing.T) {
	c := newCrowd(t, newSite(t), 1)
	shown := []string{"GET /{$}", "GET /sales/{slug}", "GET /sales/{slug}/conditions", "GET /sales/{slug}/results", "GET /lots/{id}"}
	for _, rt := range routesOf(http.MethodGet) {
		method, path := c.place(rt.Pattern)
		for _, v := range []visitor{c.as("nobody"), c.as("the owner")} {
			got := v.do(method, path, nil)
			if is := got.header.Get("X-Robots-Tag") == ""; is != slices.Contains(shown, rt.Pattern) && got.status == 200 {
				t.Errorf("%s, to %s: shown by search engines: %v", path, v.name, is)
			}
		}
	}
	private, ids := c.site.sale(1, func(s *auction.Sale) { s.Slug, s.Private, s.Published = "secret", true, true })
	in := c.site.bidder("Insider", private)
	for _, p := range []page{in.get("/sales/secret"), in.get(lotPath(ids[0], "")), c.owner.get(lotPath(c.draftLot, "")), c.owner.get("/sales/draft")} {
		if p.header.Get("X-Robots-Tag") != "noindex" || !strings.Contains(p.text, `name="robots" content="noindex"`) ||
			strings.Contains(p.text, "og:title") || strings.Contains(p.text, "ld+json") || strings.Contains(p.text, "data-share") {
			t.Error("a page of a sale that not everybody sees is offered to search engines, or to be shared")
		}
	}
	c.as("nobody").get(lotPath(c.lots[0], "")).says(t, "a lot", 200, `og:title`, `ld+json`, `data-share`, c.URL+lotPath(c.lots[0], ""))
	c.as("nobody").get("/robots.txt").says(t, "robots", 200, "Disallow: /desk\n", "Disallow: /enter/\n")
}
