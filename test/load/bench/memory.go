//go:build linux

package main

import (
	"context"
	"fmt"
)

// memory measures what a watching socket costs, beside a bare connection with
// one goroutine.
func (b *bench) memory(ctx context.Context) error {
	n := b.size(10_000, 50)
	var ours, base, kernel, kernelBase sample
	for range b.size(max(2, b.turns/2), 1) {
		dir, err := b.dir()
		if err != nil {
			return err
		}
		if err := furnish(ctx, dir, 2, 2); err != nil {
			return err
		}
		s, err := b.serve(ctx, dir)
		if err != nil {
			return err
		}
		rss, slab, err := grown(s.pid(), func() (*watchers, error) {
			sc, err := b.watchLot(s, n)
			if err != nil {
				return nil, err
			}
			return sc.watchers, nil
		})
		if e := b.save(s, "heap", "memory"); err == nil {
			err = e
		}
		s.stop()
		if err != nil {
			return err
		}
		bare, err := startBaseline("goroutine")
		if err != nil {
			return err
		}
		bareRSS, bareSlab, err := grown(bare.pid(), func() (*watchers, error) {
			w, err := newWatchers()
			for i := 0; i < n && err == nil; i++ {
				err = w.dial(bare.addr, "")
			}
			return w, err
		})
		bare.stop()
		if err != nil {
			return err
		}
		k := float64(n) * 1000
		ours, base = append(ours, rss/k), append(base, bareRSS/k)
		kernel, kernelBase = append(kernel, slab/k), append(kernelBase, bareSlab/k)
	}
	section, name := "Memory of a watching socket", fmt.Sprintf("%d sockets", n)
	b.report.add(figure{Section: section, Name: name + ", resident", Unit: "KB/socket", Ours: ours, Want: 14, Most: true})
	b.report.add(figure{Section: section, Name: name + ", resident", Unit: "KB/socket", Ours: ours, Base: base, Against: "TCP connection and goroutine"})
	b.report.add(figure{Section: section, Name: name + ", kernel, both ends", Unit: "KB/socket", Ours: kernel, Base: kernelBase, Against: "TCP connection and goroutine"})
	return nil
}

// grown is what the process and the kernel hold more once all are there and
// things have settled.
func grown(pid int, open func() (*watchers, error)) (rss, kernel float64, err error) {
	before, err := statusOf(pid, "VmRSS")
	if err != nil {
		return 0, 0, err
	}
	slab, err := kernelMemory()
	if err != nil {
		return 0, 0, err
	}
	w, err := open()
	if err != nil {
		return 0, 0, err
	}
	defer w.close()
	pause()
	after, err := statusOf(pid, "VmRSS")
	if err != nil {
		return 0, 0, err
	}
	more, err := kernelMemory()
	return after - before, more - slab, err
}
