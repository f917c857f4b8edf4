package lemmy

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
)

// dial starts an instance and opens a door to it whose waits take no time.
func dial(t *testing.T, in *fetchtest.Instance) *Client {
	t.Helper()
	in.Robots = ""
	server := httptest.NewServer(in)
	t.Cleanup(server.Close)
	var mu sync.Mutex
	now := time.Now()
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	in.Clock = clock
	door, err := fetch.New(fetch.Options{
		Version: "test", Contact: "tests@fedipulse.example",
		Loopback: map[string]string{in.Host: strings.TrimPrefix(server.URL, "http://")},
		Limits:   fetch.Limits{Body: 1 << 20, Header: 200 * time.Millisecond, Whole: time.Second, Window: 200 * time.Millisecond},
		Now:      clock,
		Sleep: func(ctx context.Context, d time.Duration) error {
			mu.Lock()
			defer mu.Unlock()
			now = now.Add(d)
			return ctx.Err()
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(door.Close)
	c, err := Dial(t.Context(), door, in.Host)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// each runs a test against every version.
func each(t *testing.T, test func(t *testing.T, version string)) {
	for _, version := range fetchtest.Versions {
		t.Run(version, func(t *testing.T) { test(t, version) })
	}
}

// whole checks that a thread came entire, and that its coverage says so.
func whole(t *testing.T, c *Client, in *fetchtest.Instance, post *fetchtest.Post) {
	t.Helper()
	page, err := c.Thread(t.Context(), in.ID(post))
	if err != nil {
		t.Fatal(err)
	}
	rows, live := in.Held(post)
	if got := page.Coverage; len(page.Posts) != rows+1 || got.Shown != int64(live) || got.Lacking != 0 || got.Orphans != 0 || got.Reason != "" {
		t.Errorf("%d posts of %d, coverage %+v", len(page.Posts), rows+1, *got)
	}
}

// least is how many requests a client needs at the least for a thread. An answer
// of v4 holds 300 rows, one of PieFed 100. On v3 five orders of the whole tree
// show 300 rows each, and a subtree up to 300; all else comes by 50, whether as
// pages or as subtrees of 50 or fewer.
func least(d dialect, rows int, post *fetchtest.Post) int {
	up := func(n, by int) int { return max(0, (n+by-1)/by) }
	switch d.(type) {
	case v4:
		return 1 + up(rows, treed)
	case piefed:
		return 1 + up(rows, piefedPage)
	}
	below := map[*fetchtest.Comment]int{} // by top level
	for _, c := range post.Comments() {
		top := c
		for top.Parent() != nil {
			top = top.Parent()
		}
		below[top]++
	}
	small := 0
	for _, n := range below {
		if n <= listed {
			small += n
		}
	}
	return 1 + max(up(rows, treed), up(small-5*treed, listed))
}

// TestThread: a thread of 5,000 comments, 50 deep, is complete in every dialect,
// also from the version that serves no more than ten pages of a list. There, no
// search finds tombstones that nobody answered, and no count misses them.
func TestThread(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		w := fetchtest.NewWorld(7)
		post := w.Thread(w.Community("technology", "larch.example"), 5000, 50)
		in := w.Instance("larch.example", version)
		c := dial(t, in)
		rows, live := in.Held(post)
		c.requests = 0
		defer func() {
			t.Logf("%d rows, %d live in %d requests; no client can do with fewer than %d", rows, live, c.requests, least(c.dialect, rows, post))
		}()
		if version != "0.19.14" {
			whole(t, c, in, post)
			return
		}
		page, err := c.Thread(t.Context(), in.ID(post))
		if err != nil {
			t.Fatal(err)
		}
		if got := page.Coverage; got.Shown != int64(live) || got.Claimed != int64(live) || got.Lacking+got.Orphans != 0 || got.Reason != "" {
			t.Errorf("%d live, coverage %+v", live, *got)
		}
	})
}

// TestSizes: threads of every size around the bounds of an answer, of a
// community at home elsewhere, on servers that count requests and limit lists
// to the last days.
func TestSizes(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		for _, n := range []int{0, 1, 49, 50, 51, 299, 300, 301, 450, 700} {
			w := fetchtest.NewWorld(uint64(n))
			post := w.Thread(w.Community("technology", "far.example"), n, min(n, 50))
			in := w.Instance("larch.example", version)
			in.Enforce, in.DefaultTimeRange = true, time.Hour
			in.Limits.Message = fetchtest.Rate{Requests: 4, Per: time.Minute}
			whole(t, dial(t, in), in, post)
		}
	})
}

