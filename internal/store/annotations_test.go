package store

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// TestAnnotateReplaces: when the first posts of a new model are stored, what older
// models said of the others that are pending is gone, and only that.
func TestAnnotateReplaces(t *testing.T) {
	s := openTemp(t)
	s.now = func() time.Time { return noon }
	save(t, s, page("0", "a.example", status("https://a.example/old", "", "old words")))
	s.now = func() time.Time { return noon.AddDate(0, 0, 100) }
	for i := range 3 {
		save(t, s, page(fmt.Sprint(i), "a.example", status(fmt.Sprintf("https://a.example/%d", i), "", "words")))
	}
	annotate := func(model string, most int) {
		t.Helper()
		_, batches, err := s.Pending(t.Context(), model)
		if err != nil {
			t.Fatal(err)
		}
		for texts, err := range batches {
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range texts[:min(most, len(texts))] {
				note := discussion.Annotation{Post: x.Post, ContentHash: x.ContentHash, Model: model, Language: "en", Plain: x.Content, Words: 1,
					Themes: []discussion.ThemeTag{{Theme: "theft", Confidence: 1, Evidence: []discussion.Span{{End: 5}}}}}
				if err := s.Annotate(t.Context(), []discussion.Text{x}, []discussion.Annotation{note}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want := func(want ...string) {
		t.Helper()
		for _, q := range []string{"annotations", "annotations a join theme_tags t using (post)"} {
			if diff := cmp.Diff(want, table(t, s, "select model, count(*)::varchar from "+q+" group by 1 order by 1")); diff != "" {
				t.Error(q, diff)
			}
		}
	}
	annotate("m1", 9)
	want("m1|4")
	if n, err := s.Expire(t.Context(), noon.AddDate(0, 0, 10)); n != 1 || err != nil {
		t.Fatalf("Expire = %d, %v", n, err)
	}
	annotate("m2", 0)
	want("m1|4")
	annotate("m2", 1)
	want("m1|1", "m2|1")
	annotate("m2", 9)
	want("m1|1", "m2|3")
	annotate("m2", 9)
	want("m1|1", "m2|3")
}

// TestRetagAfterAnnotate: what Annotate has gathered is stored before posts are tagged
// anew. The names of themes are in alphabetical order, whatever order they came in.
func TestRetagAfterAnnotate(t *testing.T) {
	s := openTemp(t)
	save(t, s, page("0", "a.example", status("https://a.example/1", "", "words"), status("https://a.example/2", "", "words")))
	_, batches, err := s.Pending(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	for texts, err := range batches {
		if err != nil {
			t.Fatal(err)
		}
		note := discussion.Annotation{Post: texts[0].Post, ContentHash: texts[0].ContentHash, Model: "m", Language: "en", Plain: "words", Words: 1,
			Themes: []discussion.ThemeTag{{Theme: "theft"}, {Theme: "gdpr"}}}
		if err := s.Annotate(t.Context(), texts[:1], []discussion.Annotation{note}); err != nil {
			t.Fatal(err)
		}
	}
	n, err := s.Retag(t.Context(), "m", map[string]string{"humor": "1"}, func(map[string]bool, []discussion.Text, []discussion.Annotation) error { return nil })
	if n != 1 || err != nil {
		t.Fatalf("Retag = %d, %v, want 1", n, err)
	}
	if got := column(t, s, "select themes::varchar from annotations"); got != "[gdpr, theft]" {
		t.Errorf("themes %s, want [gdpr, theft]", got)
	}
}
