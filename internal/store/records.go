package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"
)

// Study is what the views need to know of the question.
type Study struct {
	Title, Question string
	Since, Until    time.Time // zero: open
	Languages       []string  // empty: all that a model can score
	SHA256          string
	Permissions     []Permission
}

// Permission is the ground on which data of a host may be taken.
type Permission struct {
	Host, Basis, By string
	Date            time.Time // zero: not given
	Note            string
}

// SetStudy replaces the study that the file answers.
func (s *Store) SetStudy(ctx context.Context, st Study) error {
	err := s.inTransaction(ctx, func() error {
		if err := s.exec(ctx, "delete from study; delete from permissions"); err != nil {
			return err
		}
		err := s.exec(ctx, "insert into study values (?, ?, ?, ?, ?, ?)",
			st.Title, st.Question, moment(st.Since), moment(st.Until), tags(st.Languages), st.SHA256)
		if err != nil {
			return err
		}
		for _, p := range st.Permissions {
			if err := s.exec(ctx, "insert into permissions values (?, ?, ?, ?, ?)", p.Host, p.Basis, p.By, moment(p.Date), text(p.Note)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("record study: %w", err)
	}
	return nil
}

// Study returns the study that the file answers; its Title is empty before the
// first ingest.
func (s *Store) Study(ctx context.Context) (Study, error) {
	var st Study
	rows, err := s.db.QueryContext(ctx, "select title, question, sha256 from study")
	if err != nil {
		return st, fmt.Errorf("read study: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&st.Title, &st.Question, &st.SHA256); err != nil {
			return st, err
		}
	}
	return st, rows.Err()
}

// Expire drops the text of posts that came in before a time and returns how
// many. Their annotations stay, without the words. The bytes leave the file
// only when it is rewritten.
func (s *Store) Expire(ctx context.Context, before time.Time) (int, error) {
	var n int
	err := s.conn.QueryRowContext(ctx, "select count(*) from posts where not expired and stored < ?", before).Scan(&n)
	if err != nil || n == 0 {
		return 0, err
	}
	err = s.inTransaction(ctx, func() error {
		if err := s.exec(ctx, "update annotations set plain = null from posts p where p.id = annotations.post and not p.expired and p.stored < ?", before); err != nil {
			return err
		}
		return s.exec(ctx, "update posts set title = null, content = null, warning = null, expired = true where not expired and stored < ?", before)
	})
	if err != nil {
		return 0, fmt.Errorf("drop expired text: %w", err)
	}
	return n, nil
}

// Begin notes that a stage starts to write; pages that are saved from now on
// are of this run.
func (s *Store) Begin(ctx context.Context, command, version string) error {
	if _, err := rand.Read(s.run[:]); err != nil {
		return err
	}
	return s.exec(ctx, "insert into runs values (?::uuid, ?, ?, now(), null, null)", s.run.String(), command, version)
}

// End notes how the stage ended. A stage that did nothing leaves no note.
func (s *Store) End(ctx context.Context, outcome string, worked bool) error {
	if !worked {
		return s.exec(ctx, "delete from runs where id = ?::uuid", s.run.String())
	}
	return s.exec(ctx, "update runs set ended = now(), outcome = ? where id = ?::uuid", outcome, s.run.String())
}
