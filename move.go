package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"outcry/store"
)

const moveUsage = `
outcry move --from DIR --to postgres://…
outcry move --unmark DIR

Carries a whole house from a data directory into an empty PostgreSQL database,
or back (--from postgres://… --to DIR), and checks every lot on both sides. The
house must not be running. Interrupted, it goes on where it was when it is run
again. The source stays as it is, but is marked as moved and not served any
more; --unmark takes that back, for a move that came to nothing.
`

func runMove(ctx context.Context, args []string, out io.Writer) error {
	set := settings{
		{name: "from", secret: true, help: "data directory, or postgres://… address, of the house"},
		{name: "to", secret: true, help: "where it goes: postgres://… of an empty database, or a directory that is not there yet"},
		{name: "unmark", secret: true, help: "data directory, or postgres://… address, of a house that was moved away and is to be served there again"},
		allowAsyncSetting(),
	}
	rest, err := set.parse("move", moveUsage, args, out)
	if err != nil {
		return err
	}
	if len(rest) == 0 && set.get("unmark") != "" && set.get("from") == "" && set.get("to") == "" {
		return unmark(ctx, set, out)
	}
	if len(rest) > 0 || set.get("from") == "" || set.get("to") == "" || set.get("unmark") != "" {
		return misused("say --from and --to, or --unmark")
	}
	from, closeFrom, err := openEnd(ctx, set, "from")
	if err != nil {
		return err
	}
	defer closeFrom()
	to, closeTo, err := openEnd(ctx, set, "to")
	if err != nil {
		return err
	}
	defer closeTo()
	if err := store.Move(ctx, from, to, func(line string) { fmt.Fprintln(out, line) }); err != nil {
		if errors.Is(err, store.ErrMoved) {
			return errors.New("the house was moved already. If that came to nothing, take it back with 'outcry move --unmark …' and run this again")
		}
		return err
	}
	fmt.Fprintln(out, "Moved: every lot agrees with its log on both sides. Start the house at its new place; at the old one it is not served any more.")
	return nil
}

// unmark lets a house be served again where it was.
func unmark(ctx context.Context, set settings, out io.Writer) error {
	st, closeIt, err := openEnd(ctx, set, "unmark")
	if err != nil {
		return err
	}
	defer closeIt()
	err = store.Unmark(ctx, st)
	if errors.Is(err, store.ErrNotFound) {
		return errors.New("the house was not moved; there is nothing to take back")
	}
	if err == nil {
		fmt.Fprintln(out, "The house may be served here again. See to it that its copy is not.")
	}
	return err
}

// openEnd opens one end of a move. A database has no directory of its own: what
// the store would put there is thrown away with it.
func openEnd(ctx context.Context, set settings, name string) (*store.Store, func(), error) {
	at := set.get(name)
	c := store.Config{Dir: at, AllowAsync: set.get("allow-async") == "true", ForMove: true}
	sweep := func() {}
	if strings.HasPrefix(at, "postgres://") || strings.HasPrefix(at, "postgresql://") {
		dir, err := os.MkdirTemp("", "outcry-move-*")
		if err != nil {
			return nil, nil, err
		}
		sweep = func() { os.RemoveAll(dir) }
		c.Dir, c.URL = dir, at
		at = "the database" // its address may hold a password
	} else if name != "to" {
		look, err := store.OpenReader(ctx, c) // would not make one
		if err != nil {
			return nil, nil, openError(at, err)
		}
		look.Close()
	}
	st, err := store.Open(ctx, c)
	if err != nil {
		sweep()
		if errors.Is(err, store.ErrLocked) {
			return nil, nil, fmt.Errorf("the house in %s is running. Stop it and run this again", at)
		}
		return nil, nil, openError(at, err)
	}
	return st, func() { st.Close(); sweep() }, nil
}
