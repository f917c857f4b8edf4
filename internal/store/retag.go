package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/google/uuid"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Taggers returns what decided on the tags of the file: a version by the name of
// each theme, and by "" for the targets. It is empty before any post was tagged.
func (s *Store) Taggers(ctx context.Context) (map[string]string, error) {
	rows, err := s.db.QueryContext(ctx, "select name, version from taggers")
	if err != nil {
		return nil, fmt.Errorf("read what tagged posts: %w", err)
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var name, version string
		if err := rows.Scan(&name, &version); err != nil {
			return nil, err
		}
		all[name] = version
	}
	return all, rows.Err()
}

// Retag replaces what changed taggers decided on, in posts that the model has
// annotated as they are now: tag is given batches of them, each with a note that
// says in which language and tone it was read, and adds the themes that have changed,
// the targets if changed[""], and whether it answers. Tags of other themes are left
// as they are. All of it is one
// transaction: after an error nothing is changed. It returns how many posts were
// looked at.
func (s *Store) Retag(ctx context.Context, model string, taggers map[string]string, tag func(changed map[string]bool, texts []discussion.Text, notes []discussion.Annotation) error) (int, error) {
	old, err := s.Taggers(ctx)
	if err != nil || maps.Equal(old, taggers) {
		return 0, err
	}
	changed := map[string]bool{}
	for name := range old {
		changed[name] = taggers[name] != old[name]
	}
	for name := range taggers {
		changed[name] = taggers[name] != old[name]
	}
	n := 0
	b, err := s.bulk()
	if err == nil {
		err = s.Flush(ctx)
	}
	if err == nil {
		err = b.inTransaction(func() error {
			if err := b.prepare(changed); err != nil {
				return err
			}
			if n, err = s.retag(b, model, changed, tag); err != nil {
				return err
			}
			return b.exchange(taggers)
		})
	}
	if err != nil {
		return 0, fmt.Errorf("tag anew: %w", err)
	}
	return n, nil
}

// prepare makes the tables that new tags are gathered in.
func (b *bulk) prepare(changed map[string]bool) error {
	err := b.exec(`
		create or replace temp table new_theme_tags as from theme_tags limit 0;
		create or replace temp table new_target_tags as from target_tags limit 0;
		create or replace temp table retagged (post uuid, answers boolean);
		create or replace temp table changed_taggers (name varchar)`)
	if err != nil {
		return err
	}
	t, err := b.open("temp", "changed_taggers")
	if err != nil {
		return err
	}
	for name := range changed {
		if changed[name] {
			t.word(name)
			t.end()
		}
	}
	return t.close()
}

// retag reads the posts, batch by batch, and gathers their new tags. It reads by
// a connection of its own.
func (s *Store) retag(b *bulk, model string, changed map[string]bool, tag func(changed map[string]bool, texts []discussion.Text, notes []discussion.Annotation) error) (int, error) {
	if err := s.openReader(); err != nil {
		return 0, err
	}
	// What was said of each post is found once for all of them, in the order of the
	// posts: a join for each batch would read all annotations each time.
	err := s.reader.exec(fmt.Sprintf(`
		create or replace temp table standing as
		select p.rowid as pos, concat_ws(chr(31), a.language, coalesce(a.sentiment, '')) as tone, a.scored, a.p_negative, a.p_neutral, a.p_positive, a.irony
		from posts p join annotations a on a.post = p.id and a.content_hash = p.content_hash and a.model = %s
		where not p.expired and coalesce(a.reason, '') not in ('gone', 'article', 'empty')
		order by pos`, quote(model)))
	if err != nil {
		return 0, err
	}
	var last int64
	if err := s.reader.each("select coalesce(max(pos), -1) from standing", func(r *source) { last = r.int(0) }); err != nil {
		return 0, err
	}
	n := 0
	for from := int64(0); from <= last; from += batch {
		texts, notes, err := s.annotated(from, from+batch)
		if err == nil {
			err = tag(changed, texts, notes)
		}
		if err != nil {
			return n, err
		}
		n += len(texts)
		if err := b.appendNew(changed, notes); err != nil {
			return n, err
		}
	}
	return n, s.reader.exec("drop table standing")
}

