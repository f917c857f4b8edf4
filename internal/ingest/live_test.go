package ingest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
	"github.com/fedipulse/fedipulse/internal/ingest"
	"github.com/fedipulse/fedipulse/internal/store"
	"github.com/fedipulse/fedipulse/internal/study"
)

// net is some fake instances, a door to them whose waits take no time, and a
// database.
type net struct {
	t     *testing.T
	store *store.Store
	door  *fetch.Client
	study study.Study
	token string
	at    map[string]string // the instances' addresses

	mu  sync.Mutex
	now time.Time
}

func newNet(t *testing.T, w *fetchtest.World, instances ...*fetchtest.Instance) *net {
	t.Helper()
	n, handlers := &net{t: t, now: w.Now}, map[string]http.Handler{}
	for _, in := range instances {
		in.Clock, in.Robots = n.clock, ""
		handlers[in.Host] = in
		n.study.Sources = append(n.study.Sources, study.Source{Kind: study.Lemmy, Name: in.Host, Instance: in.Host})
	}
	n.connect(handlers)
	return n
}

// connect starts the instances, and opens the door and the database.
func (n *net) connect(handlers map[string]http.Handler) {
	n.t.Helper()
	at := map[string]string{}
	for host, h := range handlers {
		server := httptest.NewServer(h)
		n.t.Cleanup(server.Close)
		at[host] = strings.TrimPrefix(server.URL, "http://")
	}
	n.at = at
	n.reopen()
	var err error
	n.store, err = store.Open(n.t.Context(), filepath.Join(n.t.TempDir(), "x.duckdb"), store.Options{})
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { n.store.Close() })
	n.study.Privacy.Consent = study.ConsentExplicit
}

// reopen takes a new door, as every run of the program does.
func (n *net) reopen() {
	n.t.Helper()
	var err error
	n.door, err = fetch.New(fetch.Options{
		Contact: "tests@fedipulse.example", Loopback: n.at, Now: n.clock,
		Sleep: func(ctx context.Context, d time.Duration) error {
			n.pass(d)
			return ctx.Err()
		},
	})
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(n.door.Close)
}

func (n *net) clock() time.Time { n.mu.Lock(); defer n.mu.Unlock(); return n.now }

func (n *net) pass(d time.Duration) { n.mu.Lock(); defer n.mu.Unlock(); n.now = n.now.Add(d) }

func (n *net) sources() []ingest.Source {
	n.t.Helper()
	sources, err := ingest.Open(ingest.Place{Door: n.door, Token: func(string) string { return n.token }}, &n.study)
	if err != nil {
		n.t.Fatal(err)
	}
	return sources
}

func (n *net) options() ingest.Options {
	return ingest.Options{Consent: ingest.Consent{Mode: n.study.Privacy.Consent}}
}

func (n *net) run() ingest.Summary {
	n.t.Helper()
	sum, err := ingest.Run(n.t.Context(), n.store, n.sources(), n.options())
	if err != nil {
		n.t.Fatal(err)
	}
	return sum
}

func (n *net) refresh() ingest.Summary {
	n.t.Helper()
	sum, err := ingest.Refresh(n.t.Context(), n.store, n.sources(), n.clock(), n.options())
	if err != nil {
		n.t.Fatal(err)
	}
	return sum
}

func (n *net) ask(query string) string {
	n.t.Helper()
	return strings.Join(strs(n.t, n.store, query), " ")
}

// eachLemmy runs a test against every version that fetchtest plays.
func eachLemmy(t *testing.T, test func(t *testing.T, version string)) {
	for _, version := range fetchtest.Versions {
		if testing.Short() && (version == "0.19.3" || version == "0.19.14") {
			continue
		}
		t.Run(version, func(t *testing.T) { test(t, version) })
	}
}

// api counts the requests for threads and lists that came in.
func api(in *fetchtest.Instance) int {
	n := 0
	for _, a := range in.Requests() {
		if strings.HasPrefix(a.Path, "/api/") && !strings.HasSuffix(a.Path, "/site") {
			n++
		}
	}
	return n
}

