package views

import (
	"bytes"
	"context"
	"io"
	"net/url"

	"github.com/a-h/templ"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	render "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// What organisers write of a lot is Markdown, of which little is taken:
// paragraphs, emphasis, lists, quotations, headings, rules, code and links. It
// stands inside pages that take pushed HTML by id and read data- attributes, so
// nothing that is written may come out with an id, a class or any attribute but
// those below. HTML in it is text, and a picture is its words.

// markdown is safe for several pages at once.
var markdown = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		// No HTML, and no links that are defined elsewhere: "[Note]: …" is a
		// sentence to most people.
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
	)),
	goldmark.WithRenderer(renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(plainNodes{}, 100),
		util.Prioritized(render.NewRenderer(), 1000),
	))),
)

// Markdown is a text of an organiser's.
func Markdown(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b bytes.Buffer
		if err := markdown.Convert([]byte(text), &b); err != nil {
			return err
		}
		_, err := w.Write(b.Bytes())
		return err
	})
}

// plainNodes renders what the library would give attributes of its own, or
// take an address from.
type plainNodes struct{}

func (plainNodes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindParagraph, element(func(ast.Node) string { return "p" }, ` dir="auto"`))
	r.Register(ast.KindHeading, element(headingTag, ` dir="auto"`))
	r.Register(ast.KindFencedCodeBlock, lines("<pre><code>", "</code></pre>\n"))
	r.Register(ast.KindCodeBlock, lines(`<p dir="auto">`, "</p>\n")) // a text that is indented for no reason
	r.Register(ast.KindLink, link)
	r.Register(ast.KindAutoLink, autoLink)
	r.Register(ast.KindImage, func(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
		return ast.WalkContinue, nil // its words are its children
	})
}

// headingTag puts headings below those that a page has.
func headingTag(n ast.Node) string {
	return [...]string{"h3", "h4", "h5", "h6", "h6", "h6"}[n.(*ast.Heading).Level-1]
}

func element(tag func(ast.Node) string, attributes string) renderer.NodeRendererFunc {
	return func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, err := w.WriteString("<" + tag(n) + attributes + ">")
			return ast.WalkContinue, err
		}
		_, err := w.WriteString("</" + tag(n) + ">\n")
		return ast.WalkContinue, err
	}
}

// lines renders the lines of a block as they stand.
func lines(open, end string) renderer.NodeRendererFunc {
	return func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			_, err := w.WriteString(end)
			return ast.WalkContinue, err
		}
		w.WriteString(open)
		for _, line := range n.Lines().Sliced(0, n.Lines().Len()) {
			if _, err := w.Write(util.EscapeHTML(line.Value(source))); err != nil {
				return ast.WalkStop, err
			}
		}
		return ast.WalkContinue, nil
	}
}

func link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	return anchor(w, string(n.(*ast.Link).Destination), entering)
}

func autoLink(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	l := n.(*ast.AutoLink)
	to := string(l.URL(source))
	if l.AutoLinkType == ast.AutoLinkEmail {
		to = "mailto:" + to
	}
	anchor(w, to, true)
	w.Write(util.EscapeHTML(l.Label(source)))
	return anchor(w, to, false)
}

// anchor opens or closes a link to another site or an e-mail address; other
// links are their words alone.
func anchor(w util.BufWriter, to string, opens bool) (ast.WalkStatus, error) {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "mailto" && (u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		return ast.WalkContinue, nil
	}
	text := "</a>"
	if opens {
		text = `<a href="` + templ.EscapeString(u.String()) + `" rel="nofollow noopener">`
	}
	_, err = w.WriteString(text)
	return ast.WalkContinue, err
}
