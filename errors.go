package main

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"outcry/store"
)

// openError says in one plain sentence why a house cannot be opened.
func openError(dir string, err error) error {
	switch {
	case errors.Is(err, store.ErrLocked):
		return fmt.Errorf("the data directory %s is in use by another outcry process. Stop that one first, or name another directory with --data", dir)
	case errors.Is(err, store.ErrNewer):
		return fmt.Errorf("the house in %s was written by a newer outcry. Use that version, or restore an older backup into another directory", dir)
	case errors.Is(err, store.ErrForeign):
		return fmt.Errorf("the database in %s belongs to another program. Name another directory with --data", dir)
	case errors.Is(err, store.ErrOld):
		return fmt.Errorf("the house in %s was written by an older outcry. Start it once with 'outcry serve' to bring it up to date", dir)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no house in %s. 'outcry serve' makes one; --data names another directory", dir)
	case errors.Is(err, store.ErrMoved):
		return fmt.Errorf("the house in %s was moved to another place. Serve it there; if the move came to nothing, 'outcry move --unmark %s' lets it be served here again", dir, dir)
	case store.Full(err):
		return fmt.Errorf("there is no room left on the disk of %s. Make room and try again", dir)
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("the directory %s cannot be written. Change its owner or permissions, or name another one with --data", dir)
	}
	return err
}

// houseError is openError for a house whose settings may name a database: what
// is wrong there has nothing to do with the data directory.
func houseError(set settings, err error) error {
	if set.get("database") == "" {
		return openError(set.get("data"), err)
	}
	switch {
	case errors.Is(err, store.ErrNewer):
		return errors.New("the house in the database was written by a newer outcry. Use that version, or name another database with --database")
	case errors.Is(err, store.ErrForeign):
		return errors.New("the tables in the database belong to another program. Name another database, or a schema of the house's own: --database 'postgres://…?search_path=NAME'")
	case errors.Is(err, store.ErrOld):
		return errors.New("the house in the database was written by an older outcry. Start it once with 'outcry serve' to bring it up to date")
	case errors.Is(err, store.ErrMoved):
		return errors.New("the house in the database was moved to another place. Serve it there; if the move came to nothing, 'outcry move --unmark postgres://…' lets it be served here again")
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no house in the database. 'outcry serve' makes one; --database names another")
	}
	return openError(set.get("data"), err)
}

// runningError is houseError for a command that writes to a house's files: what
// to do instead when the house runs.
func runningError(set settings, err error, instead string) error {
	if errors.Is(err, store.ErrLocked) {
		return fmt.Errorf("the house in %s is running. %s, or stop it and run this again", set.get("data"), instead)
	}
	return houseError(set, err)
}

func listenError(addr string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("the address %s is in use by another program. Stop it, or choose another one with --listen", addr)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("listening on %s is not allowed. Ports below 1024 need special rights; choose one above with --listen", addr)
	}
	return fmt.Errorf("cannot listen on %s: %w", addr, err)
}
