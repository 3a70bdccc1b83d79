package contract

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"outcry/test/house"
)

// commands are all that the contract names.
var commands = []string{"serve", "demo", "import", "bidders", "user", "backup", "restore", "verify", "doctor", "config", "healthcheck", "version"}

func TestOverviewAndHelp(t *testing.T) {
	all := house.Run(t, house.Input{})
	if all.Code != 0 {
		t.Errorf("outcry alone: exit %d", all.Code)
	}
	for _, c := range commands {
		if !regexp.MustCompile(`(?m)^  ` + c + ` +\S`).MatchString(all.Out) {
			t.Errorf("outcry alone does not list %s:\n%s", c, all.Out)
		}
		for _, flag := range []string{"--help", "-h"} {
			r := house.Run(t, house.Input{}, c, flag)
			if r.Code != 0 || !strings.HasPrefix(r.Out, "outcry "+c) || r.Err != "" {
				t.Errorf("outcry %s %s: exit %d\n%s%s", c, flag, r.Code, r.Out, r.Err)
			}
		}
	}
	for _, word := range []string{"help", "--help", "-h"} {
		if r := house.Run(t, house.Input{}, word); r.Code != 0 || r.Out != all.Out {
			t.Errorf("outcry %s: exit %d\n%s", word, r.Code, r.Out)
		}
	}
}

// TestCalledWrongly: exit code 2 and one sentence that says where to look.
func TestCalledWrongly(t *testing.T) {
	for _, line := range []string{
		"sell", "serve now", "serve --nonsense", "serve --listen", "import", "import --sale x", "import lots.csv", "import --sale x a.csv b.csv",
		"bidders", "bidders --sale x", "bidders --sale x import", "bidders --sale x list", "user", "user add", "user add a@example.org Ann king",
		"user role a@example.org", "user forget a@example.org", "backup", "backup a b", "restore", "restore a b", "verify a b",
		"config all", "doctor all", "healthcheck all", "healthcheck --listen nowhere", "version all", "demo --bots many", "demo --minutes 1",
	} {
		r := house.Run(t, house.Input{}, strings.Fields(line)...)
		if r.Code != 2 || !sentence(r.Err) || !strings.Contains(r.Err, "outcry") {
			t.Errorf("outcry %s: exit %d, %q; want 2 and one line", line, r.Code, r.Err)
		}
	}
}

// sentence reports whether a message is one line that does not look like a
// program's insides.
func sentence(s string) bool {
	return strings.Count(s, "\n") == 1 && strings.HasSuffix(s, "\n") && !strings.Contains(s, "goroutine") && !strings.Contains(s, "0x")
}

// TestNoHouse: what needs a house says that there is none.
func TestNoHouse(t *testing.T) {
	for _, line := range []string{"verify", "backup out.file", "user list", "bidders --sale x links"} {
		s := newSite(t)
		r := s.Run(strings.Fields(line)...)
		where := s.Dir
		if s.Database != "" {
			where = "the database"
		}
		if r.Code != 1 || !sentence(r.Err) || !strings.Contains(r.Err, "there is no house in "+where) {
			t.Errorf("outcry %s without a house: exit %d, %s", line, r.Code, r.Err)
		}
		if _, err := os.Stat(s.Dir); err == nil {
			t.Errorf("outcry %s made a directory", line)
		}
	}
}

func TestVersion(t *testing.T) {
	r := house.Run(t, house.Input{}, "version")
	if r.Code != 0 || !regexp.MustCompile(`^outcry \S+`).MatchString(r.Out) || !regexp.MustCompile(`SQLite 3\.\d+`).MatchString(r.Out) {
		t.Errorf("exit %d\n%s%s", r.Code, r.Out, r.Err)
	}
}

