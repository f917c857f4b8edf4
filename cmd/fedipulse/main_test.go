package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/fedipulse/fedipulse/internal/store"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"fedipulse": main})
}

// TestScripts runs the sessions in testdata: a command line, what it prints,
// and its exit status.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"status": exitStatus, "hold": hold, "future": future, "serve": serve, "delete": deleteWords, "replace": replace},
		Setup: func(e *testscript.Env) error {
			root, err := filepath.Abs(filepath.Join("..", ".."))
			e.Setenv("ROOT", root)
			e.Setenv("NO_COLOR", "1")
			e.Values[worldKey{}] = newWorld()
			return err
		},
	})
}

// exitStatus runs "status N command…": the command must end with status N.
func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command [args]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if e, ok := err.(interface{ ExitCode() int }); ok {
		got = strconv.Itoa(e.ExitCode())
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

// replace puts other words into a file, once.
func replace(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: replace old new file")
	}
	old := ts.ReadFile(args[2])
	changed := strings.Replace(old, args[0], args[1], 1)
	if changed == old {
		ts.Fatalf("%s lacks %q", args[2], args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(changed), 0o600))
}

// hold opens a database in this process, so that commands find it locked.
func hold(ts *testscript.TestScript, _ bool, args []string) {
	s, err := store.Open(context.Background(), ts.MkAbs(args[0]), store.Options{})
	ts.Check(err)
	ts.Defer(func() { s.Close() })
}

// future makes a database of a schema that this program does not know.
func future(ts *testscript.TestScript, _ bool, args []string) {
	s, err := store.Open(context.Background(), ts.MkAbs(args[0]), store.Options{})
	ts.Check(err)
	rows, err := s.Query(context.Background(), "insert into schema_files values ('9999_future.sql', 'x', now())")
	ts.Check(err)
	ts.Check(rows.Close())
	ts.Check(s.Close())
}
