package fetchtest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
)

const v4 = "1.0.0-beta.1"

// follow pages by cursor until there is none, or a page brings nothing new.
func follow(s server, format string, args ...any) (all []view, pages int) {
	seen, cursor := map[int64]bool{}, ""
	for {
		got := s.ok("%s%s", fmt.Sprintf(format, args...), cursor)
		pages++
		fresh := false
		for _, v := range got.Items {
			if !seen[v.id()] {
				seen[v.id()], fresh = true, true
				all = append(all, v)
			}
		}
		if got.Next == nil || !fresh {
			return all, pages
		}
		cursor = "&page_cursor=" + *got.Next
	}
}

func TestV4Refusals(t *testing.T) {
	s, _, p := thread(t, v4, 60, 5)
	for _, tt := range []struct {
		path   string
		status int
		error  string
	}{
		{"/api/v4/comment/list?post_id=POST&limit=51", 400, "invalid_fetch_limit"},
		{"/api/v4/post/list?limit=51", 400, "invalid_fetch_limit"},
		{"/api/v4/comment/list?post_id=POST&limit=999&max_depth=9", 200, ""},
		{"/api/v4/comment/list?post_id=POST&sort=Old", 400, "unknown"},
		{"/api/v4/comment/list?post_id=POST&page_cursor=@@", 400, "could_not_parse_pagination_token"},
		{"/api/v4/post?id=1", 404, "not_found"},
		{"/api/v4/comment?id=1", 404, "not_found"},
		{"/api/v4/resolve_object?q=https://nowhere.example/post/1", 400, "resolve_object_failed"},
		{"/api/v3/comment?id=1", 404, ""},
		{"/api/v3/modlog", 404, ""},
		{"/api/v3/federated_instances", 404, ""},
		{"/api/v3/comment/list?post_id=POST&type_=All&limit=51", 400, "invalid_fetch_limit"},
		{"/api/alpha/site", 404, ""},
	} {
		path := strings.ReplaceAll(tt.path, "POST", fmt.Sprint(s.in.ID(p)))
		if got := s.get("%s", path); got.status != tt.status || got.Error != tt.error {
			t.Errorf("%s = %d %q, want %d %q", path, got.status, got.Error, tt.status, tt.error)
		}
	}
}

// Rows with the cursor row's key are in no page.
func TestV4CursorsSkipTies(t *testing.T) {
	w := fetchtest.NewWorld(7)
	p := w.Thread(w.Community("music", home), 731, 30)
	w.Edit(func() {
		for i, c := range p.Comments() { // no ties
			c.Published = p.Published.Add(time.Duration(i+1) * time.Minute)
		}
	})
	in := w.Instance(home, v4)
	s := start(t, in)
	ask := "/api/v4/comment/list?post_id=%d&limit=50&sort=%s&type_=all"
	old, pages := follow(s, ask, in.ID(p), "old")
	if len(old) != 731 || pages != 15 {
		t.Errorf("old without ties: %d rows in %d pages, want 731 in 15", len(old), pages)
	}
	for _, sort := range []string{"hot", "top", "controversial"} {
		if got, _ := follow(s, ask, in.ID(p), sort); len(got) > 600 {
			t.Errorf("%s: %d rows of 731: nothing was skipped", sort, len(got))
		}
	}
	same := p.Comments()[49].Published // the last of the first page, by time
	w.Edit(func() {
		p.Comments()[50].Published, p.Comments()[51].Published = same, same
	})
	if got, _ := follow(s, ask, in.ID(p), "old"); len(got) != 729 {
		t.Errorf("old with two ties at the end of a page: %d rows, want 729", len(got))
	}
}

func TestV4TreePages(t *testing.T) {
	s, w, p := thread(t, v4, 731, 30)
	w.Edit(func() {
		for i, c := range p.Comments() {
			c.Published = p.Published.Add(time.Duration(i+1) * time.Minute)
		}
	})
	for _, list := range []string{"comment/list", "comment/list/slim"} {
		got, pages := follow(s, "/api/v4/%s?post_id=%d&sort=old&max_depth=50", list, s.in.ID(p))
		if rows, _ := s.in.Held(p); len(got) != rows || pages != 3 {
			t.Errorf("%s: %d rows in %d pages, want %d in 3", list, len(got), pages, rows)
		}
		if (got[0].Post == nil) != (list == "comment/list/slim") {
			t.Errorf("%s: post is %v", list, got[0].Post)
		}
	}
}

