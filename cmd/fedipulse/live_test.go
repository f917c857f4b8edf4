package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
	"github.com/fedipulse/fedipulse/internal/fetch/microblogtest"
)

// world is what the instances of one script know of together.
type world struct {
	*fetchtest.World
	threads []*fetchtest.Post
}

type worldKey struct{}

// newWorld has three threads of technology@larch.example about a switch.
func newWorld() *world {
	w := &world{World: fetchtest.NewWorld(1)}
	c := w.Community("technology", "larch.example")
	for range 3 {
		p := w.Thread(c, 60, 8)
		w.Edit(func() {
			p.Title, p.Author = "The switch that reads your posts", w.Person("ada", "larch.example")
		})
		w.threads = append(w.threads, p)
	}
	return w
}

// serve starts an instance for a script: "serve HOST VERSION [how]". How is
// stock (the robots.txt of the software), named (one that names fedipulse), busy
// (it wants an hour of rest) or private. FEDIPULSE_LOOPBACK leads to it.
func serve(ts *testscript.TestScript, _ bool, args []string) {
	w, ok := ts.Value(worldKey{}).(*world)
	if !ok {
		ts.Fatalf("no world")
	}
	in := w.Instance(args[0], args[1])
	in.Limits = fetchtest.Limits{Message: fetchtest.Rate{Requests: 1e6, Per: time.Minute}, Search: fetchtest.Rate{Requests: 1e6, Per: time.Minute}}
	in.Robots, in.Sidebar, in.Legal = "", "Be kind. No scraping of profiles.", "Posts belong to their authors.\n\nAutomated access needs our consent."
	if len(args) > 2 {
		switch args[2] {
		case "stock":
			in.Robots = strings.ReplaceAll(fetchtest.StockRobots(args[1]), "Crawl-delay: 60", "Crawl-delay: 0.02")
		case "named":
			in.Robots = "User-agent: fedipulse\nDisallow: /api/\n"
		case "private":
			in.Private = true
		case "busy":
			in.Fault = func(_ int, w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasPrefix(r.URL.Path, "/api/") {
					return false
				}
				w.Header().Set("Retry-After", "3600")
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			}
		default:
			ts.Fatalf("serve: no %q", args[2])
		}
	}
	server := httptest.NewServer(in)
	ts.Defer(server.Close)
	ts.Setenv(loopback, strings.TrimSpace(ts.Getenv(loopback)+" gap=1ms "+in.Host+"="+strings.TrimPrefix(server.URL, "http://")))
}

// deleteWords deletes the first comment of every thread.
func deleteWords(ts *testscript.TestScript, _ bool, _ []string) {
	w := ts.Value(worldKey{}).(*world)
	w.Edit(func() {
		for _, p := range w.threads {
			p.Comments()[0].Deleted, p.Comments()[0].Removed = true, false
		}
	})
}

// TestBothPlatforms runs one study over a Lemmy and a Mastodon: the report holds
// both side by side.
func TestBothPlatforms(t *testing.T) {
	threads := newWorld()
	larch := threads.Instance("larch.example", "0.19.20")
	blog := microblogtest.NewWorld(1)
	for range 3 {
		blog.Thread("tooters.example", 30, 4)
	}
	tooters := blog.Instance("tooters.example", "mastodon-4.5")
	tooters.Rules = []string{"Be kind.", "No harvesting of posts."}
	tooters.Terms = "<h1>Terms</h1><p>You may not scrape.</p><p>Cats are welcome.</p>"
	f := &faulty{t: t, dir: t.TempDir(), now: threads.Now}
	larch.Clock, larch.Robots, tooters.Clock = f.clock, "", f.clock
	at := map[string]string{}
	for host, h := range map[string]http.Handler{"larch.example": larch, "tooters.example": tooters} {
		f.serve(h)
		at[host] = f.at
	}
	command := func(args ...string) (int, string) {
		var said bytes.Buffer
		a := &app{stdin: strings.NewReader(""), stdout: &said, stderr: &said, fake: func(o *fetch.Options) { o.Loopback, o.Now, o.Sleep = at, f.clock, f.sleep }}
		return a.execute(t.Context(), args), said.String()
	}
	study := filepath.Join(f.dir, "study.toml")
	text := "[study]\ntitle = \"The switch\"\nquestion = \"q?\"\ncontact = \"me@ngo.example\"\n" +
		"[[source]]\nkind = \"lemmy\"\ninstance = \"larch.example\"\ncommunities = [\"technology\"]\n" +
		"[[source]]\nkind = \"mastodon\"\ninstance = \"tooters.example\"\nhashtags = [\"noai\"]\n"
	if err := os.WriteFile(study, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	status, said := command("run", "--study", study, "--db", filepath.Join(f.dir, "x.duckdb"), "--out", filepath.Join(f.dir, "report"))
	if status != 0 {
		t.Fatal(status, said)
	}
	report, err := os.ReadFile(filepath.Join(f.dir, "report", "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| Lemmy | ", "| Mastodon | ", "larch.example", "tooters.example", "for followers only, hidden, or gone"} {
		if !strings.Contains(string(report), want) {
			t.Errorf("the report has no %q", want)
		}
	}

	status, said = command("review", "tooters.example", "--contact", "me@ngo.example")
	for _, want := range []string{"software    mastodon 4.5.0\n", "/api/v1/timelines/tag/x  allowed", "> You may not scrape.", "> No harvesting of posts.", "timelines   hashtags: public", "2s apart; searches and pages of lists 6s apart", "may be asked"} {
		if !strings.Contains(said, want) {
			t.Errorf("the review has no %q: %s", want, said)
		}
	}
	if status != 0 || strings.Contains(said, "Cats") {
		t.Errorf("review: %d: %s", status, said)
	}
}
