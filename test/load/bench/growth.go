//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"math"
	"strconv"
	"time"
)

// growth is how costs grow with the size of the data.
type growth struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Along string `json:"along"` // what grows
	Unit  string `json:"unit"`
	Lines []line `json:"lines"`
}

type line struct {
	Name string    `json:"name"`
	X    []float64 `json:"x"`
	Y    []float64 `json:"y"`
}

// put adds a point to a line.
func (g *growth) put(name string, x, y float64) {
	for i := range g.Lines {
		if g.Lines[i].Name == name {
			g.Lines[i].X, g.Lines[i].Y = append(g.Lines[i].X, x), append(g.Lines[i].Y, y)
			return
		}
	}
	g.Lines = append(g.Lines, line{name, []float64{x}, []float64{y}})
}

// growing measures the same at three sizes of the data, once with more and more
// bids, once with more and more lots.
func (b *bench) growing(ctx context.Context) error {
	bids := growth{Name: "bids", Title: "Cost as bids grow (500 lots)", Along: "bids in the file", Unit: "ms"}
	for _, n := range []int{100, 10_000, 1_000_000} {
		if b.short && n > 100 {
			n /= 100
		}
		if err := b.measured(ctx, &bids, float64(n), b.size(500, 5), n); err != nil {
			return fmt.Errorf("%d bids: %w", n, err)
		}
	}
	lots := growth{Name: "lots", Title: "Cost as lots grow (10,000 bids)", Along: "lots in the sale", Unit: "ms"}
	for _, n := range []int{10, 500, 5000} {
		if b.short && n > 100 {
			n /= 20
		}
		if err := b.measured(ctx, &lots, float64(n), n, b.size(10_000, 200)); err != nil {
			return fmt.Errorf("%d lots: %w", n, err)
		}
	}
	b.report.Growth = append(b.report.Growth, bids, lots)
	return nil
}

// measured takes every cost once at one size of the data.
func (b *bench) measured(ctx context.Context, g *growth, x float64, lots, bids int) error {
	dir, err := b.dir()
	if err != nil {
		return err
	}
	if err := b.filled(ctx, dir, lots, bids); err != nil {
		return err
	}
	h, err := openHall(ctx, dir)
	if err != nil {
		return err
	}
	lone, err := h.crowd(ctx, 1, b.size(300, 5))
	if err == nil {
		var many burst
		many, err = h.crowd(ctx, 200, b.size(25, 2))
		g.put("a bid among 200 bidders, processor", x, many.perBid()/1000)
	}
	if e := h.close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	g.put("a lone bid, median", x, lone.p(0.5))
	s, err := b.serve(ctx, dir)
	if err != nil {
		return err
	}
	defer s.stop()
	g.put("start to first page", x, float64(s.took.Microseconds())/1000)
	who, err := b.bidders(ctx, dir, s, 2)
	if err != nil {
		return err
	}
	defer closeAll(who)
	for _, p := range []struct{ name, path, header string }{
		{"catalogue page", "/sales/" + hallSlug, ""}, {"lot page", "/lots/1", ""},
		{"a bidder's own lots", "/sales/" + hallSlug + "/mine", "Cookie: " + who[0].cookie + "\r\n"},
	} {
		got, err := who[0].many(p.path, p.header, b.size(40, 2))
		if err != nil {
			return err
		}
		g.put(p.name, x, got.p(0.5))
	}
	late, err := b.bidToScreen(s, who)
	g.put("a bid over HTTP to the screen of a watcher", x, late)
	fmt.Printf("  %s %s\n", number(x), g.Along)
	return err
}

