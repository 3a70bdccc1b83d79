// Package fanout simulates how a frame reaches very many browsers when the
// processes of a house hand it on to each other in a tree. It opens no socket:
// it counts time and deliveries, by discrete events and a seed, so that the
// arithmetic of docs/scale.md can be checked on any machine.
//
// A process of the simulation does what handlers/hub does: it keeps the newest
// frame only, tells whoever is behind one after the other, and lets a gap pass
// between two frames.
package fanout

import "time"

// Config is what is simulated. Times are those of one way.
type Config struct {
	Watchers   int           // of one lot
	PerProcess int           // watchers that one process carries
	Degree     int           // processes that one process tells
	Cost       time.Duration // of one delivery, for the process that makes it
	Link       time.Duration // from process to process
	LastMile   time.Duration // from process to browser
	Jitter     float64       // a way takes up to this part longer, by chance
	Gap        time.Duration // least time between two frames that a process hands on
	Bids       int           // taken one after the other
	Every      time.Duration // between two bids, on average
	Lost       float64       // part of what is told between processes that never arrives
	Poll       time.Duration // how often a process asks the one above it; 0 = never
	Hops       int           // watchers that go to another process while bids are taken
	Seed       uint64
}

// Processes is how many carry the watchers. Process 0 decides the bids;
// process i hears from (i-1)/Degree.
func (c Config) Processes() int {
	return max(1, (c.Watchers+c.PerProcess-1)/c.PerProcess)
}

// Levels is how many links lie between process 0 and the last process.
func (c Config) Levels() int {
	levels := 0
	for i := c.Processes() - 1; i > 0; i = (i - 1) / c.Degree {
		levels++
	}
	return levels
}

// slowest is the longest that a way can take.
func (c Config) slowest(way time.Duration) time.Duration {
	return time.Duration(float64(way) * (1 + c.Jitter))
}

// Lone bounds the time from a lone bid to the last screen, in a tree that is
// at rest. Each level costs the round of those it tells and a link, the last
// process its round of watchers.
func (c Config) Lone() (least, most time.Duration) {
	carried := (c.Watchers + c.Processes() - 1) / c.Processes() // by the fullest process
	least = time.Duration(carried)*c.Cost + c.LastMile
	level := time.Duration(c.Degree)*c.Cost + c.slowest(c.Link)
	most = time.Duration(c.Levels()+1)*level + time.Duration(carried)*c.Cost + c.slowest(c.LastMile)
	return least, most
}

// Busy bounds the time from the last of many bids to the last screen. At every
// level a gap and the delivery under way come on top, and nothing that depends
// on how many bids came before.
func (c Config) Busy() time.Duration {
	_, lone := c.Lone()
	return lone + time.Duration(c.Levels()+1)*(c.Gap+2*c.Cost)
}

// process is one process of the tree.
type process struct {
	children []int
	watchers []int32

	newest uint32        // the frame it hands on
	held   uint32        // a newer one that waits for the gap to pass; 0 = none
	pushed time.Duration // when newest became so
	free   time.Duration // when it has no delivery under way any more

	untold  int // children that are behind; they come before watchers
	child   int // the next to be told
	behind  int // watchers that are behind
	watcher int // where the round of watchers stands

	taken int // frames that became the newest
	owed  int // of these, for each process and watcher it served then, one
	sent  int // deliveries, to processes and watchers, snapshots not
}

// grow makes the tree and spreads the watchers evenly.
func grow(c Config) []process {
	tree := make([]process, c.Processes())
	for i := 1; i < len(tree); i++ {
		above := &tree[(i-1)/c.Degree]
		above.children = append(above.children, i)
	}
	for i := range tree {
		from, to := c.Watchers*i/len(tree), c.Watchers*(i+1)/len(tree)
		for w := from; w < to; w++ {
			tree[i].watchers = append(tree[i].watchers, int32(w))
		}
	}
	return tree
}
