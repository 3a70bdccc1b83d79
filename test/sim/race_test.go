//go:build race

package sim

import "time"

// Under the race detector fewer are played, for its sake; they are all played
// without it.
const (
	raced    = true
	ordinary = 5_000 // lots
	patience = 10 * time.Second
	replays  = 1 // seeds
)
