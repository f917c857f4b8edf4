package fetch

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// raw answers with bytes of its own and closes the connection.
func raw(w http.ResponseWriter, answer string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_, _ = io.WriteString(conn, answer)
		conn.Close()
	}
}

// reset breaks the connection off.
func reset(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
}

func status(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		if code >= 400 {
			fmt.Fprint(w, `{"error":"secret"}`)
		}
	}
}

func page(code int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

func wire(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { raw(w, answer) }
}

const jsonHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

// drip sends a byte now and then until the client goes.
func drip(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	for r.Context().Err() == nil {
		fmt.Fprint(w, " ")
		w.(http.Flusher).Flush()
		time.Sleep(5 * time.Millisecond)
	}
}

// blanks sends MiB of blanks, in gzip if the client takes that.
func blanks(mib int, zip bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		var to io.Writer = w
		if zip {
			w.Header().Set("Content-Encoding", "gzip")
			z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
			defer z.Close()
			to = z
		}
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for range mib {
			if _, err := to.Write(chunk); err != nil {
				return
			}
		}
	}
}

var faults = []struct {
	name     string
	answer   http.HandlerFunc
	limits   Limits
	want     string // the error, after the host; "" for none
	typed    string
	requests int
}{
	{"reset before headers", func(w http.ResponseWriter, _ *http.Request) { reset(w) }, Limits{}, "/x: connection lost five times: deferred", "*fetch.Deferred", 5},
	{"closed before headers", wire(""), Limits{}, "/x: connection lost five times: deferred", "*fetch.Deferred", 5},
	{"reset mid body", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "[")
		w.(http.Flusher).Flush()
		reset(w)
	}, Limits{}, "/x: connection lost", "*fetch.failure", 5},
	{"truncated length", wire(jsonHead + "Content-Length: 99\r\n\r\n[1,"), Limits{}, "/x: truncated body", "*fetch.failure", 5},
	{"truncated chunks", wire(jsonHead + "Transfer-Encoding: chunked\r\n\r\n5\r\n[1,2,\r\n"), Limits{}, "/x: truncated body", "*fetch.failure", 5},
	{"chunked garbage", wire(jsonHead + "Transfer-Encoding: chunked\r\n\r\nsecret\r\n"), Limits{}, "/x: malformed body", "*fetch.failure", 1},
	{"no HTTP", wire("SSH-2.0-secret\r\n"), Limits{}, "/x: malformed answer", "*fetch.failure", 1},
	{"slow headers", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, Limits{Header: 30 * time.Millisecond}, "/x: time-out five times: deferred", "*fetch.Deferred", 5},
	{"slow whole", drip, Limits{Whole: 60 * time.Millisecond}, "/x: time-out five times: deferred", "*fetch.Deferred", 5},
	{"slow-loris", drip, Limits{Window: 50 * time.Millisecond, Throughput: 1 << 16}, "/x: body too slow five times: deferred", "*fetch.Deferred", 5},
	{"huge header", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Secret", strings.Repeat("x", 1<<20))
		reply200(w, r)
	}, Limits{}, "/x: malformed answer", "*fetch.failure", 1},
	{"200 MB by its header", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "200000000")
		blanks(1, false)(w, r)
	}, Limits{}, "/x: body too large", "*fetch.failure", 1},
	{"200 MB", blanks(200, false), Limits{}, "/x: body too large", "*fetch.failure", 1},
	{"gzip bomb", blanks(1024, true), Limits{}, "/x: body too large", "*fetch.failure", 1},
	{"no gzip", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		reply200(w, r)
	}, Limits{}, "/x: broken gzip", "*fetch.failure", 1},
	{"unknown encoding", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		reply200(w, r)
	}, Limits{}, "/x: unknown content encoding", "*fetch.failure", 1},
	{"empty body", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "application/json") }, Limits{}, "/x: empty answer", "*fetch.failure", 1},
	{"no content", status(204), Limits{}, "/x: 204 No Content", "*fetch.StatusError", 1},
	{"plain text", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "secret") }, Limits{}, "/x: not JSON, by its content type", "*fetch.failure", 1},
	{"HTML", page(200, "<html>secret"), Limits{}, "/x: blocked by a bot wall: unknown: HTML in place of JSON", "*fetch.Wall", 1},
	{"HTML without a type", wire("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"), Limits{}, "/x: blocked by a bot wall: unknown: HTML in place of JSON", "*fetch.Wall", 1},
	{"Cloudflare", page(403, "", "Cf-Mitigated", "challenge"), Limits{}, "/x: blocked by a bot wall: Cloudflare", "*fetch.Wall", 1},
	{"Cloudflare, older", page(503, "<script src=/cdn-cgi/challenge-platform/x>", "Retry-After", "9999"), Limits{}, "/x: blocked by a bot wall: Cloudflare", "*fetch.Wall", 1},
	{"Anubis by cookie", page(200, "", "Set-Cookie", "techaro.lol-Anubis-auth=1"), Limits{}, "/x: blocked by a bot wall: Anubis", "*fetch.Wall", 1},
	{"Anubis by body", page(200, `<link href="/.within.website/x/xess">`), Limits{}, "/x: blocked by a bot wall: Anubis", "*fetch.Wall", 1},
	{"JSON that quotes a wall", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/activity+json")
		fmt.Fprint(w, `["/.within.website/ <title>Just a moment...</title>"]`)
	}, Limits{}, "", "<nil>", 1},
	{"304 unasked", status(304), Limits{}, "/x: 304 Not Modified", "*fetch.StatusError", 1},
	{"400", status(400), Limits{}, "/x: 400 Bad Request", "*fetch.StatusError", 1},
	{"401", status(401), Limits{}, "/x: 401 Unauthorized", "*fetch.StatusError", 1},
	{"403", status(403, "Retry-After", "99999"), Limits{}, "/x: 403 Forbidden", "*fetch.StatusError", 1},
	{"403 of the proxy", page(403, "<html>403 Forbidden"), Limits{}, "/x: 403 Forbidden", "*fetch.StatusError", 1},
	{"404", status(404), Limits{}, "/x: 404 Not Found", "*fetch.StatusError", 1},
	{"410", status(410), Limits{}, "/x: 410 Gone", "*fetch.StatusError", 1},
	{"422", status(422), Limits{}, "/x: 422 Unprocessable Entity", "*fetch.StatusError", 1},
	{"408", status(408), Limits{}, "/x: 408 five times: deferred", "*fetch.Deferred", 5},
	{"500", status(500), Limits{}, "/x: 500 five times: deferred", "*fetch.Deferred", 5},
	{"501", status(501), Limits{}, "/x: 501 Not Implemented", "*fetch.StatusError", 1},
	{"502 of the proxy", page(502, "<html>"), Limits{Attempts: 3}, "/x: 502 three times: deferred", "*fetch.Deferred", 3},
	{"522", status(522), Limits{}, "/x: 522 five times: deferred", "*fetch.Deferred", 5},
	{"503 for two hours", status(503, "Retry-After", "7200"), Limits{}, "/x: 503: asks for 2h0m0s of rest: deferred", "*fetch.Deferred", 1},
	{"redirect loop", status(302, "Location", "/x"), Limits{}, "/x: refused: too many redirects", "*fetch.Refused", 4},
	{"redirect to a private address", status(302, "Location", "https://169.254.169.254/latest"), Limits{}, "/x: refused: redirect to another host: 169.254.169.254", "*fetch.Refused", 1},
	{"redirect to www", status(301, "Location", "https://www.larch.example/secret"), Limits{}, "/x: refused: redirect to another host: www.larch.example", "*fetch.Refused", 1},
	{"redirect to http", status(301, "Location", "http://larch.example/"), Limits{}, "/x: refused: redirect to larch.example without https", "*fetch.Refused", 1},
	{"redirect to a port", status(307, "Location", "https://larch.example:8443/"), Limits{}, "/x: refused: redirect to another host: larch.example", "*fetch.Refused", 1},
	{"redirect to a user", status(308, "Location", "https://secret:secret@larch.example/"), Limits{}, "/x: refused: redirect to another host: larch.example", "*fetch.Refused", 1},
	{"redirect to nonsense", status(302, "Location", "https://%zz"), Limits{}, "/x: refused: redirect to what is not an address", "*fetch.Refused", 1},
	{"redirect to a file", status(302, "Location", "file:///etc/passwd"), Limits{}, "/x: refused: redirect to  without https", "*fetch.Refused", 1},
	{"redirect nowhere", status(302), Limits{}, "/x: 302 Found", "*fetch.StatusError", 1},
	{"redirect", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/x" {
			http.Redirect(w, r, "/y", http.StatusFound)
			return
		}
		reply200(w, r)
	}, Limits{}, "", "<nil>", 2},
}

