//go:build linux

package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// webBids measures bids through HTTP, with sessions, of bidders who bid again
// as soon as they are answered; beside them, by turns, the rows that they made.
func (b *bench) webBids(ctx context.Context) error {
	for _, lots := range []int{1, b.size(500, 5)} {
		for _, bidders := range []int{1, 64, 1000} {
			if b.short && bidders == 1000 {
				continue
			}
			if err := b.webBidsOf(ctx, lots, bidders); err != nil {
				return fmt.Errorf("%d bidders on %d lots: %w", bidders, lots, err)
			}
		}
	}
	return nil
}

func (b *bench) webBidsOf(ctx context.Context, lots, bidders int) error {
	ours, twin, err := b.twins(ctx, lots, bidders)
	if err != nil {
		return err
	}
	s, err := b.serve(ctx, ours)
	if err != nil {
		return err
	}
	defer s.stop()
	all, err := b.bidders(ctx, ours, s, bidders)
	if err != nil {
		return err
	}
	defer closeAll(all)
	r, err := openRows(ours, twin)
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.open(ctx); err != nil {
		return err
	}
	each := b.size(map[int]int{1: 500, 64: 60, 1000: 10}[bidders], 3)
	var rate, base, p50, p99, cpu sample
	next := make([]atomic.Int64, lots)
	for i := range next {
		next[i].Store(1000)
	}
	stop := b.profiling(s, fmt.Sprintf("web-%d-%d", bidders, lots), 1+b.rounds())
	for round := range b.rounds() {
		before, err := cpuOf(s.pid())
		if err != nil {
			return err
		}
		got, err := webCrowd(all, each, round, next)
		if err != nil {
			return err
		}
		after, err := cpuOf(s.pid())
		if err != nil {
			return err
		}
		w, err := r.take(ctx)
		if err != nil {
			return err
		}
		if len(w.bids) != got.bids || len(w.events) != got.bids-got.refused {
			return fmt.Errorf("%d bids and %d events in the file after %d bids, %d of them refused", len(w.bids), len(w.events), got.bids, got.refused)
		}
		bare, err := r.write(w, bidders, manyRows)
		if err != nil {
			return err
		}
		rate, base = append(rate, got.rate()), append(base, bare.rate())
		p50, p99 = append(p50, got.p(0.5)), append(p99, got.p(0.99))
		cpu = append(cpu, float64((after-before).Microseconds())/float64(got.bids))
	}
	if err := stop(); err != nil {
		return err
	}
	if err := r.check(ctx, twin); err != nil {
		return err
	}
	f := figure{Section: "Durable bids, through HTTP with sessions", Name: fmt.Sprintf("%d bidders, %d lots", bidders, lots), Unit: "bids/s",
		Ours: rate[1:], Base: base[1:], Against: "same rows in batches",
		Note: fmt.Sprintf("p50 %s ms, p99 %s ms, %s µs of the server's processor a bid", number(p50[1:].median()), number(p99[1:].median()), number(cpu[1:].median()))}
	b.report.add(f)
	if bidders == 1000 {
		b.report.add(figure{Section: f.Section, Name: f.Name + ", asked", Unit: "bids/s", Ours: rate[1:], Want: 8000})
	}
	return nil
}

// webCrowd lets all bid at once, each so often.
func webCrowd(all []*httpBidder, each, round int, next []atomic.Int64) (burst, error) {
	took, errs := make([][]time.Duration, len(all)), make([]error, len(all))
	var refused atomic.Int64
	var wait sync.WaitGroup
	began := time.Now()
	for i, h := range all {
		wait.Go(func() {
			for j := range each {
				lot := (i + j*7) % len(next)
				sent := time.Now()
				a, err := h.bid(int64(lot+1), next[lot].Add(2), fmt.Sprintf("web-%d-%d-%d-0123456789", round, i, j))
				if err != nil {
					errs[i] = err
					return
				}
				took[i] = append(took[i], time.Since(sent))
				if a.Outcome == "refused" {
					refused.Add(1)
				}
			}
		})
	}
	wait.Wait()
	b := burst{bids: len(all) * each, took: time.Since(began), refused: int(refused.Load()), answers: slices.Concat(took...)}
	slices.Sort(b.answers)
	for _, err := range errs {
		if err != nil {
			return b, err
		}
	}
	return b, nil
}

