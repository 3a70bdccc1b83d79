package cluster

import (
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"outcry/store/storetest"
	"outcry/test/house"
)

// messenger is a real NATS server that can be ended and started again at the
// same address.
type messenger struct {
	port   int
	server *server.Server // nil while it is ended
}

// startNATS starts a server on loopback; it ends with the test.
func startNATS(t *testing.T) *messenger {
	t.Helper()
	m := &messenger{port: server.RANDOM_PORT}
	m.start(t)
	t.Cleanup(m.stop)
	return m
}

func (m *messenger) start(t *testing.T) {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: m.port, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start() // ends with Shutdown
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server does not start")
	}
	m.server, m.port = s, s.Addr().(*net.TCPAddr).Port
}

// stop ends the server with all its connections.
func (m *messenger) stop() {
	if m.server == nil {
		return
	}
	m.server.Shutdown()
	m.server.WaitForShutdown()
	m.server = nil
}

// freeAddr is an address on loopback that nothing listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func (m *messenger) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(m.port)) }

// notes is how many messages the server has taken in.
func (m *messenger) notes(t *testing.T) int64 {
	t.Helper()
	v, err := m.server.Varz(nil)
	if err != nil {
		t.Fatal(err)
	}
	return v.InMsgs
}

// TestImportedLotsOpenAtOnce: lots that the import command brings to a house
// that runs, open when they are there, and not with the processes' next look at
// their timetable, which comes each second.
func TestImportedLotsOpenAtOnce(t *testing.T) {
	t.Parallel()
	c := open(t, database(t), 2, catalogue(1), 1, "--closes-in", "1h")
	office, guest := c.house(), house.Guest(c.front.url())
	machine := storetest.WatchMachine(t)
	quick, said := 0, ""
	for n := 0; quick < 6 && n < 60; n++ { // by the look alone, one in six is that quick
		sale := fmt.Sprintf("sale-%d", n)
		office.Import(sale, catalogue(1), "--closes-in", "1h", "--nats", "nats://"+c.nats.addr())
		watch := machine.Start()
		if err := house.Wait(t.Context(), 20*time.Second, "the lot opens", func() bool {
			lots, err := guest.Lots(t.Context(), sale)
			return err == nil && len(lots) == 1 && lots[0].State == "open"
		}); err != nil {
			t.Fatal(err)
		}
		took := watch.Took()
		said += " " + took.Round(time.Millisecond).String()
		if quick++; took > 150*time.Millisecond {
			quick = 0
		}
	}
	t.Logf("lots were open%s after the import", said)
	if quick < 6 {
		t.Error("lots that are imported do not open at once six times in a row")
	}
}
