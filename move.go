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

Carries a whole house from a data directory into an empty PostgreSQL database,
or back (--from postgres://… --to DIR), and checks every lot on both sides. The
house must not be running. Interrupted, it goes on where it was when it is run
again. The source stays as it is.
`

func runMove(ctx context.Context, args []string, out io.Writer) error {
	set := settings{
		{name: "from", secret: true, help: "data directory, or postgres://… address, of the house"},
		{name: "to", secret: true, help: "where it goes: postgres://… of an empty database, or a directory that is not there yet"},
		allowAsyncSetting(),
	}
	rest, err := set.parse("move", moveUsage, args, out)
	if err != nil {
		return err
	}
	if len(rest) > 0 || set.get("from") == "" || set.get("to") == "" {
		return misused("say --from and --to")
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
		return err
	}
	fmt.Fprintln(out, "Moved: every lot agrees with its log on both sides. Start the house at its new place, and never again at the old one.")
	return nil
}

// openEnd opens one end of a move. A database has no directory of its own: what
// the store would put there is thrown away with it.
func openEnd(ctx context.Context, set settings, name string) (*store.Store, func(), error) {
	at := set.get(name)
	c := store.Config{Dir: at, AllowAsync: set.get("allow-async") == "true", ForMove: name == "to"}
	sweep := func() {}
	if strings.HasPrefix(at, "postgres://") || strings.HasPrefix(at, "postgresql://") {
		dir, err := os.MkdirTemp("", "outcry-move-*")
		if err != nil {
			return nil, nil, err
		}
		sweep = func() { os.RemoveAll(dir) }
		c.Dir, c.URL = dir, at
		at = "the database" // its address may hold a password
	} else if name == "from" {
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
