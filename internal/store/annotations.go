package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"time"
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
func (s *Store) Annotate(ctx context.Context, texts []discussion.Text, notes []discussion.Annotation) error {
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
	if err := s.annotate(ctx, ids, texts, notes); err != nil {
		return fmt.Errorf("save annotations: %w", err)
	}
	return nil
}

func (s *Store) annotate(ctx context.Context, ids []duckdb.UUID, texts []discussion.Text, notes []discussion.Annotation) error {
	if s.gathered == 0 {
		if err := s.begin(ctx); err != nil {
			return err
		}
	}
	s.gathered, s.pending = s.gathered+len(notes), s.pending-len(notes)
	var err error
	if s.replacing != "" {
		err = s.forgetAnnotations(ctx, s.replacing)
	}
	if err == nil {
		err = s.appendAnnotations(ctx, ids, texts, notes)
	}
	if err != nil {
		s.gathered = 0
		return s.rollback(ctx, err)
	}
	s.replacing = ""
	if s.gathered >= gather || s.pending <= 0 {
		return s.Flush(ctx)
	}
	return nil
}

// Flush makes what Annotate has gathered safe.
func (s *Store) Flush(ctx context.Context) error {
	if s.gathered == 0 {
		return nil
	}
	s.gathered = 0
	return s.commit(ctx)
}

