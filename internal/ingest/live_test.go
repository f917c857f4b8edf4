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

	"github.com/google/go-cmp/cmp"

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

// TestTwoInstances: what two instances show of a thread is one thread, the home
// of its community speaks last, and votes are kept for each.
func TestTwoInstances(t *testing.T) {
	eachLemmy(t, func(t *testing.T, version string) {
		w := fetchtest.NewWorld(14)
		p := w.Thread(w.Community("technology", "home.example"), 400, 30)
		home, copied := w.Instance("home.example", "0.19.20"), w.Instance("copy.example", version)
		all := p.Comments()
		copied.Hide(all[350:]...)
		home.Hide(all[40], all[41])
		n := newNet(t, w, home, copied)
		n.study.Sources[0].Threads = []string{fmt.Sprintf("https://home.example/post/%d", home.ID(p))}
		n.study.Sources[1].Threads = []string{fmt.Sprintf("https://copy.example/post/%d", copied.ID(p))}
		n.run()
		// Authors with #nobot in their profile are left out everywhere.
		if got, want := n.ask("select count(*)::varchar from posts"), fmt.Sprint(401-refusing(p)); got != want {
			t.Errorf("%s posts, want %s", got, want)
		}
		if got := n.ask("select count(*)::varchar from thread_coverage"); got != "1" {
			t.Errorf("%s threads, want 1", got)
		}
		if got := n.ask("select asked from thread_coverage"); got != "home.example" {
			t.Errorf("the ledger's count is that of %s", got)
		}
		if got := n.ask("select string_agg(instance || ' ' || n, ', ' order by instance) from (select instance, count(upvotes) as n from sightings group by instance)"); !strings.Contains(got, "copy.example") || !strings.Contains(got, "home.example") {
			t.Errorf("votes: %s", got)
		}
	})
}

// refusing counts the posts of a thread by authors who refuse, its root included.
func refusing(p *fetchtest.Post) int {
	n := 0
	for _, c := range p.Comments() {
		if strings.Contains(c.Author.Bio, "#nobot") {
			n++
		}
	}
	if strings.Contains(p.Author.Bio, "#nobot") {
		n++
	}
	return n
}

