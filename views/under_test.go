package views

import "testing"

func TestUnder(t *testing.T) {
	for html, want := range map[string]string{
		`<a href="/">`:        `<a href="/auctions/">`,
		`<a href="/lots/1">x`: `<a href="/auctions/lots/1">x`,
		`<form method="post" action="/a?next=%2Flots" hx-post="/b">`: `<form method="post" action="/auctions/a?next=%2Flots" hx-post="/auctions/b">`,
		`<div hx-ws:connect="/live?own=x" hidden></div>`:             `<div hx-ws:connect="/auctions/live?own=x" hidden></div>`,
		`<img alt="a > b" src='/photos/x'/><p>1 < 2</p>`:             `<img alt="a > b" src='/auctions/photos/x'/><p>1 < 2</p>`,
		// What is no address of ours stays.
		`<a href="https://e.org/x">`:           `<a href="https://e.org/x">`,
		`<a href="//e.org/x">`:                 `<a href="//e.org/x">`,
		`<a href="#main">`:                     `<a href="#main">`,
		`<a href="">`:                          `<a href="">`,
		`<input name="back" value="/lots/1"/>`: `<input name="back" value="/lots/1"/>`,
		`<a title="href=" href="/x">`:          `<a title="href=" href="/auctions/x">`,
		`<a title=" src=&#34;/x&#34;">`:        `<a title=" src=&#34;/x&#34;">`,
		`href="/x"`:                            `href="/x"`,
		`<script type="application/ld+json">{"a":"<a href='/x'`: `<script type="application/ld+json">{"a":"<a href='/x'`,
		`<script src="/x">a<b href="/y"</script><a href="/z">`:  `<script src="/auctions/x">a<b href="/y"</script><a href="/auctions/z">`,
		// Nothing is lost of what ends too early.
		`<`: `<`, `<a`: `<a`, `<a href=`: `<a href=`, `<a href="`: `<a href="`, `<a href="/x`: `<a href="/x`, ``: ``,
	} {
		if got := string(Under("/auctions", []byte(html))); got != want {
			t.Errorf("Under(%s)\n got %s\nwant %s", html, got, want)
		}
		if got := string(Under("", []byte(html))); got != html {
			t.Errorf("without a path, %s became %s", html, got)
		}
	}
}
