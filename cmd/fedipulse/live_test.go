package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
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
