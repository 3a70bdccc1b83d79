package handlers_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"outcry/auction"
	"outcry/handlers"
)

// TestSessionsThatNobodyUsesEnd: what is used goes on to its last day, what is not ends.
func TestSessionsThatNobodyUsesEnd(t *testing.T) {
	s := newSite(t)
	const day = 24 * time.Hour
	for i, c := range []struct {
		role        auction.Role
		since, left time.Duration // signed in so long ago, with so long to go
		want        time.Duration // to go after a visit
	}{
		{auction.RoleBidder, 3 * day, 10 * day, 14 * day},
		{auction.RoleBidder, 25 * day, time.Minute, 5 * day},
		{auction.RoleBidder, 0, 14*day - time.Hour, 14*day - time.Hour}, // too soon to write
		{auction.RoleClerk, 2 * day, 22 * time.Hour, day},
		{auction.RoleOwner, 7*day - time.Hour, time.Minute, time.Hour},
		{auction.RoleOwner, 0, day - 10*time.Minute, day - 10*time.Minute},
	} {
		p := s.person(fmt.Sprintf("p%d", i), c.role)
		p.cookie += "-again"
		now := time.Now()
		err := s.store.AddSession(t.Context(), auction.Session{
			Token: sha256.Sum256([]byte(p.cookie)), UserID: p.user.ID, Created: now.Add(-c.since), Until: now.Add(c.left), Device: "this",
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.do("GET", "/sessions", nil); got.status != 200 {
			t.Fatalf("%+v: %d", c, got.status)
		}
		list, err := s.store.SessionsOf(t.Context(), p.user.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, ses := range list {
			if left := ses.Until.Sub(now); ses.Device == "this" && (left-c.want).Abs() > time.Minute {
				t.Errorf("%s signed in %v ago with %v to go: after a visit %v, want %v", c.role, c.since, c.left, left, c.want)
			}
		}
	}
}

// TestSigningInSaysForHowLong: the cookie for as long as a session can be, the
// session for as long as it may lie idle.
func TestSigningInSaysForHowLong(t *testing.T) {
	s := newSite(t)
	for role, want := range map[auction.Role][2]time.Duration{
		auction.RoleBidder: {30 * 24 * time.Hour, 14 * 24 * time.Hour}, auction.RoleOrganiser: {7 * 24 * time.Hour, 24 * time.Hour},
	} {
		p := s.withPassword(s.person(string(role), role))
		got := s.signIn(string(role)+"@example.org", password)
		if c := got.cookieNamed(t, "outcry"); c.MaxAge != int(want[0]/time.Second) {
			t.Errorf("%s: the cookie lasts %d s, want %v", role, c.MaxAge, want[0])
		}
		list, err := s.store.SessionsOf(t.Context(), p.user.ID)
		if err != nil || len(list) != 2 {
			t.Fatalf("%d sessions, %v", len(list), err)
		}
		if left := time.Until(list[0].Until); (left - want[1]).Abs() > time.Minute {
			t.Errorf("%s: left alone, the session ends after %v, want %v", role, left, want[1])
		}
	}
}

func TestPasswordsThatAreGuessedFirst(t *testing.T) {
	s := newSite(t)
	sign := func(password string) page {
		return (&person{site: s}).do("POST", "/sign-up", url.Values{"name": {"Ann Marie"}, "email": {"ann@gardenclub.example"}, "password": {password}})
	}
	sign("Qwerty123456").says(t, "one that many have", 422, "So many people chose this password", "Ann Marie", "ann@gardenclub.example")
	sign("gardenclub-2026").says(t, "one of known words", 422, "are tried first")
	if got := sign("the blue door in march"); got.status != 303 {
		t.Errorf("a sentence: %d", got.status)
	}
	s.owner.do("POST", "/account/house", url.Values{"house": {"Marshfield School"}})
	s.withPassword(s.owner)
	s.owner.do("POST", "/account/password", url.Values{"current": {password}, "password": {"marshfieldschool1"}}).says(t, "the house's name", 422, "are tried first")
}

// full is a house whose disk takes nothing.
type full struct {
	handlers.Store
	tries atomic.Int64
}

func (f *full) ProlongSession(context.Context, auction.Hash, time.Time) error {
	f.tries.Add(1)
	return errors.New("disk full")
}

// TestAFullHouseIsStillShown: who looks at a house that cannot write sees its
// pages, and costs the disk one try in a while.
func TestAFullHouseIsStillShown(t *testing.T) {
	disk := &full{}
	s := configured(t, func(c *handlers.Config) { disk.Store, c.Store = c.Store, disk })
	ann := s.person("Ann", auction.RoleBidder) // with a session to prolong
	for range 5 {
		if got := ann.do("GET", "/sessions", nil); got.status != 200 {
			t.Errorf("a page of a full house: %d", got.status)
		}
	}
	if n := disk.tries.Load(); n != 1 {
		t.Errorf("%d tries to prolong a session, want 1", n)
	}
}
