package fetch

import (
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"
)

// A host that does not even answer the call: its queue of connections is full.
func TestConnectTimeout(t *testing.T) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Skip(err)
	}
	defer syscall.Close(fd)
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Skip(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Skip(err)
	}
	at, err := syscall.Getsockname(fd)
	if err != nil {
		t.Skip(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", at.(*syscall.SockaddrInet4).Port)
	full := false
	for range 4 {
		conn, err := net.DialTimeout("tcp", address, 100*time.Millisecond)
		if err != nil {
			full = true
			break
		}
		defer conn.Close()
	}
	if !full {
		t.Skip("this kernel takes every connection")
	}
	c, _ := client(t, address, Options{Limits: Limits{Dial: 50 * time.Millisecond, Attempts: 2}})
	_, err = c.Get(t.Context(), Request{URL: "https://larch.example/x"})
	if want := "larch.example/robots.txt: time-out twice: deferred"; err == nil || err.Error() != want {
		t.Errorf("Get = %v, want %s", err, want)
	}
}
