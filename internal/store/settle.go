package store

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"

	"github.com/duckdb/duckdb-go/v2"
)

// A reply that came without its place in the thread, and its parent's place as
// far as that is known.
type unplaced struct {
	parent duckdb.UUID
	thread duckdb.UUID
	depth  sql.NullInt32 // of the parent; valid if it has a place
}

type place struct {
	thread duckdb.UUID
	depth  sql.NullInt32
}

// Settle finds parents that were named by an instance's own id, and the thread
// and depth of replies whose source did not know them. A reply whose ancestors
// are not held stays in the thread that its source named, if the root of that is
// held, else gets the topmost known ancestor as its thread, and no depth; it is
// placed anew when that ancestor turns up. It does nothing if no page was
// saved since the last time, in whatever run: an ingest may have been killed
// between its last page and here.
func (s *Store) Settle(ctx context.Context) error {
	var settled bool
	if err := s.conn.QueryRowContext(ctx, "select settled from project").Scan(&settled); err != nil || settled {
		return err
	}
	if err := s.exec(ctx, "create temp table if not exists placed (id uuid, thread uuid, depth integer)"); err != nil {
		return err
	}
	err := s.inTransaction(ctx, func() error {
		if err := s.exec(ctx, `update posts set parent = l.post from identity.locals l where l.ref = posts.parent`); err != nil {
			return err
		}
		open, err := s.unplaced(ctx)
		if err == nil && len(open) > 0 {
			err = s.placeAll(ctx, open)
		}
		if err != nil {
			return err
		}
		return s.exec(ctx, "update project set settled = true")
	})
	if err != nil {
		return fmt.Errorf("settle threads: %w", err)
	}
	return nil
}

func (s *Store) unplaced(ctx context.Context) (map[duckdb.UUID]unplaced, error) {
	rows, err := s.conn.QueryContext(ctx, `
		select p.id, p.parent, coalesce(q.thread, q.id, own.id, p.parent), q.depth
		from posts p left join posts q on q.id = p.parent
		left join posts own on own.id = p.thread and own.parent is null -- the source knew the thread, and not the parent
		where p.parent is not null and (p.depth is null or p.thread is null)`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	open := map[duckdb.UUID]unplaced{}
	for rows.Next() {
		var id duckdb.UUID
		var u unplaced
		if err := rows.Scan(&id, &u.parent, &u.thread, &u.depth); err != nil {
			return nil, err
		}
		open[id] = u
	}
	return open, rows.Err()
}

func (s *Store) placeAll(ctx context.Context, open map[duckdb.UUID]unplaced) error {
	if err := s.exec(ctx, "delete from placed"); err != nil {
		return err
	}
	places := resolve(open)
	err := s.appendRows(ctx, "temp", "placed", func(add func(...driver.Value) error) error {
		for id, p := range places {
			var depth driver.Value
			if p.depth.Valid {
				depth = p.depth.Int32
			}
			if err := add(id, p.thread, depth); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.exec(ctx, `
		update posts set thread = n.thread, depth = n.depth from placed n
		where n.id = posts.id and (posts.thread is distinct from n.thread or posts.depth is distinct from n.depth)`)
}

// resolve walks from every reply up to an ancestor whose place is known, or to
// the last one that is held. Each reply is walked over once. Replies that
// answer one another in a circle get the smallest id among them as their thread.
func resolve(open map[duckdb.UUID]unplaced) map[duckdb.UUID]place {
	places := make(map[duckdb.UUID]place, len(open))
	var path []duckdb.UUID
	for id := range open {
		path = path[:0]
		walking := map[duckdb.UUID]bool{}
		at := id
		var top place
		for {
			if p, done := places[at]; done {
				top = p
				break
			}
			if walking[at] {
				top = place{thread: smallest(path)}
				break
			}
			walking[at], path = true, append(path, at)
			u := open[at]
			if _, more := open[u.parent]; !more {
				top = place{thread: u.thread, depth: u.depth}
				break
			}
			at = u.parent
		}
		for i := len(path) - 1; i >= 0; i-- {
			if top.depth.Valid {
				top.depth.Int32++
			}
			places[path[i]] = top
		}
	}
	return places
}

func smallest(ids []duckdb.UUID) duckdb.UUID {
	low := ids[0]
	for _, id := range ids[1:] {
		if bytes.Compare(id[:], low[:]) < 0 {
			low = id
		}
	}
	return low
}
