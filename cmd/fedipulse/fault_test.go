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
	"github.com/fedipulse/fedipulse/internal/fetch/microblogtest"
	"github.com/fedipulse/fedipulse/internal/store"
)

// faulty is an instance, and a folder with a study that asks it for two threads.
type faulty struct {
	t       *testing.T
	kind    string
	host    string
	at      string
	threads []string
	truth   http.Handler
	fault   func(func(n int, w http.ResponseWriter, r *http.Request) bool) // sets the instance's
	door    string                                                         // how the path of the first question of the API ends
	thread  string                                                         // what the paths of those for a thread contain
	dir     string
	now     time.Time
	mu      sync.Mutex
}

// spoil lets a fault hit the requests that hit picks.
func (f *faulty) spoil(fault fetchtest.Fault, hit func(path string) bool) {
	f.fault(func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if hit(r.URL.Path) {
			fault.Serve(f.truth, w, r)
			return true
		}
		return false
	})
}

func (f *faulty) clock() time.Time { f.mu.Lock(); defer f.mu.Unlock(); return f.now }

// command runs a command whose waits take no time, and returns its exit status
// and what it said.
func (f *faulty) command(args ...string) (int, string) {
	var said bytes.Buffer
	a := &app{stdin: strings.NewReader(""), stdout: &said, stderr: &said, fake: func(o *fetch.Options) {
		o.Loopback = map[string]string{f.host: f.at}
		o.Limits = fetch.Limits{Body: 1 << 20, Header: 100 * time.Millisecond, Whole: time.Second, Window: 100 * time.Millisecond}
		o.Now, o.Sleep = f.clock, f.sleep
	}}
	got := a.execute(f.t.Context(), append(args, "--study", filepath.Join(f.dir, "study.toml"), "--quiet"))
	return got, said.String()
}

