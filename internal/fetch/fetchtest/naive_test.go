package fetchtest_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
)

// What a plain reading of the API suggests does not work. These are clients that
// believe it; each must lose rows or go on without end, or the fake is too kind.

// forever is more pages than any thread here has.
const forever = 60

// naive pages as long as a page is full.
func naive(s server, full int, ask func(page int) string) (rows map[int64]bool, ended bool) {
	rows = map[int64]bool{}
	for page := 1; page <= forever; page++ {
		got := s.ok("%s", ask(page))
		for _, v := range append(got.Comments, got.Items...) {
			rows[v.id()] = true
		}
		if len(got.Comments)+len(got.Items) < full {
			return rows, true
		}
	}
	return rows, false
}

func TestNaivePagers(t *testing.T) {
	for _, tt := range []struct {
		name, version, community string
		full                     int
		query                    string // of /api/v3/comment/list
		loops                    bool
	}{
		{"pages of a tree", "0.19.20", home, 300, "&type_=All&max_depth=50&limit=300", true},
		{"one answer for the tree", "0.19.20", home, 301, "&type_=All&max_depth=50", false},
		{"without type_", "0.19.20", away, 50, "&limit=50", false},
		{"v3 against 1.0", v4, home, 50, "&type_=All&limit=50", true},
	} {
		w := fetchtest.NewWorld(7)
		p := w.Thread(w.Community("music", tt.community), 731, 30)
		in := w.Instance(home, tt.version)
		rows, ended := naive(start(t, in), tt.full, func(page int) string {
			return fmt.Sprintf("/api/v3/comment/list?post_id=%d&sort=Old%s&page=%d", in.ID(p), tt.query, page)
		})
		if held, _ := in.Held(p); len(rows) >= held || ended == tt.loops {
			t.Errorf("%s: %d of %d rows, ended: %v", tt.name, len(rows), held, ended)
		}
	}
}

func TestNaiveClimbStopsAtTheCap(t *testing.T) {
	s, _, p := thread(t, "0.19.14", 731, 30)
	rows := map[int64]bool{}
	for page := 1; ; page++ {
		got := s.get("/api/v3/comment/list?post_id=%d&type_=All&sort=Old&limit=50&page=%d", s.in.ID(p), page)
		if got.status != 200 {
			break
		}
		for _, id := range idsOf(got.Comments) {
			rows[id] = true
		}
		if len(got.Comments) < 50 {
			break
		}
	}
	if len(rows) != 500 {
		t.Errorf("%d rows of 731 before the cap, want 500", len(rows))
	}
}

func TestNaiveCursorOfHotLosesRows(t *testing.T) {
	s, _, p := thread(t, v4, 731, 30)
	got, _ := follow(s, "/api/v4/comment/list?post_id=%d&limit=50", s.in.ID(p))
	if held, _ := s.in.Held(p); len(got) >= held {
		t.Errorf("%d of %d rows: nothing lost", len(got), held)
	}
}

func TestNaiveSearchGoesOnForEver(t *testing.T) {
	s, _, _ := thread(t, v4, 20, 3)
	cursor, pages := "", 0
	for ; pages < forever; pages++ {
		got := s.ok("/api/v4/search?search_term=e%s", cursor)
		if got.Next == nil {
			break
		}
		cursor = "&page_cursor=" + *got.Next
	}
	if pages != forever {
		t.Errorf("the search ended after %d pages", pages)
	}
}

// A watermark that stops at the first old post stops at the pinned one.
func TestNaiveWatermarkStopsAtPins(t *testing.T) {
	w := fetchtest.NewWorld(7)
	c := w.Community("music", home)
	pinned := w.Post(c, fetchtest.PostSpec{Pinned: true})
	known := w.Post(c, fetchtest.PostSpec{})
	fresh := w.Post(c, fetchtest.PostSpec{})
	in := w.Instance(home, "0.19.20")
	listed := idsOf(start(t, in).ok("/api/v3/post/list?community_name=music&sort=New").Posts)
	if want := []int64{in.ID(pinned), in.ID(fresh), in.ID(known)}; !slices.Equal(listed, want) {
		t.Errorf("post/list by New = %v, want the pinned one first: %v", listed, want)
	}
}

// Each of these trusts what a server said a moment ago.
func TestNaiveCountsDisagree(t *testing.T) {
	s, _, p := thread(t, "0.19.20", 731, 30)
	rows, live := s.in.Held(p)
	said := s.ok("/api/v3/post?id=%d", s.in.ID(p)).PostView.Counts.Comments
	if said != live || said >= rows {
		t.Errorf("counts.comments = %d of %d rows, %d of them live", said, rows, live)
	}
}
