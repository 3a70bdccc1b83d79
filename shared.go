package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"outcry/auction"
	"outcry/handlers/word"
	"outcry/saleroom"
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
	name := sha256.Sum256(append([]byte("the house on NATS "), ho.secret...))
	ho.word, err = word.Dial(word.Config{
		URL: url, House: hex.EncodeToString(name[:8]), Log: ho.log,
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
	})
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

// makeWayIn is how long a process that stops takes to send its sockets to the
// others.
const makeWayIn = 10 * time.Second

// makeWay lets the balancer and the pages go elsewhere before the end: it is
// not ready any more, lets no socket in, and ends those there are one by one.
// Bids that still come are taken.
func (ho *house) makeWay(ctx context.Context) {
	ho.site.Load().Leave()
	ho.hub.Drain(context.WithoutCancel(ctx), makeWayIn)
}
