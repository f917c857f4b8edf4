package fetchtest_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
)

// thread is a world with one big thread on one server.
func thread(t testing.TB, version string, comments, depth int) (server, *fetchtest.World, *fetchtest.Post) {
	w := fetchtest.NewWorld(7)
	p := w.Thread(w.Community("music", home), comments, depth)
	return start(t, w.Instance(home, version)), w, p
}

func TestV3Refusals(t *testing.T) {
	for _, tt := range []struct {
		versions, path string
		status         int
		error, message string
	}{
		{"all", "/api/v3/comment/list?post_id=POST&type_=All&limit=51", 400, "couldnt_get_comments", ""},
		{"all", "/api/v3/comment/list?post_id=POST&type_=All&limit=0", 400, "couldnt_get_comments", ""},
		{"all", "/api/v3/comment/list?post_id=POST&type_=All&limit=999&page=99999&max_depth=3", 200, "", ""},
		{"all", "/api/v3/post/list?limit=51", 400, "couldnt_get_posts", ""},
		{"all", "/api/v3/search?q=x&limit=51", 400, "unknown", "Fetch limit is > 50"},
		{"all", "/api/v3/comment/list?sort=old", 400, "unknown", "Query deserialize error: unknown variant `old`, expected one of `Hot`, `Top`, `New`, `Old`, `Controversial`"},
		{"all", "/api/v3/comment/list?post_id=x", 400, "unknown", "Query deserialize error: invalid digit found in string"},
		{"0.18.5 0.19.3", "/api/v3/comment/list?post_id=POST&type_=All&limit=50&page=101", 200, "", ""},
		{"0.19.14", "/api/v3/comment/list?post_id=POST&type_=All&limit=50&page=10", 200, "", ""},
		{"0.19.14", "/api/v3/comment/list?post_id=POST&type_=All&limit=50&page=11", 400, "couldnt_get_comments", ""},
		{"0.19.20", "/api/v3/comment/list?post_id=POST&type_=All&limit=50&page=100", 200, "", ""},
		{"0.19.20", "/api/v3/comment/list?post_id=POST&type_=All&limit=50&page=101", 400, "couldnt_get_comments", ""},
		{"0.19.14", "/api/v3/post/list?page=11", 400, "couldnt_get_posts", ""},
		{"0.18.5 0.19.3", "/api/v3/post?id=1", 404, "couldnt_find_post", ""},
		{"0.19.14 0.19.20", "/api/v3/post?id=1", 400, "couldnt_find_post", ""},
		{"0.19.14 0.19.20", "/api/v3/comment?id=1", 400, "couldnt_find_comment", ""},
		{"all", "/api/v3/post/list?community_name=music@nowhere.example", 404, "couldnt_find_community", ""},
		{"0.19.3", "/api/v3/community?name=nothing", 404, "couldnt_find_community", ""},
		{"0.19.20", "/api/v3/community?name=nothing", 400, "couldnt_find_community", ""},
		{"0.19.3", "/api/v3/resolve_object?q=https://nowhere.example/post/1", 404, "couldnt_find_object", ""},
		{"0.19.20", "/api/v3/resolve_object?q=music", 400, "couldnt_find_object", ""},
		{"0.19.20", "/api/v3/post/list?page_cursor=zzz", 400, "unknown", "Could not parse pagination token"},
		{"all", "/api/v3/nothing", 404, "", ""},
		{"all", "/api/v4/site", 404, "", ""},
		{"all", "/api/alpha/site", 404, "", ""},
	} {
		for _, version := range fetchtest.Versions[:4] {
			if tt.versions != "all" && !slices.Contains(strings.Fields(tt.versions), version) {
				continue
			}
			s, _, p := thread(t, version, 60, 5)
			path := strings.ReplaceAll(tt.path, "POST", fmt.Sprint(s.in.ID(p)))
			got := s.get("%s", path)
			if got.status != tt.status || got.Error != tt.error || got.Message != tt.message {
				t.Errorf("%s on %s = %d %q %q, want %d %q %q", path, version, got.status, got.Error, got.Message, tt.status, tt.error, tt.message)
			}
		}
	}
}

