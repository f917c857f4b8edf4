package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLocked(t *testing.T) {
	dir := t.TempDir()
	path, secret, out := filepath.Join(dir, "x.duckdb"), filepath.Join(dir, "secret.csv"), filepath.Join(dir, "o'ut.parquet")
	s := openAt(t, path)
	save(t, s, page("1", "a.example", status("https://a.example/1", "", "one")))
	s.Close()
	if err := os.WriteFile(secret, []byte("a,b\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := OpenLocked(t.Context(), path, out)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, q := range []string{
		"select content from posts", "from posts", "describe posts", "show tables", "summarize posts", "values (1)",
		"with x as (select 1 as n) select * from x, range(3)", "select unnest([1, 2]);", "select * from duckdb_columns()",
	} {
		rows, err := l.Query(t.Context(), q)
		if err != nil {
			t.Errorf("Query(%q) = %v", q, err)
			continue
		}
		rows.Close()
	}
	for _, q := range []string{
		"delete from posts", "drop table posts", "create table x as select 1", "update posts set content = ''", "insert into posts select * from posts",
		"select * from read_csv('" + secret + "')", "select * from '" + secret + "'", "select * from read_text('/etc/passwd')", "from glob('/*')",
		"copy posts to '" + secret + "'", "copy posts to '/dev/stdout'", "export database '" + dir + "/e'", "attach '" + dir + "/y.duckdb'", "install httpfs", "load httpfs",
		"set memory_limit = '8GB'", "pragma threads = 8", "call enable_logging(storage='stdout')", "select * from enable_logging()",
		"select * from 'https://a.example/x.parquet'", "select 1; select 2", "selec", "", "checkpoint", "select * from query('drop table posts')",
	} {
		if rows, err := l.Query(t.Context(), q); err == nil {
			for rows.Next() {
			}
			if rows.Err() == nil {
				t.Errorf("Query(%q) = nil error", q)
			}
			rows.Close()
		}
	}
	if err := l.CopyParquet(t.Context(), "select content from posts -- all", out); err != nil {
		t.Errorf("CopyParquet: %v", err)
	}
	if head, err := os.ReadFile(out); err != nil || !strings.HasPrefix(string(head), "PAR1") {
		t.Errorf("parquet file: %q %v", head[:min(4, len(head))], err)
	}
	if err := l.CopyParquet(t.Context(), "select 1", secret); err == nil {
		t.Error("CopyParquet to another path = nil error")
	}
}
