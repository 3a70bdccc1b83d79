// Outcry is a self-hosted, single-binary, real-time auction house.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	_ "time/tzdata" // a sale's zone must not depend on what the machine has installed
)

// command is one thing that outcry can do.
type command struct {
	name  string
	line  string // what it does, in one line
	usage string // its help: how it is called, and what to know
	run   func(ctx context.Context, args []string, out io.Writer) error
}

func commands() []command {
	return []command{
		{"serve", "run the house", serveUsage, runServe},
		{"demo", "a fresh sale in a temporary directory, with bots that bid", demoUsage, runDemo},
		{"import", "lots from a spreadsheet", importUsage, runImport},
		{"bidders", "register bidders from a file, and print their links", biddersUsage, runBidders},
		{"user", "people and their roles", userUsage, runUser},
		{"backup", "one file with everything, while the house runs", backupUsage, runBackup},
		{"restore", "a backup, back into an empty data directory", restoreUsage, runRestore},
		{"move", "a whole house into PostgreSQL, or back", moveUsage, runMove},
		{"verify", "replay every lot from its log and check every invariant", verifyUsage, runVerify},
		{"doctor", "look at the disk, the clock, the network and the settings", doctorUsage, runDoctor},
		{"config", "print every setting in force and where it came from", configUsage, runConfig},
		{"healthcheck", "ask a running house whether it is ready, for containers", healthUsage, runHealthcheck},
		{"version", "version, commit, SQLite version", versionUsage, runVersion},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run returns the exit code: 0 done, 1 not done and said why, 2 called wrongly.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		overview(out)
		return 0
	}
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == args[0] })
	if i < 0 {
		fmt.Fprintf(errs, "outcry: there is no command %q. 'outcry' alone lists them.\n", args[0])
		return 2
	}
	err := all[i].run(ctx, args[1:], out)
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(errs, "outcry %s: %v. See 'outcry %s --help'.\n", args[0], err, args[0])
		return 2
	}
	fmt.Fprintf(errs, "outcry %s: %v\n", args[0], err)
	return 1
}

// usageError is a command called wrongly.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func misused(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

func overview(w io.Writer) {
	fmt.Fprint(w, `outcry runs an auction house: one program, one directory, every price live.

  outcry demo                 look around: a sale with bots, nothing to set up
  outcry serve                run your own house; the first start prints a link

Commands ('outcry COMMAND --help' tells more):

`)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-12s %s\n", c.name, c.line)
	}
}
