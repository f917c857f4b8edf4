package report_test

import (
	"context"
	"database/sql"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/report"
	"github.com/fedipulse/fedipulse/internal/store"
)

// bare notes what is asked, so that it can be asked again by itself.
type bare struct {
	report.Querier
	queries []string
	args    [][]any
}

func (b *bare) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	b.queries, b.args = append(b.queries, query), append(b.args, args)
	return b.Querier.Query(ctx, query, args...)
}

// BenchmarkReport makes the report of the file that BENCH_DB names, of an annotated
// study, or of the small one, and then asks the database the same questions and
// nothing else: that is the least that a report can take. VADER is left out.
func BenchmarkReport(b *testing.B) {
	path := os.Getenv("BENCH_DB")
	var s *store.Store
	var err error
	if path == "" {
		s, err = store.Open(b.Context(), b.TempDir()+"/small.duckdb", store.Options{})
		if err == nil {
			fill(b, s)
		}
	} else {
		s, err = store.Open(b.Context(), path, store.Options{ReadOnly: true, Memory: "500MB"})
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	o := options()
	o.Since, o.Until = time.Time{}, time.Time{}
	dir := b.TempDir()
	var whole, alone time.Duration
	for b.Loop() {
		q := &bare{Querier: s}
		began := time.Now()
		if _, err := report.Write(b.Context(), q, dir, o); err != nil {
			b.Fatal(err)
		}
		whole += time.Since(began)
		began = time.Now()
		for i, query := range q.queries {
			each := time.Now()
			rows, err := s.Query(b.Context(), query, q.args[i]...)
			if err != nil {
				b.Fatal(err)
			}
			for rows.Next() {
			}
			if err := rows.Close(); err != nil {
				b.Fatal(err)
			}
			if took := time.Since(each); took > time.Second {
				b.Logf("%s: %.90s…", took.Round(time.Millisecond), query)
			}
		}
		alone += time.Since(began)
	}
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) == nil {
		b.ReportMetric(float64(u.Maxrss)/1024, "peak-MB")
	}
	b.ReportMetric(whole.Seconds()/float64(b.N), "s/report")
	b.ReportMetric(alone.Seconds()/float64(b.N), "s/statements")
	b.ReportMetric(whole.Seconds()/alone.Seconds(), "ratio")
}
