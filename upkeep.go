package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"outcry/auction"
	"outcry/store"
)

const backupUsage = `
outcry backup FILE

Writes one file with everything (database, pictures), consistent, while the
house runs or not. An existing FILE is not overwritten.
`

func runBackup(ctx context.Context, args []string, out io.Writer) error {
	set := storeSettings()
	rest, err := set.parse("backup", backupUsage, args, out)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return misused("name one file to write")
	}
	st, err := store.OpenReader(ctx, storeConfig(set))
	if err != nil {
		return houseError(set, err)
	}
	defer st.Close()
	if err := st.Backup(ctx, rest[0]); err != nil {
		return err
	}
	info, err := os.Stat(rest[0])
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %.1f MB, checked. Keep a copy on another machine.\n", rest[0], float64(info.Size())/1e6)
	return nil
}

const restoreUsage = `
outcry restore FILE [--data DIR]

Puts a backup back into a data directory that is empty or not there yet. The
backup is checked before anything is put in place.
`

func runRestore(ctx context.Context, args []string, out io.Writer) error {
	set := settings{dataSetting()}
	rest, err := set.parse("restore", restoreUsage, args, out)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return misused("name one backup file")
	}
	if err := store.Restore(ctx, rest[0], set.get("data")); err != nil {
		return err
	}
	fmt.Fprintf(out, "Restored into %s. 'outcry verify --data %s' checks every lot.\n", set.get("data"), set.get("data"))
	return nil
}

const verifyUsage = `
outcry verify [--data DIR]
outcry verify LOG

Replays every lot from its log and checks every invariant and the hash chain,
beside a running house or without one; or does what can be done with a public
log as /lots/ID/log gives it, by anybody. The exit code is 1, and the first
break is told, when one fails.
`

func runVerify(ctx context.Context, args []string, out io.Writer) error {
	set := storeSettings()
	rest, err := set.parse("verify", verifyUsage, args, out)
	if err != nil {
		return err
	}
	switch len(rest) {
	case 0:
		return verifyHouse(ctx, set, out)
	case 1:
		return verifyLog(rest[0], out)
	}
	return misused("name one log, or none")
}

func verifyHouse(ctx context.Context, set settings, out io.Writer) error {
	st, err := store.OpenReader(ctx, storeConfig(set))
	if err != nil {
		return houseError(set, err)
	}
	defer st.Close()
	lots, events, bids := 0, 0, 0
	began := time.Now()
	err = st.EachLot(ctx, func(l auction.Lot, t auction.Terms, log []auction.Record) error {
		if err := auction.Check(l, t, log); err != nil {
			return fmt.Errorf("lot %d: %w", l.ID, err)
		}
		lots++
		events += len(log)
		for _, r := range log {
			if r.Kind == auction.BidTaken {
				bids++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d lots, %d events, %d bids: every lot agrees with its log, every chain is whole (%s).\n",
		lots, events, bids, time.Since(began).Round(time.Millisecond))
	return nil
}

func verifyLog(file string, out io.Writer) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	var log []auction.Event
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		e, err := auction.ParseLine(lines.Bytes())
		if err != nil {
			return fmt.Errorf("%s, line %d: %w", file, n, err)
		}
		log = append(log, e)
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if err := auction.CheckPublic(log); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d events: the chain is whole and every public rule holds.\n", len(log))
	return nil
}

const configUsage = `
outcry config

Prints every setting of 'outcry serve' that is in force and where it came from;
secrets are masked.
`

func runConfig(_ context.Context, args []string, out io.Writer) error {
	set := serveSettings()
	if err := set.parseAll("config", configUsage, args, out); err != nil {
		return err
	}
	set.print(out)
	return nil
}

const healthUsage = `
outcry healthcheck [--listen ADDR]

Asks the house at ADDR whether a bid could be committed; exit code 0 when it
could. Made for a container's health check.
`

func runHealthcheck(ctx context.Context, args []string, out io.Writer) error {
	set := settings{
		{name: "listen", value: "127.0.0.1:8080", help: "address that the house listens on"},
		{name: "domain", help: "as the house has it"},
	}
	if err := set.parseAll("healthcheck", healthUsage, args, out); err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(set.get("listen"))
	if err != nil {
		return misused("%q is not an address", set.get("listen"))
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	res, err := itself(ctx, net.JoinHostPort(host, port), set.domains(), "/readyz")
	if err != nil {
		return fmt.Errorf("nothing answers: %w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1000))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return errors.New(string(text))
	}
	_, err = out.Write(text)
	return err
}

// version is what was built: the tag, or the commit and its time.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "unknown"
	}
	return info.Main.Version
}

const versionUsage = `
outcry version

Prints the version, the commit it was built from, and the version of SQLite.
`

func runVersion(_ context.Context, args []string, out io.Writer) error {
	if err := (settings{}).parseAll("version", versionUsage, args, out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "outcry %s\nSQLite %s\n%s %s/%s\n", version(), store.SQLiteVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