// pages measures what everybody opens, beside a file of the same size.
func (b *bench) pages(ctx context.Context) error {
	dir, err := b.dir()
	if err != nil {
		return err
	}
	if err := b.filled(ctx, dir, b.size(500, 10), b.size(10_000, 100)); err != nil {
		return err
	}
	s, err := b.serve(ctx, dir)
	if err != nil {
		return err
	}
	defer s.stop()
	file, err := startBaseline("file")
	if err != nil {
		return err
	}
	defer file.stop()
	for _, p := range []struct{ name, path, header string }{
		{"catalogue of 500 lots", "/sales/" + hallSlug, ""},
		{"catalogue of 500 lots, compressed", "/sales/" + hallSlug, "Accept-Encoding: gzip\r\n"},
		{"lot page", "/lots/1", ""},
		{"lot page, compressed", "/lots/1", "Accept-Encoding: gzip\r\n"},
		{"board", "/sales/" + hallSlug + "/board", ""},
	} {
		if err := b.pageOf(s, file, p.name, p.path, p.header); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

func (b *bench) pageOf(s *server, file *baseline, name, path, header string) error {
	ours, err := dialBidder(s.addr, "")
	if err != nil {
		return err
	}
	defer ours.close()
	status, size, err := ours.get(path, header)
	if err != nil {
		return err
	}
	if status == http.StatusNotFound {
		fmt.Printf("  %s: there is none yet\n", name)
		return nil
	}
	if err := file.tell(make([]byte, size)); err != nil {
		return err
	}
	theirs, err := dialBidder(file.addr, "")
	if err != nil {
		return err
	}
	defer theirs.close()
	n := b.size(200, 3)
	var rate, base, p99 sample
	stop := b.profiling(s, "page-"+strings.ReplaceAll(name, " ", "-"), 2)
	for range b.rounds() {
		got, err := ours.many(path, header, n)
		if err != nil {
			return err
		}
		bare, err := theirs.many("/", "", n)
		if err != nil {
			return err
		}
		rate, base, p99 = append(rate, got.rate()), append(base, bare.rate()), append(p99, got.p(0.99))
	}
	if err := stop(); err != nil {
		return err
	}
	b.report.add(figure{Section: "Pages, one reader after the other", Name: name, Unit: "pages/s", Ours: rate[1:], Base: base[1:],
		Against: "file of as many bytes", Note: fmt.Sprintf("%d bytes, p99 %s ms", size, number(p99[1:].median()))})
	return nil
}

// many reads a page n times.
func (h *httpBidder) many(path, header string, n int) (burst, error) {
	b := burst{bids: n}
	began := time.Now()
	for range n {
		sent := time.Now()
		status, _, err := h.get(path, header)
		if err != nil || status != http.StatusOK {
			return b, fmt.Errorf("%s: %d, %w", path, status, err)
		}
		b.answers = append(b.answers, time.Since(sent))
	}
	b.took = time.Since(began)
	slices.Sort(b.answers)
	return b, nil
}

// weight measures bytes: of frames, and of the first page with all that a
// browser loads for it.
func (b *bench) weight(ctx context.Context) error {
	dir, err := b.dir()
	if err != nil {
		return err
	}
	if err := furnish(ctx, dir, 3, 2); err != nil {
		return err
	}
	s, err := b.serve(ctx, dir)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := b.frameWeight(ctx, dir, s); err != nil {
		return err
	}
	for _, coding := range []string{"br, gzip", "gzip"} {
		if err := b.pageWeight(s, coding); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) frameWeight(ctx context.Context, dir string, s *server) error {
	rivals, err := b.bidders(ctx, dir, s, 2)
	if err != nil {
		return err
	}
	defer closeAll(rivals)
	for _, w := range []struct {
		name, query string
		want        float64
	}{{"a bid's frame on a lot page", "lot=1", 700}, {"a bid's frame of a catalogue card", "sale=" + hallSlug, 350}} {
		watch, err := newWatchers()
		if err != nil {
			return err
		}
		if err := watch.dial(s.addr, upgradeRequest(s.addr, w.query, "")); err != nil {
			return err
		}
		var sizes sample
		note := func(_ *watching, f []byte) error { sizes = append(sizes, float64(len(f))); return nil }
		if err := watch.read(time.Minute, note, func() bool { return len(sizes) == 1 }); err != nil { // the snapshot
			return err
		}
		for i := range 20 {
			time.Sleep(60 * time.Millisecond)
			if _, err := rivals[i%2].bid(1, int64(1_000_000+len(w.query)*100_000+i*1_000), fmt.Sprintf("weight-%s-%d-0123456789", w.query[:3], i)); err != nil {
				return err
			}
			if err := watch.read(time.Minute, note, func() bool { return len(sizes) == i+2 }); err != nil {
				return err
			}
		}
		watch.close()
		sizes = sizes[1:]
		b.report.add(figure{Section: "Bytes on the wire", Name: w.name + ", largest of 20", Unit: "bytes", Ours: sample{sizes.at(1)}, Want: w.want, Most: true})
	}
	return nil
}

// loads finds what a page names. The picture for the home screen is not among
// it: a browser fetches that when it puts the page there.
var loads = regexp.MustCompile(`(?:<link rel="(?:icon|preload|stylesheet)" href|src)="(/static/[^"]+)"`)

// pageWeight adds up what a browser with plain Latin on its screen loads for
// the front page: the page, what it names, and the fonts of which every such
// page has letters. An icon in a tab is part of it.
func (b *bench) pageWeight(s *server, coding string) error {
	h, err := dialBidder(s.addr, "")
	if err != nil {
		return err
	}
	defer h.close()
	header := "Accept-Encoding: " + coding + "\r\n"
	page, err := s.get("/", "text/html")
	if err != nil {
		return err
	}
	_, plain, err := h.get("/", header)
	if err != nil {
		return err
	}
	for _, m := range loads.FindAllStringSubmatch(string(page), -1) {
		if _, _, err := h.get(m[1], header); err != nil { // brotli is made once it is asked for
			return err
		}
	}
	time.Sleep(2 * time.Second)
	fonts := 0
	for _, m := range loads.FindAllStringSubmatch(string(page), -1) {
		_, n, err := h.get(m[1], header)
		if err != nil {
			return err
		}
		if strings.HasSuffix(m[1], ".css") {
			body, err := s.get(m[1], "")
			if err != nil {
				return err
			}
			for _, f := range regexp.MustCompile(`url\((/static/instrument-sans-core[^)]+)\)`).FindAllStringSubmatch(string(body), 1) {
				_, n, err := h.get(f[1], header)
				if err != nil {
					return err
				}
				fonts += n
			}
		}
		if strings.HasSuffix(m[1], ".woff2") {
			fonts += n
		} else {
			plain += n
		}
	}
	name := "first page and what it loads, " + strings.TrimSuffix(coding, ", gzip")
	b.report.add(figure{Section: "Bytes on the wire", Name: name + ", without fonts", Unit: "KB", Ours: sample{float64(plain) / 1000}, Want: 30, Most: true})
	b.report.add(figure{Section: "Bytes on the wire", Name: name + ", with fonts", Unit: "KB", Ours: sample{float64(plain+fonts) / 1000}, Want: 60, Most: true})
	return nil
}

// starts measures from the start of the process to the first page.
func (b *bench) starts(ctx context.Context) error {
	for _, bids := range []int{0, b.size(100_000, 200)} {
		dir, err := b.dir()
		if err != nil {
			return err
		}
		if err := b.filled(ctx, dir, b.size(500, 5), bids); err != nil {
			return err
		}
		var took sample
		for range b.rounds() {
			s, err := b.serve(ctx, dir)
			if err != nil {
				return err
			}
			s.stop()
			took = append(took, float64(s.took.Microseconds())/1000)
			runtime.GC()
		}
		f := figure{Section: "Start, process to first page", Name: strconv.Itoa(bids) + " bids in the file", Unit: "ms", Ours: took[1:], Want: 150, Most: true}
		if bids > 0 {
			f.Want = 1000
		}
		b.report.add(f)
	}
	return nil
}

// filled furnishes a house that has seen so many bids, spread over its lots.
func (b *bench) filled(ctx context.Context, dir string, lots, bids int) error {
	const bidders = 200
	if err := furnish(ctx, dir, lots, bidders); err != nil {
		return err
	}
	if bids == 0 {
		return nil
	}
	h, err := openHall(ctx, dir)
	if err != nil {
		return err
	}
	_, err = h.crowd(ctx, bidders, max(1, bids/bidders))
	if e := h.close(); err == nil {
		err = e
	}
	return err
}

// slowDisk builds a library that makes each sync take a time longer, to be
// preloaded; "" where there is no compiler.
func (b *bench) slowDisk(ctx context.Context, by time.Duration) (string, error) {
	return buildShim(ctx, filepath.Join(b.tmp, fmt.Sprintf("slow-%d.so", by.Milliseconds())), by)
}
