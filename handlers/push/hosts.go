package push

import (
	"net/url"
	"strings"
	"sync"
)

// hosts are the machines that messages go to. Whoever has a browser names one,
// also one that takes no connection and refuses none, so that each message to it
// costs a sender all the time there is. What has not answered the last time, or
// never yet, is a stranger: all of them together keep half of the senders busy
// at most, and one that did not answer a single one.
type hosts struct {
	mu        sync.Mutex      // guards the following
	answered  map[string]bool // whether it did the last time
	trying    map[string]int  // messages under way to strangers
	strangers int             // the sum of trying
}

const (
	strangersAtMost = turn / 2
	hostsAtMost     = 10_000 // that are remembered; then all are strangers again
)

func newHosts() hosts { return hosts{answered: map[string]bool{}, trying: map[string]int{}} }

func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// begin says whether a message may be sent to a host now, and whether as to a
// stranger. end has to follow if it may, with the same word.
func (h *hosts) begin(host string) (stranger, may bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	answered, known := h.answered[host]
	if answered {
		return false, true
	}
	if h.strangers >= strangersAtMost || known && h.trying[host] > 0 {
		return true, false
	}
	h.trying[host]++
	h.strangers++
	return true, true
}

// end says whether the host answered.
func (h *hosts) end(host string, stranger, answered bool) {
	h.leave(host, stranger)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.answered) >= hostsAtMost {
		clear(h.answered)
	}
	h.answered[host] = answered
}

// leave takes back what begin took, of a message that was not sent.
func (h *hosts) leave(host string, stranger bool) {
	if !stranger {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.trying[host]--; h.trying[host] == 0 {
		delete(h.trying, host)
	}
	h.strangers--
}
