//go:build !race

package sim

import "time"

const (
	raced    = false
	ordinary = 100_000 // lots
	patience = 25 * time.Second
	replays  = 5 // seeds
)
