package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Temporary tables of the writing connection. They are made once: a page must
// not change the schema.
const staging = `
create temp table if not exists incoming (id uuid);
create temp table if not exists changed as from posts limit 0;
create temp table if not exists shown as from sightings limit 0;
create temp table if not exists learned as from identity.locals limit 0;
create temp table if not exists unwilling (id uuid);
create temp table if not exists withdrawn (id uuid);
create temp table if not exists writers (id uuid);`

// Cursor returns where a source's stream goes on, or "" for its start.
func (s *Store) Cursor(ctx context.Context, source, stream string) (string, error) {
	rows, err := s.conn.QueryContext(ctx, "select position from cursors where source = ? and stream = ?", source, stream)
	if err != nil {
		return "", fmt.Errorf("read cursor of %s: %w", stream, err)
	}
	defer rows.Close()
	position := ""
	for rows.Next() {
		if err := rows.Scan(&position); err != nil {
			return "", err
		}
	}
	return position, rows.Err()
}

// Save stores a page: its posts, what was refused, the page ledger and the
// cursor, all or nothing. Posts that are held already are merged (see
// supersedes). The cost of a page grows with its posts, and by a scan of one
// column with the posts held.
func (s *Store) Save(ctx context.Context, page discussion.Page) (discussion.Saved, error) {
	var saved discussion.Saved
	if err := s.exec(ctx, staging); err != nil {
		return saved, fmt.Errorf("save %s: %w", page.Name, err)
	}
	if page.Seen.IsZero() {
		page.Seen = s.now()
	}
	page.Seen = page.Seen.UTC().Truncate(time.Microsecond)
	rows := s.rows(page)
	err := s.inTransaction(ctx, func() error {
		willing, err := s.willing(ctx, &page, rows)
		if err != nil {
			return err
		}
		held, err := s.held(ctx, willing)
		if err != nil {
			return err
		}
		if saved, err = s.merge(ctx, willing, held); err != nil {
			return err
		}
		saved.Refused = len(rows) - len(willing)
		forgotten, err := s.forget(ctx, page)
		if err != nil {
			return err
		}
		saved.Changed, saved.Gone = saved.Changed+forgotten, saved.Gone+forgotten
		if err := s.ledger(ctx, page, saved); err != nil {
			return err
		}
		return s.advance(ctx, page)
	})
	if err != nil {
		return discussion.Saved{}, fmt.Errorf("save %s, %s: %w", page.Cursor.Stream, page.Name, err)
	}
	return saved, nil
}

