package store

import (
	"context"
	"fmt"
	"time"
)

// Status is what a file holds, in numbers.
type Status struct {
	Study                                  Study
	Posts, Threads, Annotated, Tagged      int64
	Quarantined, Excluded, Instances, Gone int64
	Streams                                []Stream
	Runs                                   []Run // newest first, at most ten
}

// Stream is how far a source has come in one file or timeline.
type Stream struct {
	Source, Stream, Position string
	Pages, Posts             int64
}

// Run is one time that a stage wrote to the file.
type Run struct {
	Command, Version, Outcome string // Outcome is "cut off" for a run that did not end
	Started                   time.Time
}

// Status reads the numbers.
func (s *Store) Status(ctx context.Context) (Status, error) {
	var st Status
	var err error
	if st.Study, err = s.Study(ctx); err != nil {
		return st, err
	}
	err = s.db.QueryRowContext(ctx, `
		select (select count(*) from posts), (select count(distinct thread) from posts), (select count(*) from annotations),
		  (select count(distinct post) from theme_tags), (select count(*) from quarantine), (select coalesce(sum(posts), 0)::bigint from exclusions),
		  (select count(distinct instance) from posts), (select count(*) from posts where state not in ('live', 'edited'))`).
		Scan(&st.Posts, &st.Threads, &st.Annotated, &st.Tagged, &st.Quarantined, &st.Excluded, &st.Instances, &st.Gone)
	if err != nil {
		return st, fmt.Errorf("count rows: %w", err)
	}
	if st.Streams, err = s.streams(ctx); err != nil {
		return st, fmt.Errorf("read streams: %w", err)
	}
	if st.Runs, err = s.runs(ctx); err != nil {
		return st, fmt.Errorf("read runs: %w", err)
	}
	return st, nil
}

func (s *Store) streams(ctx context.Context) ([]Stream, error) {
	rows, err := s.db.QueryContext(ctx, `
		select c.source, c.stream, c.position, count(p.name), coalesce(sum(p.fresh), 0)::bigint
		from cursors c left join pages p using (source, stream) group by all order by 1, 2`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Stream
	for rows.Next() {
		var x Stream
		if err := rows.Scan(&x.Source, &x.Stream, &x.Position, &x.Pages, &x.Posts); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

func (s *Store) runs(ctx context.Context) ([]Run, error) {
	rows, err := s.db.QueryContext(ctx, "select command, version, started, coalesce(outcome, 'cut off') from runs order by started desc limit 10")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Run
	for rows.Next() {
		var x Run
		if err := rows.Scan(&x.Command, &x.Version, &x.Started, &x.Outcome); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// Version returns DuckDB's own version.
func (s *Store) Version(ctx context.Context) (string, error) {
	var v string
	err := s.db.QueryRowContext(ctx, "select version()").Scan(&v)
	return v, err
}

// Check reads every column of every table, so that damage which DuckDB meets
// only on reading is found, and tests what must always hold. It returns what
// does not.
func (s *Store) Check(ctx context.Context) ([]string, error) {
	if _, err := s.Digests(ctx); err != nil {
		return nil, explain(err)
	}
	var broken []string
	for _, rule := range rules {
		var n int64
		if err := s.db.QueryRowContext(ctx, rule.query).Scan(&n); err != nil {
			return nil, explain(err)
		}
		if n > 0 {
			broken = append(broken, fmt.Sprintf("%s: %d", rule.broken, n))
		}
	}
	return broken, nil
}

var rules = []struct{ broken, query string }{
	{"posts that are there twice", "select count(*) - count(distinct id) from posts"},
	{"annotations that are there twice", "select count(*) - count(distinct post) from annotations"},
	{"annotations of no post", "select count(*) from annotations a anti join posts p on p.id = a.post"},
	{"theme tags of no annotation", "select count(*) from theme_tags t anti join annotations a on a.post = t.post"},
	{"target tags of no annotation", "select count(*) from target_tags t anti join annotations a on a.post = t.post"},
	{"posts with two main targets", "select count(*) from (select post from target_tags where main group by post having count(*) > 1)"},
	{"posts that a coder labelled twice", "select count(*) from (select post, coder from labels group by all having count(*) > 1)"},
	{"sightings of no post", "select count(*) from sightings s anti join posts p on p.id = s.post"},
	{"posts that are gone and still have words", "select count(*) from posts where state not in ('live', 'edited') and coalesce(title, content, warning) is not null"},
	{"evidence outside its text", "select count(*) from (select post, evidence from theme_tags union all select post, evidence from target_tags) t join annotations a on a.post = t.post where list_max(list_transform(t.evidence, lambda e: e.stop)) > length(a.plain)"},
}
