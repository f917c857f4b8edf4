package annotate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/annotate"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/store"
)

// invented makes posts of some 205 characters, half of them as Mastodon serves
// them and half as Lemmy does. Each is sentences of two posts of the corpora that
// the models learned from, which have the words, themes and languages of the
// subject, and of which no two are the same.
type invented struct {
	*rand.Rand
	sentences map[string][][]string // by language, then by post
	languages []string              // one for each post of the corpora
}

func newInvented(b *testing.B) invented {
	v := invented{Rand: rand.New(rand.NewPCG(1, 2)), sentences: map[string][][]string{}}
	for _, name := range []string{"sentiment", "tags"} {
		files, err := filepath.Glob("../../data/" + name + "/corpus/*.jsonl")
		if err != nil || len(files) == 0 {
			b.Fatalf("no corpus in data/%s: %v", name, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				b.Fatal(err)
			}
			for line := range strings.Lines(string(data)) {
				var p struct{ Lang, Platform, Text string }
				if err := json.Unmarshal([]byte(line), &p); err != nil {
					b.Fatalf("%s: %v", file, err)
				}
				t := discussion.Text{Content: p.Text, Format: discussion.Markdown}
				if p.Platform == "mastodon" {
					t.Format = discussion.HTML
				}
				words := plain.Read(t)
				var list []string
				for _, s := range words.Sentences {
					list = append(list, words.Plain[s.Start:s.End])
				}
				if len(list) > 0 {
					v.sentences[p.Lang] = append(v.sentences[p.Lang], list)
					v.languages = append(v.languages, p.Lang)
				}
			}
		}
	}
	return v
}

// words returns the sentences of a post, less the last, and the last of another:
// some 180 characters.
func (v invented) words(language string) []string {
	of := v.sentences[language]
	first, last := of[v.IntN(len(of))], of[v.IntN(len(of))]
	return append(slices.Clone(first[:max(1, len(first)-1)]), last[len(last)-1])
}

func (v invented) html(i int, words []string) string {
	var b strings.Builder
	b.WriteString("<p>")
	if v.IntN(2) == 0 {
		fmt.Fprintf(&b, `<span class="h-card" translate="no"><a href="https://host.example/@user%d" class="u-url mention">@<span>user%d</span></a></span> `, i, i)
	}
	for k, s := range words {
		if k > 0 && v.IntN(4) == 0 {
			b.WriteString("</p><p>")
		}
		b.WriteString(html.EscapeString(s) + " ")
	}
	if v.IntN(3) == 0 {
		b.WriteString(`<a href="https://host.example/tags/privacy" class="mention hashtag" rel="tag">#<span>privacy</span></a> `)
	}
	if v.IntN(4) == 0 {
		fmt.Fprintf(&b, `<a href="https://news.example/2025/%d" target="_blank" rel="nofollow noopener"><span class="invisible">https://</span><span class="ellipsis">news.example/2025</span><span class="invisible">/%d</span></a>`, i, i)
	}
	b.WriteString("</p>")
	return b.String()
}

func (v invented) markdown(i int, words []string) string {
	var b strings.Builder
	if v.IntN(5) == 0 {
		b.WriteString("> said somebody else here\n\n")
	}
	for k, s := range words {
		switch {
		case k > 0 && v.IntN(4) == 0:
			b.WriteString("\n\n")
		case v.IntN(8) == 0:
			s = "**" + s + "**"
		}
		b.WriteString(s + " ")
	}
	if v.IntN(5) == 0 {
		fmt.Fprintf(&b, "[1](https://news.example/2025/%d). ", i)
	}
	if v.IntN(6) == 0 {
		fmt.Fprintf(&b, "\n\n- https://news.example/%d\n", i)
	}
	return b.String()
}

func (v invented) post(i int) discussion.Post {
	host := fmt.Sprintf("host%d.example", v.IntN(40))
	p := discussion.Post{
		URI: fmt.Sprintf("https://%s/post/%d", host, i), Platform: discussion.Lemmy, Kind: discussion.KindComment, Format: discussion.Markdown,
		Thread: fmt.Sprintf("https://host.example/post/%d", i/50*50), Depth: 1, Parent: fmt.Sprintf("https://host.example/post/%d", i/50*50),
		Author: discussion.Author{URI: fmt.Sprintf("https://%s/u/user%d", host, v.IntN(5000))}, Instance: host,
		Created: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(v.IntN(30*86400)) * time.Second), State: discussion.Live, Language: v.languages[v.IntN(len(v.languages))],
	}
	words := v.words(p.Language)
	if i%2 == 0 {
		p.Platform, p.Kind, p.Format = discussion.Mastodon, discussion.KindStatus, discussion.HTML
		p.Content = v.html(i, words)
	} else {
		p.Content = v.markdown(i, words)
	}
	if i%50 == 0 {
		p.URI, p.Parent, p.Depth = p.Thread, "", 0
	}
	return p
}

// filled returns a file with n invented posts. BENCH_DIR keeps it from one run
// to the next.
func filled(b *testing.B, n int) string {
	dir := os.Getenv("BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	path := filepath.Join(dir, fmt.Sprintf("%d.duckdb", n))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	s, err := store.Open(b.Context(), path+".part", store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	const size = 10_000
	v := newInvented(b)
	for from := 0; from < n; from += size {
		page := discussion.Page{Name: strconv.Itoa(from), Source: "s", Instance: "host.example", Cursor: discussion.Cursor{Stream: "f", Position: strconv.Itoa(from)}}
		for i := from; i < min(from+size, n); i++ {
			page.Posts = append(page.Posts, v.post(i))
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
	texts := make([]discussion.Text, 20_000)
	v := newInvented(b)
	for i := range texts {
		p := v.post(i)
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
	for _, n := range sizes {
		b.Run(strconv.Itoa(n), func(b *testing.B) { storeToStore(b, m, n) })
	}
}

func storeToStore(b *testing.B, m annotate.Model, n int) {
	from := filled(b, n)
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
