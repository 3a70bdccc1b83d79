package hub

import "slices"

// admit counts a socket in, or refuses it. It has one reference, which its
// reader takes back.
func (h *Hub) admit(o Watch) (*socket, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.refusal(o); err != nil {
		h.refused.Add(1)
		return nil, err
	}
	h.count++
	if o.Peer != "" {
		h.peers[o.Peer]++
	}
	s := &socket{hub: h, group: o.Group, peer: o.Peer}
	s.refs.Store(1)
	s.state.Store(owned) // by the handler, until the snapshot is out
	h.guests.Add(1)
	return s, nil
}

// refusal returns why no socket is let in. Caller holds mu.
func (h *Hub) refusal(o Watch) error {
	switch {
	case h.closed, h.full:
		return ErrClosed
	case h.cfg.MaxSockets > 0 && h.count >= h.cfg.MaxSockets:
		return ErrFull
	case h.cfg.MaxPerPeer > 0 && o.Peer != "" && h.peers[o.Peer] >= h.cfg.MaxPerPeer:
		return ErrTooMany
	}
	return nil
}

// register makes s a watcher of the topics and of a beat. It returns false
// when the hub has closed since s was admitted.
func (h *Hub) register(s *socket, names []string) bool {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sockets[s] = struct{}{}
	if h.closed {
		if h.cut {
			abort(s.conn)
		}
		return false
	}
	n := h.arrived
	h.arrived++
	writers := uint64(len(h.writers))
	s.lane = int(n % writers)
	s.watches = make([]watch, len(names)+1)
	for i, name := range names {
		t := h.topics[name]
		if t == nil {
			t = newTopic(name, len(h.writers))
			h.topics[name] = t
		}
		s.watches[i].sock = s
		t.add(&s.watches[i], s.lane)
	}
	beat := &s.watches[len(names)]
	beat.sock = s
	h.beats.topics[n/writers%beatSlots].add(beat, s.lane)
	if s.group != "" {
		h.groups[s.group] = append(h.groups[s.group], s)
	}
	return true
}

// unwatch takes s out of its topics; a topic that nobody watches any more is
// forgotten with its frames.
func (h *Hub) unwatch(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range s.watches {
		w := &s.watches[i]
		last := w.topic.remove(w, s.lane)
		if last && h.topics[w.topic.name] == w.topic { // beats stay
			w.topic.kill()
			delete(h.topics, w.topic.name)
		}
	}
}

// forget counts s out once all its goroutines are done.
func (h *Hub) forget(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sockets, s)
	h.count--
	if s.peer != "" {
		if h.peers[s.peer]--; h.peers[s.peer] == 0 {
			delete(h.peers, s.peer)
		}
	}
	if g := h.groups[s.group]; s.group != "" {
		if g = slices.DeleteFunc(g, func(o *socket) bool { return o == s }); len(g) == 0 {
			delete(h.groups, s.group)
		} else {
			h.groups[s.group] = g
		}
	}
	h.guests.Done()
}
