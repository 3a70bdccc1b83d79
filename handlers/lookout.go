package handlers

import (
	"cmp"
	"context"
	"slices"
	"time"

	"outcry/auction"
)

// Where several processes serve the house, what other processes and commands
// do to somebody's sessions and watch list is told over NATS. A word may be
// lost: so a part of those who have a page open here is looked at each second,
// and everybody in turn.

// lookedAt is how many sessions, and how many people, one look is for.
const lookedAt = 1000

// round hands out a list a part at a time, in order, and begins again at its
// end. The list may change between two parts.
type round[K any] struct {
	last K
	some bool // there was a last
}

func (r *round[K]) next(list []K, compare func(a, b K) int) []K {
	slices.SortFunc(list, compare)
	from := 0
	if r.some {
		i, found := slices.BinarySearchFunc(list, r.last, compare)
		if from = i; found {
			from++
		}
	}
	if from >= len(list) {
		from = 0
	}
	part := list[from:min(from+lookedAt, len(list))]
	if r.some = len(part) > 0; r.some {
		r.last = part[len(part)-1]
	}
	return part
}

// pollSessions closes the sockets of sessions that have ended elsewhere, or run
// out.
func (l *live) pollSessions(ctx context.Context) error {
	var tokens []auction.Hash
	for _, group := range l.h.cfg.Hub.Groups() {
		if len(group) == len(auction.Hash{}) {
			tokens = append(tokens, auction.Hash([]byte(group)))
		}
	}
	tokens = l.sessions.next(tokens, func(a, b auction.Hash) int { return slices.Compare(a[:], b[:]) })
	if len(tokens) == 0 {
		return nil
	}
	alive, err := l.h.cfg.Store.SessionsAlive(ctx, tokens, time.Now())
	if err != nil {
		return err
	}
	for _, token := range tokens {
		if !alive[token] {
			l.signedOut(token)
		}
	}
	return nil
}

// pollStars has My lots made anew for people whose watch list was changed at
// another process.
func (l *live) pollStars(ctx context.Context) error {
	users := l.mine.users()
	for user := range l.stars {
		if !slices.Contains(users, user) {
			delete(l.stars, user)
		}
	}
	users = l.starred.next(users, cmp.Compare)
	if len(users) == 0 {
		return nil
	}
	marks, err := l.h.cfg.Store.WatchMarks(ctx, users)
	if err != nil {
		return err
	}
	for _, user := range users {
		if was, known := l.stars[user]; known && was != marks[user] {
			l.mine.starred(anySale, user)
		}
		l.stars[user] = marks[user]
	}
	return nil
}
