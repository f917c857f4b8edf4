package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"iter"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/google/uuid"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// batch is how many rows a read of pending posts spans: some row groups, so
// that memory stays bounded whatever the size of the file.
const batch = 10_240

// Pending yields, in batches, the posts that the model has not annotated as
// they are now, and how many there are in all. Annotations may be saved between
// batches.
func (s *Store) Pending(ctx context.Context, model string) (int, iter.Seq2[[]discussion.Text, error], error) {
	_, err := s.conn.ExecContext(ctx, `
		create or replace temp table pending as
		select p.rowid as pos from posts p
		anti join annotations a on a.post = p.id and a.content_hash = p.content_hash and a.model = ?
		where not p.expired
		order by pos`, model)
	var total int
	var last sql.NullInt64
	if err == nil {
		err = s.conn.QueryRowContext(ctx, "select count(*), max(pos) from pending").Scan(&total, &last)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("find posts to annotate: %w", err)
	}
	return total, func(yield func([]discussion.Text, error) bool) {
		for from := int64(0); last.Valid && from <= last.Int64; from += batch {
			texts, err := s.texts(ctx, from, from+batch)
			if (len(texts) > 0 || err != nil) && !yield(texts, err) || err != nil {
				return
			}
		}
	}, nil
}

func (s *Store) texts(ctx context.Context, from, to int64) ([]discussion.Text, error) {
	rows, err := s.conn.QueryContext(ctx, `
		select p.id, p.content_hash, p.platform, p.kind, p.instance, p.created, p.state, p.bot,
		  coalesce(p.language, ''), coalesce(root.language, (select case when len(languages) = 1 then languages[1] end from study), ''),
		  coalesce(p.title, ''), coalesce(p.content, ''), p.format, coalesce(p.warning, '')
		from posts p semi join (select pos from pending where pos >= ? and pos < ?) w on w.pos = p.rowid
		left join posts root on root.id = p.thread
		where p.rowid >= ? and p.rowid < ?`, from, to, from, to)
	if err != nil {
		return nil, fmt.Errorf("read posts to annotate: %w", err)
	}
	defer rows.Close()
	var texts []discussion.Text
	for rows.Next() {
		var t discussion.Text
		var id duckdb.UUID
		var created sql.NullTime
		if err := rows.Scan(&id, &t.ContentHash, &t.Platform, &t.Kind, &t.Instance, &created, &t.State, &t.Bot,
			&t.Language, &t.Around, &t.Title, &t.Content, &t.Format, &t.Warning); err != nil {
			return nil, err
		}
		t.Post, t.Created = id.String(), created.Time
		texts = append(texts, t)
	}
	return texts, rows.Err()
}

// span is one element of an evidence column.
type span struct {
	Start int32 `db:"start"`
	Stop  int32 `db:"stop"`
}

// Annotate stores annotations in one transaction. They replace those that the
// posts had, of whatever model.
func (s *Store) Annotate(ctx context.Context, texts []discussion.Text, notes []discussion.Annotation) error {
	if err := s.exec(ctx, "create temp table if not exists incoming (id uuid); delete from incoming"); err != nil {
		return err
	}
	ids := make([]duckdb.UUID, len(notes))
	for i, n := range notes {
		id, err := uuid.Parse(n.Post)
		if err != nil {
			return fmt.Errorf("annotation of post %q: %w", n.Post, err)
		}
		ids[i] = duckdb.UUID(id)
	}
	err := s.inTransaction(ctx, func() error {
		if err := s.forgetAnnotations(ctx, ids); err != nil {
			return err
		}
		err := s.appendRows(ctx, "main", "annotations", func(add func(...driver.Value) error) error {
			for i, n := range notes {
				if err := add(annotation(ids[i], texts[i], n)...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return s.appendRows(ctx, "main", "theme_tags", func(add func(...driver.Value) error) error {
			for i, n := range notes {
				for _, t := range n.Themes {
					if err := add(themeTag(ids[i], n, t)...); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("save annotations: %w", err)
	}
	return nil
}

// forgetAnnotations deletes what the posts had before, if anything.
func (s *Store) forgetAnnotations(ctx context.Context, ids []duckdb.UUID) error {
	err := s.appendRows(ctx, "temp", "incoming", func(add func(...driver.Value) error) error {
		for _, id := range ids {
			if err := add(id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var old int
	err = s.conn.QueryRowContext(ctx, "select count(*) from annotations a semi join incoming i on i.id = a.post").Scan(&old)
	if err != nil || old == 0 {
		return err
	}
	return s.exec(ctx, `
		delete from annotations where post in (select id from incoming);
		delete from theme_tags where post in (select id from incoming)`)
}

func annotation(id duckdb.UUID, t discussion.Text, n discussion.Annotation) []driver.Value {
	v := []driver.Value{
		id, n.ContentHash, n.Model, day(t.Created), string(t.Platform), t.Instance,
		n.Language, float32(n.Confidence), text(n.Plain), int32(n.Words), n.Scored, text(n.Reason),
	}
	if !n.Scored {
		return append(v, nil, nil, nil, nil, nil, nil, nil, themes(n.Themes))
	}
	m := n.Sentiment
	return append(v, string(m.Label), float32(m.Score), float32(m.P[0]), float32(m.P[1]), float32(m.P[2]), float32(m.Irony),
		spans(n.Plain, m.Evidence), themes(n.Themes))
}

func themes(list []discussion.ThemeTag) driver.Value {
	if len(list) == 0 {
		return nil
	}
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = t.Theme
	}
	slices.Sort(names)
	return names
}

func themeTag(id duckdb.UUID, n discussion.Annotation, t discussion.ThemeTag) []driver.Value {
	var label, score driver.Value
	if n.Scored {
		label, score = string(t.Sentiment.Label), float32(t.Sentiment.Score)
	}
	return []driver.Value{id, t.Theme, label, score, float32(t.Confidence), spans(n.Plain, t.Evidence)}
}

func day(t time.Time) driver.Value {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(24 * time.Hour)
}

// spans turns byte offsets into characters, which is what SQL's substring and
// Python count in.
func spans(plain string, list []discussion.Span) driver.Value {
	if len(list) == 0 {
		return nil
	}
	out := make([]span, len(list))
	for i, e := range list {
		start := utf8.RuneCountInString(plain[:e.Start])
		out[i] = span{int32(start), int32(start + utf8.RuneCountInString(plain[e.Start:e.End]))}
	}
	return out
}
