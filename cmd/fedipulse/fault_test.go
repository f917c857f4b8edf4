package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
)

// faulty is an instance, and a folder with a study that asks it.
type faulty struct {
	t   *testing.T
	in  *fetchtest.Instance
	at  string
	dir string
	now time.Time
	mu  sync.Mutex
}

func (f *faulty) clock() time.Time { f.mu.Lock(); defer f.mu.Unlock(); return f.now }

// command runs a command whose waits take no time, and returns its exit status
// and what it said.
func (f *faulty) command(args ...string) (int, string) {
	var said bytes.Buffer
	a := &app{stdin: strings.NewReader(""), stdout: &said, stderr: &said, fake: func(o *fetch.Options) {
		o.Loopback = map[string]string{f.in.Host: f.at}
		o.Limits = fetch.Limits{Body: 1 << 20, Header: 100 * time.Millisecond, Whole: time.Second, Window: 100 * time.Millisecond}
		o.Now = f.clock
		o.Sleep = func(ctx context.Context, d time.Duration) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.now = f.now.Add(d)
			return ctx.Err()
		}
	}}
	got := a.execute(f.t.Context(), append(args, "--study", filepath.Join(f.dir, "study.toml"), "--quiet"))
	return got, said.String()
}

// study writes a study that asks for threads.
func (f *faulty) study(threads ...*fetchtest.Post) {
	f.t.Helper()
	var urls []string
	for _, p := range threads {
		urls = append(urls, fmt.Sprintf("%q", fmt.Sprintf("https://%s/post/%d", f.in.Host, f.in.ID(p))))
	}
	text := "[study]\ntitle = \"t\"\nquestion = \"q?\"\ncontact = \"me@ngo.example\"\n[[source]]\nkind = \"lemmy\"\nname = \"larch\"\ninstance = \"larch.example\"\nthreads = [" + strings.Join(urls, ", ") + "]\n"
	if err := os.WriteFile(filepath.Join(f.dir, "study.toml"), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// What the faults come to, where it is not that a thread is not to be had. Lies
// that cannot be told from the truth are taken for it until the next refresh;
// repeats that a thread in one answer never meets do no harm. Of the others, a
// host in trouble is asked later, and a wall is respected.
var (
	lies     = []string{"times that are none", "NUL in strings", "invalid UTF-8", "half of a surrogate pair", "pages that never end, always new"}
	harmless = []string{"members twice", "cursor that repeats", "pages that never end"}
	later    = []string{
		"reset before headers", "closed before headers", "slow headers", "slow body", "408", "429", "429 after nonsense", "429 after a year",
		"429 after less than nothing", "400 rate_limit_error", "500", "502", "503 starting", "503 after 1 s", "504",
	}
	walls = []string{"HTML with 200", "JSON called HTML", "Cloudflare challenge", "Anubis challenge"}
)

// TestFaults: whatever an instance does with the answers for a thread, the
// command ends, with the right status, in bounded memory; what was held stays;
// and once the instance is well, a rerun gets what an undisturbed one has.
func TestFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("slow servers take real time")
	}
	w := fetchtest.NewWorld(5)
	c := w.Community("technology", "larch.example")
	first, second := w.Thread(c, 60, 8), w.Thread(c, 90, 12)
	in := w.Instance("larch.example", "0.19.20")
	in.Robots = ""
	server := httptest.NewServer(in)
	defer server.Close()
	f := &faulty{t: t, in: in, at: strings.TrimPrefix(server.URL, "http://"), dir: t.TempDir(), now: w.Now}
	in.Clock = f.clock
	whole := filepath.Join(f.dir, "whole.duckdb")
	f.study(first, second)
	if got, said := f.command("ingest", "--db", whole); got != 0 {
		t.Fatal(got, said)
	}
	want := digests(t, whole)
	peak, stop := heap()
	defer stop()
	counts := map[int]int{}
	for _, fault := range fetchtest.Faults {
		t.Run(fault.Name, func(t *testing.T) {
			f.t = t
			db := filepath.Join(f.dir, "faulty.duckdb")
			for _, suffix := range []string{"", ".wal", ".key"} {
				os.Remove(db + suffix)
			}
			sameKey(t, f.dir, "whole.duckdb", "faulty.duckdb")
			f.study(first)
			if got, said := f.command("ingest", "--db", db); got != 0 {
				t.Fatal(got, said)
			}
			held := rowsOf(t, db)
			f.study(first, second)
			begin := time.Now()
			in.Fault = fault.On(in, func(_ int, r *http.Request) bool { return strings.Contains(r.URL.Path, "/comment") })
			got, said := f.command("ingest", "--db", db)
			in.Fault = nil
			counts[got]++
			if took := time.Since(begin); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
			// The post itself is taken in, so that a thread without comments is a part.
			expect := exitPartly
			if slices.Contains(harmless, fault.Name) || slices.Contains(lies[1:], fault.Name) {
				expect = exitDone
			}
			if got != expect {
				t.Errorf("exit status %d, want %d: %s", got, expect, said)
			}
			if rows := rowsOf(t, db); rows < held {
				t.Errorf("%d posts held, before there were %d", rows, held)
			}
			for range 3 { // what came in parts is asked for again
				if got, said = f.command("ingest", "--db", db); got != 0 {
					t.Errorf("after it is well: exit status %d: %s", got, said)
				}
			}
			if diff := cmp.Diff(want, digests(t, db)); diff != "" && !slices.Contains(lies, fault.Name) {
				t.Errorf("after it is well the content differs: %s", diff)
			}
			f.atTheDoor(t, fault, filepath.Join(f.dir, "door.duckdb"))
		})
	}
	t.Logf("%d faults; exit statuses %v; heap at most %d MiB", len(fetchtest.Faults), counts, peak()>>20)
	if peak() > 400<<20 {
		t.Errorf("the heap grew to %d MiB", peak()>>20)
	}
}

// atTheDoor lets a fault hit the first question of all: then nothing is had, and
// the status says whether to come back.
func (f *faulty) atTheDoor(t *testing.T, fault fetchtest.Fault, db string) {
	f.in.Fault = fault.On(f.in, func(_ int, r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/site") })
	got, said := f.command("ingest", "--db", db)
	f.in.Fault = nil
	expect := exitPartly
	switch {
	case slices.Contains(later, fault.Name):
		expect = exitLater
	case slices.Contains(walls, fault.Name):
		expect = exitRefused
	case got == exitDone: // an answer that says little of the site is enough
		expect = exitDone
	}
	if got != expect {
		t.Errorf("at the door: exit status %d, want %d: %s", got, expect, said)
	}
}

// heap watches how large the heap gets.
func heap() (peak func() uint64, stop func()) {
	var mu sync.Mutex
	var most uint64
	done := make(chan struct{})
	go func() {
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			mu.Lock()
			most = max(most, m.HeapAlloc)
			mu.Unlock()
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 { mu.Lock(); defer mu.Unlock(); return most }, func() { close(done) }
}
