package handlers

import (
	"crypto/sha256"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits are set so that a crowd behind one venue's address never meets them:
// what a person does is counted by paddle or account, not by address.
type Limits struct {
	BidsPerSecond    float64 // of one paddle, 0 = 10
	BidsBurst        int     // of one paddle at once, 0 = 30
	SignInsPerMinute float64 // for one account from one place, 0 = 10
	SocketsPerAddr   int     // of one address, 0 = 10,000
	Sockets          int     // in all, 0 = 50,000

	FormTime time.Duration // to send a form that is not an upload, 0 = 20 s
}

// Defaults fills in what is not set.
func (l Limits) Defaults() Limits {
	if l.BidsPerSecond == 0 {
		l.BidsPerSecond = 10
	}
	if l.BidsBurst == 0 {
		l.BidsBurst = 30
	}
	if l.SignInsPerMinute == 0 {
		l.SignInsPerMinute = 10
	}
	if l.SocketsPerAddr == 0 {
		l.SocketsPerAddr = 10_000
	}
	if l.FormTime == 0 {
		l.FormTime = 20 * time.Second
	}
	if l.Sockets == 0 {
		l.Sockets = 50_000
	}
	return l
}

// limiter counts by key. What has been quiet long enough to be full again is
// forgotten.
type limiter struct {
	every rate.Limit
	burst int

	mu    sync.Mutex // guards seen and swept
	seen  map[string]*rate.Limiter
	swept time.Time
}

func newLimiter(every rate.Limit, burst int) *limiter {
	return &limiter{every: every, burst: burst, seen: map[string]*rate.Limiter{}}
}

// allow reports whether key may go on now. A key may be as long as anything
// that a stranger types: of a long one its hash is remembered.
func (l *limiter) allow(key string) bool {
	if len(key) > sha256.Size {
		sum := sha256.Sum256([]byte(key))
		key = string(sum[:])
	}
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.swept) > time.Minute {
		for k, b := range l.seen {
			if b.TokensAt(now) >= float64(l.burst) {
				delete(l.seen, k)
			}
		}
		l.swept = now
	}
	b := l.seen[key]
	if b == nil {
		b = rate.NewLimiter(l.every, l.burst)
		l.seen[key] = b
	}
	return b.AllowN(now, 1)
}
