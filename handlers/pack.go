package handlers

import (
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// packed compresses answers to those who show no cookie, and only those.
//
// The length of a compressed answer tells whether what a stranger could put
// into it, such as ?amount=, is also found elsewhere in it (BREACH): on the
// page of a bidder that would be their maximum. A guest's page has no secret to
// find. Pages behind a link that is itself the secret are left alone, as are
// pictures, files and sockets, which have their own ways.
func packed(plain http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(1200), // below that it fits into one packet anyway
		gzhttp.ContentTypes([]string{"text/html", "application/json", "application/jsonl", "application/x-ndjson"}),
	)
	if err != nil {
		return nil, err
	}
	pack := wrap(plain)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if mayPack(r) {
			pack.ServeHTTP(w, r)
			return
		}
		plain.ServeHTTP(w, r)
	}), nil
}

// mayPack reports whether an answer holds nothing that anybody but its reader
// must not know.
func mayPack(r *http.Request) bool {
	if r.Method != http.MethodGet || len(r.Header["Cookie"]) > 0 || len(r.Header["Authorization"]) > 0 {
		return false
	}
	for _, apart := range []string{"/static/", "/photos/", "/live", "/setup/", "/enter/"} {
		if strings.HasPrefix(r.URL.Path, apart) {
			return false
		}
	}
	return true
}
