//go:build !linux

// Command bench measures a Linux machine: epoll, /proc and raw system calls
// are what it measures with.
package main

import "fmt"

func main() { fmt.Println("bench: this runs on Linux only") }
