package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// batch is how many rows a read of pending posts spans: few, so that what is under
// way between reading and writing is small, and much of it in a processor's cache.
const batch = 8_192

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
		// Who annotates has the processors. A query on more than one thread waits for
		// its helpers by turning round and round.
		if err := s.threads(ctx, 1); err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = s.threads(ctx, threads) }()
		for from := int64(0); last.Valid && from <= last.Int64; from += batch {
			texts, err := s.texts(ctx, from, from+batch)
			if (len(texts) > 0 || err != nil) && !yield(texts, err) || err != nil {
				return
			}
		}
	}, nil
}

// threads sets how many threads DuckDB works on.
func (s *Store) threads(ctx context.Context, n int) error {
	_, err := s.reader.ExecContext(ctx, fmt.Sprintf("set threads = %d", n))
	return err
}

// findPending lists the pending posts by their place in the table, which does
// not change while annotations are saved, with the language around each.
func (s *Store) findPending(ctx context.Context, model string) (total int, last sql.NullInt64, err error) {
	if err := s.openReader(ctx); err != nil {
		return 0, last, err
	}
	_, err = s.reader.ExecContext(ctx, `
		create or replace temp table pending as
		select p.rowid as pos, coalesce(root.language, (select case when len(languages) = 1 then languages[1] end from study)) as around
		from posts p
		anti join annotations a on a.post = p.id and a.content_hash = p.content_hash and a.model = ?
		left join (select id, language from posts where id = thread and language is not null) root on root.id = p.thread
		where not p.expired
		order by pos`, model)
	if err != nil {
		return 0, last, err
	}
	if err = s.reader.QueryRowContext(ctx, "select count(*), max(pos) from pending").Scan(&total, &last); err != nil {
		return 0, last, err
	}
	var older bool
	err = s.reader.QueryRowContext(ctx, "select count(*) > 0 from pending w join posts p on p.rowid = w.pos join annotations a on a.post = p.id").Scan(&older)
	if s.replacing = ""; older {
		s.replacing = model
	}
	return total, last, err
}

func (s *Store) openReader(ctx context.Context) (err error) {
	if s.reader == nil {
		s.reader, err = s.db.Conn(ctx)
	}
	return err
}

// texts reads the pending posts between two places. It takes the driver's rows
// as they are: database/sql would copy every value once more. The places stand in
// the query itself: given as arguments they would keep DuckDB from passing over the
// rest of their row group, of which it would unpack every text.
func (s *Store) texts(ctx context.Context, from, to int64) ([]discussion.Text, error) {
	var texts []discussion.Text
	err := s.reader.Raw(func(c any) error {
		rows, err := c.(driver.QueryerContext).QueryContext(ctx, fmt.Sprintf(`
			select p.id, p.content_hash, p.created, p.title, p.content, p.warning,
			  concat_ws(chr(31), p.platform, p.kind, p.state, p.format, if(p.bot, 'bot', ''), replace(p.instance, chr(31), ''),
			    replace(coalesce(p.language, ''), chr(31), ''), replace(coalesce(w.around, ''), chr(31), ''))
			from posts p join pending w on w.pos = p.rowid
			where p.rowid >= %[1]d and p.rowid < %[2]d and w.pos >= %[1]d and w.pos < %[2]d`, from, to), nil)
		if err != nil {
			return err
		}
		texts, err = s.readTexts(rows)
		return errors.Join(err, rows.Close())
	})
	if err != nil {
		return nil, fmt.Errorf("read posts to annotate: %w", err)
	}
	return texts, nil
}

func (s *Store) readTexts(rows driver.Rows) ([]discussion.Text, error) {
	texts := make([]discussion.Text, 0, batch)
	row := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(row); errors.Is(err, io.EOF) {
			return texts, nil
		} else if err != nil {
			return texts, err
		}
		t, err := s.text(row)
		if err != nil {
			return texts, err
		}
		texts = append(texts, t)
	}
}

// text reads the first seven columns of a row.
func (s *Store) text(row []driver.Value) (discussion.Text, error) {
	id, err := uuid.FromBytes(value[[]byte](row[0]))
	if err != nil {
		return discussion.Text{}, err
	}
	t := s.circumstances(value[string](row[6]))
	t.Post, t.ContentHash, t.Created = id.String(), value[uint64](row[1]), value[time.Time](row[2])
	t.Title, t.Content, t.Warning = value[string](row[3]), value[string](row[4]), value[string](row[5])
	return t, nil
}

// circumstances returns a text with all but its words. They come as one string,
// because most posts share theirs with others: that is cheaper than eight.
func (s *Store) circumstances(joined string) discussion.Text {
	if t, ok := s.known[joined]; ok {
		return t
	}
	var f [8]string
	copy(f[:], strings.Split(joined, "\x1f"))
	t := discussion.Text{
		Platform: discussion.Platform(f[0]), Kind: discussion.Kind(f[1]), State: discussion.State(f[2]), Format: discussion.Format(f[3]),
		Bot: f[4] != "", Instance: f[5], Language: f[6], Around: f[7],
	}
	if s.known == nil || len(s.known) >= maxKnown {
		s.known = make(map[string]discussion.Text)
	}
	s.known[joined] = t
	return t
}

// maxKnown bounds Store.known.
const maxKnown = 10_000

// value returns what a column holds, or the zero value of its type for null.
func value[T any](v driver.Value) T {
	t, _ := v.(T)
	return t
}
