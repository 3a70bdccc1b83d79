package photo

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"unicode"
)

// ByLot sorts picture files to lots by their names: "12.jpg", "12-2.jpg",
// "12 (3).jpg", "Lot 12 front.jpg", "012a.png", or any file in a folder "12".
// numbers are the lot numbers there are; key says by what two of them are the
// same to a reader. Each lot's files are in their order, 2 before 10. strangers
// are the files of no lot; what no camera made is left out.
func ByLot(files, numbers []string, key func(string) string) (of map[string][]string, strangers []string) {
	known := make(map[string]string, len(numbers))
	for _, n := range numbers {
		known[key(n)] = n
	}
	of = map[string][]string{}
	for _, name := range files {
		if isLitter(name) {
			continue
		}
		number, ok := lotOf(name, known, key)
		if !ok {
			strangers = append(strangers, name)
			continue
		}
		of[number] = append(of[number], name)
	}
	for _, list := range of {
		slices.SortFunc(list, natural)
	}
	return of, strangers
}

// isLitter reports whether a file is one that systems and programs leave
// behind, or no file at all.
func isLitter(name string) bool {
	base := path.Base(name)
	return strings.HasSuffix(name, "/") || strings.HasPrefix(base, ".") || strings.HasPrefix(name, "__MACOSX/") ||
		strings.EqualFold(base, "Thumbs.db") || strings.EqualFold(base, "desktop.ini")
}

// lotOf finds the lot that a file's folder is named after and nothing else ("1
// May" is no folder of lot 1), else the one that
// its own name begins with: the longest beginning that is a lot number wins,
// because "12-2" may be a lot.
func lotOf(name string, known map[string]string, key func(string) string) (string, bool) {
	if folder := path.Base(path.Dir(name)); folder != "." {
		if n, ok := known[key(bare(folder))]; ok {
			return n, true
		}
	}
	stem := bare(strings.TrimSuffix(path.Base(name), path.Ext(name)))
	for end := len(stem); end > 0; {
		if n, ok := known[key(stem[:end])]; ok {
			return n, true
		}
		end = strings.LastIndexFunc(stem[:end], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	return "", false
}

// bare is a name without the word "lot" and the sign before its number.
func bare(name string) string {
	name = strings.TrimSpace(name)
	if len(name) > 3 && strings.EqualFold(name[:3], "lot") {
		name = strings.TrimLeft(name[3:], " _-#.")
	}
	return strings.TrimPrefix(name, "#")
}

// natural compares names as people count: runs of digits by their value, and
// "12" before "12-2".
func natural(a, b string) int {
	x, y := strings.ToLower(a), strings.ToLower(b)
	x, y = strings.TrimSuffix(x, path.Ext(x)), strings.TrimSuffix(y, path.Ext(y))
	for x != "" && y != "" {
		dx, dy := digits(x), digits(y)
		if dx > 0 && dy > 0 {
			m, n := strings.TrimLeft(x[:dx], "0"), strings.TrimLeft(y[:dy], "0")
			if c := cmp.Or(cmp.Compare(len(m), len(n)), cmp.Compare(m, n)); c != 0 {
				return c
			}
			x, y = x[dx:], y[dy:]
			continue
		}
		if c := cmp.Compare(x[0], y[0]); c != 0 {
			return c
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

// digits is how many digits a text begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