func TestV3ListingsAreLocalByDefault(t *testing.T) {
	w := fetchtest.NewWorld(7)
	p := w.Thread(w.Community("music", away), 60, 5)
	in := w.Instance(home, "0.19.20")
	s := start(t, in)
	for query, want := range map[string]int{"": 0, "&type_=Local": 0, "&type_=All": 10, "&type_=Subscribed": 0} {
		if got := len(s.ok("/api/v3/comment/list?post_id=%d%s", in.ID(p), query).Comments); got != want {
			t.Errorf("comment/list%s: %d rows, want %d", query, got, want)
		}
	}
	if got := len(s.ok("/api/v3/post/list").Posts); got != 0 {
		t.Errorf("post/list: %d posts of a remote community", got)
	}
	if got := len(s.ok("/api/v3/post/list?community_name=music@" + away).Posts); got != 1 {
		t.Errorf("post/list by community: %d posts, want 1", got)
	}
}

// The first 300 of a tree are those that come first by the path of the parent
// as text: all of the top, then whatever sorts early.
func TestV3TreeIsCutInTextOrder(t *testing.T) {
	s, _, p := thread(t, "0.19.20", 900, 30)
	ask := "/api/v3/comment/list?post_id=%d&type_=All&sort=Old&max_depth=50"
	got := s.ok(ask, s.in.ID(p)).Comments
	all := everything(s, p)
	slices.SortStableFunc(all, func(a, b view) int {
		if n := strings.Compare(above(a.Comment.Path), above(b.Comment.Path)); n != 0 {
			return n
		}
		if a.Comment.Distinct != b.Comment.Distinct {
			if a.Comment.Distinct {
				return -1
			}
			return 1
		}
		return byTime(a, b)
	})
	if len(got) != 300 || len(all) != 900 {
		t.Fatalf("%d rows of %d, want 300 of 900", len(got), len(all))
	}
	for i := range got {
		if above(got[i].Comment.Path) != above(all[i].Comment.Path) || byTime(got[i], all[i]) != 0 {
			t.Fatalf("row %d is %s, want %s", i, got[i].Comment.Path, all[i].Comment.Path)
		}
	}
	if !slices.ContainsFunc(all[300:], func(v view) bool { return v.Comment.ID < got[299].Comment.ID }) {
		t.Error("the cut dropped late numbers only: the order is not that of text")
	}
	if diff := cmp.Diff(idsOf(got), idsOf(s.ok(ask+"&page=2&limit=10", s.in.ID(p)).Comments)); diff != "" {
		t.Errorf("page 2 of a tree is not page 1: %s", diff)
	}
}

func above(path string) string { return path[:strings.LastIndex(path, ".")] }

func at(v view) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, v.Comment.Published)
	return t
}

func byTime(a, b view) int { return at(a).Compare(at(b)) }

// everything pages through a thread as one should.
func everything(s server, p *fetchtest.Post) []view {
	var all []view
	for page := 1; ; page++ {
		got := s.ok("/api/v3/comment/list?post_id=%d&type_=All&sort=Old&limit=50&page=%d", s.in.ID(p), page).Comments
		all = append(all, got...)
		if len(got) < 50 {
			return all
		}
	}
}

func TestV3PagesHoldTheThread(t *testing.T) {
	s, _, p := thread(t, "0.19.20", 731, 30)
	all := everything(s, p)
	rows, live := s.in.Held(p)
	if rows != 731 || len(set(idsOf(all))) != rows {
		t.Errorf("%d rows fetched, Held says %d", len(set(idsOf(all))), rows)
	}
	if got := s.ok("/api/v3/post?id=%d", s.in.ID(p)).PostView.Counts.Comments; got != live {
		t.Errorf("counts.comments = %d, want %d: the live ones", got, live)
	}
	if !all[0].Comment.Distinct || all[len(all)-1].Comment.Distinct {
		t.Error("distinguished comments do not come first")
	}
	for _, v := range all {
		below := 0
		for _, o := range all {
			if strings.HasPrefix(o.Comment.Path, v.Comment.Path+".") {
				below++
			}
		}
		if v.Counts.Children != below {
			t.Errorf("%s: child_count %d, want %d: tombstones count", v.Comment.Path, v.Counts.Children, below)
		}
	}
}

func TestV3Defaults(t *testing.T) {
	s, _, p := thread(t, "0.19.20", 60, 5)
	hot := s.ok("/api/v3/comment/list?post_id=%d&type_=All", s.in.ID(p)).Comments
	same := s.ok("/api/v3/comment/list?post_id=%d&type_=All&sort=Hot&limit=10&page=1", s.in.ID(p)).Comments
	if diff := cmp.Diff(idsOf(same), idsOf(hot)); diff != "" || len(hot) != 10 {
		t.Errorf("the default is not ten by Hot: %s", diff)
	}
}

