package fetchtest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
)

// seize takes the connection from the server; abrupt makes its end a reset.
func seize(w http.ResponseWriter, abrupt bool, say func(net.Conn)) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(fmt.Sprintf("fetchtest: take the connection: %v", err))
	}
	defer conn.Close()
	if say != nil {
		say(conn)
	}
	if under, ok := conn.(interface{ NetConn() net.Conn }); ok { // below TLS
		conn = under.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok && abrupt {
		_ = tcp.SetLinger(0) // at worst the end is an orderly one
	}
}

func resetAtOnce(_ http.Handler, w http.ResponseWriter, _ *http.Request) { seize(w, true, nil) }

func resetMidBody(next http.Handler, w http.ResponseWriter, r *http.Request) {
	seize(w, true, half(next, r))
}

func closeMidBody(next http.Handler, w http.ResponseWriter, r *http.Request) {
	seize(w, false, half(next, r))
}

// half promises the whole answer and gives the first half of it.
func half(next http.Handler, r *http.Request) func(net.Conn) {
	body := truth(next, r).Body.Bytes()
	return func(c net.Conn) {
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(body)+1)
		_, _ = c.Write(body[:len(body)/2]) // the client may have gone
	}
}

// raw says what it is given, and ends.
func raw(said string) func(http.Handler, http.ResponseWriter, *http.Request) {
	return func(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
		seize(w, false, func(c net.Conn) { fmt.Fprint(c, said) })
	}
}

func hugeHeaders(next http.Handler, w http.ResponseWriter, r *http.Request) {
	line := strings.Repeat("x", 8<<10)
	for i := range 256 {
		w.Header().Set(fmt.Sprintf("X-Long-%d", i), line)
	}
	next.ServeHTTP(w, r)
}

// hugeBody is one good JSON object, with blanks in it.
func hugeBody(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	_, _ = w.Write([]byte("{"))
	for range 64 {
		if _, err := w.Write(blanks); err != nil {
			return // the client has seen enough
		}
	}
	_, _ = w.Write([]byte("}"))
}

// encoded sends the true answer after change, called by an encoding.
func encoded(name string, change func([]byte) []byte) func(http.Handler, http.ResponseWriter, *http.Request) {
	return func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", name)
		_, _ = w.Write(change(truth(next, r).Body.Bytes()))
	}
}

func zip(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		panic(fmt.Sprintf("fetchtest: compress: %v", err)) // a Buffer takes everything
	}
	if err := z.Close(); err != nil {
		panic(fmt.Sprintf("fetchtest: compress: %v", err))
	}
	return out.Bytes()
}

// bomb is 1 GiB of blanks in about 1 MiB: a gzip stream may have many members,
// so that one has to be compressed only.
var bomb = sync.OnceValue(func() []byte {
	return bytes.Repeat(zip(bytes.Repeat([]byte(" "), 1<<20)), 1<<10)
})
