package store

import (
	"errors"
	"fmt"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/duckdb/duckdb-go/v2/mapping"
)

// bulk is a connection of its own to the file that a Store has open, for rows by
// the million: see sink.
type bulk struct {
	db   mapping.Database
	conn mapping.Connection
}

// openBulk connects to a file that is open with the same settings.
func openBulk(path string, settings []setting) (*bulk, error) {
	var config mapping.Config
	if mapping.CreateConfig(&config) == mapping.StateError {
		return nil, errors.New("DuckDB gives no place for settings")
	}
	defer mapping.DestroyConfig(&config)
	for _, s := range append([]setting{{"duckdb_api", "go"}}, settings...) {
		if mapping.SetConfig(config, s.name, s.value) == mapping.StateError {
			return nil, fmt.Errorf("DuckDB refuses to set %s to %q", s.name, s.value)
		}
	}
	b := &bulk{}
	var failed string
	if mapping.GetOrCreateFromCache(duckdb.GetInstanceCache(), path, &b.db, config, &failed) == mapping.StateError {
		return nil, errors.New(failed)
	}
	if mapping.Connect(b.db, &b.conn) == mapping.StateError {
		mapping.Close(&b.db)
		return nil, errors.New("DuckDB refuses a second connection")
	}
	return b, nil
}

func (b *bulk) close() {
	mapping.Disconnect(&b.conn)
	mapping.Close(&b.db)
}

// exec runs statements.
func (b *bulk) exec(query string) error {
	var r mapping.Result
	defer mapping.DestroyResult(&r)
	if mapping.Query(b.conn, query, &r) == mapping.StateError {
		return errors.New(mapping.ResultError(&r))
	}
	return nil
}

// each runs a query, and do for each of its rows.
func (b *bulk) each(query string, do func(*source)) error {
	s, err := b.query(query)
	if err != nil {
		return err
	}
	for s.next() {
		do(s)
	}
	return s.close()
}

// inTransaction runs do between BEGIN and COMMIT. Any error of do rolls back.
func (b *bulk) inTransaction(do func() error) error {
	if err := b.exec("begin"); err != nil {
		return err
	}
	if err := do(); err != nil {
		return b.rollback(err)
	}
	return b.commit()
}

func (b *bulk) commit() error {
	if err := b.exec("commit"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// rollback ends a transaction in which err happened.
func (b *bulk) rollback(err error) error { return errors.Join(err, b.exec("rollback")) }
