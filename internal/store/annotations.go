package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/google/uuid"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// gather is how many annotations go into a transaction: a row group, which
// DuckDB compresses once and writes past its log. Smaller transactions go by
// the log, and every checkpoint compresses the last row group anew.
const gather = 122_880

// Annotate stores annotations of texts that the last Pending yielded, all or
// nothing. The first of them takes with it what pending posts had before, of
// another model or text, so that no reader counts two models together: a run that
// ends early leaves posts without an annotation. Batches are gathered into larger
// transactions: what the last ones brought is safe after Flush, or when nothing is
// pending any more.
func (s *Store) Annotate(_ context.Context, texts []discussion.Text, notes []discussion.Annotation) error {
	if len(notes) == 0 {
		return nil
	}
	ids := make([]duckdb.UUID, len(notes))
	for i := range notes {
		id, err := uuid.Parse(notes[i].Post)
		if err != nil {
			return fmt.Errorf("annotation of post %q: %w", notes[i].Post, err)
		}
		ids[i] = duckdb.UUID(id)
	}
	if err := s.annotate(ids, texts, notes); err != nil {
		return fmt.Errorf("save annotations: %w", err)
	}
	return nil
}

func (s *Store) annotate(ids []duckdb.UUID, texts []discussion.Text, notes []discussion.Annotation) error {
	b, err := s.bulk()
	if err != nil {
		return err
	}
	if s.gathered == 0 {
		if err := b.exec("begin"); err != nil {
			return err
		}
	}
	s.gathered, s.pending = s.gathered+len(notes), s.pending-len(notes)
	if s.replacing != "" {
		err = b.forgetAnnotations(s.replacing)
	}
	if err == nil {
		err = b.appendAnnotations(ids, texts, notes)
	}
	if err != nil {
		s.gathered = 0
		return b.rollback(err)
	}
	s.replacing = ""
	if s.gathered >= gather || s.pending <= 0 {
		return s.Flush(context.Background())
	}
	return nil
}

// Flush makes what Annotate has gathered safe.
func (s *Store) Flush(context.Context) error {
	if s.gathered == 0 {
		return nil
	}
	s.gathered = 0
	return s.writer.commit()
}

// forgetAnnotations deletes those of posts that a model is to annotate again. A
// post whose words have expired keeps what was found in them.
func (b *bulk) forgetAnnotations(model string) error {
	again := "(select p.id from posts p join annotations a on a.post = p.id where not p.expired and (a.content_hash <> p.content_hash or a.model <> " + quote(model) + "))"
	for _, table := range []string{"theme_tags", "target_tags", "annotations"} {
		if err := b.exec("delete from " + table + " where post in " + again); err != nil {
			return err
		}
	}
	return nil
}

func (b *bulk) appendAnnotations(ids []duckdb.UUID, texts []discussion.Text, notes []discussion.Annotation) error {
	t, err := b.open("", "annotations")
	if err != nil {
		return err
	}
	tags, err := b.openTags("", "")
	if err != nil {
		return errors.Join(err, t.close())
	}
	for i := range notes {
		n := &notes[i]
		tags.of(n)
		t.uuid(ids[i])
		t.hash(n.ContentHash)
		t.word(n.Model)
		t.day(texts[i].Created)
		t.word(string(texts[i].Platform))
		t.word(texts[i].Instance)
		t.word(n.Language)
		t.float(n.Confidence)
		t.text(n.Plain)
		t.int(n.Words)
		t.bool(n.Scored)
		t.wordOrNull(n.Reason)
		if m := &n.Sentiment; n.Scored {
			t.word(string(m.Label))
			for _, v := range []float64{m.Score, m.P[0], m.P[1], m.P[2], m.Irony} {
				t.float(v)
			}
			t.spans(tags.characters(m.Evidence))
		} else {
			for range 7 {
				t.null()
			}
		}
		t.list(tags.names())
		t.bool(n.Answers)
		t.end()
		tags.add(ids[i])
	}
	return errors.Join(t.close(), tags.close())
}

// tagSinks are the tables of themes and targets, and the annotation in hand.
type tagSinks struct {
	themes, targets *sink

	note  *discussion.Annotation
	wide  bool // its text has characters of several bytes
	spans []discussion.Span
	words []string
}

// openTags opens the tables of a catalog whose names begin so.
func (b *bulk) openTags(catalog, prefix string) (*tagSinks, error) {
	themes, err := b.open(catalog, prefix+"theme_tags")
	if err != nil {
		return nil, err
	}
	targets, err := b.open(catalog, prefix+"target_tags")
	if err != nil {
		return nil, errors.Join(err, themes.close())
	}
	return &tagSinks{themes: themes, targets: targets}, nil
}

func (t *tagSinks) close() error { return errors.Join(t.themes.close(), t.targets.close()) }

// of takes up an annotation.
func (t *tagSinks) of(n *discussion.Annotation) {
	t.note, t.wide = n, utf8.RuneCountInString(n.Plain) < len(n.Plain)
}

// add appends the tags of the annotation.
func (t *tagSinks) add(post duckdb.UUID) {
	for i := range t.note.Themes {
		g := &t.note.Themes[i]
		t.themes.uuid(post)
		t.themes.word(g.Theme)
		t.tone(t.themes, &g.Sentiment)
		t.themes.float(g.Confidence)
		t.themes.spans(t.characters(g.Evidence))
		t.themes.end()
	}
	for i := range t.note.Targets {
		g := &t.note.Targets[i]
		t.targets.uuid(post)
		t.targets.word(g.Target)
		t.targets.bool(g.Main)
		t.tone(t.targets, &g.Sentiment)
		t.targets.float(g.Confidence)
		t.targets.spans(t.characters(g.Evidence))
		t.targets.end()
	}
}

// tone is two columns.
func (t *tagSinks) tone(to *sink, m *discussion.Sentiment) {
	if !t.note.Scored {
		to.null()
		to.null()
		return
	}
	to.word(string(m.Label))
	to.float(m.Score)
}

// names returns the names of the themes in alphabetical order.
func (t *tagSinks) names() []string {
	t.words = t.words[:0]
	for i := range t.note.Themes {
		t.words = append(t.words, t.note.Themes[i].Theme)
	}
	slices.Sort(t.words)
	return t.words
}

// characters turns byte offsets into characters, which is what SQL's substring
// and Python count in. The list is good until the next call.
func (t *tagSinks) characters(list []discussion.Span) []discussion.Span {
	if !t.wide {
		return list
	}
	t.spans = t.spans[:0]
	at, chars := 0, 0 // how many characters the first bytes are
	for _, e := range list {
		if e.Start < at {
			at, chars = 0, 0
		}
		start := chars + utf8.RuneCountInString(t.note.Plain[at:e.Start])
		stop := start + utf8.RuneCountInString(t.note.Plain[e.Start:e.End])
		at, chars = e.End, stop
		t.spans = append(t.spans, discussion.Span{Start: start, End: stop})
	}
	return t.spans
}