func TestFaults(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			in := serve(t, "", f.answer)
			c, _ := client(t, in.address(), Options{Limits: f.limits})
			_, err := c.Get(t.Context(), Request{URL: "https://larch.example/x?q=secret"})
			if got := fmt.Sprintf("%T", err); got != f.typed {
				t.Errorf("error is a %s, want %s", got, f.typed)
			}
			want := f.want
			if want != "" {
				want = larch + want
			}
			if got := ""; err != nil {
				if got = err.Error(); got != want {
					t.Errorf("error = %s, want %s", got, want)
				}
			} else if want != "" {
				t.Errorf("no error, want %s", want)
			}
			if n := len(in.asked()); n != f.requests {
				t.Errorf("%d requests, want %d", n, f.requests)
			}
		})
	}
}

// A gzip bomb costs no more memory than the cap, a few times over.
func TestBombMemory(t *testing.T) {
	in := serve(t, "", blanks(1024, true))
	c, _ := client(t, in.address(), Options{})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := c.Get(t.Context(), Request{URL: "https://larch.example/x"})
	runtime.ReadMemStats(&after)
	if spent := after.TotalAlloc - before.TotalAlloc; err == nil || spent > 100<<20 {
		t.Errorf("Get = %v with %d MiB allocated", err, spent>>20)
	}
}

func TestRefusedConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	c, _ := client(t, l.Addr().String(), Options{})
	_, err = c.Get(t.Context(), Request{URL: "https://larch.example/x"})
	var d *Deferred
	if want := "larch.example/robots.txt: connection refused five times: deferred"; !errors.As(err, &d) || err.Error() != want {
		t.Errorf("Get = %v, want %s", err, want)
	}
}

// A server that accepts and says nothing, before TLS.
func TestSilentHandshake(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, _ := client(t, l.Addr().String(), Options{TLS: &tls.Config{}, Limits: Limits{TLS: 30 * time.Millisecond, Attempts: 2}})
	_, err = c.Get(t.Context(), Request{URL: "https://larch.example/x"})
	if want := "larch.example/robots.txt: time-out twice: deferred"; err == nil || err.Error() != want {
		t.Errorf("Get = %v, want %s", err, want)
	}
}

func TestCertificates(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(reply200)) // its certificate is for example.com
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	late := func() time.Time { return s.Certificate().NotAfter.Add(time.Hour) }
	for _, x := range []struct {
		name   string
		host   string
		config *tls.Config
		good   bool
	}{
		{"good", "example.com", &tls.Config{RootCAs: pool}, true},
		{"wrong host", larch, &tls.Config{RootCAs: pool}, false},
		{"unknown authority", "example.com", &tls.Config{}, false},
		{"expired", "example.com", &tls.Config{RootCAs: pool, Time: late}, false},
		{"too old a protocol", "example.com", &tls.Config{RootCAs: pool, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}, false},
	} {
		k := newClock()
		c, err := New(Options{Contact: "x", TLS: x.config, Now: k.Now, Sleep: k.Sleep, Loopback: map[string]string{x.host: s.Listener.Addr().String()}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Get(t.Context(), Request{URL: "https://" + x.host + "/x"})
		if (err == nil) != x.good || !x.good && len(k.waits) > 0 {
			t.Errorf("%s: Get = %v after waits %v, want it at once", x.name, err, k.waits)
		}
		if err != nil && !strings.HasPrefix(err.Error(), x.host+"/robots.txt: bad certificate") && !strings.HasSuffix(err.Error(), "TLS handshake refused") {
			t.Errorf("%s: Get = %v", x.name, err)
		}
		_, again := c.Get(t.Context(), Request{URL: "https://" + x.host + "/x"})
		if again != err {
			t.Errorf("%s: Get again = %v, want the same at once", x.name, again)
		}
		c.Close()
	}
}

func TestJudge(t *testing.T) {
	for _, j := range []struct {
		verdict  Verdict
		requests int
		want     string
	}{
		{Final, 1, "*fetch.StatusError"}, {Again, 3, "*fetch.StatusError"}, {Limited, 5, "*fetch.Deferred"},
	} {
		in := serve(t, "", status(400))
		c, k := client(t, in.address(), Options{Jitter: func(time.Duration) time.Duration { return 0 }})
		_, err := c.Get(t.Context(), Request{URL: "https://larch.example/x", Judge: func(status int, body []byte) Verdict {
			if status != 400 || string(body) != `{"error":"secret"}` {
				t.Errorf("Judge(%d, %s)", status, body)
			}
			return j.verdict
		}})
		if got := fmt.Sprintf("%T", err); got != j.want || len(in.asked()) != j.requests {
			t.Errorf("verdict %d: %s after %d requests, want %s after %d", j.verdict, got, len(in.asked()), j.want, j.requests)
		}
		if rest := k.waits[len(k.waits)-1]; j.verdict == Limited && rest != 20*time.Second {
			t.Errorf("the last wait is %v, want half the ladder whatever the jitter", rest)
		}
	}
}

// A wall closes the host.
func TestWallForGood(t *testing.T) {
	in := serve(t, "", page(200, "<html>"))
	c, _ := client(t, in.address(), Options{})
	for range 2 {
		var w *Wall
		if _, err := c.Get(t.Context(), Request{URL: "https://larch.example/x"}); !errors.As(err, &w) {
			t.Errorf("Get = %v, want a wall", err)
		}
	}
	if n := len(in.asked()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
	if a, err := mustClient(t, in).Get(context.Background(), Request{URL: "https://larch.example/x", Accept: Text}); err != nil || string(a.Body) != "<html>" {
		t.Errorf("Get of a text = %q, %v; HTML is what was asked for", a.Body, err)
	}
}

func mustClient(t *testing.T, in *instance) *Client {
	c, _ := client(t, in.address(), Options{})
	return c
}
