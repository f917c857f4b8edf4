package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/duckdb/duckdb-go/v2"
)

// inTransaction runs do between BEGIN and COMMIT. Any error of do rolls back:
// DuckDB answers the COMMIT of an aborted transaction with success, so that no
// COMMIT may follow an error.
func (s *Store) inTransaction(ctx context.Context, do func() error) error {
	if err := errors.Join(s.Flush(ctx), s.begin(ctx)); err != nil {
		return err
	}
	if err := do(); err != nil {
		return s.rollback(ctx, err)
	}
	return s.commit(ctx)
}

func (s *Store) begin(ctx context.Context) error {
	if _, err := s.conn.ExecContext(ctx, "begin"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	return nil
}

// rollback ends a transaction in which err happened.
func (s *Store) rollback(ctx context.Context, err error) error {
	_, undo := s.conn.ExecContext(context.WithoutCancel(ctx), "rollback")
	return errors.Join(err, undo)
}

// commit must follow no error. A cancelled context would abort the transaction
// and COMMIT would not say so.
func (s *Store) commit(ctx context.Context) error {
	if _, err := s.conn.ExecContext(context.WithoutCancel(ctx), "commit"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (s *Store) exec(ctx context.Context, query string, args ...any) error {
	_, err := s.conn.ExecContext(ctx, query, args...)
	return err
}

// appendRows hands a table's appender to fill and closes it; rows become
// visible with it, inside the transaction if one is open.
func (s *Store) appendRows(ctx context.Context, schema, table string, fill func(row func(...driver.Value) error) error) error {
	err := s.conn.Raw(func(c any) error {
		catalog := ""
		if schema == "temp" {
			catalog, schema = "temp", "main"
		}
		a, err := duckdb.NewAppender(c.(driver.Conn), catalog, schema, table)
		if err != nil {
			return err
		}
		if err := fill(a.AppendRow); err != nil {
			return errors.Join(err, a.Clear(), a.Close())
		}
		return a.CloseWithCancel(ctx)
	})
	if err != nil {
		return fmt.Errorf("append to %s: %w", table, err)
	}
	return nil
}
