package ingest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
	"github.com/fedipulse/fedipulse/internal/ingest"
)

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
