package fetchtest_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
)

const piefed = "piefed-1.2.0"

func TestPiefedPages(t *testing.T) {
	s, _, p := thread(t, piefed, 731, 30)
	for _, more := range []string{"", "&max_depth=50"} {
		seen := map[int64]bool{}
		page, pages := "1", 0
		for {
			got := s.ok("/api/alpha/comment/list?post_id=%d&sort=Old&limit=300&page=%s%s", s.in.ID(p), page, more)
			pages++
			if len(got.Comments) > 100 {
				t.Fatalf("limit=300 gave %d rows: not lowered", len(got.Comments))
			}
			for _, id := range idsOf(got.Comments) {
				seen[id] = true
			}
			if got.Next == nil {
				break
			}
			page = *got.Next
		}
		if rows, _ := s.in.Held(p); len(seen) != rows || pages != 8 {
			t.Errorf("with %q: %d rows in %d pages, want %d in 8", more, len(seen), pages, rows)
		}
	}
	if n := len(s.ok("/api/alpha/comment/list?post_id=%d", s.in.ID(p)).Comments); n != 10 {
		t.Errorf("default limit gave %d rows", n)
	}
}

func TestPiefedCountsDepthFromZero(t *testing.T) {
	s, _, p := thread(t, piefed, 300, 12)
	deepest := func(query string) int {
		n := 0
		for _, v := range s.ok("/api/alpha/comment/list?post_id=%d&limit=100%s", s.in.ID(p), query).Comments {
			n = max(n, strings.Count(v.Comment.Path, "."))
		}
		return n
	}
	if a, b := deepest("&max_depth=0"), deepest("&max_depth=1"); a != 1 || b != 2 {
		t.Errorf("max_depth=0 goes %d deep, max_depth=1 %d, want 1 and 2", a, b)
	}
}

func TestPiefedNames(t *testing.T) {
	w := fetchtest.NewWorld(7)
	c := w.Community("music", home)
	w.Post(c, fetchtest.PostSpec{})
	p := w.Post(c, fetchtest.PostSpec{Author: w.Person("ann", home), Language: "en"})
	text := w.Comment(p, nil, "hello")
	gone := w.Comment(p, nil, "secret")
	w.Edit(func() { text.Language, gone.Removed = "en", true })
	in := w.Instance(home, piefed)
	s := start(t, in)
	got := s.ok("/api/alpha/comment/list?post_id=%d&sort=Old", in.ID(p))
	if v := got.Comments[0]; v.Comment.Body != "hello" || v.Comment.UserID == 0 || v.Comment.Language != 1 || v.Creator["user_name"] == nil {
		t.Errorf("comment: %+v", v)
	}
	if strings.Contains(got.raw, "secret") {
		t.Errorf("a removed comment leaks: %s", got.raw)
	}
	if uri := got.Comments[0].Post.APID; !strings.Contains(uri, "/c/music@a.example/p/") {
		t.Errorf("ap_id of a local post = %q, want a long one", uri)
	}
}

func TestPiefedRefusals(t *testing.T) {
	s, _, _ := thread(t, piefed, 20, 3)
	for _, path := range []string{"/api/alpha/post?id=1", "/api/alpha/search?q=x", "/api/alpha/comment?id=1", "/api/alpha/community?name=none"} {
		got := s.get("%s", path)
		var body struct {
			Code            int
			Status, Message string
		}
		if err := json.Unmarshal([]byte(got.raw), &body); err != nil || got.status != 400 || body.Code != 400 || body.Message == "" {
			t.Errorf("%s = %d %s", path, got.status, got.raw)
		}
	}
	for _, path := range []string{"/api/v3/site", "/api/v4/site"} {
		if got := s.get("%s", path); got.status != http.StatusNotFound {
			t.Errorf("%s = %d", path, got.status)
		}
	}
}

func TestPiefedSearchLeavesOutTheUnindexable(t *testing.T) {
	w := fetchtest.NewWorld(7)
	p := w.Post(w.Community("music", home), fetchtest.PostSpec{})
	shy, bold := w.Comment(p, nil, "needle"), w.Comment(p, nil, "needle")
	w.Edit(func() {
		shy.Author, bold.Author = w.Person("shy", home), w.Person("bold", home)
		shy.Author.Unindexable = true
	})
	in := w.Instance(home, piefed)
	s := start(t, in)
	found := idsOf(s.ok("/api/alpha/search?q=needle&type_=Comments").Comments)
	if !slices.Equal(found, []int64{in.CommentID(bold)}) {
		t.Errorf("search found %v", found)
	}
	if n := len(s.ok("/api/alpha/comment/list?post_id=%d", in.ID(p)).Comments); n != 2 {
		t.Errorf("the list has %d, want 2", n)
	}
}