// TestConfig: flag before environment before file, and where each came from.
func TestConfig(t *testing.T) {
	secret := "postgres://olga:hunter2@db.example/outcry"
	cfg := file(t, "outcry.conf", "# the house\nlisten = 127.0.0.1:9001\nbase-url = \"http://file.example\"\nlog-level = warn\n")
	word := file(t, "database", secret+"\n")
	r := house.Run(t, house.Input{Env: []string{"OUTCRY_BASE_URL=http://env.example", "OUTCRY_LISTEN=127.0.0.1:9002", "OUTCRY_DATABASE_FILE=" + word}},
		"config", "--config", cfg, "--listen", "127.0.0.1:9003")
	for _, want := range []string{
		`(?m)^listen += 127\.0\.0\.1:9003 +# flag --listen$`,
		`(?m)^base-url += http://env\.example +# environment OUTCRY_BASE_URL$`,
		`(?m)^log-level += warn +# file ` + regexp.QuoteMeta(cfg) + `$`,
		`(?m)^data += outcry-data +# default$`,
		`(?m)^database += \*+ +# file ` + regexp.QuoteMeta(word) + ` by OUTCRY_DATABASE_FILE$`,
	} {
		if r.Code != 0 || !regexp.MustCompile(want).MatchString(r.Out) {
			t.Errorf("exit %d, no line %s in\n%s%s", r.Code, want, r.Out, r.Err)
		}
	}
	for name, r := range map[string]house.Result{
		"by a flag":        house.Run(t, house.Input{}, "config", "--database", secret),
		"by environment":   house.Run(t, house.Input{Env: []string{"OUTCRY_DATABASE=" + secret}}, "config"),
		"by a file's name": r,
	} {
		if strings.Contains(r.Out+r.Err, "hunter2") || !strings.Contains(r.Out, "****") {
			t.Errorf("a secret given %s is not masked:\n%s", name, r.Out)
		}
	}
	if r := house.Run(t, house.Input{Env: []string{"OUTCRY_CONFIG=" + cfg}}, "config"); !strings.Contains(r.Out, "127.0.0.1:9001") {
		t.Errorf("OUTCRY_CONFIG names no file:\n%s", r.Out)
	}
	for name, x := range map[string]struct {
		in   house.Input
		args []string
		says string
	}{
		"a name that is no setting":  {args: []string{"--config", file(t, "x.conf", "listen = :1\nlissten = :2\n")}, says: "line 2"},
		"a file that is not there":   {args: []string{"--config", "/no/such.conf"}, says: "/no/such.conf"},
		"a secret that is not there": {in: house.Input{Env: []string{"OUTCRY_DATABASE_FILE=/no/such"}}, says: "OUTCRY_DATABASE_FILE"},
	} {
		if r := house.Run(t, x.in, append([]string{"config"}, x.args...)...); r.Code != 1 || !sentence(r.Err) || !strings.Contains(r.Err, x.says) {
			t.Errorf("%s: exit %d, %q; want 1 and %q", name, r.Code, r.Err, x.says)
		}
	}
}

