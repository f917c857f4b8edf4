package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
)

//go:embed schema/*.sql
var schema embed.FS

// schemaTable remembers which schema files made the database. It is the one
// table that no schema file makes.
const schemaTable = `
create table if not exists schema_files (
  name    varchar not null,
  sha256  varchar not null,
  applied timestamptz not null
);
comment on table schema_files is 'The SQL files that made this database, in order.';
comment on column schema_files.name is 'of the file';
comment on column schema_files.sha256 is 'of the file, hex';
comment on column schema_files.applied is 'when';`

type schemaFile struct{ name, sql, sha256 string }

func schemaFiles() ([]schemaFile, error) {
	entries, err := fs.ReadDir(schema, "schema")
	if err != nil {
		return nil, err
	}
	var files []schemaFile
	for _, e := range entries {
		text, err := fs.ReadFile(schema, path.Join("schema", e.Name()))
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		files = append(files, schemaFile{e.Name(), string(text), hex.EncodeToString(sum[:])})
	}
	return files, nil
}

// migrate applies the schema files that the database has not seen, each in a
// transaction of its own, and checkpoints: a log that holds schema changes may
// not replay (DuckDB 1.5.6).
func migrate(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, schemaTable); err != nil {
		return fmt.Errorf("create schema_files: %w", err)
	}
	files, err := schemaFiles()
	if err != nil {
		return err
	}
	applied, err := compareSchema(ctx, conn, files)
	if err != nil || applied == len(files) {
		return err
	}
	for _, f := range files[applied:] {
		if err := apply(ctx, conn, f); err != nil {
			return fmt.Errorf("schema %s: %w", f.name, err)
		}
	}
	_, err = conn.ExecContext(ctx, "checkpoint")
	return err
}

func apply(ctx context.Context, conn *sql.Conn, f schemaFile) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, f.sql); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "insert into schema_files values (?, ?, now())", f.name, f.sha256); err != nil {
		return err
	}
	return tx.Commit()
}

// querier is what both a database and a connection can do.
type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// compareSchema returns how many of files the database has, after checking
// that they are the same ones.
func compareSchema(ctx context.Context, q querier, files []schemaFile) (int, error) {
	rows, err := q.QueryContext(ctx, "select name, sha256 from schema_files order by name")
	if err != nil {
		return 0, fmt.Errorf("%w: it has no schema of fedipulse; name another one with --db", ErrDamaged)
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var name, sum string
		if err := rows.Scan(&name, &sum); err != nil {
			return 0, err
		}
		switch {
		case n >= len(files):
			return 0, fmt.Errorf("%w: it has schema %s, this program knows %s; use the newer program, or another file with --db", ErrNewer, name, files[len(files)-1].name)
		case name != files[n].name || sum != files[n].sha256:
			return 0, fmt.Errorf("%w: its schema %s is not this program's %s; use the program that made it, or another file with --db", ErrNewer, name, files[n].name)
		}
	}
	return n, rows.Err()
}

// checkSchema is for readers, who cannot migrate.
func checkSchema(ctx context.Context, db *sql.DB) error {
	files, err := schemaFiles()
	if err != nil {
		return err
	}
	n, err := compareSchema(ctx, db, files)
	if err == nil && n < len(files) {
		return fmt.Errorf("its schema is older than this program's; run fedipulse ingest once to bring it up to date")
	}
	return err
}
