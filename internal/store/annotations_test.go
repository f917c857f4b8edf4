package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// TestAnnotateGathers: batches share a transaction until Flush, Close or the
// last pending post, and whatever else writes comes after it.
func TestAnnotateGathers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.duckdb")
	s := openAt(t, path)
	for i := range 4 {
		save(t, s, page(fmt.Sprint(i), "a.example", status(fmt.Sprintf("https://a.example/%d", i), "", "words")))
	}
	stored := func() string { t.Helper(); return column(t, s, "select count(*) from annotations") }
	n, batches, err := s.Pending(t.Context(), "m")
	if n != 4 || err != nil {
		t.Fatalf("Pending = %d, %v", n, err)
	}
	var texts []discussion.Text
	for batch, err := range batches {
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, batch...)
	}
	annotate := func(x discussion.Text) {
		t.Helper()
		note := discussion.Annotation{Post: x.Post, ContentHash: x.ContentHash, Model: "m", Language: "en", Plain: x.Content, Words: 1, Reason: "too short"}
		if err := s.Annotate(t.Context(), []discussion.Text{x}, []discussion.Annotation{note}); err != nil {
			t.Fatal(err)
		}
	}
	annotate(texts[0])
	if got := stored(); got != "0" {
		t.Errorf("before Flush: %s stored, want 0", got)
	}
	if err := s.Flush(t.Context()); err != nil || stored() != "1" {
		t.Errorf("after Flush: %v, %s stored, want 1", err, stored())
	}
	annotate(texts[1])
	if _, err := s.Save(t.Context(), page("5", "a.example")); err != nil || stored() != "2" {
		t.Errorf("after Save: %v, %s stored, want 2", err, stored())
	}
	annotate(texts[2])
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path)
	if got := stored(); got != "3" {
		t.Errorf("after Close: %s stored, want 3", got)
	}
	if n, _, err := s.Pending(t.Context(), "m"); n != 1 || err != nil {
		t.Errorf("Pending = %d, %v, want 1", n, err)
	}
	annotate(texts[3])
	if got := stored(); got != "4" {
		t.Errorf("after the last: %s stored, want 4", got)
	}
}
