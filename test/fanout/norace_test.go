//go:build !race

package fanout

const slowed = false
