package archive

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// exported is line i of an export: some 700 bytes, as they are on average.
func exported(i int) []byte {
	n := int64(i % 40)
	b, err := json.Marshal(discussion.Post{
		URI: urn(i), LocalID: fmt.Sprint("comment/", i), Platform: discussion.Lemmy, Kind: discussion.KindComment,
		Thread: urn(1), Parent: urn(i / 2), Depth: 2, Author: discussion.Author{URI: urn(i % 99)},
		Instance: "agora.example", Community: "technology@agora.example",
		Created: time.Date(2025, 3, 6, 14, 2, i%60, 0, time.UTC), State: discussion.Live, Language: "en",
		Content: strings.Repeat("They \"asked\" nobody, and\nthat is the point. ", 5), Format: discussion.Markdown,
		Score: &n, Upvotes: &n, Replies: &n, Tags: []string{"worklane"},
	})
	if err != nil {
		panic(err)
	}
	return append(b, '\n')
}

func urn(i int) string { return fmt.Sprintf("urn:uuid:%08x-0000-4000-8000-0000000000aa", i) }

// inMemory is a file without a disk.
func inMemory(name string, b []byte) File {
	return File{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// BenchmarkExport reads 100,000 records of an export, with both hashes.
func BenchmarkExport(b *testing.B) {
	const records = 100_000
	var file bytes.Buffer
	file.WriteString(ExportHeader + "\n")
	for i := range records {
		file.Write(exported(i))
	}
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for page, err := range inMemory("export.jsonl", file.Bytes()).Pages(context.Background(), "") {
			if err != nil {
				b.Fatal(err)
			}
			n += len(page.Posts)
		}
		if n != records {
			b.Fatalf("%d posts, want %d", n, records)
		}
	}
	b.ReportMetric(records*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
