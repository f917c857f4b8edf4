package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Locked is a file opened for SQL that a user typed: nothing can be written,
// and nothing outside the file can be read.
type Locked struct{ db *sql.DB }

// OpenLocked opens an existing file read-only, without access to other files,
// the network or settings. If output is not empty, that one path may be
// written, by [Locked.CopyParquet].
func OpenLocked(ctx context.Context, path, output string) (*Locked, error) {
	s, err := Open(ctx, path, Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	locks := []string{"set enable_external_access = false", "set lock_configuration = true"}
	if output != "" {
		locks = append([]string{"set allowed_paths = [" + quote(output) + "]"}, locks...)
	}
	// In this order: the configuration can be changed until it is locked.
	for _, l := range locks {
		if _, err := s.db.ExecContext(ctx, l); err != nil {
			return nil, errors.Join(fmt.Errorf("lock down %s: %w", path, err), s.Close())
		}
	}
	return &Locked{s.db}, nil
}

// Close closes the file.
func (l *Locked) Close() error { return l.db.Close() }

// Query runs one SELECT, FROM, DESCRIBE, SHOW, SUMMARIZE or VALUES statement.
func (l *Locked) Query(ctx context.Context, query string) (*sql.Rows, error) {
	if err := l.check(ctx, query); err != nil {
		return nil, err
	}
	return l.db.QueryContext(ctx, query)
}

// CopyParquet writes a query's rows to the path that OpenLocked was given.
func (l *Locked) CopyParquet(ctx context.Context, query, path string) error {
	if err := l.check(ctx, query); err != nil {
		return err
	}
	query = strings.TrimRight(strings.TrimSpace(query), ";")
	_, err := l.db.ExecContext(ctx, "copy ("+query+"\n) to "+quote(path)+" (format parquet, compression zstd)")
	return err
}

// harmless are the table functions that neither reach outside the file nor
// change the process. enable_logging, for one, would pass DuckDB's own locks
// and bring the process down.
var harmless = map[string]bool{
	"unnest": true, "range": true, "generate_series": true, "repeat": true, "repeat_row": true,
	"duckdb_tables": true, "duckdb_views": true, "duckdb_columns": true, "pragma_table_info": true, "json_each": true, "json_tree": true,
}

// check parses the statement with DuckDB's own parser and refuses what only a
// program should run.
func (l *Locked) check(ctx context.Context, query string) error {
	var tree string
	if err := l.db.QueryRowContext(ctx, "select json_serialize_sql(?::varchar)::varchar", query).Scan(&tree); err != nil {
		return err
	}
	var parsed struct {
		Error   bool   `json:"error"`
		Message string `json:"error_message"`
		Type    string `json:"error_type"`
		All     []any  `json:"statements"`
	}
	if err := json.Unmarshal([]byte(tree), &parsed); err != nil {
		return fmt.Errorf("read the parsed statement: %w", err)
	}
	switch {
	case parsed.Error && parsed.Type == "not implemented":
		return errors.New("only SELECT, FROM, DESCRIBE, SHOW, SUMMARIZE and VALUES are allowed")
	case parsed.Error:
		return errors.New(parsed.Message)
	case len(parsed.All) != 1:
		return fmt.Errorf("one statement at a time, not %d", len(parsed.All))
	}
	if name := foreignFunction(parsed.All[0]); name != "" {
		return fmt.Errorf("the table function %s is not allowed", name)
	}
	return nil
}

// foreignFunction returns the name of a table function in the tree that is not
// on the list, or "".
func foreignFunction(node any) string {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			if name := foreignFunction(child); name != "" {
				return name
			}
		}
	case map[string]any:
		if n["type"] == "TABLE_FUNCTION" {
			function, _ := n["function"].(map[string]any)
			if name, _ := function["function_name"].(string); !harmless[strings.ToLower(name)] {
				return name
			}
		}
		for _, child := range n {
			if name := foreignFunction(child); name != "" {
				return name
			}
		}
	}
	return ""
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
