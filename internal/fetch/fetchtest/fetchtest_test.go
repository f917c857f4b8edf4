package fetchtest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
)

const (
	home = "a.example"
	away = "b.example"
)

// object is a comment or a post, in any dialect.
type object struct {
	ID          int64  `json:"id"`
	Path        string `json:"path"`
	Content     string `json:"content"`
	Body        string `json:"body"`
	Removed     bool   `json:"removed"`
	Deleted     bool   `json:"deleted"`
	Local       bool   `json:"local"`
	Featured    bool   `json:"featured_community"`
	APID        string `json:"ap_id"`
	Published   string `json:"published"`
	PublishedAt string `json:"published_at"`
	Language    int    `json:"language_id"`
	Comments    int    `json:"comments"`
	Children    int    `json:"child_count"`
	Distinct    bool   `json:"distinguished"`
	UserID      int64  `json:"user_id"`
}

type view struct {
	Comment *object `json:"comment"`
	Post    *object `json:"post"`
	Counts  struct {
		ID       *int64 `json:"id"`
		Comments int    `json:"comments"`
		Children int    `json:"child_count"`
	} `json:"counts"`
	Creator map[string]any `json:"creator"`
}

func (v view) id() int64 {
	if v.Comment != nil {
		return v.Comment.ID
	}
	return v.Post.ID
}

// reply is any answer.
type reply struct {
	status   int
	header   http.Header
	raw      string
	Type     string          `json:"type_"`
	Comments []view          `json:"comments"`
	Posts    []view          `json:"posts"`
	Items    []view          `json:"items"`
	PostView view            `json:"post_view"`
	Comment  view            `json:"comment_view"`
	Next     *string         `json:"next_page"`
	Prev     *string         `json:"prev_page"`
	Error    string          `json:"error"`
	Message  string          `json:"message"`
	Removed  []loggedComment `json:"removed_comments"`
	Purged   []any           `json:"admin_purged_comments"`
}

type loggedComment struct {
	Comment object `json:"comment"`
}

// server asks one instance over HTTP.
type server struct {
	t   testing.TB
	in  *fetchtest.Instance
	url string
}

func start(t testing.TB, in *fetchtest.Instance) server {
	t.Helper()
	s := httptest.NewServer(in)
	t.Cleanup(s.Close)
	return server{t, in, s.URL}
}

func (s server) get(format string, args ...any) reply {
	s.t.Helper()
	path := fmt.Sprintf(format, args...)
	resp, err := http.Get(s.url + path)
	if err != nil {
		s.t.Fatalf("get %s: %v", path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatalf("get %s: %v", path, err)
	}
	r := reply{status: resp.StatusCode, header: resp.Header, raw: string(b)}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		// answers whose members are of other types than a list's are read raw
		_ = json.Unmarshal(b, &r)
	}
	return r
}

func (s server) ok(format string, args ...any) reply {
	s.t.Helper()
	r := s.get(format, args...)
	if r.status != http.StatusOK {
		s.t.Fatalf("get %s: status %d: %s", fmt.Sprintf(format, args...), r.status, r.raw)
	}
	return r
}

func idsOf(views []view) []int64 {
	var out []int64
	for _, v := range views {
		out = append(out, v.id())
	}
	return out
}

func set[T comparable](s []T) map[T]bool {
	m := map[T]bool{}
	for _, v := range s {
		m[v] = true
	}
	return m
}

func TestThread(t *testing.T) {
	for _, tt := range []struct{ comments, depth int }{{0, 0}, {1, 1}, {7, 7}, {60, 3}, {700, 30}, {5000, 50}} {
		w := fetchtest.NewWorld(3)
		p := w.Thread(w.Community("music", home), tt.comments, tt.depth)
		deepest := 0
		for _, c := range p.Comments() {
			deepest = max(deepest, c.Depth())
		}
		if len(p.Comments()) != tt.comments || deepest != tt.depth {
			t.Errorf("Thread(%d, %d) has %d comments, the deepest at %d", tt.comments, tt.depth, len(p.Comments()), deepest)
		}
	}
}

func TestThreadIsMixed(t *testing.T) {
	w := fetchtest.NewWorld(3)
	p := w.Thread(w.Community("music", home), 2000, 20)
	var deleted, removed, bots, pins, edited, same, whole int
	for i, c := range p.Comments() {
		count := func(n *int, yes bool) {
			if yes {
				*n++
			}
		}
		count(&deleted, c.Deleted)
		count(&removed, c.Removed)
		count(&bots, c.Author.Bot)
		count(&pins, c.Distinguished)
		count(&edited, !c.Updated.IsZero() && c.Live())
		count(&same, i > 0 && c.Published.Equal(p.Comments()[i-1].Published))
		count(&whole, c.Published.Nanosecond() == 0)
	}
	for name, n := range map[string]int{"deleted": deleted, "removed": removed, "by bots": bots, "distinguished": pins, "edited": edited, "at equal times": same, "at whole seconds": whole} {
		if n < 5 || n > 600 {
			t.Errorf("%d of 2,000 comments are %s", n, name)
		}
	}
}

