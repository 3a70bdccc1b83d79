package handlers

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"outcry/handlers/guess"
	"outcry/views/lang"
)

// Cost of a password: argon2id with 19 MiB, two passes, one lane, as OWASP's
// password storage cheat sheet asks at least.
const (
	argonMemory = 19 * 1024 // KiB
	argonPasses = 2
	argonLanes  = 1
	argonBytes  = 32
)

// PasswordLeast is how many letters a password must have.
const PasswordLeast = 12

// PasswordProblem says in a sentence why a password is not taken, "" when it is.
// Words are what a guesser knows of whose it is.
func PasswordProblem(password string, words ...string) string {
	switch n := utf8.RuneCountInString(password); {
	case n < PasswordLeast:
		return string(lang.Key("A password needs twelve letters or more. A short sentence works well."))
	case n > 1000:
		return string(lang.Key("That is longer than we take. A thousand letters are enough."))
	case guess.Common(password):
		return string(lang.Key("So many people chose this password that it is among the first to be tried. Take a short sentence of your own."))
	case guess.Known(password, words...):
		return string(lang.Key("Names, addresses and the house’s name are tried first. Take a short sentence that nobody would think of."))
	}
	return ""
}

// passwordProblem is PasswordProblem in this house.
func (h *Handlers) passwordProblem(r *request, password string, words ...string) string {
	house, err := h.house.get(r.Context())
	if err != nil { // one word less to look for; whoever writes next hears of it
		h.cfg.Log.Warn("the house's name was not to be read", "err", err)
	}
	return PasswordProblem(password, append(words, house)...)
}

// HashPassword returns a password in PHC form, salted.
func HashPassword(password string) string {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails
	sum := argon2.IDKey([]byte(password), salt, argonPasses, argonMemory, argonLanes, argonBytes)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemory, argonPasses, argonLanes, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

var errPasswordForm = errors.New("not an argon2id password")

// samePassword reports whether password is the one that was hashed.
func samePassword(hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errPasswordForm
	}
	var version, memory, passes int
	var lanes uint8
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errPasswordForm
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil {
		return false, errPasswordForm
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, errPasswordForm
	}
	sum, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, errPasswordForm
	}
	got := argon2.IDKey([]byte(password), salt, uint32(passes), uint32(memory), lanes, uint32(len(sum)))
	return subtle.ConstantTimeCompare(got, sum) == 1, nil
}

// passwordsMost may wait for their turn at once, which takes about 10 s on a
// small machine: a hall that signs in together, not a flood.
const passwordsMost = 1000

// passwords bounds how many passwords are worked on at once: each takes 19 MiB
// and a core for a while.
type passwords struct {
	queue chan struct{} // a place each for who waits or has a turn; full = refused
	turns chan struct{}
	dummy string // compared with when nobody has the address, so that both take as long
}

func newPasswords() *passwords {
	return &passwords{queue: make(chan struct{}, passwordsMost), turns: make(chan struct{}, 2), dummy: HashPassword("nobody has this one")}
}

// turn waits for one; errTooMany when too many wait already.
func (p *passwords) turn(ctx context.Context) (release func(), err error) {
	select {
	case p.queue <- struct{}{}:
	default:
		return nil, errTooMany
	}
	select {
	case p.turns <- struct{}{}:
		return func() { <-p.turns; <-p.queue }, nil
	case <-ctx.Done():
		<-p.queue
		return nil, ctx.Err()
	}
}

// check takes as long for an empty hash as for a wrong password.
func (p *passwords) check(ctx context.Context, hash, password string) (bool, error) {
	release, err := p.turn(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	if hash == "" {
		_, err := samePassword(p.dummy, password)
		return false, err
	}
	return samePassword(hash, password)
}

func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	release, err := p.turn(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return HashPassword(password), nil
}
