package many

import (
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// Messenger is a real NATS server that can be ended and started again at the
// same address.
type Messenger struct {
	port   int
	server *server.Server // nil while it is ended
}

// StartNATS starts a server on loopback; it ends with the test.
func StartNATS(t testing.TB) *Messenger {
	t.Helper()
	m := &Messenger{port: server.RANDOM_PORT}
	m.Start(t)
	t.Cleanup(m.Stop)
	return m
}

// Start starts the server, at the same address each time.
func (m *Messenger) Start(t testing.TB) {
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

// Stop ends the server with all its connections.
func (m *Messenger) Stop() {
	if m.server == nil {
		return
	}
	m.server.Shutdown()
	m.server.WaitForShutdown()
	m.server = nil
}

// Addr is where it listens.
func (m *Messenger) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(m.port)) }

// Notes is how many messages the server has taken in.
func (m *Messenger) Notes(t testing.TB) int64 {
	t.Helper()
	v, err := m.server.Varz(nil)
	if err != nil {
		t.Fatal(err)
	}
	return v.InMsgs
}
