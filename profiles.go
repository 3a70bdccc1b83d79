package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"time"
)

func profilesSetting() *setting {
	return &setting{name: "profiles", help: "address of this machine, such as 127.0.0.1:6060, that serves Go's profiles; never one that others reach"}
}

// serveProfiles serves what Go tells of a running program, for `make bench`
// and for whoever looks for the cause of a slow evening. Profiles tell what is
// in memory, so only an address of this machine is taken. stop ends it.
func serveProfiles(addr string, out io.Writer) (stop func(), err error) {
	if addr == "" {
		return func() {}, nil
	}
	host, _, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("--profiles is %q; give an address of this machine that nobody else reaches, such as 127.0.0.1:6060", addr)
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("serve profiles: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go srv.Serve(ln) // ended by stop
	fmt.Fprintf(out, "profiles are at http://%s\n", ln.Addr())
	return func() { _ = srv.Close() }, nil
}
