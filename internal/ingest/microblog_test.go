package ingest_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
	"github.com/fedipulse/fedipulse/internal/fetch/microblogtest"
	"github.com/fedipulse/fedipulse/internal/ingest"
	"github.com/fedipulse/fedipulse/internal/ingest/mastodon"
	"github.com/fedipulse/fedipulse/internal/study"
)

func newMicro(t *testing.T, w *microblogtest.World, instances ...*microblogtest.Instance) *net {
	t.Helper()
	n, handlers := &net{t: t, now: w.Now}, map[string]http.Handler{}
	for _, in := range instances {
		in.Clock = n.clock
		handlers[in.Host] = in
		n.study.Sources = append(n.study.Sources, study.Source{Kind: study.Mastodon, Name: in.Host, Instance: in.Host})
		n.token = in.Token
	}
	n.connect(handlers)
	return n
}

// eachMode runs a test against every software; those that show strangers nothing
// are asked with a token.
func eachMode(t *testing.T, test func(t *testing.T, mode, token string)) {
	for _, mode := range microblogtest.Modes {
		if testing.Short() && (mode == "mastodon-4.3" || mode == "mastodon-4.6") {
			continue
		}
		token := ""
		if mode == "gotosocial" || mode == "pixelfed" {
			token = "canary-token"
		}
		t.Run(mode, func(t *testing.T) { test(t, mode, token) })
	}
}

func contexts(in *microblogtest.Instance) (n int) {
	for _, a := range in.Requests() {
		if strings.HasSuffix(a.Path, "/context") {
			n++
		}
	}
	return n
}

// TestHashtags: every post with a tag is found once, with its whole thread, down
// to the window's start, and on a rerun only what may have changed is asked for.
func TestHashtags(t *testing.T) {
	eachMode(t, func(t *testing.T, mode, token string) {
		w := microblogtest.NewWorld(1)
		ada := w.Account("ada", "tooters.example")
		begun := w.Now.AddDate(0, 0, -100)
		for i := 0; i < 100; i += 4 {
			s := w.Post(microblogtest.Status{Account: ada, HTML: fmt.Sprintf("<p>post %d</p>", i), Tags: []string{"noai"}, Published: begun.AddDate(0, 0, i)})
			w.Post(microblogtest.Status{Account: ada, HTML: "<p>and</p>", Parent: s, Published: begun.AddDate(0, 0, i).Add(time.Hour)})
			w.Post(microblogtest.Status{Account: ada, ReblogOf: s, Published: begun.AddDate(0, 0, i).Add(2 * time.Hour)})
		}
		w.Post(microblogtest.Status{Account: ada, HTML: "<p>both</p>", Tags: []string{"noai", "jobs"}, Published: begun.AddDate(0, 0, 50)})
		in := w.Instance("tooters.example", mode)
		in.Token, in.Enforce = token, true
		n := newMicro(t, w, in)
		n.study.Since, n.study.Until = begun.AddDate(0, 0, 20), begun.AddDate(0, 0, 80)
		n.study.Sources[0].Hashtags, n.study.Sources[0].HashtagsNone = []string{"noai", "other"}, []string{"jobs"}
		n.run()
		if got := n.ask("select count(*) || ' ' || count(distinct thread) || ' ' || count(*) filter (depth = 1) from posts"); got != "30 15 15" {
			t.Errorf("posts, threads, replies: %s, want 30 15 15", got)
		}
		first := len(in.Requests())
		in.Forget()
		if sum := n.run(); sum.Fresh+sum.Changed != 0 {
			t.Errorf("a rerun found %+v", sum)
		}
		if contexts(in) != 0 {
			t.Errorf("a rerun asked for %d contexts", contexts(in))
		}
		// The posts with the tag come on one page, and each thread takes a context;
		// nodeinfo, robots.txt and the instance itself come first.
		t.Logf("%d requests for 15 threads, no client can do with fewer than %d; %d on a rerun", first, 4+1+15, len(in.Requests()))
	})
}