func TestV4LastFullPageHasANext(t *testing.T) {
	w := fetchtest.NewWorld(7)
	p := w.Post(w.Community("music", home), fetchtest.PostSpec{})
	for range 40 {
		w.Comment(p, nil, "x")
	}
	in := w.Instance(home, v4)
	s := start(t, in)
	one := s.ok("/api/v4/comment/list?post_id=%d&sort=old", in.ID(p))
	if len(one.Items) != 20 || one.Next == nil || one.Prev != nil {
		t.Fatalf("page 1: %d items, next %v, prev %v", len(one.Items), one.Next, one.Prev)
	}
	two := s.ok("/api/v4/comment/list?post_id=%d&sort=old&page_cursor=%s", in.ID(p), *one.Next)
	if len(two.Items) != 20 || two.Next == nil || two.Prev == nil {
		t.Fatalf("page 2: %d items, next %v, prev %v", len(two.Items), two.Next, two.Prev)
	}
	three := s.ok("/api/v4/comment/list?post_id=%d&sort=old&page_cursor=%s", in.ID(p), *two.Next)
	if len(three.Items) != 0 || three.Next != nil || three.Prev == nil {
		t.Errorf("page 3: %d items, next %v, prev %v", len(three.Items), three.Next, three.Prev)
	}
	back := s.ok("/api/v4/comment/list?post_id=%d&sort=old&page_cursor=%s", in.ID(p), *two.Prev)
	if diff := cmp.Diff(idsOf(one.Items), idsOf(back.Items)); diff != "" {
		t.Errorf("back from page 2: %s", diff)
	}
}

func TestV4Filters(t *testing.T) {
	for _, tt := range []struct {
		name  string
		setup func(*fetchtest.Instance, *fetchtest.Post)
		more  string
		want  int
	}{
		{"nothing", func(*fetchtest.Instance, *fetchtest.Post) {}, "", 12},
		{"NSFW post", func(_ *fetchtest.Instance, p *fetchtest.Post) { p.NSFW = true }, "", 0},
		{"NSFW community", func(_ *fetchtest.Instance, p *fetchtest.Post) { p.Community().NSFW = true }, "", 0},
		{"NSFW and a warning", func(in *fetchtest.Instance, p *fetchtest.Post) { p.NSFW, in.ContentWarning = true, true }, "", 12},
		{"unlisted", func(_ *fetchtest.Instance, p *fetchtest.Post) { p.Community().Visibility = fetchtest.Unlisted }, "", 0},
		{"time range", func(in *fetchtest.Instance, _ *fetchtest.Post) { in.DefaultTimeRange = time.Hour }, "", 0},
		{"time range off", func(in *fetchtest.Instance, _ *fetchtest.Post) { in.DefaultTimeRange = time.Hour }, "&time_range_seconds=0", 12},
	} {
		w := fetchtest.NewWorld(7)
		p := w.Thread(w.Community("music", home), 12, 4)
		in := w.Instance(home, v4)
		w.Edit(func() { tt.setup(in, p) })
		s := start(t, in)
		if got := len(s.ok("/api/v4/comment/list?post_id=%d%s", in.ID(p), tt.more).Items); got != tt.want {
			t.Errorf("%s: %d rows, want %d", tt.name, got, tt.want)
		}
		if rows, _ := in.Held(p); tt.name != "time range" && rows != tt.want {
			t.Errorf("%s: Held says %d rows, want %d", tt.name, rows, tt.want)
		}
	}
}

func TestV4Posts(t *testing.T) {
	w := fetchtest.NewWorld(7)
	c := w.Community("music", home)
	pinned := w.Post(c, fetchtest.PostSpec{Pinned: true, Body: "secret"})
	for range 10 {
		w.Post(c, fetchtest.PostSpec{})
	}
	in := w.Instance(home, v4)
	s := start(t, in)
	byNew := s.ok("/api/v4/post/list?sort=new").Items
	byHot := s.ok("/api/v4/post/list?sort=hot").Items
	if byNew[0].Post.Featured || !byHot[0].Post.Featured {
		t.Error("pinned posts come first with new, or do not with hot")
	}
	w.Comment(pinned, nil, "an answer")
	w.Edit(func() { pinned.Deleted = true })
	if got := s.ok("/api/v4/post?id=%d", in.ID(pinned)); got.PostView.Post.Body != "" || !got.PostView.Post.Deleted {
		t.Errorf("deleted post with comments: %+v", got.PostView.Post)
	}
	if got := s.get("/api/v4/resolve_object?q=%s", w.URI(pinned)); got.status != 404 {
		t.Errorf("deleted post resolves with %d", got.status)
	}
	w.Edit(func() { pinned.Removed = true })
	if got := s.get("/api/v4/post?id=%d", in.ID(pinned)); got.status != 404 {
		t.Errorf("removed post: status %d", got.status)
	}
}

