//go:build race

package auction

// raceOn makes the long tests shorter under the race detector, which costs
// tenfold and finds nothing in functions without goroutines.
const raceOn = true
