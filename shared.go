package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"outcry/auction"
	"outcry/handlers/word"
	"outcry/saleroom"
	"outcry/store"
)

// What a house needs when several processes serve it: PostgreSQL keeps it,
// NATS carries the word of a change between them.

// shared reports whether other processes may serve the house too.
func (ho *house) shared() bool {
	return strings.HasPrefix(ho.set.get("database"), "postgres") || ho.set.get("nats") != ""
}

// listenIn opens the line to the other processes. Houses that share NATS
// servers are kept apart by a name that follows from the house's secret.
func (ho *house) listenIn() (err error) {
	url := ho.set.get("nats")
	if url == "" {
		return nil
	}
	ho.word, err = word.Dial(word.Config{
		URL: url, House: nameOnNATS(ho.secret), Log: ho.log,
		Heard: func(n word.Note) {
			if site := ho.site.Load(); site != nil {
				site.Heard(n.Sale, n.Lot, n.Seq)
			}
		},
		Ended: func(session [32]byte) {
			if site := ho.site.Load(); site != nil {
				site.Ended(session)
			}
		},
		Starred: func(sale, user int64) {
			if site := ho.site.Load(); site != nil {
				site.Starred(sale, user)
			}
		},
		Decided: func(sale, lot int64) {
			if site := ho.site.Load(); site != nil {
				site.Decided(sale, lot)
			}
		},
		Woken: func() {
			if site := ho.site.Load(); site != nil { // then there is a room
				ho.room.Wake()
			}
		},
	})
	return err
}

// nameOnNATS tells a house from those that share its NATS servers.
func nameOnNATS(secret []byte) string {
	name := sha256.Sum256(append([]byte("the house on NATS "), secret...))
	return hex.EncodeToString(name[:8])
}

// wakeHouse tells the running processes of a house that a command has given
// them lots to open. Without NATS, or with NATS away, they find them with their
// next heartbeat, within a second.
func wakeHouse(ctx context.Context, url string, st *store.Store) error {
	if url == "" {
		return nil
	}
	secret, err := st.Secret(ctx)
	if err != nil {
		return err
	}
	line, err := word.Dial(word.Config{
		URL: url, House: nameOnNATS(secret), Log: slog.New(slog.DiscardHandler),
		Heard: func(word.Note) {}, Ended: func([32]byte) {}, Woken: func() {}, Starred: func(int64, int64) {}, Decided: func(int64, int64) {},
	})
	if err != nil {
		return err
	}
	err = line.Wake()
	end, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	line.Close(end)
	return err
}

// compareClocks warns of a machine whose clock differs: bids are judged by the
// database's, and so are the countdowns right on pages of other machines only.
func (ho *house) compareClocks(ctx context.Context) error {
	skew, err := ho.store.ClockSkew(ctx)
	if err != nil {
		return err
	}
	if skew.Abs() > 500*time.Millisecond {
		ho.log.Warn("this machine's clock differs from the database's, which decides; set it, or countdowns here are wrong", "ahead", skew)
	}
	return nil
}

// announce tells the pages of this process and the other processes of a
// commit.
func (ho *house) announce(changes []saleroom.Change) {
	ho.site.Load().Announce(changes)
	if ho.word == nil {
		return
	}
	for _, c := range changes {
		if err := ho.word.Tell(word.Note{Sale: c.SaleID, Lot: c.Lot.ID, Seq: c.Lot.Seq}); err != nil {
			ho.log.Warn("the word of a change was not sent; pages follow by polling", "err", err)
		}
	}
}

// ended tells the other processes that a session was ended.
func (ho *house) ended(session auction.Hash) {
	if ho.word == nil {
		return
	}
	if err := ho.word.End(session); err != nil {
		ho.log.Warn("the end of a session was not sent", "err", err)
	}
}

// starred tells the other processes that somebody's watch list was changed.
func (ho *house) starred(sale, user int64) {
	if ho.word == nil {
		return
	}
	if err := ho.word.Star(sale, user); err != nil {
		ho.log.Warn("the change of a watch list was not sent; pages follow by polling", "err", err)
	}
}

// decided tells the other processes what was decided about a lot after its sale.
func (ho *house) decided(sale, lot int64) {
	if ho.word == nil {
		return
	}
	if err := ho.word.Decide(sale, lot); err != nil {
		ho.log.Warn("the word of a decision after the sale was not sent; pages follow by polling", "err", err)
	}
}

// drain is how a process makes way for the others when it stops.
type drain struct {
	wait time.Duration // it says that it is not ready, and serves everybody
	over time.Duration // it lets no socket in, and ends those there are one by one
}

// drainOf reads "2s/10s"; 0 is none of either.
func drainOf(text string) (d drain, err error) {
	if text == "0" {
		return d, nil
	}
	wait, over, _ := strings.Cut(text, "/")
	var err2 error
	d.wait, err = time.ParseDuration(wait)
	d.over, err2 = time.ParseDuration(over)
	if err != nil || err2 != nil || d.wait < 0 || d.over < 0 {
		return d, fmt.Errorf("drain is %q; write WAIT/OVER such as 2s/10s, or 0 to stop at once", text)
	}
	return d, nil
}

// makeWay lets the balancer and the pages go elsewhere before the end. First
// the balancer hears that this process is not ready; until it has, people who
// are still sent here are served like any others. Only then are sockets turned
// away and ended. Bids that still come are taken.
func (ho *house) makeWay() {
	ho.site.Load().Leave()
	time.Sleep(ho.drain.wait)
	ho.hub.Drain(context.Background(), ho.drain.over)
}
