package push

import "sync"

// hangs are the browsers whose push service takes a message and does not
// answer. Whoever has the browser chooses the service, so that without this one
// person could keep all senders busy with waiting.
type hangs struct {
	mu sync.Mutex // guards of, and what it holds
	of map[int64]*hang
}

// hang is a browser whose last message was not answered.
type hang struct {
	times  int  // one after another
	trying bool // it has one message at a time, while it hangs
}

// hangsAtMost is how often in a row a push service may not answer before its
// browser is taken for gone.
const hangsAtMost = 5

// begin says whether a browser may be sent a message now. end has to follow if
// it may, with the same trial.
func (h *hangs) begin(browser int64) (trial, may bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	x := h.of[browser]
	if x == nil {
		return false, true
	}
	may, x.trying = !x.trying, true
	return true, may
}

// end says how a message went, and returns whether its browser is to be given
// up. Of messages that began at the same time one counts.
func (h *hangs) end(browser int64, trial, hung, answered bool) (giveUp bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	x := h.of[browser]
	switch {
	case answered:
		delete(h.of, browser)
		return false
	case x == nil && hung:
		h.of[browser] = &hang{times: 1}
		return false
	case x == nil:
		return false
	}
	if trial {
		x.trying = false
		if hung {
			x.times++
		}
	}
	if x.times < hangsAtMost {
		return false
	}
	delete(h.of, browser)
	return true
}
