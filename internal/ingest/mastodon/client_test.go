package mastodon

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/fetch"
)

// script is a server that answers paths with what a test wrote.
type script struct {
	answers map[string]string // path, or path?query, to a body; without one: 404
	asked   []*http.Request
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked = append(s.asked, r)
	body, ok := s.answers[r.URL.RequestURI()]
	if !ok {
		body, ok = s.answers[r.URL.Path]
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Link", `<https://elsewhere.example/api/v1/timelines/tag/x?max_id=abc&limit=many>; rel="next"`)
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		body = `{"error":"Record not found"}`
	}
	fmt.Fprint(w, body)
}

func newScript() *script {
	return &script{answers: map[string]string{
		"/.well-known/nodeinfo": `{"links":[{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.0","href":"https://tooters.example/nodeinfo/2.0"}]}`,
		"/nodeinfo/2.0":         `{"software":{"name":"mastodon","version":"4.5.0"}}`,
		"/api/v2/instance":      `{"domain":"tooters.example","api_versions":{"mastodon":7}}`,
	}}
}

func dial(t *testing.T, s *script, token string) *Client {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	door, err := fetch.New(fetch.Options{
		Contact: "tests@fedipulse.example", Loopback: map[string]string{"tooters.example": strings.TrimPrefix(server.URL, "http://")},
		Now:   func() time.Time { return now },
		Sleep: func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(door.Close)
	c, err := Dial(t.Context(), door, "tooters.example", token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// said is a status with little in it.
func said(id, parent string, replies int) string {
	up := "null"
	if parent != "" {
		up = `"` + parent + `"`
	}
	return fmt.Sprintf(`{"id":%q,"uri":"https://tooters.example/users/a/statuses/%s","created_at":"2026-06-01T10:00:00.000Z","in_reply_to_id":%s,"visibility":"public","content":"<p>%s</p>","replies_count":%d,"account":{"acct":"a","uri":"https://tooters.example/users/a"}}`,
		id, id, up, id, replies)
}

// TestItems: one bad item does not cost a page, and a null is none.
func TestItems(t *testing.T) {
	s := newScript()
	s.answers["/api/v1/statuses/1/context"] = `{"ancestors":[],"descendants":[null,` + said("2", "1", 0) + `,{"id":"3","created_at":"yesterday"},` + said("4", "2", 0) + `]}`
	c := dial(t, s, "")
	tree, err := c.thread(t.Context(), []byte(said("1", "", 1)), time.Now())
	if err != nil || len(tree.posts()) != 3 || len(tree.rejected) != 2 {
		t.Errorf("%d posts, %d rejected, %v", len(tree.posts()), len(tree.rejected), err)
	}
	if got := tree.coverage(nil); got.Reason == "" {
		t.Errorf("coverage %+v", got)
	}
}

// TestIDs: an id that would lead to another path is not asked for.
func TestIDs(t *testing.T) {
	s := newScript()
	c := dial(t, s, "")
	before := len(s.asked)
	for _, id := range []string{"../instance", "1/../2", "", "1?x=2", "%2e%2e", strings.Repeat("1", 65)} {
		if _, err := c.status(t.Context(), id); err == nil {
			t.Errorf("status(%q) is asked for", id)
		}
		if _, _, _, err := c.around(t.Context(), id); err == nil {
			t.Errorf("around(%q) is asked for", id)
		}
	}
	if len(s.asked) != before {
		t.Errorf("%d requests were sent", len(s.asked)-before)
	}
}

// TestToken: a token is sent to its own instance, and no header is without one.
func TestToken(t *testing.T) {
	for _, token := range []string{"", "canary"} {
		s := newScript()
		s.answers["/api/v1/statuses/1"] = said("1", "", 0)
		c := dial(t, s, token)
		if _, err := c.status(t.Context(), "1"); err != nil {
			t.Fatal(err)
		}
		_, err := c.status(t.Context(), "2")
		if !absent(err) || strings.Contains(err.Error(), "canary") {
			t.Errorf("an absent status: %v", err)
		}
		last := s.asked[len(s.asked)-1]
		got, sent := last.Header["Authorization"]
		if sent != (token != "") || sent && got[0] != "Bearer canary" {
			t.Errorf("token %q: Authorization %q", token, got)
		}
	}
}

// forest answers context as Mastodon does: depth first, by id, and cut.
type forest struct {
	*script
	parents map[string]string
	caps    caps
}

func (f *forest) below(id string, depth int) (list []string) {
	if f.caps.depth > 0 && depth >= f.caps.depth {
		return nil
	}
	var children []string
	for x, up := range f.parents {
		if up == id {
			children = append(children, x)
		}
	}
	slices.SortFunc(children, func(a, b string) int {
		if less(a, b) {
			return -1
		}
		return 1
	})
	for _, x := range children {
		list = append(append(list, x), f.below(x, depth+1)...)
	}
	return list
}

func (f *forest) status(id string) json.RawMessage {
	n := 0
	for _, up := range f.parents {
		if up == id {
			n++
		}
	}
	return json.RawMessage(said(id, f.parents[id], n))
}

func (f *forest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, ok := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/api/v1/statuses/"), "/context")
	if !ok {
		f.script.ServeHTTP(w, r)
		return
	}
	f.asked = append(f.asked, r)
	var above, below []json.RawMessage
	for up := f.parents[id]; up != "" && (f.caps.ancestors == 0 || len(above) < f.caps.ancestors); up = f.parents[up] {
		above = append([]json.RawMessage{f.status(up)}, above...)
	}
	for i, x := range f.below(id, 0) {
		if f.caps.descendants > 0 && i >= f.caps.descendants {
			break
		}
		below = append(below, f.status(x))
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"ancestors": above, "descendants": below})
}

// TestCaps: what one context cuts off is asked for deeper down; a chain of 200 is
// followed to its root and to its end, and nothing is asked for twice.
func TestCaps(t *testing.T) {
	f := &forest{script: newScript(), parents: map[string]string{}, caps: caps{40, 60, 20}}
	for i := 2; i <= 200; i++ {
		f.parents[fmt.Sprint(i)] = fmt.Sprint(i - 1)
	}
	for i := 201; i <= 240; i++ { // and answers to the tenth
		f.parents[fmt.Sprint(i)] = "10"
	}
	server := httptest.NewServer(f)
	defer server.Close()
	door, err := fetch.New(fetch.Options{
		Contact: "tests@fedipulse.example", Loopback: map[string]string{"tooters.example": strings.TrimPrefix(server.URL, "http://")}, LoopbackGap: time.Nanosecond,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	c, err := Dial(t.Context(), door, "tooters.example", "")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := c.thread(t.Context(), []byte(f.status("150")), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	posts := tree.posts()
	if cover := tree.coverage(nil); len(posts) != 240 || cover.Reason != "" || cover.Claimed != 239 {
		t.Errorf("%d posts, %+v", len(posts), cover)
	}
	if posts[0].LocalID != "1" || posts[0].Depth != 0 {
		t.Errorf("the root is %s at %d", posts[0].LocalID, posts[0].Depth)
	}
	for _, p := range posts {
		if p.Thread != posts[0].URI || p.LocalID == "150" && p.Depth != 149 {
			t.Fatalf("%s is at %d of %s", p.LocalID, p.Depth, p.Thread)
		}
	}
	asked := map[string]int{}
	for _, r := range f.asked {
		if strings.HasSuffix(r.URL.Path, "/context") {
			asked[r.URL.Path]++
		}
	}
	for path, n := range asked {
		if n > 1 {
			t.Errorf("%s asked %d times", path, n)
		}
	}
	t.Logf("240 statuses, 200 deep, in %d contexts", len(asked))
}

// TestShown reads ids from the addresses of pages.
func TestShown(t *testing.T) {
	for path, want := range map[string]string{
		"/@ada/112233": "112233", "/@ada@other.example/112233": "112233", "/users/ada/statuses/01H8": "01H8", "/web/statuses/5": "5",
		"/notice/AbC": "AbC", "/deck/@ada/7/": "7", "/@ada": "", "/tags/x": "", "/@ada/../1": "", "/": "",
	} {
		if got := shown(path); got != want {
			t.Errorf("shown(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestSnowflake(t *testing.T) {
	at := time.Date(2026, 8, 1, 13, 53, 0, 548_000_000, time.UTC)
	if got := snowflake(at); got != "117020582251593728" || less("117020582251615632", got) {
		t.Errorf("snowflake = %s", got)
	}
}

// TestClosed: statuses by which servers want a login are told from failures.
func TestClosed(t *testing.T) {
	for status, want := range map[int]bool{401: true, 403: true, 422: true, 404: false, 500: false} {
		err := closed(&fetch.StatusError{Host: "tooters.example", Path: "/", Status: status})
		if got := strings.Contains(err.Error(), ErrClosed.Error()); got != want {
			t.Errorf("%d: closed %v", status, got)
		}
	}
}
