package store

import (
	"context"
	"fmt"
)

// Attach makes another file of this program known to Query, for reading, under a
// name that is an SQL identifier. Attaching it twice changes nothing.
func (s *Store) Attach(ctx context.Context, path, name string) error {
	if exists, err := looksLikeDuckDB(path); err != nil {
		return fmt.Errorf("attach %s: %w", path, err)
	} else if !exists {
		return fmt.Errorf("attach %s: %w", path, ErrMissing)
	}
	if _, err := s.db.ExecContext(ctx, "attach if not exists "+quote(path)+" as "+name+" (read_only)"); err != nil {
		return fmt.Errorf("attach %s: %w", path, explain(err))
	}
	var n int
	if err := s.db.QueryRowContext(ctx, "select count(*) from "+name+".reactions").Scan(&n); err != nil {
		return fmt.Errorf("attach %s: is no database of this version of fedipulse: %w", path, err)
	}
	return nil
}