// TestTimelines: of a server's own timeline only what matches is followed.
func TestTimelines(t *testing.T) {
	w := microblogtest.NewWorld(9)
	ada, far := w.Account("ada", "tooters.example"), w.Account("far", "far.example")
	w.Post(microblogtest.Status{Account: ada, HTML: "<p>they train on us</p>"})
	w.Post(microblogtest.Status{Account: ada, HTML: "<p>breakfast</p>"})
	w.Post(microblogtest.Status{Account: far, HTML: "<p>they train over there</p>"})
	in := w.Instance("tooters.example", "mastodon-4.5")
	n := newMicro(t, w, in)
	n.study.Sources[0].Timelines, n.study.Sources[0].Match = []string{"local"}, []string{"train*"}
	if sum := n.run(); sum.Fresh != 1 || contexts(in) != 1 {
		t.Errorf("local: %+v, %d contexts", sum, contexts(in))
	}
	n.study.Sources[0].Timelines = []string{"public"}
	if sum := n.run(); sum.Fresh != 1 {
		t.Errorf("public: %+v", sum)
	}
}

// TestMicroThread: threads of many sizes and depths, from a reply in their midst,
// with all that a stranger can be shown; a token shows more of Mastodon's, and
// what is cut off is said to be.
func TestMicroThread(t *testing.T) {
	eachMode(t, func(t *testing.T, mode, token string) {
		for _, size := range []struct{ replies, depth int }{{0, 0}, {1, 1}, {30, 8}, {60, 30}, {300, 60}, {2000, 40}} {
			if testing.Short() && size.replies > 300 || size.replies > 30 && (mode == "mastodon-4.2" || mode == "mastodon-4.3" || mode == "mastodon-4.6") {
				continue
			}
			for _, member := range slices.Compact([]string{token, "canary-token"}) {
				w := microblogtest.NewWorld(2)
				root := w.Thread("tooters.example", size.replies, size.depth)
				in := w.Instance("tooters.example", mode)
				in.Token = member
				n := newMicro(t, w, in)
				n.study.Sources[0].Threads = []string{"https://tooters.example/@x/" + in.ID(root)}
				n.run()
				held := n.ask("select count(*)::varchar from posts")
				want := in.Held(root)
				ledger := n.ask("select concat_ws(' ', claimed, held, left_out, missing, coverage, reason) from thread_coverage")
				least := 1 // contexts that any client needs for what it got
				if got, _ := strconv.Atoi(held); strings.HasPrefix(mode, "mastodon") && member == "" {
					least = max(1, (got+59)/60)
				} else if mode == "pixelfed" {
					least = max(1, (got+19)/20)
				} else if mode == "friendica" {
					least = max(1, (got+39)/40)
				}
				t.Logf("%d replies, %d deep, token %v: %s of %d in %d contexts, at least %d: %s", size.replies, size.depth, member != "", held, want, contexts(in), least, ledger)
				if held != fmt.Sprint(want) && !strings.Contains(ledger, "shows strangers no more") {
					t.Errorf("%s posts of %d, and the ledger does not say why: %s", held, want, ledger)
				}
				whole := !strings.HasPrefix(mode, "mastodon") && mode != "pixelfed" && mode != "friendica" || member != "" && strings.HasPrefix(mode, "mastodon") || size.replies <= 30 && mode != "pixelfed"
				if whole && held != fmt.Sprint(want) {
					t.Errorf("%s posts of %d", held, want)
				}
				if n.ask("select count(*)::varchar from posts where content like '%canary%'") != "0" {
					t.Error("what was for followers only is held")
				}
			}
		}
	})
}

// TestCanary: no byte of what is for followers only, or of the token, gets into
// the database, whatever the server shows to members.
func TestCanary(t *testing.T) {
	w := microblogtest.NewWorld(3)
	root := w.Thread("tooters.example", 120, 12)
	in := w.Instance("tooters.example", "mastodon-4.5")
	in.Token = "canary-token"
	n := newMicro(t, w, in)
	n.study.Sources[0].Hashtags = []string{"noai"}
	n.study.Sources[0].Threads = []string{"https://tooters.example/@x/" + in.ID(root)}
	sum := n.run()
	if sum.Excluded == 0 {
		t.Fatal("nothing was for followers only")
	}
	path := n.ask("select path from duckdb_databases() where path is not null and not internal")
	n.store.Close()
	for _, name := range []string{path, path + ".wal"} {
		if data, err := os.ReadFile(name); err == nil && bytes.Contains(data, []byte("canary")) {
			t.Errorf("%s holds a canary", name)
		}
	}
}

