//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// A baseline that needs a server is one in a process of its own: this program
// once more, told by -baseline which. It prints its address, is told on its
// standard input what to do, a line at a time, answers each with a line, and
// ends with its standard input.

// baseline is one that runs.
type baseline struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	addr string
}

func startBaseline(kind string) (*baseline, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	b := &baseline{cmd: exec.Command(self, "-baseline", kind)}
	b.cmd.Stderr = os.Stderr
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if b.in, err = b.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := b.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	b.out = bufio.NewReader(out)
	if err := b.cmd.Start(); err != nil {
		return nil, err
	}
	b.addr, err = b.answer()
	return b, err
}

func (b *baseline) pid() int { return b.cmd.Process.Pid }

func (b *baseline) answer() (string, error) {
	line, err := b.out.ReadString('\n')
	return strings.TrimSpace(line), err
}

// tell sends bytes and waits for a line.
func (b *baseline) tell(body []byte) error {
	if err := b.send(body); err != nil {
		return err
	}
	_, err := b.answer()
	return err
}

func (b *baseline) send(body []byte) error {
	_, err := b.in.Write(append([]byte(strconv.Itoa(len(body))+"\n"), body...))
	return err
}

func (b *baseline) stop() {
	b.in.Close()
	_ = b.cmd.Wait()
}

// runBaseline is what such a process does.
func runBaseline(kind string) error {
	if strings.HasPrefix(kind, "hall-") {
		return runHall(kind)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(ln.Addr())
	var do func(body []byte) error
	switch kind {
	case "write":
		do = writeLoop(ln)
	case "netconn":
		do = connLoop(ln)
	case "goroutine":
		do = goroutines(ln)
	case "file":
		do = fileServer(ln)
	default:
		return fmt.Errorf("no baseline %q", kind)
	}
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil // told to end
		}
		n, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			return err
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(in, body); err != nil {
			return err
		}
		if err := do(body); err != nil {
			return err
		}
		fmt.Println("done")
	}
}

// writeLoop is the physical limit of a fan-out: one raw write(2) after the
// other, on blocking sockets, with no runtime between.
func writeLoop(ln net.Listener) func([]byte) error {
	var mu sync.Mutex // guards fds
	var fds []uintptr
	go func() { // ends with the process
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			f, err := c.(*net.TCPConn).File() // a blocking copy of its own
			_ = c.Close()
			if err != nil {
				return
			}
			mu.Lock()
			fds = append(fds, f.Fd())
			keep = append(keep, f)
			mu.Unlock()
		}
	}()
	return func(p []byte) error {
		mu.Lock()
		defer mu.Unlock()
		for _, fd := range fds {
			if err := writeAll(fd, p); err != nil {
				return err
			}
		}
		return nil
	}
}

// keep holds files whose descriptors are in use.
var keep []*os.File

func writeAll(fd uintptr, p []byte) error {
	for len(p) > 0 {
		n, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, fd, pointer(p), uintptr(len(p)))
		if errno == unix.EINTR {
			continue
		}
		if errno != 0 {
			return errno
		}
		p = p[n:]
	}
	return nil
}

// connLoop is what anybody would write first in Go.
func connLoop(ln net.Listener) func([]byte) error {
	var mu sync.Mutex // guards conns
	var conns []net.Conn
	go func() { // ends with the process
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, c)
			mu.Unlock()
		}
	}()
	return func(p []byte) error {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range conns {
			if _, err := c.Write(p); err != nil {
				return err
			}
		}
		return nil
	}
}

// goroutines keeps for each connection what a Go program must at least: one
// goroutine that reads.
func goroutines(ln net.Listener) func([]byte) error {
	go func() { // ends with the process
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				var one [1]byte
				_, _ = c.Read(one[:]) // until the other side ends
				_ = c.Close()
			}()
		}
	}()
	return func([]byte) error { return nil }
}

// fileServer serves what it was told last, as net/http serves bytes that are
// there.
func fileServer(ln net.Listener) func([]byte) error {
	var mu sync.RWMutex // guards body
	var body []byte
	go http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { // ends with the process
		mu.RLock()
		defer mu.RUnlock()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	}))
	return func(p []byte) error {
		mu.Lock()
		defer mu.Unlock()
		body = p
		return nil
	}
}