func TestHealthcheckAndDoctor(t *testing.T) {
	s := spring(t)
	at := strings.TrimSuffix(strings.TrimPrefix(s.URL(""), "http://"), "/")
	if r := house.Run(t, house.Input{}, "healthcheck", "--listen", at); r.Code != 0 {
		t.Errorf("healthcheck of a running house: exit %d, %s", r.Code, r.Err)
	}
	if r := s.Run("doctor", "--listen", at); r.Code != 0 || !strings.Contains(r.Out, "come through") || strings.Contains(r.Out, "BAD") {
		t.Errorf("doctor beside a running house: exit %d\n%s%s", r.Code, r.Out, r.Err)
	}
	if err := os.Chmod(s.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if r := s.Run("doctor", "--listen", at); r.Code != 1 || !regexp.MustCompile(`(?m)^BAD +directory`).MatchString(r.Out) {
		t.Errorf("doctor with a directory that others can read: exit %d\n%s%s", r.Code, r.Out, r.Err)
	}
	s.Kill()
	if r := house.Run(t, house.Input{}, "healthcheck", "--listen", at); r.Code != 1 || !sentence(r.Err) {
		t.Errorf("healthcheck of nothing: exit %d, %q", r.Code, r.Err)
	}
}

// TestOneHouseOneProcess: one sentence each, and nothing is broken.
func TestOneHouseOneProcess(t *testing.T) {
	s := spring(t)
	at := strings.TrimPrefix(s.URL(""), "http://")
	lots := file(t, "lots.csv", threeLots)
	for name, x := range map[string]struct {
		r    house.Result
		says string
	}{
		"a second serve":          {s.Run("serve", "--listen", "127.0.0.1:0"), "in use by another outcry process"},
		"import while it runs":    {s.Run("import", "--sale", "spring", lots), "Desk, the sale, Import"},
		"bidders while it runs":   {s.Run("bidders", "--sale", "spring", "import", file(t, "b.csv", "Name,Email\nA,a@example.org\n")), "Desk, the sale, Bidders"},
		"user add while it runs":  {s.Run("user", "add", "z@example.org", "Zoe"), "is running"},
		"a port that is taken":    {newSite(t).Run("serve", "--listen", at), "choose another one with --listen"},
		"restore over a house":    {s.Run("restore", lots), ""},
		"an address that is none": {newSite(t).Run("serve", "--listen", "nowhere"), "nowhere"},
		"a bad base URL":          {newSite(t).Run("serve", "--base-url", "ftp://x"), "https://sale.example.org"},
		"half a certificate":      {newSite(t).Run("serve", "--tls-cert", lots), "--tls-key"},
	} {
		if x.r.Code != 1 || !sentence(x.r.Err) || !strings.Contains(x.r.Err, x.says) {
			t.Errorf("%s: exit %d, %q; want 1, one line, %q", name, x.r.Code, x.r.Err, x.says)
		}
	}
	if a := s.guest().get("/readyz"); a.status != 200 {
		t.Errorf("after all that the house is not ready: %d", a.status)
	}
	s.must("verify")
	s.must("bidders", "--sale", "spring", "links")
	s.must("backup", filepath.Join(t.TempDir(), "b"))
}

func TestUsers(t *testing.T) {
	s := newSite(t)
	s.AddUser("Ann@Example.org", "Ann Prior", "bidder", password)
	s.AddUser(organiser, "Olga", "organiser", password)
	if out := s.must("user", "list"); !regexp.MustCompile(`(?m)^bidder +ann@example\.org +Ann Prior$`).MatchString(out) || strings.Contains(out, "argon2") {
		t.Errorf("user list:\n%s", out)
	}
	for name, x := range map[string]struct {
		stdin string
		args  []string
	}{
		"the same address": {password + "\n", []string{"add", "ann@example.org", "Ann"}},
		"a short password": {"short\n", []string{"add", "bob@example.org", "Bob"}},
		"no password":      {"", []string{"add", "bob@example.org", "Bob"}},
		"nobody":           {password + "\n", []string{"password", "bob@example.org"}},
		"nobody's role":    {"", []string{"role", "bob@example.org", "clerk"}},
	} {
		r := s.RunWith(house.Input{Stdin: x.stdin}, append([]string{"user"}, x.args...)...)
		if r.Code != 1 || !sentence(r.Err) {
			t.Errorf("%s: exit %d, %q; want 1 and one line", name, r.Code, r.Err)
		}
	}
	s.Start()
	phone := s.signIn(organiser)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if r := s.RunWith(house.Input{Stdin: "another long password\n"}, "user", "password", organiser); r.Code != 0 {
		t.Fatalf("user password: %s", r.Err)
	}
	s.must("user", "role", "ann@example.org", "clerk")
	s.Start()
	if a := phone.get("/desk", asJSON); a.status != 401 {
		t.Errorf("a session from before the new password: %d, want 401", a.status)
	}
	if a := s.signIn("ann@example.org").get("/desk"); a.status != 200 {
		t.Errorf("a new clerk at the desk: %d", a.status)
	}
}

// TestDemo opens by itself, with a sale in which bots bid, and leaves nothing.
func TestDemo(t *testing.T) {
	tmp := t.TempDir()
	cmd := exec.CommandContext(t.Context(), house.Program(), "demo", "--listen", "127.0.0.1:0", "--bots", "3", "--minutes", "2")
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fmt.Fprintln(&text, lines.Text())
		if strings.Contains(lines.Text(), "Ctrl-C") {
			break
		}
	}
	links := regexp.MustCompile(`http://127\.0\.0\.1:\d+/enter/\S+`).FindAllString(text.String(), -1)
	if len(links) != 2 {
		t.Errorf("the demo prints %d sign-in links, want 2:\n%s", len(links), &text)
	}
	if len(links) > 0 {
		base, _, _ := strings.Cut(links[0], "/enter/")
		c := house.Guest(base)
		eventually(t, "a bot's bid", func() bool {
			lots, err := c.Lots(t.Context(), "winter-sale")
			return err == nil && slices.ContainsFunc(lots, func(l house.PublicLot) bool { return l.Bids > 0 })
		})
	}
	cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		t.Errorf("the demo ended with %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "*")); len(left) > 0 {
		t.Errorf("the demo left %v behind", left)
	}
}