// TestThreeServers: a thread that began on one of them is read there first, and
// what each knows alone is held once.
func TestThreeServers(t *testing.T) {
	w := microblogtest.NewWorld(4)
	root := w.Thread("home.example", 55, 10)
	reply := w.Post(microblogtest.Status{Account: w.Account("bob", "home.example"), HTML: "<p>only at home</p>", Parent: root})
	home, one, two := w.Instance("home.example", "mastodon-4.5"), w.Instance("one.example", "mastodon-4.2"), w.Instance("two.example", "pleroma")
	one.Hide(reply)
	two.Hide(reply)
	n := newMicro(t, w, one, home, two)
	n.study.Sources[0].Threads = []string{"https://one.example/@a@home.example/" + one.ID(root)}
	n.study.Sources[1].Hashtags = []string{"nothing"}
	n.study.Sources[2].Threads = []string{"https://two.example/notice/" + two.ID(root)}
	n.run()
	if got, want := n.ask("select count(*) || ' ' || count(distinct thread) from posts"), fmt.Sprint(home.Held(root), " 1"); got != want {
		t.Errorf("posts and threads: %s, want %s", got, want)
	}
	if got := n.ask("select string_agg(distinct instance, ' ' order by instance) from sightings"); got != "home.example one.example two.example" {
		t.Errorf("seen on %s", got)
	}
	if got := n.ask("select asked from thread_coverage"); got != "home.example" {
		t.Errorf("the ledger's count is that of %s", got)
	}
}

// TestMicroLies: what a server gets wrong costs no page and no rest.
func TestMicroLies(t *testing.T) {
	for _, lie := range []microblogtest.Lie{microblogtest.NullItems, microblogtest.BadItem, microblogtest.ForeignLink, microblogtest.Circle, microblogtest.WrongCounts, microblogtest.Disabled} {
		t.Run(string(lie), func(t *testing.T) {
			w := microblogtest.NewWorld(5)
			ada := w.Account("ada", "tooters.example")
			for i := range 50 {
				w.Post(microblogtest.Status{Account: ada, HTML: fmt.Sprint("<p>", i), Tags: []string{"noai"}})
			}
			in := w.Instance("tooters.example", "mastodon-4.5")
			in.Lies = []microblogtest.Lie{lie}
			n := newMicro(t, w, in)
			n.study.Sources[0].Hashtags = []string{"noai"}
			sum, err := ingest.Run(t.Context(), n.store, n.sources(), n.options())
			got := n.ask("select count(*)::varchar from posts")
			switch lie {
			case microblogtest.Disabled:
				if !errors.Is(err, mastodon.ErrClosed) || sum.Refused != 1 {
					t.Errorf("%v, %+v", err, sum)
				}
			case microblogtest.Circle:
				if err == nil || !strings.Contains(err.Error(), "circle") || got != "40" {
					t.Errorf("%s posts, %v", got, err)
				}
			case microblogtest.BadItem:
				if got != "48" || sum.Rejected != 2 || err != nil {
					t.Errorf("%s posts, %d rejected, %v", got, sum.Rejected, err)
				}
			default:
				if got != "50" || err != nil {
					t.Errorf("%s posts, %v", got, err)
				}
			}
		})
	}
}

// TestMicroChange: edits, deletions and refusals at the origin reach the database.
func TestMicroChange(t *testing.T) {
	eachMode(t, func(t *testing.T, mode, token string) {
		w := microblogtest.NewWorld(6)
		root := w.Post(microblogtest.Status{Account: w.Account("root", "tooters.example"), HTML: "<p>root</p>"})
		var all []*microblogtest.Status
		for i := range 5 {
			all = append(all, w.Post(microblogtest.Status{Account: w.Account(fmt.Sprint("p", i), "tooters.example"), HTML: fmt.Sprintf("<p>words %d</p>", i), Parent: root}))
		}
		lost := w.Post(microblogtest.Status{Account: w.Account("lost", "tooters.example"), HTML: "<p>lost</p>"})
		under := w.Post(microblogtest.Status{Account: w.Account("under", "tooters.example"), HTML: "<p>under</p>", Parent: lost})
		in := w.Instance("tooters.example", mode)
		in.Token = token
		n := newMicro(t, w, in)
		n.study.Sources[0].Threads = []string{"https://tooters.example/@r/" + in.ID(root), "https://tooters.example/@r/" + in.ID(lost)}
		n.run()
		n.pass(3 * time.Hour)
		w.Edit(func() {
			all[0].HTML, all[0].Edited = "<p>edited</p>", n.clock()
			all[1].Deleted = true
			all[2].Visibility = microblogtest.Private
			all[3].Account.Bio = `<p>no <a href="x">#<span>NoBots</span></a></p>`
			lost.Deleted = true
		})
		n.refresh()
		got := n.ask(`select string_agg(state || ' ' || coalesce(content, '-'), '; ' order by i.id) from (
			select row_number() over (order by i.uri) as id, p.* from posts p join identity.posts i using (id)
			where p.depth = 1 and p.thread = (select id from identity.posts where uri = '` + root.URI() + `')) i`)
		gone := "deleted -"
		if token != "" { // a member sees what is for followers: it is left out here all the same
			gone = "forgotten -"
		}
		want := "edited <p>edited</p>; deleted -; " + gone + "; forgotten -; live <p>words 4</p>"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if got := n.ask("select string_agg(state || ' ' || coalesce(content, '-'), '; ' order by created) from posts p join identity.posts i using (id) where uri in ('" + lost.URI() + "', '" + under.URI() + "')"); got != "deleted -; live <p>under</p>" {
			t.Errorf("a root that is gone, and its answer: %s", got)
		}
		if broken, err := n.store.Check(t.Context()); err != nil || len(broken) > 0 {
			t.Errorf("Check = %v, %v", broken, err)
		}
	})
}

