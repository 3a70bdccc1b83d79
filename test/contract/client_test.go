package contract

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"outcry/test/house"
)

// client is a program that speaks to the house: it keeps cookies and follows
// no redirect.
type client struct {
	s    *site
	http *http.Client
}

// guest is a client that is not signed in.
func (s *site) guest() *client {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &client{s, &http.Client{
		Jar: jar, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// enter signs a client in by a paddle's link.
func (s *site) enter(sale, paddle string) *client {
	s.t.Helper()
	c := s.guest()
	b, ok := s.bidders[sale+"/"+paddle]
	if !ok {
		s.t.Fatalf("sale %s has no paddle %s", sale, paddle)
	}
	if a := c.get(b.Link); a.status != http.StatusSeeOther || a.header.Get("Location") != "/sales/"+sale {
		s.t.Fatalf("enter as %s: %d to %q, want 303 to the sale", paddle, a.status, a.header.Get("Location"))
	}
	return c
}

// signIn signs a client in with the password that all have here.
func (s *site) signIn(email string) *client {
	s.t.Helper()
	c := s.guest()
	if a := c.post("/sign-in", url.Values{"email": {email}, "password": {password}}); a.status != http.StatusSeeOther {
		s.t.Fatalf("sign in as %s: %d %.300s", email, a.status, a.body)
	}
	return c
}

// answer is a response, read to its end.
type answer struct {
	status int
	header http.Header
	body   string
}

// kind is the media type without its parameters.
func (a answer) kind() string {
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	return kind
}

// do sends a request; header lines are "Name: value".
func (c *client) do(method, path string, body io.Reader, header ...string) answer {
	c.s.t.Helper()
	r, err := http.NewRequest(method, c.s.URL(path), body)
	if err != nil {
		c.s.t.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.s.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{res.StatusCode, res.Header, string(text)}
}

const (
	asJSON = "Accept: application/json"
	asForm = "Content-Type: application/x-www-form-urlencoded"
)

func (c *client) get(path string, header ...string) answer {
	c.s.t.Helper()
	return c.do("GET", path, nil, header...)
}

func (c *client) post(path string, form url.Values, header ...string) answer {
	c.s.t.Helper()
	return c.do("POST", path, strings.NewReader(form.Encode()), append([]string{asForm}, header...)...)
}

// bid sends a bid as a program does; key "" makes a new one.
func (c *client) bid(lot int64, amount, key string, more ...string) answer {
	c.s.t.Helper()
	if key == "" {
		key = house.NewKey()
	}
	form := url.Values{"amount": {amount}, "key": {key}}
	for _, field := range more {
		name, value, _ := strings.Cut(field, "=")
		form.Set(name, value)
	}
	return c.post(lotPath(lot)+"/bids", form, asJSON)
}

// told decodes what became of a bid.
func (c *client) told(a answer) house.Answer {
	c.s.t.Helper()
	return read[house.Answer](c.s.t, a)
}

func (c *client) lot(id int64) house.PublicLot {
	c.s.t.Helper()
	return read[house.PublicLot](c.s.t, c.get(lotPath(id), asJSON))
}

// lotIDs lists a sale's lots in the order of its catalogue.
func (c *client) lotIDs(sale string) []int64 {
	c.s.t.Helper()
	s := read[struct{ Lots []house.PublicLot }](c.s.t, c.get("/sales/"+sale, asJSON))
	var ids []int64
	for _, l := range s.Lots {
		ids = append(ids, l.ID)
	}
	return ids
}

// read decodes a JSON answer.
func read[T any](t *testing.T, a answer) T {
	t.Helper()
	var v T
	if a.kind() != "application/json" {
		t.Fatalf("%d %s, want JSON: %.300s", a.status, a.kind(), a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%v in %.300s", err, a.body)
	}
	return v
}

// shape checks that a JSON object has exactly these fields of these types:
// "number", "string", "bool", "array", with "?" behind it where null may stand.
func shape(t *testing.T, body string, want map[string]string) {
	t.Helper()
	var got map[string]any
	d := json.NewDecoder(bytes.NewReader([]byte(body)))
	d.UseNumber()
	if err := d.Decode(&got); err != nil {
		t.Fatalf("%v in %.300s", err, body)
	}
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, slices.Sorted(maps.Keys(want))) {
		t.Errorf("fields %v, want %v", names, slices.Sorted(maps.Keys(want)))
	}
	for name, v := range got {
		kind := map[bool]string{true: "?"}[v == nil]
		switch v := v.(type) {
		case json.Number:
			kind = "number"
			if _, err := v.Int64(); err != nil {
				t.Errorf("%s is %s, want a whole number", name, v)
			}
		case string:
			kind = "string"
		case bool:
			kind = "bool"
		case []any:
			kind = "array"
		case map[string]any:
			kind = "object"
		}
		if w, known := want[name]; known && w != kind && strings.TrimSuffix(w, "?") != kind && !(kind == "?" && strings.HasSuffix(w, "?")) {
			t.Errorf("%s is %v (%s), want %s", name, v, kind, w)
		}
	}
}
