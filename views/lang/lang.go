// Package lang puts texts into the reader's language, and writes numbers and
// dates as the reader does.
//
// The English text stands in the page where it is used and is the key:
//
//	lang.T(ctx, "Paddle %s leads", paddle)
//	lang.N(ctx, bids, "%s bid", "%s bids")
//
// Another language is one file, catalogue/de.json, with a translation for each
// key; what it misses is shown in English. docs/translate.md says how to add
// one, and the tests in this package read the sources to find texts that a
// file misses or that nobody uses any more.
package lang

import (
	"context"
	"fmt"

	"golang.org/x/text/feature/plural"
)

// Lang is one way to read: a language of texts and a style of numbers. There
// is one value of each, made at the start; they are compared by address.
type Lang struct {
	Tag string // of the texts, as in <html lang>: "en", "de"
	Dir string // "ltr" or "rtl"

	suffix  string     // of a topic in this dress; "" for English as the English write numbers
	words   *catalogue // nil = English, as it stands in the pages
	numbers style
	pseudo  *pseudo // nil = a real language
}

// Key is a text that is put into the reader's language only where it is shown,
// such as a refusal or a notice.
type Key string

// English is what is read where nothing says otherwise.
func English() *Lang { return all["en"] }

// Suffix tells this language and style from the others in the name of a topic.
func (l *Lang) Suffix() string { return l.suffix }

type inContext struct{}

// With returns a context whose texts are in l.
func With(ctx context.Context, l *Lang) context.Context {
	if Of(ctx) == l {
		return ctx
	}
	return context.WithValue(ctx, inContext{}, l)
}

// Of is the language of a context, English when it has none.
func Of(ctx context.Context) *Lang {
	if l, ok := ctx.Value(inContext{}).(*Lang); ok {
		return l
	}
	return English()
}

// T is a text in the reader's language. It is English when the catalogue has
// none. args are put in place of its %s; a translation that wants another order
// says %[2]s.
func T(ctx context.Context, text string, args ...any) string {
	return Of(ctx).T(text, args...)
}

// N is a text that depends on a number: one is said of 1 and many of all else
// in English; other languages have as many forms as they need. The first %s is
// the number, written as the reader writes it.
func N(ctx context.Context, n int, one, many string, args ...any) string {
	return Of(ctx).N(n, one, many, args...)
}

// T is T of the package, where the language is at hand.
func (l *Lang) T(text string, args ...any) string {
	if l.words != nil {
		if said, ok := l.words.texts[text]; ok {
			text = said.Other
		}
	} else if l.pseudo != nil {
		text = l.pseudo.text(text)
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// N is N of the package.
func (l *Lang) N(n int, one, many string, args ...any) string {
	text := many
	if n == 1 {
		text = one
	}
	if l.words != nil {
		if said, ok := l.words.texts[many]; ok {
			text = said.form(l.words.rule(n))
		}
	} else if l.pseudo != nil {
		text = l.pseudo.text(text)
	}
	return fmt.Sprintf(text, append([]any{l.Number(n)}, args...)...)
}

// Say puts a key into the reader's language.
func Say(ctx context.Context, k Key, args ...any) string { return Of(ctx).T(string(k), args...) }

// rule is which form the language wants for a number.
func (c *catalogue) rule(n int) plural.Form {
	return plural.Cardinal.MatchPlural(c.tag, n, 0, 0, 0, 0)
}
