package handlers

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"outcry/auction"
	"outcry/views"
)

// The JSON of lots, answers and sales is a contract with programs outside:
// fields are added, never renamed or removed. Money is in minor units, times
// are milliseconds UTC.

// LotJSON is a public lot as programs read it.
type LotJSON struct {
	ID         int64   `json:"id"`
	Sale       string  `json:"sale"`
	Number     string  `json:"number"`
	Title      string  `json:"title"`
	State      string  `json:"state"`
	Seq        int64   `json:"seq"`
	Opening    int64   `json:"opening"`
	Price      int64   `json:"price"`
	Ask        int64   `json:"ask"`
	Bids       int     `json:"bids"`
	Lead       *string `json:"lead"`
	ReserveMet *bool   `json:"reserve_met"`
	OpensAt    int64   `json:"opens_at"`
	ClosesAt   int64   `json:"closes_at"`
	Extended   int     `json:"extended"`
	BuyNow     *int64  `json:"buy_now"`
	Currency   string  `json:"currency"`
	Hammer     *int64  `json:"hammer"`

	After *AfterJSON `json:"after,omitempty"` // a lot that passed, and was sold after the sale
}

// AfterJSON is the sale of a lot after it had passed.
type AfterJSON struct {
	Paddle string `json:"paddle"`
	Price  int64  `json:"price"`
	At     int64  `json:"at"`
}

func publicLot(e auction.Entry, c auction.Currency) LotJSON {
	j := LotJSON{
		ID: e.ID, Sale: e.Sale, Number: e.Number, Title: e.Title, State: string(e.State), Seq: e.Seq,
		Opening: int64(e.Opening), Price: int64(e.Price), Ask: int64(e.Ask), Bids: e.Bids,
		Lead: paddleJSON(e.Lead), ReserveMet: e.ReserveMet,
		OpensAt: milli(e.OpensAt), ClosesAt: milli(e.ClosesAt), Extended: e.Extended, Currency: c.Code,
	}
	if e.BuyNow > 0 {
		j.BuyNow = (*int64)(&e.BuyNow)
	}
	if e.State == auction.Sold {
		j.Hammer = (*int64)(&e.Hammer)
	}
	if e.After.Paddle != "" {
		j.After = &AfterJSON{Paddle: string(e.After.Paddle), Price: int64(e.After.Price), At: milli(e.After.At)}
	}
	return j
}

type answerJSON struct {
	Outcome    string  `json:"outcome"`
	Reason     string  `json:"reason,omitempty"`
	Message    string  `json:"message,omitempty"`
	Lot        int64   `json:"lot"`
	Key        string  `json:"key"`
	Seq        int64   `json:"seq"`
	At         int64   `json:"at"`
	Price      int64   `json:"price"`
	Ask        int64   `json:"ask"`
	Lead       *string `json:"lead"`
	ClosesAt   int64   `json:"closes_at"`
	ReserveMet *bool   `json:"reserve_met"`
}

// answerOf is a bid's answer as programs read it. It follows from the kept
// answer alone, so that the same key hears the same bytes.
func answerOf(a auction.Answer, s auction.Sale) answerJSON {
	j := answerJSON{
		Outcome: string(a.Outcome), Reason: string(a.Reason), Lot: a.Lot, Key: a.Key, Seq: a.Seq,
		At: milli(a.At), Price: int64(a.Price), Ask: int64(a.Ask), Lead: paddleJSON(a.Lead),
		ClosesAt: milli(a.ClosesAt), ReserveMet: a.ReserveMet,
	}
	if a.Outcome == auction.Refused {
		j.Message = views.Refusal(a, s.Currency, s.Zone)
	}
	return j
}

// SaleJSON is a sale with its public lots as programs read it.
type SaleJSON struct {
	Slug     string    `json:"slug"`
	Title    string    `json:"title"`
	Intro    string    `json:"intro"`
	Currency string    `json:"currency"`
	Zone     string    `json:"zone"`
	OpensAt  int64     `json:"opens_at"`
	ClosesAt int64     `json:"closes_at"`
	Paused   bool      `json:"paused"`
	Lots     []LotJSON `json:"lots"`
}

func publicSale(s auction.Sale, entries []auction.Entry) SaleJSON {
	j := SaleJSON{
		Slug: s.Slug, Title: s.Title, Intro: s.Intro, Currency: s.Currency.Code, Zone: s.Zone,
		OpensAt: milli(s.OpensAt), ClosesAt: milli(s.ClosesAt), Paused: !s.PausedAt.IsZero(),
		Lots: make([]LotJSON, 0, len(entries)),
	}
	for _, e := range entries {
		j.Lots = append(j.Lots, publicLot(e, s.Currency))
	}
	return j
}

func paddleJSON(p auction.Paddle) *string {
	if p == "" {
		return nil
	}
	return (*string)(&p)
}

// milli is a time as programs outside read it; 0 for none.
func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// wantsJSON reports whether the client asked for JSON. Pages and JSON share
// one address.
func wantsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}

// fromHTMX reports whether htmx sent the request and swaps the answer in.
func fromHTMX(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, err = w.Write(append(body, '\n'))
	return ignoreGone(err)
}
