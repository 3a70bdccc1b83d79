package cluster

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"outcry/test/house"
)

// insideEnv tells a run of this package that it is in a network of its own.
const insideEnv = "OUTCRY_TEST_INSIDE"

// TestNATSInAnotherNetwork cuts NATS off as a network does: it is in a network
// namespace of its own, the house, its database and this test in another, a
// virtual wire between them, and the far end of the wire is taken down. Nothing
// is closed, nothing is refused, packets are gone. No page is older than 1.5 s.
//
// The namespaces have no name: they go away with the processes in them, however
// the test ends, and nothing on the machine's own network is touched.
func TestNATSInAnotherNetwork(t *testing.T) {
	t.Parallel()
	if os.Getenv(insideEnv) != "" {
		insideNetwork(t)
		return
	}
	if _, err := exec.LookPath("ip"); err != nil || os.Getuid() != 0 {
		t.Skip("SKIPPED: only root with iproute2 makes network namespaces; TestNATS cuts by a proxy")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=5m")
	cmd.Env = append(os.Environ(), insideEnv+"=1", house.ProgramEnv+"="+house.Program())
	cmd.SysProcAttr = ownNetwork()
	out, err := cmd.CombinedOutput()
	if cmd.Process == nil {
		t.Skipf("SKIPPED: no network namespace may be made here: %v; TestNATS cuts by a proxy", err)
	}
	t.Logf("inside:\n%s", out)
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("inside: %v", err)
	}
}

// ownNetwork puts a process into a new network namespace.
func ownNetwork() *syscall.SysProcAttr {
	attr := house.DiesWithUs()
	attr.Cloneflags = syscall.CLONE_NEWNET
	return attr
}

// Addresses of the wire's two ends. They exist in the two namespaces only.
const (
	nearAddr = "10.77.0.1/30"
	farAddr  = "10.77.0.2/30"
	farHost  = "10.77.0.2"
)

func insideNetwork(t *testing.T) {
	ip := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			t.Fatalf("ip %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	ip("link", "set", "lo", "up")
	n := &natsProcess{t: t, name: "far", config: natsConfig(t, farHost+":4222", farHost+":6222", []string{farHost + ":6222"}), attr: ownNetwork()}
	var far func(args ...string)
	n.start(func() {
		pid := strconv.Itoa(n.cmd.Process.Pid)
		far = func(args ...string) {
			t.Helper()
			if out, err := exec.Command("nsenter", append([]string{"--target", pid, "--net", "ip"}, args...)...).CombinedOutput(); err != nil {
				t.Fatalf("far away, ip %s: %v\n%s", strings.Join(args, " "), err, out)
			}
		}
		ip("link", "add", "near", "type", "veth", "peer", "name", "far", "netns", pid)
		ip("addr", "add", nearAddr, "dev", "near")
		ip("link", "set", "near", "up")
		far("link", "set", "lo", "up")
		far("addr", "add", farAddr, "dev", "far")
		far("link", "set", "far", "up")
	})
	c := openWith(t, database(t), "nats://"+farHost+":4222", 3, catalogue(4), 4, "--closes-in", "1h")
	f := follow(c)
	f.quickAgain("with NATS")
	far("link", "set", "far", "down")
	span := 4 * time.Second
	if times(t, 1) > 1 {
		span = 12 * time.Second
	}
	if worst := f.bid("the wire is down", span); worst < 250*time.Millisecond {
		t.Errorf("pages follow within %v, as if NATS were there: this proves nothing", worst)
	}
	far("link", "set", "far", "up")
	f.quickAgain("the wire is up again")
	c.verify()
}