func TestV3Subtree(t *testing.T) {
	s, _, p := thread(t, "0.19.20", 400, 20)
	var top view
	for _, v := range everything(s, p) {
		if v.Counts.Children > top.Counts.Children && v.Counts.Children < 300 {
			top = v
		}
	}
	root := top.Comment
	ask := func(depth int) []view {
		return s.ok("/api/v3/comment/list?parent_id=%d&type_=All&max_depth=%d", root.ID, depth).Comments
	}
	if got := ask(50); len(got) != top.Counts.Children+1 || got[0].Comment.ID != root.ID {
		t.Errorf("subtree of %s: %d rows, want itself and %d", root.Path, len(got), top.Counts.Children)
	}
	for _, v := range ask(1) {
		if n := strings.Count(v.Comment.Path, ".") - strings.Count(root.Path, "."); n < 0 || n > 1 {
			t.Errorf("max_depth=1 below %s gave %s", root.Path, v.Comment.Path)
		}
	}
	for _, v := range s.ok("/api/v3/comment/list?post_id=%d&type_=All&max_depth=1", s.in.ID(p)).Comments {
		if strings.Count(v.Comment.Path, ".") != 1 {
			t.Errorf("max_depth=1 gave %s", v.Comment.Path)
		}
	}
}

func TestTombstonesLeakUpTo0193(t *testing.T) {
	for version, leaks := range map[string]bool{"0.18.5": true, "0.19.3": true, "0.19.14": false, "0.19.20": false} {
		w := fetchtest.NewWorld(7)
		p := w.Post(w.Community("music", home), fetchtest.PostSpec{})
		gone, out := w.Comment(p, nil, "deleted-text"), w.Comment(p, nil, "removed-text")
		w.Edit(func() { gone.Deleted, out.Removed = true, true })
		in := w.Instance(home, version)
		s := start(t, in)
		for _, path := range []string{
			fmt.Sprintf("/api/v3/comment/list?post_id=%d", in.ID(p)),
			fmt.Sprintf("/api/v3/comment?id=%d", in.CommentID(gone)),
		} {
			if got := strings.Contains(s.ok("%s", path).raw, "deleted-text"); got != leaks {
				t.Errorf("%s on %s leaks: %v, want %v", path, version, got, leaks)
			}
		}
		log := s.ok("/api/v3/modlog?type_=ModRemoveComment")
		if len(log.Removed) != 1 || log.Removed[0].Comment.Content != "removed-text" {
			t.Errorf("modlog of %s: %s", version, log.raw)
		}
		if n := len(s.ok("/api/v3/modlog?post_id=%d", in.ID(p)).Removed); n != 0 {
			t.Errorf("modlog of %s by post_id has %d comments, want none", version, n)
		}
		if n := len(s.ok("/api/v3/search?q=text&type_=Comments").Comments); n > 0 {
			t.Errorf("search of %s finds %d tombstones", version, n)
		}
	}
}

func TestV3Legacy(t *testing.T) {
	s, _, p := thread(t, "0.18.5", 20, 4)
	v := s.ok("/api/v3/comment/list?post_id=%d", s.in.ID(p)).Comments[0]
	if strings.HasSuffix(v.Comment.Published, "Z") || v.Counts.ID == nil || v.Creator["admin"] == nil {
		t.Errorf("0.18 answers like a later one: %+v", v)
	}
	posts := s.ok("/api/v3/post/list")
	if posts.Next != nil {
		t.Errorf("0.18 has a cursor: %s", *posts.Next)
	}
	s, _, p = thread(t, "0.19.3", 20, 4)
	v = s.ok("/api/v3/comment/list?post_id=%d", s.in.ID(p)).Comments[0]
	if !strings.HasSuffix(v.Comment.Published, "Z") || v.Counts.ID != nil {
		t.Errorf("0.19 answers like 0.18: %+v", v)
	}
}

