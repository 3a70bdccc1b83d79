package views

import "bytes"

// addressed are the attributes that hold an address.
var addressed = map[string]bool{
	"href": true, "src": true, "action": true, "formaction": true, "poster": true,
	"hx-get": true, "hx-post": true, "hx-ws:connect": true,
}

// Under puts a path before every address of ours in rendered HTML, for a house
// that lives below another site's front page: href="/lots/1" becomes
// href="/auctions/lots/1". Templates and handlers write addresses as if the
// house had its host to itself, and none of them can forget the path, because
// it is put there last. A hidden field that says where to go next keeps its
// value: it comes back to us, and the redirect is written when it leaves.
//
// It reads HTML as templ writes it: quoted attributes, text escaped.
func Under(path string, html []byte) []byte {
	if path == "" {
		return html
	}
	out := make([]byte, 0, len(html)+len(html)/16)
	for len(html) > 0 {
		n := tagAt(html)
		out = append(out, html[:n]...)
		html = html[n:]
		n = tagEnd(html)
		tag := html[:n]
		out = moved(out, tag, path)
		html = html[n:]
		if bytes.HasPrefix(tag, []byte("<script")) { // what it holds is data, and no tag
			if n = bytes.Index(html, []byte("</script")); n < 0 {
				n = len(html)
			}
			out = append(out, html[:n]...)
			html = html[n:]
		}
	}
	return out
}

// tagAt is where the next tag begins; what is no tag is passed over.
func tagAt(html []byte) int {
	for i := 0; i < len(html); i++ {
		n := bytes.IndexByte(html[i:], '<')
		if n < 0 || i+n+1 == len(html) {
			return len(html)
		}
		if i += n; html[i+1]|0x20 >= 'a' && html[i+1]|0x20 <= 'z' {
			return i
		}
	}
	return len(html)
}

// tagEnd is where the tag that html begins with ends, quotes heeded.
func tagEnd(html []byte) int {
	var quote byte
	for i, c := range html {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(html)
}

// moved appends a tag with the path before its addresses.
func moved(out, tag []byte, path string) []byte {
	for {
		eq := bytes.IndexByte(tag, '=')
		if eq < 0 || eq+2 >= len(tag) || tag[eq+1] != '"' && tag[eq+1] != '\'' {
			return append(out, tag...)
		}
		name := tag[bytes.LastIndexAny(tag[:eq], " \t\n")+1 : eq]
		value := eq + 2
		end := bytes.IndexByte(tag[value:], tag[eq+1])
		if end < 0 {
			return append(out, tag...)
		}
		out = append(out, tag[:value]...)
		if v := tag[value : value+end]; addressed[string(name)] && ours(v) {
			out = append(out, path...)
		}
		out = append(out, tag[value:value+end+1]...)
		tag = tag[value+end+1:]
	}
}

// ours reports whether an address is a path of the house: //host is another's.
func ours(address []byte) bool {
	return len(address) > 0 && address[0] == '/' && (len(address) == 1 || address[1] != '/')
}