// TestHidden: what did not reach an instance is an orphan's parent, or a count
// that is never met; either way coverage says so, and the others are there.
func TestHidden(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		w := fetchtest.NewWorld(3)
		post := w.Post(w.Community("technology", "larch.example"), fetchtest.PostSpec{Title: "a switch", Author: w.Person("ada", "larch.example"), Published: w.Now})
		top := w.Comment(post, nil, "top")
		middle := w.Comment(post, top, "middle")
		w.Comment(post, middle, "leaf")
		in := w.Instance("larch.example", version)
		in.Hide(middle)
		page, err := dial(t, in).Thread(t.Context(), in.ID(post))
		if err != nil {
			t.Fatal(err)
		}
		if got := page.Coverage; len(page.Posts) != 3 || got.Orphans != 1 {
			t.Errorf("%d posts, coverage %+v; want the root, two comments, one of them an orphan", len(page.Posts), *got)
		}
	})
}

// TestFaults: whatever a server does, once or for ever, the reading ends, and a
// thread that is not whole is never said to be.
func TestFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("slow servers take real time")
	}
	for _, f := range fetchtest.Faults {
		t.Run(f.Name, func(t *testing.T) {
			for _, version := range []string{"0.19.20", "1.0.0-beta.1", "piefed-1.2.0"} {
				for _, once := range []bool{true, false} {
					if version != "0.19.20" && !once {
						continue // the waits are real ones: for ever is tried with one dialect
					}
					w := fetchtest.NewWorld(5)
					post := w.Thread(w.Community("technology", "larch.example"), 320, 20)
					in := w.Instance("larch.example", version)
					c := dial(t, in)
					done := false
					in.Fault = f.On(in, func(_ int, r *http.Request) bool {
						hit := strings.Contains(r.URL.Path, "comment/list") && !(once && done)
						done = done || hit
						return hit
					})
					page, err := c.Thread(t.Context(), in.ID(post))
					_, live := in.Held(post)
					if c := page.Coverage; err == nil && c.Shown < int64(live) && c.Reason == "" {
						t.Errorf("%s, once %v: %d of %d comments, and coverage does not say so", version, once, c.Shown, live)
					} else if err != nil && (c == nil || c.Reason == "") {
						t.Errorf("%s, once %v: what was read until %v is lost", version, once, err)
					}
				}
			}
		})
	}
}

// TestSpeak: which dialect a version gets. 1.0 is never asked as v3.
func TestSpeak(t *testing.T) {
	for version, want := range map[string]dialect{
		"lemmy 0.18.5": v3{}, "lemmy 0.19.3": v3{}, "lemmy 0.19.14": v3{lastPage: 10}, "lemmy 0.19.19-9-gc55dd700c": v3{lastPage: 100},
		"lemmy 1.0.0-beta.1": v4{}, "Lemmy 1.2.3": v4{}, "piefed 1.2.0": piefed{}, "lemmy 0.17.4": nil, "lemmy unknown": nil, "mbin 1.8.0": nil,
	} {
		software, number, _ := strings.Cut(version, " ")
		if got, err := speak(software, number); got != want || (err == nil) != (want != nil) {
			t.Errorf("speak(%q) = %#v, %v, want %#v", version, got, err, want)
		}
	}
}