func TestV3Posts(t *testing.T) {
	w := fetchtest.NewWorld(7)
	c := w.Community("music", home)
	old := w.Post(c, fetchtest.PostSpec{Pinned: true})
	for range 25 {
		w.Post(c, fetchtest.PostSpec{})
	}
	gone, out := w.Post(c, fetchtest.PostSpec{}), w.Post(c, fetchtest.PostSpec{})
	w.Post(c, fetchtest.PostSpec{NSFW: true})
	w.Edit(func() { gone.Deleted, out.Removed = true, true })
	in := w.Instance(home, "0.19.20")
	s := start(t, in)

	var seen []int64
	pages, cursor := 0, ""
	for {
		got := s.ok("/api/v3/post/list?community_name=music&sort=New&limit=13%s", cursor)
		pages++
		seen = append(seen, idsOf(got.Posts)...)
		if len(got.Posts) == 0 {
			if got.Next != nil {
				t.Errorf("the empty page has a cursor %q", *got.Next)
			}
			break
		}
		if want := fmt.Sprintf("P%x", seen[len(seen)-1]); got.Next == nil || *got.Next != want {
			t.Fatalf("next_page = %v, want %s", got.Next, want)
		}
		cursor = "&page_cursor=" + *got.Next
	}
	if len(seen) != 26 || len(set(seen)) != 26 || pages != 3 {
		t.Errorf("%d posts in %d pages, want 26 in 3", len(seen), pages)
	}
	if seen[0] != in.ID(old) {
		t.Error("the pinned post is not first with sort=New")
	}
	if n := len(s.ok("/api/v3/post/list?community_name=music&limit=50&show_nsfw=true").Posts); n != 27 {
		t.Errorf("with show_nsfw: %d posts, want 27", n)
	}
	for _, p := range []*fetchtest.Post{gone, out} {
		if got := s.get("/api/v3/post?id=%d", in.ID(p)); got.status != http.StatusBadRequest {
			t.Errorf("post that is gone: status %d", got.status)
		}
	}
}

func TestPostByComment(t *testing.T) {
	s, _, p := thread(t, "0.19.20", 20, 4)
	got := s.ok("/api/v3/post?comment_id=%d", s.in.CommentID(p.Comments()[3])).PostView
	if got.Post.ID != s.in.ID(p) {
		t.Errorf("post by comment_id = %d, want %d", got.Post.ID, s.in.ID(p))
	}
}

func TestOrphansAndPurged(t *testing.T) {
	w := fetchtest.NewWorld(7)
	p := w.Post(w.Community("music", home), fetchtest.PostSpec{})
	top := w.Comment(p, nil, "top")
	middle := w.Comment(p, top, "middle")
	low := w.Comment(p, middle, "low")
	in := w.Instance(home, "0.19.20")
	in.Purge(middle)
	s := start(t, in)
	got := s.ok("/api/v3/comment/list?post_id=%d&sort=Old", in.ID(p)).Comments
	want := fmt.Sprintf("0.%d.%d.%d", in.CommentID(top), in.CommentID(middle), in.CommentID(low))
	if len(got) != 2 || got[1].Comment.Path != want || got[0].Counts.Children != 1 {
		t.Errorf("list around a purged comment: %+v", got)
	}
	if n := s.ok("/api/v3/post?id=%d", in.ID(p)).PostView.Counts.Comments; n != 2 {
		t.Errorf("counts.comments = %d, want 2", n)
	}
	if n := len(s.ok("/api/v3/modlog").Purged); n != 1 {
		t.Errorf("%d purges in the modlog, want 1", n)
	}
	in.Miscount(p, -3)
	if n := s.ok("/api/v3/post?id=%d", in.ID(p)).PostView.Counts.Comments; n != -1 {
		t.Errorf("counts.comments = %d after Miscount, want -1", n)
	}
}

func TestResolve(t *testing.T) {
	w := fetchtest.NewWorld(7)
	p := w.Thread(w.Community("music", away), 20, 4)
	in := w.Instance(home, "0.19.20")
	s := start(t, in)
	if got := s.ok("/api/v3/resolve_object?q=%s", w.URI(p)).raw; !strings.Contains(got, fmt.Sprintf(`"id":%d,`, in.ID(p))) {
		t.Errorf("resolve_object has no post %d: %s", in.ID(p), got)
	}
	w.Edit(func() { p.Deleted = true })
	if r := s.get("/api/v3/resolve_object?q=%s", w.URI(p)); r.Error != "couldnt_find_object" {
		t.Errorf("deleted post resolves: %s", r.raw)
	}
}
