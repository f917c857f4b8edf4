package store

import (
	"context"
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

// Begin notes that a stage starts to write.
func (s *Store) Begin(ctx context.Context, command, version string) error {
	return s.exec(ctx, "insert into runs values (?::uuid, ?, ?, now(), null, null)", s.run.String(), command, version)
}

// End notes how the stage ended. A stage that did nothing leaves no note.
func (s *Store) End(ctx context.Context, outcome string, worked bool) error {
	if !worked {
		return s.exec(ctx, "delete from runs where id = ?::uuid", s.run.String())
	}
	return s.exec(ctx, "update runs set ended = now(), outcome = ? where id = ?::uuid", outcome, s.run.String())
}
