//go:build !race

package load

const slowed = false