func TestV4Search(t *testing.T) {
	w := fetchtest.NewWorld(7)
	p := w.Post(w.Community("music", home), fetchtest.PostSpec{})
	for range 30 {
		w.Comment(p, nil, "needle")
	}
	w.Edit(func() { p.Comments()[29].Deleted = true })
	s := start(t, w.Instance(home, v4))
	got := s.ok("/api/v4/search?search_term=needle&type_=comments")
	if len(got.Comments) != 20 || got.Comments[0].Comment.Content != "" {
		t.Errorf("search: %d comments, the first %+v: want 20, a tombstone first", len(got.Comments), got.Comments[0].Comment)
	}
	last := s.ok("/api/v4/search?search_term=nothing-like-it")
	if last.Next == nil || *last.Next != "none,none,none,none,none" {
		t.Errorf("search for all at its end: next_page %v", last.Next)
	}
}

func TestV4ResolveIsFlat(t *testing.T) {
	s, w, p := thread(t, v4, 20, 4)
	got := s.ok("/api/v4/resolve_object?q=%s", w.URI(p))
	if got.Type != "post" || !strings.Contains(got.raw, `"post":{`) {
		t.Errorf("resolve_object = %s", got.raw)
	}
	c := p.Comments()[0]
	w.Edit(func() { c.Removed = true })
	got = s.ok("/api/v4/resolve_object?q=%s", c.URI())
	if got.Type != "comment" || !strings.Contains(got.raw, `"content":""`) {
		t.Errorf("resolve_object of a removed comment = %s", got.raw)
	}
}

func TestV4Modlog(t *testing.T) {
	w := fetchtest.NewWorld(7)
	p := w.Post(w.Community("music", home), fetchtest.PostSpec{})
	one, two, three := w.Comment(p, nil, "raw-one"), w.Comment(p, nil, "raw-two"), w.Comment(p, nil, "raw-three")
	w.Edit(func() { one.Removed, two.Removed, two.Bulk, three.Restored = true, true, true, true })
	in := w.Instance(home, v4)
	s := start(t, in)
	for query, want := range map[string]int{"": 3, "&show_bulk=true": 4, "&type_=mod_remove_post": 0, "&comment_id=" + fmt.Sprint(in.CommentID(one)): 1} {
		got := s.ok("/api/v4/modlog?post_id=%d%s", in.ID(p), query)
		if len(got.Items) != want {
			t.Errorf("modlog%s: %d entries, want %d: %s", query, len(got.Items), want, got.raw)
		}
		if strings.Contains(got.raw, "raw-two") != (query == "&show_bulk=true") {
			t.Errorf("modlog%s: %s", query, got.raw)
		}
	}
}

func TestCompatLies(t *testing.T) {
	w := fetchtest.NewWorld(7)
	c := w.Community("music", home)
	p := w.Thread(c, 200, 5)
	for range 30 {
		w.Post(c, fetchtest.PostSpec{})
	}
	w.Edit(func() { p.Author.Banned = true })
	in := w.Instance(home, v4)
	s := start(t, in)
	ask := "/api/v3/comment/list?post_id=%d&type_=All&sort=Old&limit=50&page=%d"
	if diff := cmp.Diff(idsOf(s.ok(ask, in.ID(p), 1).Comments), idsOf(s.ok(ask, in.ID(p), 3).Comments)); diff != "" {
		t.Errorf("page 3 of comments is not page 1: %s", diff)
	}
	posts := func(query string) reply { return s.ok("/api/v3/post/list?type_=All&sort=New&limit=3%s", query) }
	if diff := cmp.Diff(idsOf(posts("&page=10").Posts), idsOf(posts("&page=11").Posts)); diff != "" {
		t.Errorf("page 11 of posts is not page 10: %s", diff)
	}
	if got := posts("&page_cursor=P99"); got.Next != nil || !slices.Equal(idsOf(got.Posts), idsOf(posts("").Posts)) {
		t.Error("post/list knows cursors")
	}
	all := s.ok("/api/v3/search?q=e&type_=Communities&limit=1")
	if len(all.Comments) < 2 || all.Type != "All" {
		t.Errorf("search keeps to its filters: %d comments", len(all.Comments))
	}
	site := s.ok("/api/v3/site").raw
	if !strings.Contains(site, `"message":0`) {
		t.Errorf("v3 site of 1.0 has limits: %s", site)
	}
	post := s.ok("/api/v3/post?id=%d", in.ID(p))
	if post.PostView.Creator["banned"] != false || !strings.Contains(post.raw, `"moderators":[]`) {
		t.Errorf("v3 post of 1.0: %s", post.raw)
	}
}
