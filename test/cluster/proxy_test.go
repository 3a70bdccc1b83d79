package cluster

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"outcry/test/house"
)

// TestRollingUpgradeBehind is TestRollingUpgrade behind the balancers that
// deploy/ has files for, with those files: as far as they are installed, and
// only in the long form.
func TestRollingUpgradeBehind(t *testing.T) {
	if os.Getenv("OUTCRY_CLUSTER_ROUNDS") == "" {
		t.Skip("the long form only: make cluster")
	}
	for name, begin := range map[string]func(t *testing.T, addrs []string) string{"nginx": beginNginx, "caddy": beginCaddy} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(name); err != nil {
				t.Skipf("SKIPPED: %s is not installed", name)
			}
			if version, err := exec.Command(name, "version").Output(); err == nil && old.Match(version) {
				t.Skipf("SKIPPED: %s %s does not know what deploy/ asks of it", name, version)
			}
			c := open(t, database(t), 3, catalogue(4), 30, "--closes-in", "1h")
			var addrs []string
			for i := range c.houses {
				addrs = append(addrs, c.addr(i))
			}
			c.behind(begin(t, addrs))
			c.upgrade(3, 300)
		})
	}
}

// old is a Caddy that cannot buffer requests; nginx has another way to say its
// version.
var old = regexp.MustCompile(`^v?2\.[0-7]\.`)

// behind lets everybody come through a balancer at another address.
func (c *cluster) behind(base string) {
	c.t.Helper()
	if err := house.Wait(c.t.Context(), 20*time.Second, "the balancer answers", func() bool {
		_, err := house.Guest(base).Lots(c.t.Context(), slug)
		return err == nil
	}); err != nil {
		c.t.Fatal(err)
	}
	c.door = base
	for i, p := range c.people {
		c.clients[i] = c.enter(base, p)
	}
}

// deployed is a file of deploy/ with some of it in other words, each of which
// must be there.
func deployed(t *testing.T, name string, changes map[string]string) string {
	t.Helper()
	root, err := house.Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	for was, is := range changes {
		found := regexp.MustCompile(was)
		if !found.Match(text) {
			t.Fatalf("deploy/%s does not say %q", name, was)
		}
		text = found.ReplaceAllLiteral(text, []byte(is))
	}
	return string(text)
}

// begin runs a balancer until the test ends.
func begin(t *testing.T, config, file string, command func(path string) *exec.Cmd) {
	t.Helper()
	path := filepath.Join(t.TempDir(), file)
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := command(path)
	cmd.SysProcAttr = house.DiesWithUs()
	var said strings.Builder
	cmd.Stderr, cmd.Stdout = &said, io.Discard
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
		if t.Failed() {
			t.Logf("the balancer said:\n%s", said.String())
		}
	})
}

func beginNginx(t *testing.T, addrs []string) string {
	at := freeAddr(t)
	changes := map[string]string{
		`listen 443 ssl http2;`:            "listen " + at + ";",
		`(?m)^\s*ssl_certificate.*$`:       "",
		`server_name sale.example.org;`:    "server_name localhost;",
		`proxy_set_header Host \$host;`:    "proxy_set_header Host $http_host;",
		`limit_conn outcry_sockets 10000;`: "",
		`(?m)^\s*limit_conn_zone .*$`:      "",
	}
	for i, a := range addrs {
		changes[fmt.Sprintf(`10\.0\.0\.1%d:8080`, i+1)] = a
	}
	dir := t.TempDir()
	config := fmt.Sprintf("daemon off; worker_processes 1; pid %s/pid; error_log stderr notice;\nevents { worker_connections 4096; }\nhttp {\naccess_log off; client_body_temp_path %s/body; proxy_temp_path %s/proxy; fastcgi_temp_path %s/f; uwsgi_temp_path %s/u; scgi_temp_path %s/s;\n%s}\n",
		dir, dir, dir, dir, dir, dir, deployed(t, "nginx.conf", changes))
	begin(t, config, "nginx.conf", func(path string) *exec.Cmd { return exec.Command("nginx", "-e", "stderr", "-p", dir, "-c", path) })
	return "http://" + at
}

func beginCaddy(t *testing.T, addrs []string) string {
	at := freeAddr(t)
	_, port, err := net.SplitHostPort(at)
	if err != nil {
		t.Fatal(err)
	}
	changes := map[string]string{`\{\$OUTCRY_HOST:localhost\}`: "http://127.0.0.1:" + port}
	for i, a := range addrs {
		changes[fmt.Sprintf(`outcry%d:8080`, i+1)] = a
	}
	config := "{\n\tadmin off\n\tstorage file_system " + t.TempDir() + "\n}\n" + deployed(t, "Caddyfile", changes)
	begin(t, config, "Caddyfile", func(path string) *exec.Cmd {
		return exec.Command("caddy", "run", "--adapter", "caddyfile", "--config", path)
	})
	return "http://" + at
}
