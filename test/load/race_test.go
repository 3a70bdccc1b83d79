//go:build race

package load

// slowed: the race detector watches the crowd, which then takes longer than
// the house to do anything.
const slowed = true
