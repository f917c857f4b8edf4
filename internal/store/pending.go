package store

import (
	"context"
	"fmt"
	"iter"
	"strings"

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
	var total, last int64
	if err == nil {
		total, last, err = s.findPending(model)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("find posts to annotate: %w", err)
	}
	s.pending = int(total)
	return s.pending, func(yield func([]discussion.Text, error) bool) {
		// Who annotates has the processors. A query on more than one thread waits for
		// its helpers by turning round and round.
		if err := s.reader.threads(1); err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = s.reader.threads(threads) }()
		for from := int64(0); from <= last; from += batch {
			texts, err := s.texts(from, from+batch)
			if (len(texts) > 0 || err != nil) && !yield(texts, err) || err != nil {
				return
			}
		}
	}, nil
}

// threads sets how many threads DuckDB works on.
func (b *bulk) threads(n int) error { return b.exec(fmt.Sprintf("set threads = %d", n)) }

// findPending lists the pending posts by their place in the table, which does
// not change while annotations are saved, with the language around each. It returns
// how many they are, and the place of the last, or -1.
func (s *Store) findPending(model string) (total, last int64, err error) {
	if err := s.openReader(); err != nil {
		return 0, 0, err
	}
	err = s.reader.exec(fmt.Sprintf(`
		create or replace temp table pending as
		select p.rowid as pos, coalesce(root.language, (select case when len(languages) = 1 then languages[1] end from study)) as around
		from posts p
		anti join annotations a on a.post = p.id and a.content_hash = p.content_hash and a.model = %s
		left join (select id, language from posts where id = thread and language is not null) root on root.id = p.thread
		where not p.expired
		order by pos`, quote(model)))
	if err != nil {
		return 0, 0, err
	}
	older := false
	err = s.reader.each("select count(*), coalesce(max(pos), -1) from pending", func(r *source) {
		total, last = r.int(0), r.int(1)
	})
	if err == nil {
		err = s.reader.each("select count(*) > 0 from pending w join posts p on p.rowid = w.pos join annotations a on a.post = p.id", func(r *source) {
			older = r.bool(0)
		})
	}
	if s.replacing = ""; older {
		s.replacing = model
	}
	return total, last, err
}

func (s *Store) openReader() (err error) {
	if s.reader == nil {
		s.reader, err = openBulk(s.path, s.settings)
	}
	return err
}

// texts reads the pending posts between two places. These stand in the query
// itself: given as arguments they would keep DuckDB from passing over the rest of
// their row group, of which it would unpack every text.
func (s *Store) texts(from, to int64) ([]discussion.Text, error) {
	texts := make([]discussion.Text, 0, batch)
	err := s.reader.each(fmt.Sprintf(`
		select p.id, p.content_hash, p.created, p.title, p.content, p.warning,
		  concat_ws(chr(31), p.platform, p.kind, p.state, p.format, if(p.bot, 'bot', ''), replace(p.instance, chr(31), ''),
		    replace(coalesce(p.language, ''), chr(31), ''), replace(coalesce(w.around, ''), chr(31), ''))
		from posts p join pending w on w.pos = p.rowid
		where p.rowid >= %[1]d and p.rowid < %[2]d and w.pos >= %[1]d and w.pos < %[2]d`, from, to),
		func(r *source) { texts = append(texts, s.text(r)) })
	if err != nil {
		return nil, fmt.Errorf("read posts to annotate: %w", err)
	}
	return texts, nil
}

// text reads the first seven columns of a row.
func (s *Store) text(r *source) discussion.Text {
	t := s.circumstances(r.text(6))
	t.Post, t.ContentHash, t.Created = r.uuid(0).String(), r.hash(1), r.moment(2)
	t.Title, t.Content, t.Warning = r.text(3), r.text(4), r.text(5)
	return t
}

// circumstances returns a text with all but its words. They come as one string,
// because most posts share theirs with others: that is cheaper than eight.
func (s *Store) circumstances(joined string) discussion.Text {
	if t, ok := s.known[joined]; ok {
		return t
	}
	joined = strings.Clone(joined) // the rest of its chunk is not to be kept with it
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
