package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// batch is how many rows a read of pending posts spans: some row groups, so
// that memory stays bounded whatever the size of the file.
const batch = 20_480

// Pending yields, in batches, the posts that the model has not annotated as
// they are now, and how many there are in all. It reads by a connection of its
// own, so that annotations may be saved while it goes on.
func (s *Store) Pending(ctx context.Context, model string) (int, iter.Seq2[[]discussion.Text, error], error) {
	err := s.Flush(ctx)
	var total int
	var last sql.NullInt64
	if err == nil {
		total, last, err = s.findPending(ctx, model)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("find posts to annotate: %w", err)
	}
	s.pending = total
	return total, func(yield func([]discussion.Text, error) bool) {
		for from := int64(0); last.Valid && from <= last.Int64; from += batch {
			texts, err := s.texts(ctx, from, from+batch)
			if (len(texts) > 0 || err != nil) && !yield(texts, err) || err != nil {
				return
			}
		}
	}, nil
}

// findPending lists the pending posts by their place in the table, which does
// not change while annotations are saved, with the language around each.
func (s *Store) findPending(ctx context.Context, model string) (total int, last sql.NullInt64, err error) {
	if s.reader == nil {
		if s.reader, err = s.db.Conn(ctx); err != nil {
			return 0, last, err
		}
	}
	_, err = s.reader.ExecContext(ctx, `
		create or replace temp table pending as
		select p.rowid as pos, coalesce(root.language, (select case when len(languages) = 1 then languages[1] end from study)) as around
		from posts p
		anti join annotations a on a.post = p.id and a.content_hash = p.content_hash and a.model = ?
		left join (select id, language from posts where language is not null) root on root.id = p.thread
		where not p.expired
		order by pos`, model)
	if err != nil {
		return 0, last, err
	}
	if err = s.reader.QueryRowContext(ctx, "select count(*), max(pos) from pending").Scan(&total, &last); err != nil {
		return 0, last, err
	}
	err = s.reader.QueryRowContext(ctx, "select count(*) > 0 from annotations a join posts p on p.id = a.post where a.content_hash <> p.content_hash or a.model <> ?", model).Scan(&s.stale)
	return total, last, err
}

// texts reads the pending posts between two places. It takes the driver's rows
// as they are: database/sql would copy every value once more.
func (s *Store) texts(ctx context.Context, from, to int64) ([]discussion.Text, error) {
	var texts []discussion.Text
	err := s.reader.Raw(func(c any) error {
		rows, err := c.(driver.QueryerContext).QueryContext(ctx, `
			select p.id, p.content_hash, p.platform, p.kind, p.instance, p.created, p.state, p.bot,
			  p.language, w.around, p.title, p.content, p.format, p.warning
			from posts p join pending w on w.pos = p.rowid
			where p.rowid >= $1 and p.rowid < $2 and w.pos >= $1 and w.pos < $2`,
			[]driver.NamedValue{{Ordinal: 1, Value: from}, {Ordinal: 2, Value: to}})
		if err != nil {
			return err
		}
		texts, err = readTexts(rows)
		return errors.Join(err, rows.Close())
	})
	if err != nil {
		return nil, fmt.Errorf("read posts to annotate: %w", err)
	}
	return texts, nil
}

func readTexts(rows driver.Rows) ([]discussion.Text, error) {
	texts := make([]discussion.Text, 0, batch)
	row := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(row); errors.Is(err, io.EOF) {
			return texts, nil
		} else if err != nil {
			return texts, err
		}
		id, err := uuid.FromBytes(value[[]byte](row[0]))
		if err != nil {
			return texts, err
		}
		texts = append(texts, discussion.Text{
			Post: id.String(), ContentHash: value[uint64](row[1]),
			Platform: discussion.Platform(value[string](row[2])), Kind: discussion.Kind(value[string](row[3])),
			Instance: value[string](row[4]), Created: value[time.Time](row[5]),
			State: discussion.State(value[string](row[6])), Bot: value[bool](row[7]),
			Language: value[string](row[8]), Around: value[string](row[9]),
			Title: value[string](row[10]), Content: value[string](row[11]),
			Format: discussion.Format(value[string](row[12])), Warning: value[string](row[13]),
		})
	}
}

// value returns what a column holds, or the zero value of its type for null.
func value[T any](v driver.Value) T {
	t, _ := v.(T)
	return t
}