// TestCommunity: all threads of a window, pinned ones and old ones that go on
// among them, and on a rerun only what changed.
func TestCommunity(t *testing.T) {
	eachLemmy(t, func(t *testing.T, version string) {
		w := fetchtest.NewWorld(11)
		c := w.Community("technology", "larch.example")
		begun, ada := w.Now.AddDate(0, 0, -100), w.Person("ada", "larch.example")
		say := func(p *fetchtest.Post, parent *fetchtest.Comment, at time.Time) *fetchtest.Comment {
			c := w.Comment(p, parent, "yes")
			w.Edit(func() { c.Author, c.Published = ada, at })
			return c
		}
		var posts []*fetchtest.Post
		for i := range 100 { // one a day
			p := w.Post(c, fetchtest.PostSpec{Title: fmt.Sprintf("thread %d", i), Author: ada, Published: begun.AddDate(0, 0, i), Pinned: i == 3 || i == 60})
			say(p, say(p, nil, p.Published), p.Published)
			posts = append(posts, p)
		}
		in := w.Instance("larch.example", version)
		n := newNet(t, w, in)
		n.study.Since, n.study.Until = begun.AddDate(0, 0, 40), begun.AddDate(0, 0, 80)
		n.study.Sources[0].Communities = []string{"technology"}
		say(posts[10], nil, begun.AddDate(0, 0, 50))

		n.run()
		want := 40 // PieFed cannot list old threads by their newest comment
		if !strings.HasPrefix(version, "piefed") {
			want = 41
		}
		if got := n.ask("select count(*)::varchar from posts where kind = 'post'"); got != fmt.Sprint(want) {
			t.Errorf("%s threads, want %d", got, want)
		}
		if got := n.ask("select count(*)::varchar from thread_coverage where coverage <> 'complete' or reason is not null"); got != "0" {
			t.Errorf("%s threads are not complete", got)
		}
		first := api(in)
		in.Forget()
		if sum := n.run(); sum.Fresh != 0 || sum.Changed != 0 {
			t.Errorf("a rerun found %+v", sum)
		}
		again := api(in)
		in.Forget()
		n.pass(time.Hour)
		say(posts[50], nil, w.Now)
		say(posts[90], nil, w.Now) // not of the window
		if sum := n.run(); sum.Fresh != 1 {
			t.Errorf("after one new comment a rerun found %+v", sum)
		}
		t.Logf("requests: %d for %d threads, %d for none that changed, %d for one", first, want, again, api(in))
	})
}

// TestAddresses: every kind of address that people paste leads to the thread.
func TestAddresses(t *testing.T) {
	eachLemmy(t, func(t *testing.T, version string) {
		w := fetchtest.NewWorld(12)
		c := w.Community("technology", "far.example")
		p := w.Post(c, fetchtest.PostSpec{Title: "a switch", Author: w.Person("ada", "far.example")})
		comment := w.Comment(p, nil, "yes")
		in, far := w.Instance("larch.example", version), w.Instance("far.example", "0.19.20")
		pie := w.Instance("pie.example", "piefed-1.2.0")
		for name, address := range map[string]string{
			"post": fmt.Sprintf("https://larch.example/post/%d", in.ID(p)), "post with comment": fmt.Sprintf("https://larch.example/post/%d/%d", in.ID(p), in.CommentID(comment)),
			"comment": fmt.Sprintf("https://larch.example/comment/%d", in.CommentID(comment)), "with query": fmt.Sprintf("https://larch.example/post/%d?scrollToComments=true", in.ID(p)),
			"id": w.URI(p), "id of a comment": comment.URI(), "comment at home": fmt.Sprintf("https://far.example/post/%d/%d", far.ID(p), far.CommentID(comment)),
			"copy of a peer": fmt.Sprintf("https://pie.example/post/%d", pie.ID(p)),
		} {
			n := newNet(t, w, in, pie)
			n.study.Sources[0].Threads = []string{address}
			n.study.Sources[1].Communities = []string{"none"}
			_, err := ingest.Run(t.Context(), n.store, n.sources()[:1], n.options())
			if got := n.ask("select count(*)::varchar from posts"); err != nil || got != "2" {
				t.Errorf("%s: %s: %s posts, %v", name, address, got, err)
			}
		}
		n := newNet(t, w, in)
		n.study.Sources[0].Threads = []string{"https://pie.example/post/4242"}
		_, err := ingest.Run(t.Context(), n.store, n.sources(), n.options())
		if err == nil || !strings.Contains(err.Error(), "larch.example does not know it") || !strings.Contains(err.Error(), "source of its own") {
			t.Errorf("a stranger's copy: %v", err)
		}
	})
}

// TestSearch: words are looked for in posts and in comments, within the window.
func TestSearch(t *testing.T) {
	eachLemmy(t, func(t *testing.T, version string) {
		w := fetchtest.NewWorld(13)
		c := w.Community("technology", "far.example")
		day := func(n int) time.Time { return w.Now.AddDate(0, 0, n-100) }
		ada := w.Person("ada", "far.example")
		for i := range 60 {
			p := w.Post(c, fetchtest.PostSpec{Title: fmt.Sprintf("the zebra %d", i), Author: ada, Published: day(i)})
			w.Comment(p, nil, "yes").Author = ada
		}
		other := w.Post(c, fetchtest.PostSpec{Title: "something else", Author: ada, Published: day(30)})
		w.Comment(other, nil, "a ZEBRA in disguise").Author = ada
		n := newNet(t, w, w.Instance("larch.example", version))
		n.study.Since, n.study.Until = day(5), day(59)
		n.study.Sources[0].Search = []string{"zebra"}
		n.run()
		if got := n.ask("select count(*) filter (kind = 'post') || ' ' || count(*) from posts"); got != "55 110" {
			t.Errorf("threads and posts: %s, want 55 and 110", got)
		}
		if sum := n.run(); sum.Fresh+sum.Changed != 0 {
			t.Errorf("a rerun found %+v", sum)
		}
	})
}