// TestChange: what is edited, deleted, removed, purged or refused at the origin
// is so here after a refresh, and its words are gone at once.
func TestChange(t *testing.T) {
	eachLemmy(t, func(t *testing.T, version string) {
		w := fetchtest.NewWorld(15)
		c := w.Community("technology", "larch.example")
		in := w.Instance("larch.example", version)
		thread := func(title string) (*fetchtest.Post, []*fetchtest.Comment) {
			p := w.Post(c, fetchtest.PostSpec{Title: title, Author: w.Person(title, "larch.example")})
			for i := range 6 {
				w.Comment(p, nil, fmt.Sprintf("canary %s %d", title, i)).Author = w.Person(fmt.Sprintf("%s%d", title, i), "larch.example")
			}
			return p, p.Comments()
		}
		_, kept := thread("kept")
		lost, _ := thread("lost")
		purged, _ := thread("purged")
		n := newNet(t, w, in)
		n.study.Sources[0].Communities = []string{"technology"}
		n.run()
		n.pass(time.Hour)
		w.Edit(func() {
			kept[0].Content, kept[0].Updated = "edited words", n.clock()
			kept[1].Deleted = true
			kept[2].Removed = true
			in.Purge(kept[3])
			kept[4].Author.Bio = "I paint.\n\n**#NoAI**"
			lost.Deleted = true
			in.HidePosts(purged)
		})
		sum := n.refresh()
		got := n.ask(`select string_agg(state || ' ' || coalesce(content, '-'), '; ' order by i.uri)
			from posts p join identity.posts i on i.id = p.id join identity.posts t on t.id = p.thread
			where p.kind = 'comment' and t.uri = '` + w.URI(kept[0].Post()) + "'")
		want := "edited edited words; deleted -; removed -; removed -; forgotten -; live canary kept 5"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if got := n.ask("select count(*)::varchar from revisions where post in (select id from posts where content = 'edited words')"); got != "1" {
			t.Errorf("%s hashes of old words are kept, want 1", got)
		}
		if got := n.ask("select count(*)::varchar from posts where state in ('live', 'edited') and thread = (select id from identity.posts where uri = '" + w.URI(purged) + "')"); got != "0" {
			t.Errorf("%s posts of a thread that is gone still stand", got)
		}
		if got := n.ask("select state || coalesce(title, '') from posts p join identity.posts i using (id) where uri = '" + w.URI(lost) + "'"); got != "deleted" && got != "removed" {
			t.Errorf("the deleted thread's post: %s", got)
		}
		if sum.Gone < 10 {
			t.Errorf("%+v", sum)
		}
		if broken, err := n.store.Check(t.Context()); err != nil || len(broken) > 0 {
			t.Errorf("Check = %v, %v", broken, err)
		}
		n.pass(time.Hour)
		before, err := n.store.Digests(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n.refresh()
		after, err := n.store.Digests(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("a second refresh changed something: %s", diff)
		}
	})
}

// TestUnchanged: a thread that the study names is asked for with what the server
// gave to recognize it, and left alone where that still holds.
func TestUnchanged(t *testing.T) {
	w := fetchtest.NewWorld(16)
	p := w.Thread(w.Community("technology", "larch.example"), 30, 5)
	in := w.Instance("larch.example", "0.19.20")
	in.Validators = true
	n := newNet(t, w, in)
	n.study.Sources[0].Threads = []string{fmt.Sprintf("https://larch.example/post/%d", in.ID(p))}
	if sum := n.run(); sum.Pages != 1 {
		t.Fatalf("%+v", sum)
	}
	in.Forget()
	if sum := n.run(); sum.Pages != 0 || api(in) != 1 {
		t.Errorf("a rerun: %+v in %d requests", sum, api(in))
	}
	if !strings.Contains(n.ask("select position from cursors"), `"etag":"W/`) {
		t.Error("no validator is kept")
	}
	w.Edit(func() { p.Comments()[0].Deleted = true })
	if sum := n.run(); sum.Pages != 1 {
		t.Errorf("after a deletion, which changes the count: %+v", sum)
	}
	n.study.Sources[0].Match = []string{"nothing of the kind"}
	if sum := n.run(); sum.Pages != 1 || sum.Excluded == 0 {
		t.Errorf("after match changed: %+v", sum)
	}
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
		for range 120 {
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
	if closest < gap || total < 1000 {
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

// TestFailedThread: a thread that could not be had on the first walk is asked for
// on the next, though it lies below where that would stop.
func TestFailedThread(t *testing.T) {
	w := fetchtest.NewWorld(19)
	c, ada := w.Community("technology", "larch.example"), w.Person("ada", "larch.example")
	var posts []*fetchtest.Post
	for i := range 10 {
		p := w.Post(c, fetchtest.PostSpec{Title: fmt.Sprint("thread ", i), Author: ada, Published: w.Now.AddDate(0, 0, i-40)})
		w.Comment(p, nil, "yes").Author = ada
		posts = append(posts, p)
	}
	in := w.Instance("larch.example", "0.19.20")
	n := newNet(t, w, in)
	n.study.Sources[0].Communities = []string{"technology"}
	broken := fmt.Sprint(in.ID(posts[2]))
	in.Fault = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("post_id") != broken {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "{}")
		return true
	}
	if _, err := ingest.Run(t.Context(), n.store, n.sources(), n.options()); err == nil {
		t.Fatal("no error for the broken thread")
	}
	in.Fault = nil
	n.pass(72 * time.Hour)
	if sum := n.run(); sum.Fresh != 1 {
		t.Errorf("the next run: %+v, want the one comment", sum)
	}
	in.Forget()
	n.pass(72 * time.Hour)
	if n.run(); api(in) != 1 {
		t.Errorf("the run after it needs %d requests, want one page of the list", api(in))
	}
}

// TestBanned: that one instance bans somebody does not take away what another
// shows of them.
func TestBanned(t *testing.T) {
	w := fetchtest.NewWorld(20)
	ada := w.Person("ada", "home.example")
	p := w.Post(w.Community("technology", "home.example"), fetchtest.PostSpec{Title: "a switch", Author: ada})
	home := w.Instance("home.example", "0.19.20")
	n := newNet(t, w, home)
	n.study.Sources[0].Threads = []string{fmt.Sprintf("https://home.example/post/%d", home.ID(p))}
	n.run()
	w.Edit(func() { ada.Banned = true })
	n.pass(time.Hour)
	if sum := n.refresh(); sum.Excluded != 1 {
		t.Errorf("what a banned person wrote is taken in: %+v", sum)
	}
	if got := n.ask("select state || ' ' || title from posts"); got != "live a switch" {
		t.Errorf("held: %s", got)
	}
}

// TestMisconfigured: a server that has lost the paths of its API does not make a
// refresh forget everything.
func TestMisconfigured(t *testing.T) {
	eachLemmy(t, func(t *testing.T, version string) {
		w := fetchtest.NewWorld(21)
		p := w.Post(w.Community("technology", "larch.example"), fetchtest.PostSpec{Title: "a switch", Author: w.Person("ada", "larch.example")})
		w.Comment(p, nil, "yes").Author = p.Author
		in := w.Instance("larch.example", version)
		n := newNet(t, w, in)
		n.study.Sources[0].Threads = []string{fmt.Sprintf("https://larch.example/post/%d", in.ID(p))}
		n.run()
		in.Fault = func(_ int, w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/site") || !strings.HasPrefix(r.URL.Path, "/api/") {
				return false
			}
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, "<h1>404 Not Found</h1><hr>nginx")
			return true
		}
		n.pass(time.Hour)
		sum, err := ingest.Refresh(t.Context(), n.store, n.sources(), n.clock(), n.options())
		if err == nil || sum.Gone != 0 || n.ask("select count(*)::varchar from posts where state = 'live'") != "2" {
			t.Errorf("%+v, %v", sum, err)
		}
	})
}

// TestCopyPurged: that an instance no longer has its copy of a thread says nothing
// of the thread, where its own instance is asked too.
func TestCopyPurged(t *testing.T) {
	w := fetchtest.NewWorld(22)
	ada := w.Person("ada", "home.example")
	p := w.Post(w.Community("technology", "home.example"), fetchtest.PostSpec{Title: "a switch", Author: ada})
	for range 3 {
		w.Comment(p, nil, "yes").Author = ada
	}
	home, copied := w.Instance("home.example", "0.19.20"), w.Instance("copy.example", "0.19.20")
	n := newNet(t, w, home, copied)
	n.study.Sources[0].Threads = []string{fmt.Sprintf("https://home.example/post/%d", home.ID(p))}
	n.study.Sources[1].Threads = []string{fmt.Sprintf("https://copy.example/post/%d", copied.ID(p))}
	n.run()
	copied.HidePosts(p)
	for range 2 {
		n.pass(time.Hour)
		n.refresh()
		if got := n.ask("select count(*)::varchar from posts where state = 'live'"); got != "4" {
			t.Fatalf("%s posts stand, want 4", got)
		}
	}
	home.HidePosts(p)
	n.pass(time.Hour)
	n.refresh()
	if got := n.ask("select count(*)::varchar from posts where state = 'live'"); got != "0" {
		t.Errorf("%s posts stand after their own instance gave them up", got)
	}
}

// TestPoison: a thread that always makes its server fail does not keep it from
// the others, in a walk or in a refresh.
func TestPoison(t *testing.T) {
	w := fetchtest.NewWorld(23)
	c, ada := w.Community("technology", "larch.example"), w.Person("ada", "larch.example")
	var posts []*fetchtest.Post
	for i := range 6 {
		p := w.Post(c, fetchtest.PostSpec{Title: fmt.Sprint("thread ", i), Author: ada, Published: w.Now.AddDate(0, 0, i-40)})
		w.Comment(p, nil, "yes").Author = ada
		posts = append(posts, p)
	}
	in := w.Instance("larch.example", "0.19.20")
	n := newNet(t, w, in)
	n.study.Sources[0].Communities = []string{"technology"}
	poison := func(at *fetchtest.Post) {
		in.Fault = func(_ int, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("post_id") != fmt.Sprint(in.ID(at)) {
				return false
			}
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}
	}
	again := func() { // a new run is a new door: the last one's has closed the host
		t.Helper()
		n.reopen()
		n.pass(time.Hour)
		if sum, err := ingest.Run(t.Context(), n.store, n.sources(), n.options()); err == nil || sum.Deferred != 1 {
			t.Errorf("%+v, %v", sum, err)
		}
	}
	poison(posts[4])
	again()
	again()
	if got := n.ask("select count(*)::varchar from posts where kind = 'comment'"); got != "5" {
		t.Errorf("%s comments of the other threads, want 5", got)
	}
	w.Edit(func() { posts[1].Comments()[0].Deleted = true })
	for range 2 {
		n.reopen()
		n.pass(time.Hour)
		_, _ = ingest.Refresh(t.Context(), n.store, n.sources(), n.clock(), n.options())
	}
	if got := n.ask("select count(*)::varchar from posts where kind = 'comment' and state = 'live'"); got != "4" {
		t.Errorf("%s comments stand, want 4", got)
	}
}

// TestReused: an instance that gives the ids of held posts to others, because it
// was set up anew, changes nothing.
func TestReused(t *testing.T) {
	w := fetchtest.NewWorld(24)
	p := w.Post(w.Community("technology", "larch.example"), fetchtest.PostSpec{Title: "a switch", Author: w.Person("ada", "larch.example")})
	in := w.Instance("larch.example", "0.19.20")
	n := newNet(t, w, in)
	n.study.Sources[0].Threads = []string{fmt.Sprintf("https://larch.example/post/%d", in.ID(p))}
	n.run()
	w.Edit(func() { p.Title, p.Author = "something else", w.Person("eve", "elsewhere.example") }) // its ActivityPub id changes with its host
	n.pass(time.Hour)
	_, err := ingest.Refresh(t.Context(), n.store, n.sources(), n.clock(), n.options())
	if got := n.ask("select string_agg(state || ' ' || title, ', ') from posts"); err == nil || !strings.Contains(err.Error(), "another post under that id") || got != "live a switch" {
		t.Errorf("held: %s, %v", got, err)
	}
}
