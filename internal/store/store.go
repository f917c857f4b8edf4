// Package store is the DuckDB file: the only importer of the driver, and the
// only place that knows the tables.
//
// There is one writer at a time. A page of a source is one transaction that
// holds the posts, the page ledger, what was refused and the cursor, so that
// kill -9 at any moment loses nothing that was acknowledged and a rerun
// converges to the same content. URIs become keyed hashes here, before anything
// is written; the key lies beside the file and never in it.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Store is an open DuckDB file. A writer is not safe for concurrent use; Query
// is.
type Store struct {
	db   *sql.DB
	conn *sql.Conn // the writer's only connection: transactions and temporary tables; nil for a reader
	key  key
	path string
	run  duckdb.UUID // of the stage that is under way: see Begin
	now  func() time.Time

	settings []setting                  // of DuckDB
	writer   *bulk                      // of Annotate and Retag; nil before the first
	reader   *bulk                      // of Pending and Retag: it reads while writer writes; nil before the first
	known    map[string]discussion.Text // what texts that reader gave have in common

	pending   int    // posts that Pending found, less those annotated since
	gathered  int    // annotations in the transaction that Annotate has open
	replacing string // the model of Pending, if posts that it found have older annotations that still stand
}

// Options says how to open a file.
type Options struct {
	ReadOnly bool   // fail if the file does not exist; never write
	Memory   string // DuckDB's memory_limit; "" means 256MB
}

// Errors that a caller may want to tell apart. They are wrapped with the path
// and what to do.
var (
	ErrLocked  = errors.New("the file is locked by another process")
	ErrNewer   = errors.New("the file was written by a newer fedipulse")
	ErrDamaged = errors.New("the file is damaged")
	ErrMissing = errors.New("no such database")
)

// Open opens or creates the file at path and brings its schema up to date. The
// directory must exist.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	s, err := open(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string, o Options) (*Store, error) {
	if strings.ContainsAny(path, "?\x00") {
		return nil, errors.New("the path must not contain a question mark")
	}
	exists, err := looksLikeDuckDB(path)
	if err != nil {
		return nil, err
	}
	if o.ReadOnly && !exists {
		return nil, fmt.Errorf("%w: run fedipulse run or fedipulse ingest first", ErrMissing)
	}
	s := &Store{path: path, settings: o.settings(), now: time.Now}
	if s.db, err = connect(ctx, path, s.settings, o.ReadOnly); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) prepare(ctx context.Context, o Options) error {
	if o.ReadOnly {
		return checkSchema(ctx, s.db)
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	s.conn = conn
	if err := migrate(ctx, conn); err != nil {
		return err
	}
	s.key, err = loadKey(ctx, conn, s.path+".key")
	return err
}

// connect opens the file with the settings that every user of it needs. A
// write-ahead log that DuckDB cannot replay on its own is replayed by way of an
// in-memory instance (see replayLog).
func connect(ctx context.Context, path string, settings []setting, readOnly bool) (*sql.DB, error) {
	db, err := dial(ctx, path, settings)
	if err != nil && strings.Contains(err.Error(), "Failure while replaying WAL") && !readOnly {
		if err := replayLog(ctx, path); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		db, err = dial(ctx, path, settings)
	}
	return db, explain(err)
}

// threads is how many threads DuckDB works on, wherever it has the processors to
// itself.
const threads = 2

// setting is one of DuckDB's, given when a file is opened.
type setting struct{ name, value string }

func (o Options) settings() []setting {
	list := []setting{
		{"threads", strconv.Itoa(threads)},
		{"autoinstall_known_extensions", "false"},
		{"autoload_known_extensions", "false"},
		{"memory_limit", cmp.Or(o.Memory, "256MB")},
	}
	if o.ReadOnly {
		list = append(list, setting{"access_mode", "read_only"})
	}
	return list
}

func dial(ctx context.Context, path string, settings []setting) (*sql.DB, error) {
	dsn := path
	for i, s := range settings {
		dsn += []string{"?", "&"}[min(i, 1)] + s.name + "=" + s.value
	}
	connector, err := duckdb.NewConnector(dsn, func(c driver.ExecerContext) error {
		_, err := c.ExecContext(ctx, "set TimeZone = 'UTC'", nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// replayLog lets an in-memory instance attach the file: it can replay logs of
// schema changes at which a direct open gives up (DuckDB 1.4 and 1.5).
func replayLog(ctx context.Context, path string) error {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	quoted := quote(path)
	for _, q := range []string{"attach " + quoted + " as damaged", "checkpoint damaged", "detach damaged"} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return errors.Join(err, db.Close())
		}
	}
	return db.Close()
}

var (
	holderProcess = regexp.MustCompile(`held in (.+?) \(PID (\d+)\)`)
	damage        = regexp.MustCompile(`(?i)corrupt|checksum|not a valid DuckDB|replaying WAL`)
)

// explain turns DuckDB's messages about locks and damage into this package's
// errors.
func explain(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if strings.Contains(text, "Could not set lock") || strings.Contains(text, "Conflicting lock") {
		if m := holderProcess.FindStringSubmatch(text); m != nil {
			return fmt.Errorf("%w: %s, process %s, has it open; wait for it or close it", ErrLocked, filepath.Base(m[1]), m[2])
		}
		return fmt.Errorf("%w: wait for it or close it", ErrLocked)
	}
	if damage.MatchString(text) {
		return fmt.Errorf("%w: restore it from a copy, or move it and its .wal aside and ingest again: %w", ErrDamaged, err)
	}
	return err
}

// looksLikeDuckDB reports whether a file is there, and refuses one that is
// something else before DuckDB gets to see it: DuckDB would try to download an
// extension for a SQLite file.
func looksLikeDuckDB(path string) (bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, 12)
	if _, err := io.ReadFull(f, head); err != nil || string(head[8:]) != "DUCK" {
		return false, fmt.Errorf("%w: it is not a DuckDB file; name another one with --db", ErrDamaged)
	}
	return true, nil
}

// Close checkpoints and closes the file.
func (s *Store) Close() error {
	var err error
	if s.reader != nil {
		s.reader.close()
	}
	if s.writer != nil {
		err = errors.Join(err, s.Flush(context.Background()))
		s.writer.close()
	}
	if s.conn != nil {
		_, failed := s.conn.ExecContext(context.Background(), "checkpoint")
		err = errors.Join(err, failed, s.conn.Close())
	}
	return errors.Join(err, s.db.Close())
}

// Query runs SQL of the program's own. For SQL of a user's see [Locked].
func (s *Store) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, query, args...)
}

// bulk returns the connection that rows by the million are written by.
func (s *Store) bulk() (*bulk, error) {
	var err error
	if s.writer == nil {
		s.writer, err = openBulk(s.path, s.settings)
	}
	return s.writer, err
}
