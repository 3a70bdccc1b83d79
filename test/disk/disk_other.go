//go:build !linux

package disk

import "errors"

var errLinux = errors.New("a disk of its own takes Linux")

func missing() string                    { return "a disk of its own takes Linux" }
func create(string, int64) error         { return errLinux }
func (d *Disk) mount() error             { return errLinux }
func (d *Disk) unmount() error           { return errLinux }
func (d *Disk) Cut() error               { return errLinux }
func (d *Disk) Fill(string, int64) error { return errLinux }
