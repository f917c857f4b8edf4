package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// BenchmarkSave stores pages of 10,000 new posts each; ns/op is per page.
func BenchmarkSave(b *testing.B) {
	const size = 10_000
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "bench.duckdb"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		posts := make([]discussion.Post, size)
		for i := range posts {
			root := fmt.Sprintf("https://a.example/post/%d", n*size)
			posts[i] = status(fmt.Sprintf("https://a.example/post/%d", n*size+i), root, fmt.Sprintf("<p>Post %d of page %d says some words about the weather and the law.</p>", i, n))
			posts[i].Thread, posts[i].Depth = root, 1
			posts[i].Tags = []string{"ai", "gdpr"}
		}
		if _, err := s.Save(b.Context(), page(fmt.Sprint(n), "a.example", posts...)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "posts/s")
}