// held returns the versions of the page's posts that the store has.
func (s *Store) held(ctx context.Context, rows []*row) (map[duckdb.UUID]version, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	if err := s.exec(ctx, "delete from incoming"); err != nil {
		return nil, err
	}
	err := s.appendRows(ctx, "temp", "incoming", func(add func(...driver.Value) error) error {
		for i := range rows {
			if err := add(rows[i].id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.versions(ctx)
}

func (s *Store) versions(ctx context.Context) (map[duckdb.UUID]version, error) {
	found, err := s.conn.QueryContext(ctx, `
		with known as (
		  select p.id, p.content_hash, p.state, p.edited, p.instance, p.last_seen, p.author is not null as authored,
		    p.created is not null and not p.approximate as dated
		  from posts p semi join incoming i on i.id = p.id
		), home as (
		  select k.id, max(g.last_seen) as seen
		  from known k join sightings g on g.post = k.id and g.instance in (k.instance, '')
		  group by k.id
		)
		select k.id, k.content_hash, k.state, coalesce(k.edited, 'epoch'::timestamptz), coalesce(h.seen, k.last_seen), h.id is not null, k.authored, k.dated
		from known k left join home h on h.id = k.id`)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	held := map[duckdb.UUID]version{}
	for found.Next() {
		var id duckdb.UUID
		var v version
		if err := found.Scan(&id, &v.hash, &v.state, &v.edited, &v.seen, &v.home, &v.author, &v.dated); err != nil {
			return nil, err
		}
		if v.edited.Unix() == 0 {
			v.edited = time.Time{}
		}
		held[id] = v
	}
	return held, found.Err()
}

// merge appends new posts and updates those that are held.
func (s *Store) merge(ctx context.Context, rows []*row, held map[duckdb.UUID]version) (discussion.Saved, error) {
	var saved discussion.Saved
	var fresh, changed, known []*row
	completed := 0 // until now shown in passing only
	for _, r := range rows {
		old, ok := held[r.id]
		switch {
		case !ok:
			fresh = append(fresh, r)
		case supersedes(r.version(), old), !old.dated && r.dated() && !old.state.Gone() && r.hash == old.hash:
			changed = append(changed, r)
			known = append(known, r)
			if !old.author && r.Author.URI != "" || r.hash == old.hash && r.State == old.state {
				completed++
			}
			if r.State.Gone() && !old.state.Gone() {
				saved.Gone++
			}
		default:
			known = append(known, r)
		}
	}
	saved.Fresh, saved.Changed = len(fresh), len(changed)-completed
	saved.Same = len(known) - saved.Changed
	if err := s.insert(ctx, fresh); err != nil {
		return saved, err
	}
	if len(known) == 0 {
		return saved, nil
	}
	return saved, s.update(ctx, known, changed)
}

func (s *Store) insert(ctx context.Context, rows []*row) error {
	if len(rows) == 0 {
		return nil
	}
	return s.appendAll(ctx, rows, []target{
		{"main", "posts", s.post},
		{"main", "sightings", s.sighting},
		{"identity", "posts", (*row).address},
		{"identity", "locals", s.local},
	})
}

// target is a table and how a row gets into it; nil values are left out.
type target struct {
	schema, table string
	values        func(*row) []driver.Value
}

func (s *Store) appendAll(ctx context.Context, rows []*row, targets []target) error {
	for _, t := range targets {
		err := s.appendRows(ctx, t.schema, t.table, func(add func(...driver.Value) error) error {
			for _, r := range rows {
				if v := t.values(r); v != nil {
					if err := add(v...); err != nil {
						return fmt.Errorf("%s: %w", r.URI, err)
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// update brings held posts up to date: sightings and ids of every one, words of
// those that changed. Text is rewritten only then: rewriting it is what makes
// updates slow and files grow.
func (s *Store) update(ctx context.Context, known, changed []*row) error {
	if err := s.exec(ctx, "delete from changed; delete from shown"); err != nil {
		return err
	}
	err := s.appendAll(ctx, known, []target{{"temp", "shown", s.sighting}})
	if err == nil && len(changed) > 0 {
		err = s.appendAll(ctx, changed, []target{{"temp", "changed", s.post}})
	}
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		if err := s.exec(ctx, rewrite); err != nil {
			return fmt.Errorf("rewrite changed posts: %w", err)
		}
	}
	if err := s.exec(ctx, recount); err != nil {
		return fmt.Errorf("update sightings: %w", err)
	}
	return s.learnLocals(ctx, known)
}

const rewrite = `
insert into revisions
select p.id, p.content_hash, c.last_seen from posts p join changed c on c.id = p.id
where c.content_hash <> p.content_hash;
update posts set
  created = case when c.approximate or c.created is null then posts.created else c.created end,
  approximate = posts.approximate and (c.approximate or c.created is null),
  state = c.state, edited = coalesce(c.edited, posts.edited), title = c.title, content = c.content, format = c.format,
  warning = c.warning, content_hash = c.content_hash, language = coalesce(c.language, posts.language),
  author = coalesce(c.author, posts.author), bot = c.bot, link_domain = c.link_domain, quotes = coalesce(c.quotes, posts.quotes),
  stored = c.stored, expired = false
from changed c where c.id = posts.id;
update posts set tags = c.tags from changed c where c.id = posts.id and c.tags is distinct from posts.tags;
update annotations set plain = null, evidence = null
from changed c where c.id = annotations.post and c.content_hash <> annotations.content_hash;
delete from theme_tags using changed c where c.id = theme_tags.post and c.state not in ('live', 'edited');
delete from target_tags using changed c where c.id = target_tags.post and c.state not in ('live', 'edited');
delete from labels using changed c where c.id = labels.post and c.state not in ('live', 'edited');
delete from label_sample using changed c where c.id = label_sample.post and c.state not in ('live', 'edited');
delete from annotations using changed c where c.id = annotations.post and c.state not in ('live', 'edited');`

// recount takes the page's sightings in and derives each post's counts from
// them: its own instance's if that has shown it, else those of the copy with
// the most votes.
const recount = `
update sightings set
  first_seen = least(sightings.first_seen, n.first_seen), last_seen = n.last_seen, score = n.score, upvotes = n.upvotes,
  downvotes = n.downvotes, boosts = n.boosts, replies = n.replies, descendants = n.descendants
from shown n where n.post = sightings.post and n.instance = sightings.instance and n.last_seen >= sightings.last_seen;
insert into sightings select n.* from shown n anti join sightings g on g.post = n.post and g.instance = n.instance;
with ranked as (
  select g.*, row_number() over (
    partition by g.post order by (g.instance = p.instance) desc, g.upvotes desc nulls last, g.replies desc nulls last, g.instance) as rank
  from sightings g semi join shown n on n.post = g.post join posts p on p.id = g.post
), span as (
  select g.post, min(g.first_seen) as first_seen, max(g.last_seen) as last_seen
  from sightings g semi join shown n on n.post = g.post group by g.post
)
update posts set
  score = r.score, upvotes = r.upvotes, downvotes = r.downvotes, boosts = r.boosts, replies = r.replies,
  descendants = r.descendants, first_seen = s.first_seen, last_seen = s.last_seen
from ranked r join span s on s.post = r.post where r.post = posts.id and r.rank = 1;`

// learnLocals adds the ids that another instance gives to held posts.
func (s *Store) learnLocals(ctx context.Context, known []*row) error {
	known = slices.DeleteFunc(slices.Clone(known), func(r *row) bool { return r.LocalID == "" })
	if len(known) == 0 {
		return nil
	}
	if err := s.exec(ctx, "delete from learned"); err != nil {
		return err
	}
	if err := s.appendAll(ctx, known, []target{{"temp", "learned", s.local}}); err != nil {
		return err
	}
	return s.exec(ctx, "insert into identity.locals select n.* from learned n anti join identity.locals l on l.ref = n.ref")
}

// ledger writes what was asked, refused and left out.
func (s *Store) ledger(ctx context.Context, p discussion.Page, saved discussion.Saved) error {
	// A stream that is read again replaces what its last reading noted.
	for _, table := range []string{"quarantine", "exclusions"} {
		if err := s.exec(ctx, "delete from "+table+" where source = ? and stream = ? and (page = ? or ?)", p.Source, p.Cursor.Stream, p.Name, p.Anew); err != nil {
			return err
		}
	}
	excluded := 0
	for reason, n := range p.Excluded {
		excluded += n
		if err := s.exec(ctx, "insert into exclusions values (?, ?, ?, ?, ?)", p.Source, p.Cursor.Stream, p.Name, reason, n); err != nil {
			return err
		}
	}
	for _, r := range p.Rejected {
		if err := s.exec(ctx, "insert into quarantine values (?, ?, ?, ?, ?, ?)",
			p.Source, p.Cursor.Stream, p.Name, clean(r.Item), clean(r.Reason), text(r.SHA256)); err != nil {
			return err
		}
	}
	if err := s.cover(ctx, p); err != nil {
		return err
	}
	return s.exec(ctx, "insert into pages values (?::uuid, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		s.run.String(), p.Source, p.Cursor.Stream, p.Name, p.Instance, p.Seen, text(p.SHA256),
		saved.Fresh+saved.Changed+saved.Same, saved.Fresh, len(p.Rejected), excluded)
}

func (s *Store) advance(ctx context.Context, p discussion.Page) error {
	if err := s.exec(ctx, "delete from cursors where source = ? and stream = ?", p.Source, p.Cursor.Stream); err != nil {
		return err
	}
	if err := s.exec(ctx, "insert into cursors values (?, ?, ?)", p.Source, p.Cursor.Stream, p.Cursor.Position); err != nil || len(p.Posts) == 0 {
		return err
	}
	return s.exec(ctx, "update project set settled = false where settled")
}