// TestSearchAndAccounts: both need what the study has to say so: a token, and
// that people agreed.
func TestSearchAndAccounts(t *testing.T) {
	w := microblogtest.NewWorld(7)
	ada, bob := w.Account("ada", "tooters.example"), w.Account("bob", "other.example")
	w.Post(microblogtest.Status{Account: ada, HTML: "<p>the zebra speaks</p>"})
	w.Post(microblogtest.Status{Account: bob, HTML: "<p>of no zebra</p>"})
	w.Post(microblogtest.Status{Account: bob, HTML: "<p>else</p>"})
	in := w.Instance("tooters.example", "mastodon-4.5")
	n := newMicro(t, w, in)
	n.study.Sources[0].Search = []string{"zebra"}
	if sum, err := ingest.Run(t.Context(), n.store, n.sources(), n.options()); !errors.Is(err, mastodon.ErrClosed) || sum.Refused != 1 {
		t.Errorf("search without a token: %v, %+v", err, sum)
	}
	in.Token, n.token = "canary-token", "canary-token"
	if sum := n.run(); sum.Fresh != 2 {
		t.Errorf("search with a token: %+v", sum)
	}
	n.token = ""
	n.study.Sources[0].Search, n.study.Sources[0].Accounts = nil, []string{"bob@other.example"}
	if sum := n.run(); sum.Fresh != 1 {
		t.Errorf("an account's posts: %+v", sum)
	}
	n.study.Sources[0].Accounts = []string{"nobody-here"}
	if _, err := ingest.Run(t.Context(), n.store, n.sources(), n.options()); err == nil || strings.Contains(err.Error(), "nobody-here") {
		t.Errorf("an account that is not there: %v", err)
	}
}

// TestBothPlatforms: a Lemmy thread that a Mastodon shows is the same thread, and
// the study holds both platforms' own.
func TestBothPlatforms(t *testing.T) {
	threads := fetchtest.NewWorld(8)
	p := threads.Post(threads.Community("technology", "larch.example"), fetchtest.PostSpec{Title: "a switch", Author: threads.Person("ada", "larch.example")})
	threads.Comment(p, nil, "yes")
	larch := threads.Instance("larch.example", "0.19.20")
	blog := microblogtest.NewWorld(8)
	blog.Post(microblogtest.Status{Account: blog.Account("eve", "tooters.example"), HTML: "<p>a toot</p>", Tags: []string{"noai"}})
	tooters := blog.Instance("tooters.example", "mastodon-4.5")
	n := &net{t: t, now: threads.Now}
	larch.Clock, larch.Robots, tooters.Clock = n.clock, "", n.clock
	n.connect(map[string]http.Handler{"larch.example": larch, "tooters.example": tooters})
	n.study.Sources = []study.Source{
		{Kind: study.Lemmy, Name: "l", Instance: "larch.example", Communities: []string{"technology"}},
		{Kind: study.Mastodon, Name: "m", Instance: "tooters.example", Hashtags: []string{"noai"}},
	}
	n.run()
	if got := n.ask("select string_agg(platform || ' ' || n, ', ' order by platform) from (select platform, count(*) as n from posts group by platform)"); got != "lemmy 2, mastodon 1" {
		t.Errorf("held: %s", got)
	}
}

