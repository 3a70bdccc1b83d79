package hub

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// A socket that takes bytes by fits and starts is compared with the plainest
// possible account of what it must get: for each key that was pushed since it
// looked last the newest frame, in the order of the pushes.
func TestTopicAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tp := newTopic("t", 1)
		s := &socket{watches: make([]watch, 1)}
		tp.add(&s.watches[0], 0)
		b := &batch{limit: rapid.IntRange(1, 5).Draw(t, "limit")}
		type pushed struct {
			key   int64
			frame string
		}
		var due []pushed // what the socket has not got, oldest push first
		held := map[int64]int64{}
		var rest []byte
		for i := range rapid.IntRange(1, 60).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "publish") {
				key := int64(rapid.IntRange(1, 6).Draw(t, "key"))
				seq := held[key] + int64(rapid.IntRange(-1, 2).Draw(t, "seq"))
				frame := fmt.Sprintf("key %d seq %d step %d", key, seq, i)
				old, known := held[key]
				want := !known || seq >= old
				if got := tp.put(key, seq, []byte(frame), 0, nil); got != want {
					t.Fatalf("put(%d, %d) = %v with %d held; want %v", key, seq, got, old, want)
				}
				if want {
					held[key] = seq
					due = slices.DeleteFunc(due, func(p pushed) bool { return p.key == key })
					due = append(due, pushed{key, frame})
				}
				continue
			}
			if !b.fill(s) {
				if len(due) > 0 {
					t.Fatalf("nothing to send; want %v", due)
				}
				continue
			}
			all := b.bytes()
			n := rapid.IntRange(0, len(all)).Draw(t, "taken")
			got := string(all[:n])
			var frames int
			frames, rest = b.taken(n)
			got += string(rest)
			var want strings.Builder
			for _, p := range due[:frames] {
				want.WriteString(p.frame)
			}
			if got != want.String() {
				t.Fatalf("after %d bytes the socket gets %q; want %q", n, got, want.String())
			}
			due = due[frames:]
			b.reset()
		}
	})
}

func TestTopicForgetsWithItsLastWatcher(t *testing.T) {
	ho := open(t, Config{})
	if ho.Publish("t", 1, 1, []byte("nobody")); ho.Watched("t") || ho.Stats().Topics != 0 {
		t.Fatalf("a topic that nobody watches is kept: %+v", ho.Stats())
	}
	a, b := ho.dial(t, "topic=t&topic=t&topic=u", 0), ho.dial(t, "topic=t", 0)
	a.next()
	b.next()
	if got := ho.Stats(); !ho.Watched("t") || got.Topics != 2 {
		t.Fatalf("Watched = %v, Stats = %+v; want t and u", ho.Watched("t"), got)
	}
	ho.Publish("t", 1, 7, []byte("seven"))
	if got := b.next(); got != "seven" {
		t.Fatalf("got %q", got)
	}
	a.Close()
	until(t, "u is gone", func() bool { return !ho.Watched("u") })
	held := ho.topic("t")
	held.mu.Lock()
	keys := len(held.keys)
	held.mu.Unlock()
	if keys != 1 {
		t.Fatalf("%d keys held for the one that stays; want 1", keys)
	}
	b.Close()
	until(t, "t is gone", func() bool { return !ho.Watched("t") })
	held.mu.Lock()
	defer held.mu.Unlock()
	if held.keys != nil || held.oldest != nil || held.newest != nil || !held.dead {
		t.Fatalf("the topic still holds frames: %+v", held)
	}
}

func TestTextFrame(t *testing.T) {
	for _, n := range []int{0, 1, 125, 126, 65535, 65536, 70000} {
		text := strings.Repeat("x", n)
		c := reading(textFrame([]byte(text)))
		if op, p, err := c.frame(); op != 1 || p != text || err != nil {
			t.Errorf("frame of %d bytes: opcode %d, %d bytes, %v", n, op, len(p), err)
		}
	}
	c := reading(textFrame([]byte("a\xff\xfeb")))
	if _, p, err := c.frame(); !utf8.ValidString(p) || !strings.HasPrefix(p, "a") || err != nil {
		t.Errorf("bytes that are no UTF-8 become %q, %v", p, err)
	}
	p := []byte("mine")
	f := textFrame(p)
	p[0] = 'X'
	if !bytes.HasSuffix(f, []byte("mine")) {
		t.Error("a frame keeps a reference to the payload")
	}
}
