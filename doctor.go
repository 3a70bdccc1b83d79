package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/coder/websocket"

	"outcry/store"
)

const doctorUsage = `
outcry doctor

Looks at what an evening depends on: how fast the disk is, how much room there
is, the clock, permissions, the address, and whether a socket comes through the
proxy in front. Works beside a running house. The exit code is 1 when something
would spoil a sale.
`

// finding is one thing that the doctor looked at.
type finding struct {
	what string
	bad  bool
	says string
}

func runDoctor(ctx context.Context, args []string, out io.Writer) error {
	set := serveSettings()
	if err := set.parseAll("doctor", doctorUsage, args, out); err != nil {
		return err
	}
	dir := set.get("data")
	found := []finding{writable(dir), fsyncTime(dir), space(dir), clock(), database(ctx, set), mailFinding(ctx, set), address(set)}
	found = append(found, reach(ctx, set)...)
	bad := 0
	for _, f := range found {
		mark := "ok  "
		if f.bad {
			mark = "BAD "
			bad++
		}
		fmt.Fprintf(out, "%s %-12s %s\n", mark, f.what, f.says)
	}
	if bad > 0 {
		return fmt.Errorf("%d things would spoil a sale", bad)
	}
	return nil
}

func writable(dir string) finding {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return finding{"directory", false, dir + " is not there yet; the first start makes it"}
	case err != nil:
		return finding{"directory", true, err.Error()}
	case !info.IsDir():
		return finding{"directory", true, dir + " is a file; name a directory with --data"}
	case info.Mode().Perm()&0o077 != 0:
		return finding{"directory", true, fmt.Sprintf("%s can be read by others on this machine (%v); chmod 700 it", dir, info.Mode().Perm())}
	}
	return finding{"directory", false, dir + " is there, and yours alone"}
}

// nearest is the directory itself or the one it would be made in.
func nearest(dir string) string {
	for {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "."
		}
		dir = up
	}
}

// fsyncTime measures what every accepted bid waits for.
func fsyncTime(dir string) finding {
	f, err := os.CreateTemp(nearest(dir), ".outcry-doctor-*")
	if err != nil {
		return finding{"disk", true, err.Error()}
	}
	defer os.Remove(f.Name())
	defer f.Close()
	times := make([]time.Duration, 21)
	for i := range times {
		began := time.Now()
		if _, err := f.WriteAt(make([]byte, 4096), int64(i)*4096); err != nil {
			return finding{"disk", true, err.Error()}
		}
		if err := f.Sync(); err != nil {
			return finding{"disk", true, "a write could not be made safe: " + err.Error()}
		}
		times[i] = time.Since(began)
	}
	slices.Sort(times)
	median := times[len(times)/2].Round(10 * time.Microsecond)
	if median > 100*time.Millisecond {
		return finding{"disk", true, fmt.Sprintf("a safe write takes %s; each bid waits for one. Use another disk", median)}
	}
	return finding{"disk", false, fmt.Sprintf("a safe write takes %s (median of %d)", median, len(times))}
}

func space(dir string) finding {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(nearest(dir), &fs); err != nil {
		return finding{"room", true, err.Error()}
	}
	free := float64(fs.Bavail) * float64(fs.Bsize) / 1e9
	return finding{"room", free < 0.5, fmt.Sprintf("%.1f GB free", free)}
}

// clock can only tell what is plainly wrong: the rules need no exact time, but
// people read it.
func clock() finding {
	now := time.Now()
	zone, _ := now.Zone()
	built := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if now.Before(built) {
		return finding{"clock", true, "this machine believes it is " + now.Format(time.RFC1123) + "; set its clock"}
	}
	return finding{"clock", false, now.Format("2006-01-02 15:04:05 ") + zone + "; compare it with a clock you trust"}
}

func database(ctx context.Context, set settings) finding {
	st, err := store.OpenReader(ctx, storeConfig(set))
	if errors.Is(err, os.ErrNotExist) {
		return finding{"database", false, "none yet; the first start makes it"}
	}
	if err != nil {
		return finding{"database", true, houseError(set, err).Error()}
	}
	defer st.Close()
	stats, err := st.Stats(ctx)
	if err != nil {
		return finding{"database", true, err.Error()}
	}
	running := ""
	if store.Running(set.get("data")) {
		running = ", in use by a running house"
	}
	return finding{"database", false, fmt.Sprintf("%.1f MB, schema %d%s", float64(stats.Bytes)/1e6, stats.Schema, running)}
}

func address(set settings) finding {
	base, err := baseURL(set.get("base-url"))
	switch {
	case err != nil:
		return finding{"address", true, err.Error()}
	case base == nil:
		return finding{"address", false, "no base URL: pages answer by whatever host they are asked for, over plain http"}
	}
	return finding{"address", false, base.String()}
}

// whereabouts is where the house of the data directory listens: what was said,
// else what the house left there; "" when it does not run.
func whereabouts(set settings) string {
	listen := set.get("listen")
	for _, x := range set {
		if x.name == "listen" && x.from == "default" {
			text, err := os.ReadFile(filepath.Join(set.get("data"), addressFile))
			if err != nil || !store.Running(set.get("data")) && set.get("database") == "" {
				return ""
			}
			listen = strings.TrimSpace(string(text))
		}
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "http://" + listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// reach asks the house from outside, by its public address when there is one,
// for a page and for a socket: proxies often let the one through and not the
// other.
func reach(ctx context.Context, set settings) []finding {
	base, err := baseURL(set.get("base-url"))
	if err != nil {
		return nil
	}
	at := whereabouts(set)
	if base != nil {
		at = base.String()
	}
	if at == "" {
		return []finding{{"page", false, "no house runs from " + set.get("data") + " right now"}}
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at+"/readyz", nil)
	if err != nil {
		return []finding{{"page", true, err.Error()}}
	}
	res, err := http.DefaultClient.Do(req)
	if errors.Is(err, syscall.ECONNREFUSED) && base == nil {
		return []finding{{"page", false, "no house runs at " + at + " right now"}}
	}
	if err != nil {
		return []finding{{"page", true, err.Error()}}
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return []finding{{"page", true, fmt.Sprintf("%s answers %s", at, res.Status)}}
	}
	return []finding{{"page", false, at + " is ready"}, socket(ctx, at)}
}

func socket(ctx context.Context, at string) finding {
	origin := at
	if u, err := url.Parse(at); err == nil {
		origin = u.Scheme + "://" + u.Host
	}
	c, _, err := websocket.Dial(ctx, at+"/live", &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
	if err != nil {
		return finding{"sockets", true, "do not come through; let the proxy pass the Upgrade and Connection headers: " + err.Error()}
	}
	c.CloseNow()
	return finding{"sockets", false, "come through"}
}
