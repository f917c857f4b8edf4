package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// refusedElsewhere is the reason in exclusions.
const refusedElsewhere = "author's profile refuses, as another instance shows it"

// willing drops rows by authors who are known to refuse: what shows them may have
// an older profile. Only the author's own instance lifts a refusal, by showing
// them later without it. What is dropped is counted in the page.
func (s *Store) willing(ctx context.Context, page *discussion.Page, rows []*row) ([]*row, error) {
	var any bool
	if err := s.conn.QueryRowContext(ctx, "select count(*) > 0 from refusals").Scan(&any); err != nil || !any {
		return rows, err
	}
	refusals, err := s.refusalsOf(ctx, rows)
	if err != nil || len(refusals) == 0 {
		return rows, err
	}
	var kept []*row
	lifted := map[duckdb.UUID]bool{}
	for _, r := range rows {
		author, _ := s.key.id(r.Author.URI)
		said, refuses := refusals[author]
		switch {
		case !refuses || r.Author.URI == "":
			kept = append(kept, r)
		case page.Instance == discussion.Host(r.Author.URI) && page.Seen.After(said):
			lifted[author] = true
			kept = append(kept, r)
		default:
			leaveOut(page, r)
		}
	}
	return kept, s.lift(ctx, slices.Collect(maps.Keys(lifted)))
}

func leaveOut(page *discussion.Page, r *row) {
	excluded := map[string]int{}
	maps.Copy(excluded, page.Excluded)
	excluded[refusedElsewhere]++
	page.Excluded = excluded
	page.Withdrawn = append(slices.Clip(page.Withdrawn), r.URI)
	if c := page.Coverage; c != nil && r.Parent != "" && !r.State.Gone() {
		more := *c
		more.LeftOut++
		page.Coverage = &more
	}
}

// refusalsOf returns when those of the rows' authors who refuse last said so.
func (s *Store) refusalsOf(ctx context.Context, rows []*row) (map[duckdb.UUID]time.Time, error) {
	if err := s.exec(ctx, "delete from writers"); err != nil {
		return nil, err
	}
	err := s.appendRows(ctx, "temp", "writers", func(add func(...driver.Value) error) error {
		for _, r := range rows {
			if id, ok := s.key.id(r.Author.URI); ok {
				if err := add(id); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	found, err := s.conn.QueryContext(ctx, "select r.author, r.seen from refusals r semi join writers w on w.id = r.author")
	if err != nil {
		return nil, fmt.Errorf("look refusals up: %w", err)
	}
	defer found.Close()
	refusals := map[duckdb.UUID]time.Time{}
	for found.Next() {
		var author duckdb.UUID
		var seen time.Time
		if err := found.Scan(&author, &seen); err != nil {
			return nil, err
		}
		refusals[author] = seen
	}
	return refusals, found.Err()
}

func (s *Store) lift(ctx context.Context, authors []duckdb.UUID) error {
	for _, a := range authors {
		if err := s.exec(ctx, "delete from refusals where author = ?::uuid", a.String()); err != nil {
			return fmt.Errorf("lift a refusal: %w", err)
		}
	}
	return nil
}

// refuse notes a page's unwilling authors.
func (s *Store) refuse(ctx context.Context, page discussion.Page) error {
	for _, uri := range page.Unwilling {
		id, ok := s.key.id(uri)
		if !ok {
			continue
		}
		err := s.exec(ctx, "delete from refusals where author = ?::uuid and seen <= ?", id.String(), page.Seen)
		if err == nil {
			err = s.exec(ctx, "insert into refusals select ?::uuid, ? where not exists (from refusals where author = ?::uuid)", id.String(), page.Seen, id.String())
		}
		if err != nil {
			return fmt.Errorf("note a refusal: %w", err)
		}
	}
	return nil
}
