package cluster

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"outcry/test/house"
)

// natsEnv makes this package's program a NATS server with the configuration
// that it names.
const natsEnv = "OUTCRY_TEST_NATS"

// beNATS serves until its stdin ends. It begins when it reads the first byte
// there: its network may have to be made first.
func beNATS(config string) int {
	if _, err := os.Stdin.Read(make([]byte, 1)); err != nil {
		return 1
	}
	o, err := server.ProcessConfigFile(config)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	o.NoSigs, o.NoLog = true, true
	s, err := server.NewServer(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	go s.Start() // ends with the process
	if !s.ReadyForConnections(30 * time.Second) {
		fmt.Fprintln(os.Stderr, "the NATS server does not start")
		return 1
	}
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
	return 0
}

// natsProcess is a NATS server in a process of its own.
type natsProcess struct {
	t      *testing.T
	name   string
	config string // file
	attr   *syscall.SysProcAttr

	cmd   *exec.Cmd // nil while it is dead
	stdin io.Closer
}

// natsConfig is the configuration that is deployed, for a server at another
// address with other neighbours.
func natsConfig(t *testing.T, listen, cluster string, routes []string) string {
	t.Helper()
	root, err := house.Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "deploy", "nats.conf"))
	if err != nil {
		t.Fatal(err)
	}
	config := string(text)
	for was, is := range map[string]string{
		"listen: 0.0.0.0:4222": "listen: " + listen,
		"listen: 0.0.0.0:6222": "listen: " + cluster,
		"nats://nats1:6222, nats://nats2:6222, nats://nats3:6222": "nats://" + strings.Join(routes, ", nats://"),
	} {
		if strings.Count(config, was) != 1 {
			t.Fatalf("deploy/nats.conf does not say %q once", was)
		}
		config = strings.Replace(config, was, is, 1)
	}
	path := filepath.Join(t.TempDir(), "nats.conf")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// start starts the process; made is called before it opens its ports.
func (n *natsProcess) start(made func()) {
	n.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), natsEnv+"="+n.config, "NATS_NAME="+n.name)
	cmd.SysProcAttr, cmd.Stderr = n.attr, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.cmd, n.stdin = cmd, in
	n.t.Cleanup(n.kill)
	if made != nil {
		made()
	}
	io.WriteString(in, "\n")
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		n.t.Fatalf("the NATS server %s says %q, %v", n.name, line, err)
	}
}

// kill ends the process without a warning.
func (n *natsProcess) kill() {
	if n.cmd == nil {
		return
	}
	n.cmd.Process.Kill()
	n.cmd.Wait()
	n.cmd = nil
}

// TestNATSCluster kills each of three NATS servers in turn, which are one
// cluster by the configuration that is deployed: who talked to it goes to
// another, pages are never older than 1.5 s, and follow at once again while it
// is still dead.
func TestNATSCluster(t *testing.T) {
	t.Parallel()
	var at, routes []string
	for range 3 {
		at, routes = append(at, freeAddr(t)), append(routes, freeAddr(t))
	}
	var servers []*natsProcess
	for i := range at {
		n := &natsProcess{t: t, name: fmt.Sprintf("nats%d", i+1), config: natsConfig(t, at[i], routes[i], routes), attr: house.DiesWithUs()}
		n.start(nil)
		servers = append(servers, n)
	}
	c := openWith(t, database(t), "nats://"+strings.Join(at, ",nats://"), 3, catalogue(4), 4, "--closes-in", "1h")
	f := follow(c)
	f.quickAgain("three servers")
	for _, n := range servers {
		n.kill()
		f.bid(n.name+" killed", 1500*time.Millisecond)
		f.quickAgain(n.name + " is dead")
		n.start(nil)
	}
	moved := 0
	for _, h := range c.houses {
		moved += strings.Count(h.Log(), "NATS is back")
	}
	if moved < len(c.houses) { // each was at one of the three
		t.Errorf("processes went to another server %d times, want %d or more: this proves little", moved, len(c.houses))
	}
	c.verify()
}
