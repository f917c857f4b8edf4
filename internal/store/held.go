package store

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// cover notes what an instance showed of a thread, in place of what it showed
// before.
func (s *Store) cover(ctx context.Context, p discussion.Page) error {
	c := p.Coverage
	if c == nil {
		return nil
	}
	thread, ok := s.key.id(c.Thread)
	if !ok {
		return nil
	}
	var claimed any
	if c.Claimed >= 0 {
		claimed = c.Claimed
	}
	if err := s.exec(ctx, "delete from coverage where thread = ?::uuid and instance = ?", thread.String(), p.Instance); err != nil {
		return fmt.Errorf("note coverage: %w", err)
	}
	err := s.exec(ctx, "insert into coverage values (?::uuid, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		thread.String(), p.Instance, p.Seen, claimed, c.Shown, c.Rows, c.Lacking, c.Orphans, c.LeftOut, text(c.Reason))
	if err != nil {
		return fmt.Errorf("note coverage: %w", err)
	}
	return nil
}

// heldThread is a thread of which an instance showed posts that still stand.
type heldThread struct {
	id   duckdb.UUID
	root discussion.HeldPost
}

// Held yields the threads of which an instance has shown anything that still
// stands and that it has not shown since before, the longest unseen first and
// those that could not be read last, with the ids by which it can be asked for them.
func (s *Store) Held(ctx context.Context, instance string, before time.Time) iter.Seq2[discussion.Held, error] {
	return func(yield func(discussion.Held, error) bool) {
		threads, err := s.heldThreads(ctx, instance, before)
		if err != nil {
			yield(discussion.Held{}, fmt.Errorf("list threads of %s: %w", instance, err))
			return
		}
		for _, t := range threads {
			posts, err := s.heldPosts(ctx, instance, t.id)
			if err != nil {
				err = fmt.Errorf("list posts of a thread of %s: %w", instance, err)
			}
			if !yield(discussion.Held{Root: t.root, Posts: posts}, err) || err != nil {
				return
			}
		}
	}
}

func (s *Store) heldThreads(ctx context.Context, instance string, before time.Time) ([]heldThread, error) {
	rows, err := s.db.QueryContext(ctx, `
		with unseen as (
		  select p.thread, min(g.last_seen) as seen
		  from sightings g join posts p on p.id = g.post
		  where g.instance = ? and p.thread is not null and p.state in ('live', 'edited')
		  group by p.thread
		  having min(g.last_seen) < ?
		), failing as (
		  select stream from cursors where position like '%"failed":true%'
		)
		select u.thread, coalesce(i.uri, ''), coalesce(any_value(l.local_id), ''), coalesce(any_value(root.kind), 'post')
		from unseen u
		left join posts root on root.id = u.thread
		left join identity.posts i on i.id = u.thread
		left join identity.locals l on l.post = u.thread and l.instance = ?
		left join failing f on f.stream in (l.local_id, 'post/' || l.local_id)
		group by u.thread, i.uri, u.seen order by bool_or(f.stream is not null), u.seen, u.thread`, instance, before, instance)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []heldThread
	for rows.Next() {
		var t heldThread
		if err := rows.Scan(&t.id, &t.root.URI, &t.root.LocalID, &t.root.Kind); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

func (s *Store) heldPosts(ctx context.Context, instance string, thread duckdb.UUID) ([]discussion.HeldPost, error) {
	rows, err := s.db.QueryContext(ctx, `
		with mine as (select id, kind from posts where thread = ?::uuid and id <> thread and state in ('live', 'edited'))
		select i.uri, l.local_id, m.kind
		from mine m
		join identity.posts i on i.id = m.id
		join identity.locals l on l.post = m.id and l.instance = ?
		join sightings g on g.post = m.id and g.instance = l.instance
		order by g.last_seen, i.uri`, thread.String(), instance)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []discussion.HeldPost
	for rows.Next() {
		var p discussion.HeldPost
		if err := rows.Scan(&p.URI, &p.LocalID, &p.Kind); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}
