package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
	"github.com/fedipulse/fedipulse/internal/store"
)

// fedipulse returns this test binary as the command: TestMain runs it by name.
func fedipulse(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &exec.Cmd{Path: exe, Args: append([]string{"fedipulse"}, args...), Dir: dir, Env: os.Environ(), Stdout: io.Discard, Stderr: io.Discard}
}

// bigStudy writes a study of n records into a new folder.
func bigStudy(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	study := "[study]\ntitle = \"Big\"\nquestion = \"q?\"\n[[source]]\nkind = \"file\"\npath = \"posts.jsonl\"\nseen = 2025-04-01\n"
	if err := os.WriteFile(filepath.Join(dir, "study.toml"), []byte(study), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "posts.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	for i := range n {
		parent := ""
		if i%100 > 0 {
			parent = fmt.Sprintf(`"parent":"https://a.example/%d",`, i-1)
		}
		fmt.Fprintf(w, `{"uri":"https://a.example/%d",%s"platform":"mastodon","kind":"status","depth":-1,"author":{"uri":"https://a.example/users/u%d"},"instance":"a.example","created":"2025-03-06T12:00:00Z","state":"live","language":"en","content":"<p>Post %d says that this is a switch which nobody asked for.</p>","format":"html","score":%d,"tags":["ai","law"]}`+"\n",
			i, parent, i%777, i, i%50)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// digests opens a database that a command has left behind.
func digests(t *testing.T, path string) []store.Digest {
	t.Helper()
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d, err := s.Digests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// sameKey gives a database that is still to be made the key of another one, so
// that their contents can be compared.
func sameKey(t *testing.T, dir, from, to string) {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(dir, from+".key"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, to+".key"), key, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestKill9 kills an ingest at random moments: rerunning it must end with the
// content of a run that nobody disturbed.
func TestKill9(t *testing.T) {
	n, kills := 100_000, 12
	if testing.Short() {
		n, kills = 20_000, 4
	}
	dir := bigStudy(t, n)
	began := time.Now()
	if err := fedipulse(t, dir, "ingest", "--db", "whole.duckdb").Run(); err != nil {
		t.Fatal(err)
	}
	whole := time.Since(began)
	sameKey(t, dir, "whole.duckdb", "killed.duckdb")
	landed := 0
	for range kills {
		c := fedipulse(t, dir, "ingest", "--db", "killed.duckdb")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(rand.Int64N(int64(whole)/3)), func() { c.Process.Kill() })
		if c.Wait() != nil {
			landed++
		}
		timer.Stop()
	}
	if err := fedipulse(t, dir, "ingest", "--db", "killed.duckdb").Run(); err != nil {
		t.Fatalf("rerun after %d kills: %v", landed, err)
	}
	if diff := cmp.Diff(digests(t, filepath.Join(dir, "whole.duckdb")), digests(t, filepath.Join(dir, "killed.duckdb"))); diff != "" {
		t.Errorf("after %d kills the content differs: %s", landed, diff)
	}
	t.Logf("%d of %d kills hit a running ingest of %d records", landed, kills, n)
}

// TestKill9Live kills an ingest from an instance at random moments: what it said
// it had stays, and rerunning it ends with the content of a run that nobody
// disturbed.
func TestKill9Live(t *testing.T) {
	kills := 10
	if testing.Short() {
		kills = 3
	}
	w := fetchtest.NewWorld(3)
	c := w.Community("technology", "larch.example")
	for range 60 {
		w.Thread(c, 40, 6)
	}
	in := w.Instance("larch.example", "0.19.20")
	in.Robots, in.Limits = "", fetchtest.Limits{Message: fetchtest.Rate{Requests: 1e6, Per: time.Minute}}
	server := httptest.NewServer(in)
	defer server.Close()
	t.Setenv(loopback, "gap=1ms larch.example="+strings.TrimPrefix(server.URL, "http://"))
	dir := t.TempDir()
	study := "[study]\ntitle = \"t\"\nquestion = \"q?\"\ncontact = \"me@ngo.example\"\n[[source]]\nkind = \"lemmy\"\nname = \"larch\"\ninstance = \"larch.example\"\ncommunities = [\"technology\"]\n"
	if err := os.WriteFile(filepath.Join(dir, "study.toml"), []byte(study), 0o600); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := fedipulse(t, dir, "ingest", "--db", "whole.duckdb").Run(); err != nil {
		t.Fatal(err)
	}
	took, landed, held := time.Since(began), 0, int64(0)
	sameKey(t, dir, "whole.duckdb", "killed.duckdb")
	for range kills {
		c := fedipulse(t, dir, "ingest", "--db", "killed.duckdb")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(rand.Int64N(int64(took)/3)), func() { c.Process.Kill() })
		if c.Wait() != nil {
			landed++
		}
		timer.Stop()
		if rows := rowsOf(t, filepath.Join(dir, "killed.duckdb")); rows < held {
			t.Fatalf("%d posts held, before there were %d", rows, held)
		} else {
			held = rows
		}
	}
	if err := fedipulse(t, dir, "ingest", "--db", "killed.duckdb").Run(); err != nil {
		t.Fatalf("rerun after %d kills: %v", landed, err)
	}
	if diff := cmp.Diff(digests(t, filepath.Join(dir, "whole.duckdb")), digests(t, filepath.Join(dir, "killed.duckdb"))); diff != "" {
		t.Errorf("after %d kills the content differs: %s", landed, diff)
	}
	t.Logf("%d of %d kills hit a running ingest of 60 threads", landed, kills)
}

// TestInterrupt sends Ctrl-C: the page in hand is stored, the status is 130, and
// a rerun goes on.
func TestInterrupt(t *testing.T) {
	dir := bigStudy(t, 100_000)
	c := fedipulse(t, dir, "ingest")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for range 1000 { // until there is something to interrupt
		if info, err := os.Stat(filepath.Join(dir, "fedipulse.duckdb.wal")); err == nil && info.Size() > 1<<20 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	c.Wait()
	if got := c.ProcessState.ExitCode(); got != exitStopped {
		t.Fatalf("exit status %d, want %d", got, exitStopped)
	}
	held := rowsOf(t, filepath.Join(dir, "fedipulse.duckdb"))
	if held == 0 || held == 100_000 || held%10_000 != 0 {
		t.Errorf("%d posts held after Ctrl-C, want some whole pages of 10,000", held)
	}
	if err := fedipulse(t, dir, "ingest").Run(); err != nil {
		t.Fatal(err)
	}
	if held := rowsOf(t, filepath.Join(dir, "fedipulse.duckdb")); held != 100_000 {
		t.Errorf("%d posts held after the rerun, want all", held)
	}
}

func rowsOf(t *testing.T, path string) int64 {
	t.Helper()
	for _, d := range digests(t, path) {
		if d.Table == "posts" {
			return d.Rows
		}
	}
	return 0
}
