package annotate_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate"
	"github.com/fedipulse/fedipulse/internal/annotate/tag"
	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/store"
)

// filled returns a file with n posts of a kind. BENCH_DIR keeps it from one run to
// the next.
func filled(b *testing.B, kind string, n int) string {
	dir := os.Getenv("BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	path := filepath.Join(dir, fmt.Sprintf("%s-%d.duckdb", kind, n))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	s, err := store.Open(b.Context(), path+".part", store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	const size = 10_000
	w := newWriter(b, kind)
	for from := 0; from < n; from += size {
		page := discussion.Page{Name: strconv.Itoa(from), Source: "s", Instance: "host.example", Cursor: discussion.Cursor{Stream: "f", Position: strconv.Itoa(from)}}
		for i := from; i < min(from+size, n); i++ {
			page.Posts = append(page.Posts, w.post(i))
		}
		if _, err := s.Save(b.Context(), page); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for _, end := range []string{"", ".key"} {
		if err := os.Rename(path+".part"+end, path+end); err != nil {
			b.Fatal(err)
		}
	}
	return path
}

// copyFiles puts a fresh copy of the file and its key at to.
func copyFiles(b *testing.B, from, to string) {
	for _, end := range []string{"", ".key"} {
		in, err := os.Open(from + end)
		if err != nil {
			b.Fatal(err)
		}
		defer in.Close()
		out, err := os.OpenFile(to+end, os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(out, in); err != nil {
			b.Fatal(err)
		}
		if err := out.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// endless is a store without a database: what it costs is not the store's.
type endless struct {
	texts []discussion.Text
	posts int
}

func (e endless) Pending(context.Context, string) (int, iter.Seq2[[]discussion.Text, error], error) {
	return e.posts, func(yield func([]discussion.Text, error) bool) {
		for left := e.posts; left > 0; left -= len(e.texts) {
			if !yield(e.texts[:min(left, len(e.texts))], nil) {
				return
			}
		}
	}, nil
}

func (e endless) Annotate(context.Context, []discussion.Text, []discussion.Annotation) error {
	return nil
}

func (e endless) Retag(context.Context, string, map[string]string, func(map[string]bool, []discussion.Text, []discussion.Annotation) error) (int, error) {
	return 0, nil
}

func (e endless) Flush(context.Context) error { return nil }

// BenchmarkMemory annotates posts that are in memory: what StoreToStore costs
// more is reading and writing the file.
func BenchmarkMemory(b *testing.B) {
	m := shipped(b)
	for _, kind := range writers {
		b.Run(kind, func(b *testing.B) { inMemory(b, m, newWriter(b, kind)) })
	}
}

func inMemory(b *testing.B, m annotate.Model, w writer) {
	texts := make([]discussion.Text, 20_000)
	for i := range texts {
		p := w.post(i)
		texts[i] = discussion.Text{Post: p.URI, Platform: p.Platform, Kind: p.Kind, State: p.State, Format: p.Format, Content: p.Content, Language: p.Language}
	}
	b.ReportAllocs()
	b.ResetTimer()
	before := processor()
	sum, err := annotate.Run(b.Context(), endless{texts, b.N}, m, nil)
	if err != nil || sum.Done != b.N {
		b.Fatalf("annotated %d of %d: %v", sum.Done, b.N, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
	b.ReportMetric(float64(b.N)/(processor()-before).Seconds(), "posts/cpu-s")
}

// BenchmarkStoreToStore annotates a whole file: from posts in DuckDB to
// annotations in DuckDB, with the final checkpoint. BENCH_POSTS overrides the
// number of posts.
func BenchmarkStoreToStore(b *testing.B) {
	sizes := []int{100_000, 1_000_000}
	if text := os.Getenv("BENCH_POSTS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		sizes = []int{n}
	}
	m := shipped(b)
	for _, kind := range writers {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) { storeToStore(b, m, kind, n) })
		}
	}
}

func storeToStore(b *testing.B, m annotate.Model, kind string, n int) {
	from := filled(b, kind, n)
	b.ResetTimer()
	var cpu time.Duration
	for range b.N {
		b.StopTimer()
		path := filepath.Join(b.TempDir(), "x.duckdb")
		copyFiles(b, from, path)
		b.StartTimer()
		before := processor()
		annotateFile(b, m, path, n)
		cpu += processor() - before
	}
	posts := float64(n) * float64(b.N)
	b.ReportMetric(posts/b.Elapsed().Seconds(), "posts/s")
	b.ReportMetric(posts/cpu.Seconds(), "posts/cpu-s")
	b.ReportMetric(peak(), "peak-MB")
}

// BenchmarkRetag tags a whole file anew after a theme was added, which reads every
// post but nothing of its tone.
func BenchmarkRetag(b *testing.B) {
	n := 100_000
	if text := os.Getenv("BENCH_POSTS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	path := filepath.Join(b.TempDir(), "x.duckdb")
	copyFiles(b, filled(b, "corpus", n), path)
	m := shipped(b)
	annotateFile(b, m, path, n)
	tags, err := tag.Load(data.Codebook, data.Targets, data.Tags, tag.Own{Themes: fstest.MapFS{"lights.toml": {Data: []byte(
		"title = \"Lights\"\ndefinition = \"Lights.\"\n[patterns]\nen = [\"lights\"]\n")}}})
	if err != nil {
		b.Fatal(err)
	}
	more := m
	more.Tags = tags
	b.ResetTimer()
	for i := range b.N {
		s, err := store.Open(context.Background(), path, store.Options{})
		if err != nil {
			b.Fatal(err)
		}
		sum, err := annotate.Run(context.Background(), s, []annotate.Model{more, m}[i%2], nil)
		if err != nil || sum.Done != 0 || sum.Again == 0 {
			b.Fatalf("annotated %d posts and tagged %d anew: %v", sum.Done, sum.Again, err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "posts/s")
	b.ReportMetric(peak(), "peak-MB")
}

func annotateFile(b *testing.B, m annotate.Model, path string, want int) {
	s, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	sum, err := annotate.Run(context.Background(), s, m, nil)
	if err != nil || sum.Done != want {
		b.Fatalf("annotated %d of %d: %v", sum.Done, want, err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// processor returns the processor time that this process has used.
func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak returns the most memory that this process has held, in MB.
func peak() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Maxrss) / 1024
}
