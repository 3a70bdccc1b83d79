//go:build race

package fanout

// slowed says that the race detector makes everything about ten times slower.
const slowed = true