func TestWorldsOfOneSeedAreEqual(t *testing.T) {
	build := func() string {
		w := fetchtest.NewWorld(11)
		p := w.Thread(w.Community("music", home), 200, 12)
		in := w.Instance(home, "0.19.20")
		return start(t, in).ok("/api/v3/comment/list?post_id=%d&max_depth=50&type_=All", in.ID(p)).raw
	}
	if diff := cmp.Diff(build(), build()); diff != "" {
		t.Error(diff)
	}
}

func TestNumbersAreEachInstancesOwn(t *testing.T) {
	w := fetchtest.NewWorld(1)
	p := w.Thread(w.Community("music", home), 20, 3)
	a, b := w.Instance(home, "0.19.20"), w.Instance(away, "0.19.20")
	c := p.Comments()[4]
	if a.CommentID(c) == b.CommentID(c) {
		t.Errorf("both number the comment %d", a.CommentID(c))
	}
	one := start(t, a).ok("/api/v3/comment?id=%d", a.CommentID(c)).Comment.Comment
	other := start(t, b).ok("/api/v3/comment?id=%d", b.CommentID(c)).Comment.Comment
	if one.APID != other.APID || one.APID != c.URI() {
		t.Errorf("ap_id = %q and %q, want %q", one.APID, other.APID, c.URI())
	}
}

func TestEditIsSeen(t *testing.T) {
	w := fetchtest.NewWorld(1)
	c := w.Community("music", home)
	p := w.Post(c, fetchtest.PostSpec{})
	first := w.Comment(p, nil, "secret")
	in := w.Instance(home, "0.19.20")
	s := start(t, in)
	list := func() reply { return s.ok("/api/v3/comment/list?post_id=%d&type_=All", in.ID(p)) }
	if got := list().Comments[0].Comment.Content; got != "secret" {
		t.Fatalf("content = %q", got)
	}
	w.Edit(func() {
		first.Deleted = true
		w.Comment(p, first, "an answer")
	})
	got := list().Comments
	if len(got) != 2 || strings.Contains(list().raw, "secret") {
		t.Errorf("after the edit: %s", list().raw)
	}
	if rows, live := in.Held(p); rows != 2 || live != 1 {
		t.Errorf("Held = %d, %d, want 2, 1", rows, live)
	}
}

func TestEditWhileServing(t *testing.T) {
	w := fetchtest.NewWorld(1)
	p := w.Thread(w.Community("music", home), 400, 9)
	in := w.Instance(home, "0.19.20")
	s := start(t, in)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for page := range 8 {
				resp, err := http.Get(fmt.Sprintf("%s/api/v3/comment/list?post_id=%d&type_=All&limit=50&page=%d", s.url, in.ID(p), page+1))
				if err != nil {
					t.Error(err)
					return
				}
				resp.Body.Close()
			}
		})
	}
	for i := range 50 {
		w.Edit(func() { p.Comments()[i].Removed = true })
		w.Comment(p, nil, "one more")
	}
	readers.Wait()
	if n := len(in.Requests()); n != 32 {
		t.Errorf("%d requests recorded, want 32", n)
	}
}

func TestRequests(t *testing.T) {
	w := fetchtest.NewWorld(1)
	in := w.Instance(home, "0.19.20")
	begun := time.Now()
	start(t, in).get("/api/v3/site?x=1")
	got := in.Requests()
	if len(got) != 1 || got[0].Path != "/api/v3/site" || got[0].Query.Get("x") != "1" || got[0].InFlight != 1 ||
		got[0].UserAgent != "Go-http-client/1.1" || got[0].Time.Before(begun) {
		t.Errorf("Requests() = %+v", got)
	}
}

// BenchmarkThread serves all of a thread of 5,000 comments, as a client asks.
func BenchmarkThread(b *testing.B) {
	w := fetchtest.NewWorld(5)
	p := w.Thread(w.Community("music", home), 5000, 50)
	in := w.Instance(home, "0.19.20")
	s := start(b, in)
	for b.Loop() {
		rows := 0
		for page := range 100 {
			resp, err := http.Get(fmt.Sprintf("%s/api/v3/comment/list?post_id=%d&type_=All&sort=Old&limit=50&page=%d", s.url, in.ID(p), page+1))
			if err != nil {
				b.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				b.Fatal(err)
			}
			resp.Body.Close()
			rows += strings.Count(string(body), `"comment":{`)
		}
		if rows != 5000 {
			b.Fatalf("%d rows served, want 5000", rows)
		}
	}
}

// BenchmarkTrees serves the same thread as the trees below its first comments,
// from a world that has just changed.
func BenchmarkTrees(b *testing.B) {
	w := fetchtest.NewWorld(5)
	p := w.Thread(w.Community("music", home), 5000, 50)
	in := w.Instance(home, v4)
	s := start(b, in)
	for b.Loop() {
		w.Edit(func() {})
		for _, c := range p.Comments()[:100] {
			s.ok("/api/v4/comment/list/slim?parent_id=%d&sort=old&max_depth=50", in.CommentID(c))
		}
	}
}