// study writes a study that asks for threads.
func (f *faulty) study(threads []string) {
	f.t.Helper()
	text := fmt.Sprintf("[study]\ntitle = \"t\"\nquestion = \"q?\"\ncontact = \"me@ngo.example\"\n[[source]]\nkind = %q\nname = \"s\"\ninstance = %q\nthreads = [\"%s\"]\n",
		f.kind, f.host, strings.Join(threads, `", "`))
	if err := os.WriteFile(filepath.Join(f.dir, "study.toml"), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

func faultyLemmy(t *testing.T) *faulty {
	w := fetchtest.NewWorld(5)
	c := w.Community("technology", "larch.example")
	first, second := w.Thread(c, 60, 8), w.Thread(c, 90, 12)
	in := w.Instance("larch.example", "0.19.20")
	in.Robots = ""
	f := &faulty{
		t: t, kind: "lemmy", host: in.Host, truth: in.Truth(), door: "/site", thread: "/comment", dir: t.TempDir(), now: w.Now,
		threads: []string{fmt.Sprintf("https://larch.example/post/%d", in.ID(first)), fmt.Sprintf("https://larch.example/post/%d", in.ID(second))},
	}
	in.Clock = f.clock
	f.fault = func(fault func(int, http.ResponseWriter, *http.Request) bool) { in.Fault = fault }
	f.serve(in)
	return f
}

func faultyMastodon(t *testing.T) *faulty {
	w := microblogtest.NewWorld(5)
	first, second := w.Thread("tooters.example", 30, 8), w.Thread("tooters.example", 40, 12)
	in := w.Instance("tooters.example", "mastodon-4.5")
	f := &faulty{
		t: t, kind: "mastodon", host: in.Host, truth: in.Truth(), door: "/instance", thread: "/context", dir: t.TempDir(), now: w.Now,
		threads: []string{"https://tooters.example/@a/" + in.ID(first), "https://tooters.example/@a/" + in.ID(second)},
	}
	in.Clock = f.clock
	f.fault = func(fault func(int, http.ResponseWriter, *http.Request) bool) { in.Fault = fault }
	f.serve(in)
	return f
}

func (f *faulty) serve(h http.Handler) {
	server := httptest.NewServer(h)
	f.t.Cleanup(server.Close)
	f.at = strings.TrimPrefix(server.URL, "http://")
}

// What the faults come to, where it is not that a thread is not to be had. Lies
// that cannot be told from the truth are taken for it until the next refresh;
// repeats that a thread in one answer never meets do no harm. Of the others, a
// host in trouble is asked later, and a wall is respected.
var (
	lies     = []string{"times that are none", "NUL in strings", "invalid UTF-8", "half of a surrogate pair", "pages that never end, always new"}
	harmless = []string{"members twice", "cursor that repeats", "pages that never end"}
	// What these spoil is not there in an answer of Mastodon's, or not needed.
	strange = []string{"times that are none", "400 of a database", "lists that are null", "paths in a cycle", "paths that are none", "rows of another thread", "addresses that are none", "members twice"}
	later   = []string{
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
	for _, start := range []func(*testing.T) *faulty{faultyLemmy, faultyMastodon} {
		f := start(t)
		t.Run(f.kind, func(t *testing.T) { f.all(t) })
	}
}

func (f *faulty) all(t *testing.T) {
	f.t = t
	whole := filepath.Join(f.dir, "whole.duckdb")
	f.study(f.threads)
	for range 3 {
		if got, said := f.command("ingest", "--db", whole); got != 0 {
			t.Fatal(got, said)
		}
	}
	want := digests(t, whole)
	f.study(f.threads[:1])
	sameKey(t, f.dir, "whole.duckdb", "first.duckdb")
	if got, said := f.command("ingest", "--db", filepath.Join(f.dir, "first.duckdb")); got != 0 {
		t.Fatal(got, said)
	}
	held := rowsOf(t, filepath.Join(f.dir, "first.duckdb"))
	f.study(f.threads)
	peak, stop := heap()
	defer stop()
	counts := map[int]int{}
	for _, fault := range fetchtest.Faults {
		t.Run(fault.Name, func(t *testing.T) {
			f.t = t
			counts[f.one(t, fault, held, want)]++
		})
	}
	t.Logf("%d faults; exit statuses %v; heap at most %d MiB", len(fetchtest.Faults), counts, peak()>>20)
	if peak() > 400<<20 {
		t.Errorf("the heap grew to %d MiB", peak()>>20)
	}
}

// one lets a fault hit the second thread, for ever, and then makes the instance
// well again. Of the first thread so many posts are held.
func (f *faulty) one(t *testing.T, fault fetchtest.Fault, held int64, want []store.Digest) int {
	db := filepath.Join(f.dir, "faulty.duckdb")
	os.Remove(db + ".wal")
	for _, suffix := range []string{"", ".key"} {
		first, err := os.ReadFile(filepath.Join(f.dir, "first.duckdb"+suffix))
		if err == nil {
			err = os.WriteFile(db+suffix, first, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	begin := time.Now()
	f.spoil(fault, func(path string) bool { return strings.Contains(path, f.thread) })
	got, said := f.command("ingest", "--db", db)
	status := got
	f.fault(nil)
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	// The post itself is taken in, so that a thread without its replies is a part.
	switch may := slices.Contains(strange, fault.Name) && f.kind == "mastodon"; {
	case slices.Contains(harmless, fault.Name) || slices.Contains(lies[1:], fault.Name):
		if got != exitDone {
			t.Errorf("exit status %d, want 0: %s", got, said)
		}
	case got != exitPartly && !may:
		t.Errorf("exit status %d, want %d: %s", got, exitPartly, said)
	}
	if rows := rowsOf(t, db); rows < held {
		t.Errorf("%d posts held, before there were %d", rows, held)
	}
	diff := "not run"
	for range 3 { // what came in parts is asked for again
		f.pass(2 * time.Hour)
		if got, said = f.command("ingest", "--db", db); got != 0 {
			t.Errorf("after it is well: exit status %d: %s", got, said)
		}
		if diff = cmp.Diff(want, digests(t, db)); diff == "" || slices.Contains(lies, fault.Name) {
			diff = ""
			break
		}
	}
	if diff != "" {
		t.Errorf("after it is well the content differs: %s", diff)
	}
	f.atTheDoor(t, fault, filepath.Join(f.dir, "door.duckdb"))
	return status
}

func (f *faulty) sleep(ctx context.Context, d time.Duration) error {
	f.pass(d)
	return ctx.Err()
}

func (f *faulty) pass(d time.Duration) { f.mu.Lock(); defer f.mu.Unlock(); f.now = f.now.Add(d) }

// atTheDoor lets a fault hit the first question of all: then nothing is had, and
// the status says whether to come back.
func (f *faulty) atTheDoor(t *testing.T, fault fetchtest.Fault, db string) {
	f.spoil(fault, func(path string) bool { return strings.HasSuffix(path, f.door) })
	got, said := f.command("ingest", "--db", db)
	f.fault(nil)
	expect := exitPartly
	switch {
	case slices.Contains(later, fault.Name) && !(f.kind == "mastodon" && strings.HasPrefix(fault.Name, "400")): // Lemmy's own word
		expect = exitLater
	case slices.Contains(walls, fault.Name):
		expect = exitRefused
	case got == exitDone: // an answer that says little of the site is enough
		expect = exitDone
	case f.kind == "mastodon" && slices.Contains([]string{"401", "403", "422"}, fault.Name): // there, a login is asked for
		expect = exitRefused
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
