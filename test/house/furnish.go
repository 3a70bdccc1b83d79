package house

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Lot is one line of a lots file. Amounts are decimals in the sale's
// currency, "" for none.
type Lot struct {
	Number, Title, Description, Category string
	Opening, Reserve, BuyNow             string
	Donor                                string
}

// Import makes and publishes a sale of these lots with the import command; it
// is for a house that does not run. flags are further ones of the command,
// such as "--closes-in", "90s"; a lot's step is 1 below 100 (preset house)
// unless they say otherwise.
func (h *House) Import(sale string, lots []Lot, flags ...string) {
	h.tb.Helper()
	rows := [][]string{{"Lot", "Title", "Description", "Category", "Opening bid", "Reserve", "Buy now", "Donor"}}
	for _, l := range lots {
		rows = append(rows, []string{l.Number, l.Title, l.Description, l.Category, l.Opening, l.Reserve, l.BuyNow, l.Donor})
	}
	h.ImportFile(sale, h.csv("lots.csv", rows), flags...)
}

// ImportFile is Import of a file that is there already.
func (h *House) ImportFile(sale, file string, flags ...string) {
	h.tb.Helper()
	args := append([]string{"import", "--sale", sale, "--create", "--increments", "house"}, flags...)
	h.must("", append(args, file)...)
}

// Bidder is somebody with a paddle in a sale.
type Bidder struct {
	Paddle string
	Name   string
	Link   string // the path that signs them in, "/enter/…"
}

// Bidders registers and approves n bidders in a sale, paddles 101 and on, and
// returns them in the order of their paddles. It is for a house that does not
// run.
func (h *House) Bidders(sale string, n int) []Bidder {
	h.tb.Helper()
	rows := [][]string{{"Name", "Email", "Paddle"}}
	for i := range n {
		rows = append(rows, []string{fmt.Sprintf("Bidder %d", i+1), fmt.Sprintf("bidder%d@example.org", i+1), strconv.Itoa(101 + i)})
	}
	h.must("", "bidders", "--sale", sale, "import", h.csv("bidders.csv", rows))
	return h.Links(sale)
}

// Links returns the bidders of a sale with their links, by paddle.
func (h *House) Links(sale string) []Bidder {
	h.tb.Helper()
	const base = "http://links.example"
	out := h.must("", "bidders", "--sale", sale, "--base-url", base, "links")
	lines, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(lines) == 0 {
		h.tb.Fatalf("bidders links printed %q: %v", out, err)
	}
	var all []Bidder
	for _, l := range lines[1:] {
		all = append(all, Bidder{Paddle: l[0], Name: l[1], Link: strings.TrimPrefix(l[2], base)})
	}
	return all
}

// AddUser makes an account that signs in with a password of twelve letters or
// more; role is bidder, clerk, organiser or owner. It is for a house that does
// not run.
func (h *House) AddUser(email, name, role, password string) {
	h.tb.Helper()
	h.must(password+"\n", "user", "add", email, name, role)
}

func (h *House) csv(name string, rows [][]string) string {
	h.tb.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.WriteAll(rows) // flushes; a buffer takes everything
	path := filepath.Join(h.tb.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		h.tb.Fatal(err)
	}
	return path
}