// appendNew gathers the new tags of a batch.
func (b *bulk) appendNew(changed map[string]bool, notes []discussion.Annotation) error {
	tags, err := b.openTags("temp", "new_")
	if err != nil {
		return err
	}
	retagged, err := b.open("temp", "retagged")
	if err != nil {
		return errors.Join(err, tags.close())
	}
	for i := range notes {
		n := &notes[i]
		id, err := uuid.Parse(n.Post)
		if err != nil {
			return errors.Join(err, tags.close(), retagged.close())
		}
		n.Themes = slices.DeleteFunc(n.Themes, func(t discussion.ThemeTag) bool { return !changed[t.Theme] })
		if !changed[""] {
			n.Targets = nil
		}
		tags.of(n)
		tags.add(duckdb.UUID(id))
		retagged.uuid(duckdb.UUID(id))
		retagged.bool(n.Answers)
		retagged.end()
	}
	return errors.Join(tags.close(), retagged.close())
}

// exchange puts the new tags in the place of the old ones.
func (b *bulk) exchange(taggers map[string]string) error {
	err := b.exec(`
		create or replace temp table touched as
		  select distinct post from (
		    from (select post, theme from theme_tags where theme in (from changed_taggers) and post in (select post from retagged)) a
		    union all (select post, theme from new_theme_tags));
		delete from theme_tags where theme in (from changed_taggers) and post in (select post from retagged);
		insert into theme_tags from new_theme_tags;
		update annotations set themes = n.themes
		  from (select t.post, list(g.theme order by g.theme) filter (g.theme is not null) as themes
		    from touched t left join theme_tags g on g.post = t.post group by t.post) n
		  where n.post = annotations.post and n.themes is distinct from annotations.themes;
		update annotations set answers = r.answers from retagged r where r.post = annotations.post and r.answers is distinct from annotations.answers;
		delete from target_tags where '' in (from changed_taggers) and post in (select post from retagged);
		insert into target_tags from new_target_tags;
		drop table new_theme_tags;
		drop table new_target_tags;
		drop table retagged;
		drop table touched;
		drop table changed_taggers;
		delete from taggers`)
	if err != nil {
		return err
	}
	t, err := b.open("", "taggers")
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(taggers)) {
		t.word(name)
		t.word(taggers[name])
		t.end()
	}
	return t.close()
}

// annotated reads posts between two places that the model has annotated as they
// are now, and what it said of language and tone. The places stand in the query, as
// in texts.
func (s *Store) annotated(from, to int64) (texts []discussion.Text, notes []discussion.Annotation, err error) {
	err = s.reader.each(fmt.Sprintf(`
		select p.id, p.content_hash, p.created, p.title, p.content, p.warning,
		  concat_ws(chr(31), p.platform, p.kind, p.state, p.format, if(p.bot, 'bot', ''), replace(p.instance, chr(31), ''),
		    replace(coalesce(p.language, ''), chr(31), ''), ''),
		  w.tone, w.scored, w.p_negative, w.p_neutral, w.p_positive, w.irony
		from posts p join standing w on w.pos = p.rowid
		where p.rowid >= %[1]d and p.rowid < %[2]d and w.pos >= %[1]d and w.pos < %[2]d
		order by p.rowid`, from, to), func(r *source) {
		t := s.text(r)
		n := discussion.Annotation{Post: t.Post, ContentHash: t.ContentHash, Scored: r.bool(8)}
		language, label, _ := strings.Cut(r.text(7), "\x1f")
		n.Language, n.Sentiment.Label = language, discussion.Label(label)
		for i := range n.Sentiment.P {
			n.Sentiment.P[i] = r.float(9 + i)
		}
		n.Sentiment.Score, n.Sentiment.Irony = n.Sentiment.P[2]-n.Sentiment.P[0], r.float(12)
		texts, notes = append(texts, t), append(notes, n)
	})
	return texts, notes, err
}
