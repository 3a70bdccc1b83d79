package views

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	htmlparse "golang.org/x/net/html"
)

func TestMarkdown(t *testing.T) {
	for text, want := range map[string]string{
		"Plain.\n\nTwo *words* of **it**.":  "<p dir=\"auto\">Plain.</p>\n<p dir=\"auto\">Two <em>words</em> of <strong>it</strong>.</p>\n",
		"# Big":                             "<h3 dir=\"auto\">Big</h3>\n",
		"- a\n- b":                          "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n",
		"[site](https://x.example/a?b=1&c)": `<p dir="auto"><a href="https://x.example/a?b=1&amp;c" rel="nofollow noopener">site</a></p>` + "\n",
		"<ruth@example.org>":                `<p dir="auto"><a href="mailto:ruth@example.org" rel="nofollow noopener">ruth@example.org</a></p>` + "\n",
		"[x](javascript:alert(1)) [y](/sign-out) [z](//evil.example)": `<p dir="auto">x y z</p>` + "\n",
		"![a vase](https://x.example/spy.png)":                        `<p dir="auto">a vase</p>` + "\n",
		"<img src=x> <b>bold</b>":                                     `<p dir="auto">&lt;img src=x&gt; &lt;b&gt;bold&lt;/b&gt;</p>` + "\n",
		"```js\n<x>\n```":                                             "<pre><code>&lt;x&gt;\n</code></pre>\n",
		"    four spaces":                                             "<p dir=\"auto\">four spaces\n</p>\n",
		"[Note]: bring a ladder":                                      "<p dir=\"auto\">[Note]: bring a ladder</p>\n",
		"# Title {#lot-42 .x}":                                        "<h3 dir=\"auto\">Title {#lot-42 .x}</h3>\n",
	} {
		var b bytes.Buffer
		if err := Markdown(text).Render(t.Context(), &b); err != nil || b.String() != want {
			t.Errorf("Markdown(%q): %v\n got %s\nwant %s", text, err, b.String(), want)
		}
	}
}

// elements are all that a description may become, with their attributes.
var elements = map[string][]string{
	"p": {"dir"}, "h3": {"dir"}, "h4": {"dir"}, "h5": {"dir"}, "h6": {"dir"}, "em": nil, "strong": nil, "ul": nil, "ol": {"start"},
	"li": nil, "blockquote": nil, "hr": nil, "br": nil, "pre": nil, "code": nil, "a": {"href", "rel"},
}

func FuzzMarkdown(f *testing.F) {
	for _, text := range []string{hostile, "# a {#id}", "[a](https://b.example \"t\")", "![a](b)", "<https://a.example>", "```x y\nz", "1) a\n\n   b",
		"> a\n> > b", "***", "[a]: /b 'c'\n\n[a]", "<script>", "&lt;b&gt; &#x3c;", "a\\\nb  \nc", strings.Repeat("> ", 200), strings.Repeat("[", 200), "[x](https://a\"b>c)"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b bytes.Buffer
		if err := Markdown(text).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		z := htmlparse.NewTokenizer(&b)
		for z.Next() != htmlparse.ErrorToken {
			token := z.Token()
			switch token.Type {
			case htmlparse.CommentToken, htmlparse.DoctypeToken:
				t.Errorf("%q became %s", text, token)
			case htmlparse.StartTagToken, htmlparse.SelfClosingTagToken, htmlparse.EndTagToken:
				may, known := elements[token.Data]
				if !known {
					t.Errorf("%q became %s", text, token)
				}
				for _, a := range token.Attr {
					ok := slices.Contains(may, a.Key)
					if a.Key == "href" {
						ok = ok && (strings.HasPrefix(a.Val, "https://") || strings.HasPrefix(a.Val, "http://") || strings.HasPrefix(a.Val, "mailto:"))
					}
					if !ok {
						t.Errorf("%q became %s", text, token)
					}
				}
			}
		}
	})
}
