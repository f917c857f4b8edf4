package store

import (
	"testing"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

func TestFind(t *testing.T) {
	s := openTemp(t)
	root := status("https://a.example/1", "", "one")
	root.Language, root.URL = "de", "https://a.example/@ann/1"
	save(t, s, page("1", "a.example", root, status("https://b.example/2", "https://a.example/1", "two")))
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	find := func(ref string) (discussion.Text, bool) {
		t.Helper()
		text, ok, err := s.Find(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		return text, ok
	}
	first, _ := find("https://a.example/1")
	for _, ref := range []string{"https://a.example/@ann/1", first.Post, exported + first.Post} {
		if got, ok := find(ref); !ok || got != first || got.Content != "one" || got.Language != "de" {
			t.Errorf("Find(%q) = %+v, %v, want %+v", ref, got, ok, first)
		}
	}
	if got, ok := find("https://b.example/2"); !ok || got.Around != "de" || got.Content != "two" {
		t.Errorf("the reply is %+v, %v: want the language of its thread around it", got, ok)
	}
	for _, ref := range []string{"", "https://a.example/3", "00000000-0000-8000-8000-000000000000", "' or true --"} {
		if got, ok := find(ref); ok {
			t.Errorf("Find(%q) = %+v, want none", ref, got)
		}
	}
}
