package handlers

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"outcry/auction"
)

// fuzzed is a house for a fuzz target, and one that may do everything in it.
func fuzzed(f *testing.F) (*world, *http.Cookie) {
	w := newWorld(f, hidden{max: 700_000, raised: 710_000, reserve: 900_000})
	w.opening(hidden{max: 700_000})
	return w, w.who["owner"]
}

// patientRecorder takes deadlines, as a server's connection does.
type patientRecorder struct{ *httptest.ResponseRecorder }

func (patientRecorder) SetReadDeadline(time.Time) error  { return nil }
func (patientRecorder) SetWriteDeadline(time.Time) error { return nil }

// FuzzForms sends anything as any form of the site map, as the owner, who gets
// furthest: it may be refused, but must not be the house's own fault.
func FuzzForms(f *testing.F) {
	w, owner := fuzzed(f)
	var posts []string
	for _, rt := range w.h.routes() {
		if path, ok := strings.CutPrefix(rt.pattern, "POST "); ok && !strings.HasPrefix(path, "/sign-") && !strings.HasPrefix(path, "/sessions") {
			path = strings.NewReplacer("{slug}", "spring", "{id}", "1", "{name}", "x", "{token}", "x").Replace(path)
			posts = append(posts, regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(path, "1"))
		}
	}
	const plain = "application/x-www-form-urlencoded"
	for i := range posts {
		f.Add(byte(i), plain, []byte("amount=12.50&key=abcdefghijklmnop&kind=max&name=Ann&email=ann%40example.org&reason=x&seq=2&limit=9&others=0"))
	}
	f.Add(byte(0), plain, []byte("title=%ff&slug=%00&opens_at=2026-13-45T99:99&window=-1&steps=0:0&opening=9999999999999999999"))
	f.Add(byte(1), "multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nLot,Title\n1,Vase\n\r\n--x--"))
	f.Add(byte(2), "multipart/form-data; boundary=\x00", []byte("--"))
	f.Add(byte(3), plain, []byte("email=a%40example.org&password=twelve+letters&name=%E2%80%AE"))
	f.Fuzz(func(t *testing.T, which byte, kind string, body []byte) {
		r := httptest.NewRequest("POST", posts[int(which)%len(posts)], strings.NewReader(string(body)))
		r.Header.Set("Content-Type", kind)
		r.AddCookie(owner)
		rec := httptest.NewRecorder()
		w.h.ServeHTTP(patientRecorder{rec}, r)
		if rec.Code >= 500 {
			t.Fatalf("POST %s: %d %s", r.URL.Path, rec.Code, rec.Body)
		}
	})
}

// FuzzCookies comes with any Cookie header: nobody gets in by it, and nothing
// breaks.
func FuzzCookies(f *testing.F) {
	w, owner := fuzzed(f)
	for _, c := range []string{"", "outcry=", "outcry=x; outcry=y", "outcry=" + strings.Repeat("A", 43), "outcry-known=" + strings.Repeat("A", 43),
		"outcry=\"a\\\"b\"", "\x00=\xff; outcry=\xff", "=; ;;", "__Host-outcry=x", "outcry=" + strings.Repeat("x", 4000)} {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, cookie string) {
		if strings.Contains(cookie, owner.Value) {
			t.Skip("somebody's own cookie")
		}
		r := httptest.NewRequest("GET", "/sessions", nil)
		r.Header.Set("Accept", "application/json")
		r.Header["Cookie"] = []string{cookie}
		rec := httptest.NewRecorder()
		w.h.ServeHTTP(rec, r)
		if rec.Code != http.StatusUnauthorized {
			t.Fatalf("Cookie %q: %d", cookie, rec.Code)
		}
		if got := w.h.knownBrowser(r, auction.User{ID: 1, Email: "owner@example.org"}); got != "" {
			t.Fatalf("Cookie %q makes a known browser", cookie)
		}
	})
}

// FuzzLinks opens any link: only those that the house made let anybody in.
func FuzzLinks(f *testing.F) {
	w, _ := fuzzed(f)
	holder, err := w.store.HolderByID(f.Context(), 1)
	if err != nil {
		f.Fatal(err)
	}
	real := EnterToken([]byte("secret"), holder)
	for _, token := range []string{real + "A", real[:31], "A" + real[1:], strings.Repeat("A", 32), "", "..", "%00", real + "="} {
		f.Add(token)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if token == real {
			t.Skip("the holder's own link")
		}
		h, err := w.h.holderOf(t.Context(), token)
		if err == nil && EnterToken([]byte("secret"), h) != token {
			t.Fatalf("the link %q lets in paddle %s", token, h.Paddle)
		}
	})
}

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}\z`)

// FuzzKeys holds the check of a bid's key against the contract's words.
func FuzzKeys(f *testing.F) {
	for _, key := range []string{"", "abcdefghijklmnop", "abcdefghijklmno", strings.Repeat("k", 65), "abcdefghijklmnop\n", "abcdefghijklmnoé"} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if got, want := goodKey(key), keyForm.MatchString(key); got != want {
			t.Fatalf("goodKey(%q) = %v", key, got)
		}
	})
}
