package auction

import "errors"

var (
	// ErrNotFound is what the store returns for something that is not there.
	ErrNotFound = errors.New("not found")
	// ErrConflict is what the store returns when a row has moved on since it
	// was read, or a name is taken.
	ErrConflict = errors.New("conflict")
)
