package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Session is one connection to the file: temporary tables that one query makes are
// there for the next. It is not for concurrent use.
type Session struct{ conn *sql.Conn }

// Session returns a session, to be closed before the store is.
func (s *Store) Session(ctx context.Context) (*Session, error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("open session: %w", err)
	}
	return &Session{conn}, nil
}

// Query runs SQL of the program's own.
func (s *Session) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.conn.QueryContext(ctx, query, args...)
}

// Close ends the session.
func (s *Session) Close() error { return s.conn.Close() }