// bidToScreen is the median of some bids, in ms.
func (b *bench) bidToScreen(s *server, who []*httpBidder) (float64, error) {
	// Whoever leads by now, the last of these two does after them: who raises
	// their own maximum is shown to nobody.
	for i, h := range []*httpBidder{who[0], who[1]} {
		if _, err := h.bid(1, int64(80_000_000+1000*i), "growth-first-"+strconv.Itoa(i)+"-0123456789"); err != nil {
			return 0, err
		}
	}
	w, err := newWatchers()
	if err != nil {
		return 0, err
	}
	defer w.close()
	if err := w.dial(s.addr, upgradeRequest(s.addr, "lot=1", "")); err != nil {
		return 0, err
	}
	frames := 0
	note := func(*watching, []byte) error { frames++; return nil }
	if err := w.read(time.Minute, note, func() bool { return frames == 1 }); err != nil {
		return 0, err
	}
	var late sample
	for i := range b.size(30, 3) {
		time.Sleep(60 * time.Millisecond)
		answered := make(chan error, 1)
		began := time.Now()
		go func() {
			_, err := who[i%2].bid(1, int64(90_000_000+1000*i), "growth-"+strconv.Itoa(i)+"-0123456789")
			answered <- err
		}()
		err := w.read(time.Minute, note, func() bool { return frames == i+2 })
		took := time.Since(began)
		if e := <-answered; e != nil {
			return 0, e
		}
		if err != nil {
			return 0, err
		}
		late = append(late, float64(took.Microseconds())/1000)
	}
	return late.median(), nil
}

// The plot is 720 by 420, logarithmic both ways.
const (
	plotLeft, plotTop, plotRight, plotBottom = 64, 44, 440, 372
)

// svg draws the lines on logarithmic axes.
func (g growth) svg() []byte {
	var b bytes.Buffer
	low, high := math.Inf(1), math.Inf(-1)
	left, right := math.Inf(1), math.Inf(-1)
	for _, l := range g.Lines {
		for i := range l.X {
			low, high = min(low, l.Y[i]), max(high, l.Y[i])
			left, right = min(left, l.X[i]), max(right, l.X[i])
		}
	}
	low, high = math.Floor(math.Log10(low)), math.Ceil(math.Log10(high))
	left, right = math.Log10(left), math.Log10(right)
	px := func(x float64) float64 {
		return plotLeft + (math.Log10(x)-left)/max(right-left, 1e-9)*(plotRight-plotLeft)
	}
	py := func(y float64) float64 {
		return plotBottom - (math.Log10(y)-low)/max(high-low, 1e-9)*(plotBottom-plotTop)
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 420" role="img" font-family="sans-serif" font-size="13">`+"\n")
	fmt.Fprintf(&b, `<title>%s</title><rect width="720" height="420" fill="#fff"/><text x="16" y="24" font-size="16">%s, %s</text>`+"\n", html.EscapeString(g.Title), html.EscapeString(g.Title), g.Unit)
	for d := low; d <= high; d++ {
		y := py(math.Pow(10, d))
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="#ccd"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n", plotLeft, y, plotRight, plotLeft-6, y+4, number(math.Pow(10, d)))
	}
	if len(g.Lines) > 0 {
		for _, x := range g.Lines[0].X {
			fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", px(x), plotBottom+18, number(x))
		}
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", (plotLeft+plotRight)/2, plotBottom+38, html.EscapeString(g.Along))
	colours := []string{"#144f84", "#a91d1d", "#085c34", "#764a0e", "#5b2a86", "#11202a", "#0b7a75"}
	for i, l := range g.Lines {
		colour := colours[i%len(colours)]
		fmt.Fprintf(&b, `<polyline fill="none" stroke="%s" stroke-width="2" points="`, colour)
		for j := range l.X {
			fmt.Fprintf(&b, "%.1f,%.1f ", px(l.X[j]), py(l.Y[j]))
		}
		fmt.Fprintf(&b, `"/><path d="M456 %dh18" stroke="%s" stroke-width="3"/><text x="480" y="%d">%s</text>`+"\n", 60+24*i, colour, 64+24*i, html.EscapeString(l.Name))
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}
