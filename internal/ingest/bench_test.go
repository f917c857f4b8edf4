package ingest_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/ingest"
	"github.com/fedipulse/fedipulse/internal/store"
	"github.com/fedipulse/fedipulse/internal/study"
)

// records is how many posts the benchmarks take in; BENCH_RECORDS overrides it.
func records(tb testing.TB) int {
	if text := os.Getenv("BENCH_RECORDS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			tb.Fatal(err)
		}
		return n
	}
	return 100_000
}

// writeExport writes n invented posts as JSON Lines, about 700 bytes each, in
// threads of 50.
func writeExport(tb testing.TB, path string, n int) {
	tb.Helper()
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	e := json.NewEncoder(w)
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("the they consent data model train switch of law and nobody asked again profile terms company people post that is not theirs to take we should leave while it still works because every page has been read twice before")
	start := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		host := fmt.Sprintf("host%d.example", r.IntN(40))
		root := fmt.Sprintf("https://host%d.example/post/%d", i/50%40, i/50*50)
		score, up, down := int64(r.IntN(90)), int64(90), int64(3)
		p := discussion.Post{
			URI: fmt.Sprintf("https://%s/comment/%d", host, i), LocalID: fmt.Sprintf("comment/%d", i), Platform: discussion.Lemmy, Kind: discussion.KindComment,
			Thread: root, Parent: root, Depth: 1, Author: discussion.Author{URI: fmt.Sprintf("https://%s/u/user%d", host, r.IntN(5000))},
			Instance: host, Community: "technology@host1.example", Created: start.Add(time.Duration(r.IntN(30*86400)) * time.Second),
			State: discussion.Live, Language: "en", Format: discussion.Markdown, Score: &score, Upvotes: &up, Downvotes: &down, Tags: []string{"ai"},
		}
		if i%50 == 0 {
			p.URI, p.Parent, p.Depth, p.Kind, p.Title = root, "", 0, discussion.KindPost, "A thread about it"
		}
		var b strings.Builder
		for range 30 {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		p.Content = b.String()
		if err := e.Encode(p); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkFile takes a file of this program's own export in, and lets DuckDB's
// own JSON reader load the same file into one table: the lower bound.
func BenchmarkFile(b *testing.B) {
	dir := b.TempDir()
	n := records(b)
	writeExport(b, filepath.Join(dir, "posts.jsonl"), n)
	b.Run("ingest", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			takeIn(b, dir, filepath.Join(b.TempDir(), "x.duckdb"), n)
		}
		b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "posts/s")
	})
	b.Run("read_json", func(b *testing.B) {
		for range b.N {
			s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "x.duckdb"), store.Options{})
			if err != nil {
				b.Fatal(err)
			}
			rows, err := s.Query(b.Context(), "create table loaded as from read_json('"+filepath.Join(dir, "posts.jsonl")+"', format = 'newline_delimited')")
			if err != nil {
				b.Fatal(err)
			}
			rows.Close()
			s.Close()
		}
		b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "posts/s")
	})
}

func takeIn(b *testing.B, dir, db string, want int) {
	s, err := store.Open(b.Context(), db, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	sources, err := ingest.Open(ingest.Place{Files: os.DirFS(dir)}, &study.Study{Sources: []study.Source{{Kind: study.File, Name: "file", Path: "posts.jsonl"}}})
	if err != nil {
		b.Fatal(err)
	}
	sum, err := ingest.Run(b.Context(), s, sources, ingest.Options{})
	if err != nil || sum.Fresh != want {
		b.Fatalf("took in %d of %d: %v", sum.Fresh, want, err)
	}
}
