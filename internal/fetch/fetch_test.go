package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

const larch = "larch.example"

// clock is a time that passes by sleeping only.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	waits []time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.waits = append(c.waits, d)
	return ctx.Err()
}

// instance is a server on loopback that stands for larch.example.
type instance struct {
	*httptest.Server
	mu    sync.Mutex
	paths []string // asked, without robots.txt
}

func (in *instance) asked() []string {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.paths
}

// serve starts an instance. Where robots is "", it has no robots.txt.
func serve(t testing.TB, robots string, answer http.HandlerFunc) *instance {
	in := &instance{}
	in.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			if robots == "" {
				http.NotFound(w, r)
			}
			fmt.Fprint(w, robots)
			return
		}
		in.mu.Lock()
		in.paths = append(in.paths, r.URL.RequestURI())
		in.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(in.Close)
	return in
}

func (in *instance) address() string { return in.Listener.Addr().String() }

// client is one for larch.example, on a virtual clock.
func client(t testing.TB, address string, o Options) (*Client, *clock) {
	k := newClock()
	o.Contact, o.Version, o.Now, o.Sleep = "ops@fedipulse.example", "1.2", k.Now, k.Sleep
	o.Loopback = map[string]string{larch: address}
	if o.Jitter == nil {
		o.Jitter = func(longest time.Duration) time.Duration { return longest }
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, k
}

func reply200(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	fmt.Fprint(w, `{"ok":true}`)
}

func TestGet(t *testing.T) {
	var got http.Header
	in := serve(t, "", func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		w.Header().Set("ETag", `"7"`)
		reply200(w, r)
	})
	c, k := client(t, in.address(), Options{})
	a, err := c.Get(t.Context(), Request{
		URL: "https://LARCH.example/api/v3/site?a=b#c", Header: http.Header{"Authorization": {"Bearer x"}, "User-Agent": {"Mozilla"}, "Range": {"bytes=1-"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if a.URL != "https://larch.example/api/v3/site?a=b" || a.Status != 200 || string(a.Body) != `{"ok":true}` || a.Validators.ETag != `"7"` || !a.Seen.Equal(k.Now()) {
		t.Errorf("Get = %+v", a)
	}
	want := http.Header{"Authorization": {"Bearer x"}, "User-Agent": {"fedipulse/1.2 (+ops@fedipulse.example)"}, "Accept": {"application/json"}, "Accept-Encoding": {"gzip"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("header sent (-want +got):\n%s", diff)
	}
}

func TestConditional(t *testing.T) {
	v := Validators{ETag: `"7"`, Modified: "Sat, 01 Aug 2026 11:00:00 GMT"}
	in := serve(t, "", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == v.ETag && r.Header.Get("If-Modified-Since") == v.Modified {
			w.WriteHeader(http.StatusNotModified)
		}
	})
	c, _ := client(t, in.address(), Options{})
	a, err := c.Get(t.Context(), Request{URL: "https://larch.example/x", Validators: v})
	if err != nil || !a.NotModified || a.Body != nil || a.Validators != v {
		t.Errorf("Get = %+v, %v; want not modified", a, err)
	}
}

func TestNew(t *testing.T) {
	for _, o := range []Options{
		{},
		{Contact: " \r\n"},
		{Contact: "x", Gap: -1},
		{Contact: "x", Loopback: map[string]string{larch: "192.0.2.1:80"}},
		{Contact: "x", Loopback: map[string]string{larch: "localhost:80"}},
		{Contact: "x", Loopback: map[string]string{larch: "127.0.0.1"}},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("New(%+v) succeeds", o)
		}
	}
	c, err := New(Options{Contact: "a@b.example)\r\nX: y", Version: "1 2"})
	if want := "fedipulse/12 (+a@b.exampleX: y)"; err != nil || c.agent != want {
		t.Errorf("User-Agent = %q, %v; want %q", c.agent, err, want)
	}
}

func TestTarget(t *testing.T) {
	for _, url := range []string{
		"", "larch.example", "http://larch.example/", "ftp://larch.example/", "https://u@larch.example/", "https://u:secret@larch.example/",
		"https://larch.example:443/", "https://larch.example:/", "https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.0.0.1/",
		"https://127.1/", "https://1.2.3.0x4/", "https://localhost/", "https://a.localhost/", "https://larch/", "https://larch.example./", "https:///x",
		"https://a..example/", "https://.example/", "https://a b.example/", "https://x/%zz?secret", "https://a_b.example/", "https://１２７.0.0.1/",
	} {
		c, _ := client(t, "127.0.0.1:1", Options{})
		_, err := c.Get(t.Context(), Request{URL: url})
		var refused *Refused
		if !errors.As(err, &refused) || strings.Contains(err.Error(), "secret") {
			t.Errorf("Get(%q) = %v, want it refused", url, err)
		}
	}
	if u, err := target("https://Bücher.example"); err != nil || u.Host != "xn--bcher-kva.example" || path(u) != "/" {
		t.Errorf("target = %v, %v", u, err)
	}
}

// Of what four goroutines ask of two hosts, each host sees one request at a
// time, and none sooner than a gap after the one before.
func TestPace(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	const gap, each = 3 * time.Millisecond, 250
	var seen [2][]time.Time
	loopback := map[string]string{}
	for i := range seen {
		var now atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if now.Add(1) > 1 {
				t.Error("two requests in flight")
			}
			seen[i] = append(seen[i], time.Now())
			reply200(w, r)
			now.Add(-1)
		}))
		defer s.Close()
		loopback[fmt.Sprintf("h%d.example", i)] = s.Listener.Addr().String()
	}
	c, err := New(Options{Contact: "x", Gap: gap, Loopback: loopback})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for n := range each {
				if _, err := c.Get(context.Background(), Request{URL: fmt.Sprintf("https://h%d.example/%d", (g+n)%2, n)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i, times := range seen {
		if len(times) != 2*each+1 {
			t.Errorf("host %d saw %d requests, want %d and robots.txt", i, len(times), 2*each)
		}
		for n := 1; n < len(times); n++ {
			if d := times[n].Sub(times[n-1]); d < gap {
				t.Errorf("host %d: request %d came after %v, want %v", i, n, d, gap)
			}
		}
	}
}

func TestRate(t *testing.T) {
	in := serve(t, "", reply200)
	c, k := client(t, in.address(), Options{})
	for _, l := range []struct {
		requests int
		per      time.Duration
		want     time.Duration
	}{
		{0, 0, time.Second}, {180, time.Minute, time.Second}, {-1, time.Minute, time.Second}, {1, -1, time.Second}, {1, 48 * time.Hour, time.Second},
		{20, time.Minute, 6 * time.Second}, {0, 0, 6 * time.Second}, {300, 15 * time.Minute, 6 * time.Second},
	} {
		c.SetLimit("Larch.example", "", l.requests, l.per)
		if got := c.Rate(larch, ""); got != l.want {
			t.Errorf("after SetLimit(%d, %v): Rate = %v, want %v", l.requests, l.per, got, l.want)
		}
	}
	c.SetLimit(larch, "search", 60, 10*time.Minute)
	if got := c.Rate(larch, "search"); got != 20*time.Second {
		t.Errorf("Rate of search = %v, want half of what is allowed", got)
	}
	start := k.Now()
	for _, bucket := range []string{"search", "", "search", "", "search"} {
		if _, err := c.Get(t.Context(), Request{URL: "https://larch.example/x", Bucket: bucket}); err != nil {
			t.Fatal(err)
		}
	}
	if got := k.Now().Sub(start); got != 46*time.Second { // robots, 6 s to the first search, 20 s from each to the next
		t.Errorf("three searches took %v, want 46s", got)
	}
}

// A host that wants rest is not asked by anybody any more.
func TestDeferredForGood(t *testing.T) {
	in := serve(t, "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	c, k := client(t, in.address(), Options{})
	_, err := c.Get(t.Context(), Request{URL: "https://larch.example/api/v3/post?id=1"})
	var d *Deferred
	if want := "larch.example/api/v3/post: 503 five times: deferred"; !errors.As(err, &d) || err.Error() != want || d.Host != larch {
		t.Fatalf("Get = %v, want %s", err, want)
	}
	wants := []time.Duration{time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second}
	if diff := cmp.Diff(wants, k.waits); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
	_, again := c.Get(t.Context(), Request{URL: "https://larch.example/other"})
	if again != err || len(in.asked()) != 5 {
		t.Errorf("Get of a deferred host = %v after %d requests, want the same and 5", again, len(in.asked()))
	}
}

// Failures in a row count for the host, whoever met them.
func TestDeferredTogether(t *testing.T) {
	in := serve(t, "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	c, _ := client(t, in.address(), Options{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var d *Deferred
			if _, err := c.Get(context.Background(), Request{URL: "https://larch.example/x"}); !errors.As(err, &d) {
				t.Errorf("Get = %v, want it deferred", err)
			}
		})
	}
	wg.Wait()
	if n := len(in.asked()); n != 5 {
		t.Errorf("the host was asked %d times, want 5", n)
	}
}

func TestCancel(t *testing.T) {
	release := make(chan struct{})
	in := serve(t, "", func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	c, _ := client(t, in.address(), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := c.Get(ctx, Request{URL: "https://larch.example/x?secret"}); !errors.Is(err, context.Canceled) || err.Error() != "larch.example/x: context canceled" {
		t.Errorf("Get = %v, want it canceled", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := c.Get(ctx, Request{URL: "https://larch.example/x"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Get = %v, want it out of time", err)
	}
}

// A kept connection that breaks is no reason to send a request twice at once.
func TestNotResent(t *testing.T) {
	var n atomic.Int32
	in := serve(t, "", func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) == 1 {
			reset(w)
			return
		}
		reply200(w, r)
	})
	c, k := client(t, in.address(), Options{})
	if _, err := c.Get(t.Context(), Request{URL: "https://larch.example/x"}); err != nil || n.Load() != 2 {
		t.Errorf("Get: %v after %d requests, want 2", err, n.Load())
	}
	if diff := cmp.Diff([]time.Duration{time.Second, 5 * time.Second}, k.waits); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
}

// Neither log nor error repeats what a person may want to hide.
func TestHush(t *testing.T) {
	var log bytes.Buffer
	in := serve(t, "", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			reply200(w, r)
		case "/redirect":
			w.Header().Set("Location", "https://other.example/secret?secret")
			w.WriteHeader(302)
		case "/garbage":
			raw(w, "HTTP/1.1 secret secret\r\nsecret\r\n\r\n")
		default:
			w.WriteHeader(500)
			fmt.Fprint(w, "secret")
		}
	})
	c, _ := client(t, in.address(), Options{Log: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	for _, p := range []string{"ok", "redirect", "garbage", "trouble"} {
		_, err := c.Get(t.Context(), Request{URL: "https://larch.example/" + p + "?q=secret", Header: http.Header{"Authorization": {"Bearer secret"}}})
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("error: %v", err)
		}
	}
	if strings.Contains(log.String(), "secret") || !strings.Contains(log.String(), `"path":"/ok"`) {
		t.Errorf("log:\n%s", log.String())
	}
}

func BenchmarkGet(b *testing.B) {
	in := httptest.NewServer(http.HandlerFunc(reply200))
	defer in.Close()
	b.Run("fetch", func(b *testing.B) {
		c, _ := client(b, in.Listener.Addr().String(), Options{Gap: 1})
		for b.Loop() {
			if _, err := c.Get(b.Context(), Request{URL: "https://larch.example/x"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("http", func(b *testing.B) {
		for b.Loop() {
			resp, err := http.Get(in.URL)
			if err != nil {
				b.Fatal(err)
			}
			var body bytes.Buffer
			_, _ = body.ReadFrom(resp.Body)
			resp.Body.Close()
		}
	})
}
