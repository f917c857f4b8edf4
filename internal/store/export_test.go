package store

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// TestExport takes an export into another project: the posts must be the same.
func TestExport(t *testing.T) {
	a := openTemp(t)
	root := status("https://a.example/1", "", "one")
	root.Tags, root.Edited, root.Title, root.State = []string{"ai", "law"}, noon.Add(time.Minute), "A title", discussion.Edited
	reply := status("https://b.example/2", "https://a.example/1", "two")
	reply.Quotes, reply.Author.Bot, reply.Score = "https://c.example/3", true, number(-4)
	save(t, a, page("1", "a.example", root, reply))
	if err := a.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	var posts []discussion.Post
	for p, err := range a.Posts(t.Context(), true) {
		if err != nil {
			t.Fatal(err)
		}
		posts = append(posts, p)
	}
	b := openAt(t, filepath.Join(t.TempDir(), "b.duckdb"))
	save(t, b, page("1", "a.example", posts...))
	if diff := cmp.Diff(digestOf(t, a, "posts"), digestOf(t, b, "posts")); diff != "" {
		t.Error(diff)
	}
	for p, err := range a.Posts(t.Context(), false) {
		if err != nil || p.Content+p.Title != "" {
			t.Errorf("export without text: %q %q %v", p.Title, p.Content, err)
		}
	}
}

func digestOf(t *testing.T, s *Store, name string) Digest {
	t.Helper()
	all, err := s.Digests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.Table == name {
			return d
		}
	}
	t.Fatalf("no digest of %s", name)
	return Digest{}
}