// TestFailedMicroThread: as TestFailedThread, on a hashtag's list.
func TestFailedMicroThread(t *testing.T) {
	w := microblogtest.NewWorld(10)
	ada := w.Account("ada", "tooters.example")
	var all []*microblogtest.Status
	for i := range 10 {
		s := w.Post(microblogtest.Status{Account: ada, HTML: fmt.Sprint("<p>", i), Tags: []string{"noai"}, Published: w.Now.AddDate(0, 0, i-40)})
		w.Post(microblogtest.Status{Account: ada, HTML: "<p>yes</p>", Parent: s, Published: w.Now.AddDate(0, 0, i-40)})
		all = append(all, s)
	}
	in := w.Instance("tooters.example", "mastodon-4.5")
	n := newMicro(t, w, in)
	n.study.Sources[0].Hashtags = []string{"noai"}
	in.Fault = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, in.ID(all[2])+"/context") {
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
	n.pass(100 * time.Hour)
	if sum := n.run(); sum.Fresh != 1 {
		t.Errorf("the next run: %+v, want the one reply", sum)
	}
	in.Forget()
	n.pass(100 * time.Hour)
	if n.run(); contexts(in) != 0 {
		t.Errorf("the run after it asks for %d contexts", contexts(in))
	}
}

// TestLateArrival: what another server sends a day late stands below where the
// last run ended, and is found all the same.
func TestLateArrival(t *testing.T) {
	w := microblogtest.NewWorld(11)
	ada := w.Account("ada", "tooters.example")
	w.Post(microblogtest.Status{Account: ada, HTML: "<p>in time</p>", Tags: []string{"noai"}, Published: w.Now.Add(-time.Hour)})
	n := newMicro(t, w, w.Instance("tooters.example", "mastodon-4.5"))
	n.study.Sources[0].Hashtags = []string{"noai"}
	n.run()
	n.pass(2 * time.Hour)
	w.Post(microblogtest.Status{Account: w.Account("bob", "far.example"), HTML: "<p>late</p>", Tags: []string{"noai"}, Published: w.Now.Add(-30 * time.Hour)})
	if sum := n.run(); sum.Fresh != 1 {
		t.Errorf("%+v", sum)
	}
}

// TestStale: what a cached list does not show yet is found by the next run.
func TestStale(t *testing.T) {
	w := microblogtest.NewWorld(13)
	ada := w.Account("ada", "tooters.example")
	for i := range 3 {
		w.Post(microblogtest.Status{Account: ada, HTML: "<p>x</p>", Tags: []string{"noai"}, Published: w.Now.Add(time.Duration(i-2) * 50 * time.Minute)})
	}
	in := w.Instance("tooters.example", "mastodon-4.5")
	in.Lies = []microblogtest.Lie{microblogtest.Stale}
	n := newMicro(t, w, in)
	n.study.Sources[0].Hashtags = []string{"noai"}
	if sum := n.run(); sum.Fresh != 1 {
		t.Errorf("%+v", sum)
	}
	n.pass(2 * time.Hour)
	if sum := n.run(); sum.Fresh != 2 {
		t.Errorf("the next run: %+v", sum)
	}
}

// TestMicroMisconfigured: as TestMisconfigured, and a list of statuses by their
// ids that is empty for no reason.
func TestMicroMisconfigured(t *testing.T) {
	w := microblogtest.NewWorld(12)
	root := w.Post(microblogtest.Status{Account: w.Account("ada", "tooters.example"), HTML: "<p>root</p>"})
	for range 3 {
		w.Post(microblogtest.Status{Account: root.Account, HTML: "<p>reply</p>", Parent: root})
	}
	in := w.Instance("tooters.example", "mastodon-4.5")
	n := newMicro(t, w, in)
	n.study.Sources[0].Threads = []string{"https://tooters.example/@ada/" + in.ID(root)}
	n.run()
	for name, fault := range map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"paths are gone": func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, "/api/v1/statuses") {
				return false
			}
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusNotFound)
			return true
		},
		"empty lists": func(w http.ResponseWriter, r *http.Request) bool {
			body := map[bool]string{true: `{"ancestors":[],"descendants":[]}`, false: "[]"}[strings.HasSuffix(r.URL.Path, "/context")]
			if r.URL.Path != "/api/v1/statuses" && !strings.HasSuffix(r.URL.Path, "/context") {
				return false
			}
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, body)
			return true
		},
	} {
		in.Fault = func(_ int, w http.ResponseWriter, r *http.Request) bool { return fault(w, r) }
		n.pass(time.Hour)
		sum, err := ingest.Refresh(t.Context(), n.store, n.sources(), n.clock(), n.options())
		if err == nil || sum.Gone != 0 || n.ask("select count(*)::varchar from posts where state = 'live'") != "4" {
			t.Errorf("%s: %+v, %v", name, sum, err)
		}
	}
}
