//go:build !race

package auction

const raceOn = false