// TestPoliteness: whatever a study asks, no instance sees two requests at once or
// two that are closer than they may be, from any number of sources.
func TestPoliteness(t *testing.T) {
	if testing.Short() {
		t.Skip("the gaps are real ones")
	}
	w := fetchtest.NewWorld(17)
	var instances []*fetchtest.Instance
	for i := range 4 {
		host := fmt.Sprintf("larch%d.example", i)
		c := w.Community("technology", host)
		for range 30 {
			w.Comment(w.Post(c, fetchtest.PostSpec{Author: w.Person("ada", host)}), nil, "yes")
		}
		instances = append(instances, w.Instance(host, fetchtest.Versions[2+i]))
	}
	const gap = 4 * time.Millisecond
	at := map[string]string{}
	n := &net{t: t}
	for _, in := range instances {
		in.Robots = ""
		in.Limits.Message = fetchtest.Rate{Requests: 1_000_000, Per: time.Second}
		server := httptest.NewServer(in)
		defer server.Close()
		at[in.Host] = strings.TrimPrefix(server.URL, "http://")
		for i := range 2 { // two sources of one instance share its pace
			n.study.Sources = append(n.study.Sources, study.Source{Kind: study.Lemmy, Name: fmt.Sprint(in.Host, i), Instance: in.Host, Communities: []string{"technology"}})
		}
	}
	var err error
	if n.door, err = fetch.New(fetch.Options{Contact: "tests@fedipulse.example", Loopback: at, LoopbackGap: gap}); err != nil {
		t.Fatal(err)
	}
	defer n.door.Close()
	if n.store, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "x.duckdb"), store.Options{}); err != nil {
		t.Fatal(err)
	}
	defer n.store.Close()
	n.run()
	total, closest := 0, time.Hour
	for _, in := range instances {
		asked := in.Requests()
		total += len(asked)
		for i, a := range asked {
			if a.InFlight != 1 || !strings.HasPrefix(a.UserAgent, "fedipulse/") || !strings.Contains(a.UserAgent, "tests@fedipulse.example") {
				t.Fatalf("%s: %+v", in.Host, a)
			}
			if i > 0 {
				closest = min(closest, a.Time.Sub(asked[i-1].Time))
			}
		}
	}
	t.Logf("%d requests to %d instances, the closest two %v apart, %v allowed", total, len(instances), closest, gap)
	if closest < gap || total < 250 {
		t.Errorf("%d requests, the closest two %v apart", total, closest)
	}
}

// TestWhole: a thread of 5,000 comments, 50 deep, is held whole, but for what its
// authors refuse, from every version.
func TestWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("six large threads")
	}
	eachLemmy(t, func(t *testing.T, version string) {
		w := fetchtest.NewWorld(7)
		p := w.Thread(w.Community("technology", "larch.example"), 5000, 50)
		in := w.Instance("larch.example", version)
		n := newNet(t, w, in)
		n.study.Sources[0].Threads = []string{fmt.Sprintf("https://larch.example/post/%d", in.ID(p))}
		n.run()
		_, live := in.Held(p)
		got := n.ask("select concat_ws(' ', claimed, held + left_out, missing, orphans, coverage, reason) from thread_coverage")
		// Whose parent refuses is an orphan here, and keeps its place.
		want := fmt.Sprintf("%d %d 0 %s complete", live, live, strings.Fields(got + " ? ? ?")[3])
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
		t.Logf("%d live comments in %d requests; ledger: %s", live, api(in), got)
	})
}

// TestWanted: of a community, only threads whose first post has one of the words
// are asked for.
func TestWanted(t *testing.T) {
	w := fetchtest.NewWorld(18)
	c, ada := w.Community("technology", "larch.example"), w.Person("ada", "larch.example")
	for _, title := range []string{"Train timetables", "They train on us", "Nothing"} {
		p := w.Post(c, fetchtest.PostSpec{Title: title, Body: "see above", Author: ada})
		w.Comment(p, nil, "about timetables").Author = ada
	}
	in := w.Instance("larch.example", "0.19.20")
	n := newNet(t, w, in)
	n.study.Sources[0].Communities = []string{"technology"}
	n.study.Sources[0].Match = []string{"they train"}
	n.run()
	if got := n.ask("select string_agg(coalesce(title, content), ', ' order by depth) from posts"); got != "They train on us, about timetables" {
		t.Errorf("held: %s", got)
	}
	if got := api(in); got != 3 { // two pages of the list, one thread
		t.Errorf("%d requests, want 3", got)
	}
}
