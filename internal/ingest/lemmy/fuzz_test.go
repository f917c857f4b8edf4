package lemmy

import (
	"net/url"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// FuzzAnswer builds a tree of whatever a list of comments may hold: it never
// crashes, holds nothing twice, and its coverage adds up.
func FuzzAnswer(f *testing.F) {
	row := `{"comment":{"id":502,"post_id":7,"content":"yes","published":"2026-06-01T10:00:00Z","ap_id":"https://larch.example/comment/502","path":"0.501.502"},"counts":{"child_count":2}}`
	f.Add([]byte(`{"comments":[` + row + `,` + strings.ReplaceAll(row, "502", "501") + `]}`))
	f.Add([]byte(`{"items":[` + strings.Replace(row, "0.501.502", "0.502", 1) + `,null,7],"next_page":"none,none"}`))
	f.Add([]byte(`{"comments":[{"comment":{"id":1,"path":"0.2.1"}},{"comment":{"id":2,"path":"0.1.2"}}],"next_page":3}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var e envelope
		if json.Unmarshal(body, &e, lenient) != nil {
			return
		}
		a := &api{host: "larch.example", decoder: Decoder{Instance: "larch.example"}}
		tree := &tree{root: discussion.Post{URI: "https://larch.example/post/7", Kind: discussion.KindPost}, id: 7, claimed: 3, nodes: map[int64]*node{}}
		rows, err := e.rows("comments", e.Comments)
		if err != nil {
			return
		}
		a.add(tree, rows)
		before := len(tree.nodes)
		if a.add(tree, rows) != 0 || len(tree.nodes) != before {
			t.Error("the same rows twice are new")
		}
		tree.lacking(treed, nil)
		tree.unseen(map[int64]bool{})
		tree.subtrees()
		tree.contradictions()
		c := tree.coverage(nil)
		if c.Shown > c.Rows || c.Rows != int64(len(tree.posts())-1) || c.Lacking < 0 || c.Shown < c.Claimed && c.Reason == "" {
			t.Errorf("coverage %+v of %d posts", c, len(tree.posts()))
		}
		e.cursor()
		_, _ = resolved(body)
	})
}

// FuzzAddress reads ids from the paths of addresses.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"/post/1", "/post/1/2", "/comment/2/", "/c/tech@larch.example/p/9/a-title", "/post/-1", "/post/99999999999999999999", "//", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		post, comment := ids(path)
		if post < 0 || comment < 0 {
			t.Errorf("ids(%q) = %d, %d", path, post, comment)
		}
		for _, name := range names("larch.example", post, comment) {
			u, err := url.Parse(name)
			if err != nil {
				t.Fatal(err)
			}
			if p, c := ids(u.Path); p != post && c != comment {
				t.Errorf("%s leads elsewhere", name)
			}
		}
	})
}