func (s *Store) appendAnnotations(ctx context.Context, ids []duckdb.UUID, texts []discussion.Text, notes []discussion.Annotation) error {
	var w annotationWriter
	err := s.appendRows(ctx, "main", "annotations", func(add func(...driver.Value) error) error {
		for i := range notes {
			if err := add(w.annotation(ids[i], &texts[i], &notes[i])...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.appendTags(ctx, "main", "", &w, ids, notes)
}

// appendTags appends themes and targets to the tables of a schema whose names
// begin so.
func (s *Store) appendTags(ctx context.Context, schema, prefix string, w *annotationWriter, ids []duckdb.UUID, notes []discussion.Annotation) error {
	err := s.appendRows(ctx, schema, prefix+"theme_tags", func(add func(...driver.Value) error) error {
		for i := range notes {
			for j := range notes[i].Themes {
				if err := add(w.themeTag(ids[i], &notes[i], &notes[i].Themes[j])...); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.appendRows(ctx, schema, prefix+"target_tags", func(add func(...driver.Value) error) error {
		for i := range notes {
			for j := range notes[i].Targets {
				if err := add(w.targetTag(ids[i], &notes[i], &notes[i].Targets[j])...); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// forgetAnnotations deletes those of posts that a model is to annotate again. A
// post whose words have expired keeps what was found in them.
func (s *Store) forgetAnnotations(ctx context.Context, model string) error {
	const again = `select p.id from posts p join annotations a on a.post = p.id
		where not p.expired and (a.content_hash <> p.content_hash or a.model <> ?)`
	for _, table := range []string{"theme_tags", "target_tags"} {
		if err := s.exec(ctx, "delete from "+table+" where post in ("+again+")", model); err != nil {
			return err
		}
	}
	return s.exec(ctx, "delete from annotations where post in ("+again+")", model)
}

// annotationWriter makes rows of annotations. A row is valid until the next:
// the appender copies it.
type annotationWriter struct {
	row   []driver.Value
	boxed map[string]driver.Value // strings that come again and again
	names []any                   // of themes
	spans []any                   // the elements of an evidence column in use
	pool  []map[string]any        // all of them
	plain string                  // of the evidence before
	wide  bool                    // it has characters of several bytes
}

// maxBoxed bounds annotationWriter.boxed: there may be many instances.
const maxBoxed = 1000

// word returns a string of which there are few.
func (w *annotationWriter) word(s string) driver.Value {
	if v, ok := w.boxed[s]; ok {
		return v
	}
	var v driver.Value = s
	if w.boxed == nil {
		w.boxed = make(map[string]driver.Value)
	}
	if len(w.boxed) < maxBoxed {
		w.boxed[s] = v
	}
	return v
}

func (w *annotationWriter) annotation(id duckdb.UUID, t *discussion.Text, n *discussion.Annotation) []driver.Value {
	var reason driver.Value
	if n.Reason != "" {
		reason = w.word(n.Reason)
	}
	w.row = append(w.row[:0],
		id, n.ContentHash, w.word(n.Model), day(t.Created), w.word(string(t.Platform)), w.word(t.Instance),
		w.word(n.Language), float32(n.Confidence), text(n.Plain), int32(n.Words), n.Scored, reason,
	)
	if !n.Scored {
		w.row = append(w.row, nil, nil, nil, nil, nil, nil, nil, w.themes(n.Themes), n.Answers)
		return w.row
	}
	m := &n.Sentiment
	w.row = append(w.row, w.word(string(m.Label)), float32(m.Score), float32(m.P[0]), float32(m.P[1]), float32(m.P[2]), float32(m.Irony),
		w.evidence(n.Plain, m.Evidence), w.themes(n.Themes), n.Answers)
	return w.row
}

func (w *annotationWriter) themes(list []discussion.ThemeTag) driver.Value {
	if len(list) == 0 {
		return nil
	}
	w.names = w.names[:0]
	for i := range list {
		w.names = append(w.names, w.word(list[i].Theme))
	}
	slices.SortFunc(w.names, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	return w.names
}

func (w *annotationWriter) targetTag(id duckdb.UUID, n *discussion.Annotation, t *discussion.TargetTag) []driver.Value {
	var label, score driver.Value
	if n.Scored {
		label, score = w.word(string(t.Sentiment.Label)), float32(t.Sentiment.Score)
	}
	w.row = append(w.row[:0], id, w.word(t.Target), t.Main, label, score, float32(t.Confidence), w.evidence(n.Plain, t.Evidence))
	return w.row
}

func (w *annotationWriter) themeTag(id duckdb.UUID, n *discussion.Annotation, t *discussion.ThemeTag) []driver.Value {
	var label, score driver.Value
	if n.Scored {
		label, score = w.word(string(t.Sentiment.Label)), float32(t.Sentiment.Score)
	}
	w.row = append(w.row[:0], id, w.word(t.Theme), label, score, float32(t.Confidence), w.evidence(n.Plain, t.Evidence))
	return w.row
}

// evidence turns byte offsets into characters, which is what SQL's substring
// and Python count in.
func (w *annotationWriter) evidence(plain string, list []discussion.Span) driver.Value {
	if len(list) == 0 {
		return nil
	}
	if w.plain != plain {
		w.plain, w.wide = plain, utf8.RuneCountInString(plain) < len(plain)
	}
	w.spans = w.spans[:0]
	at, chars := 0, 0 // how many characters the first bytes are
	for i, e := range list {
		start, stop := e.Start, e.End
		if w.wide {
			if e.Start < at {
				at, chars = 0, 0
			}
			start = chars + utf8.RuneCountInString(plain[at:e.Start])
			stop = start + utf8.RuneCountInString(plain[e.Start:e.End])
			at, chars = e.End, stop
		}
		if i == len(w.pool) {
			w.pool = append(w.pool, map[string]any{})
		}
		w.pool[i]["start"], w.pool[i]["stop"] = offset(start), offset(stop)
		w.spans = append(w.spans, w.pool[i])
	}
	return w.spans
}

// offset returns a place in a text as a value, without allocating where texts are
// as long as most.
func offset(n int) any {
	if n < len(offsets) {
		return offsets[n]
	}
	return int32(n)
}

var offsets = func() (list [2048]any) {
	for i := range list {
		list[i] = int32(i)
	}
	return list
}()

func day(t time.Time) driver.Value {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(24 * time.Hour)
}
