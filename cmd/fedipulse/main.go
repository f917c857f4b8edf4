// Command fedipulse measures how the fediverse reacts to something, and how
// sure one can be: it takes Lemmy and Mastodon threads into a DuckDB file, tags
// every post with tone and themes, and writes a Markdown report.
//
// Manners, for everything in this folder:
//
//   - Results go to stdout, all else to stderr. A stage ends with one line that
//     says what it did.
//   - Messages begin with "fedipulse: ", no capital, no full stop. Where the
//     cause is the user's, the message says what to do instead.
//   - Progress bars are drawn on a terminal only; NO_COLOR and --quiet hold.
//   - No token, handle or text of a post is ever logged.
//   - Ctrl-C finishes the page in hand, commits, and ends with 130; a second one
//     ends at once.
//   - The exit status says how it went: see the table in exit.go.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	os.Exit(process())
}

// process runs the command line of this process and returns its exit status.
func process() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// From the first signal on, the next one has its usual effect.
	context.AfterFunc(ctx, stop)
	return run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return (&app{stdin: stdin, stdout: stdout, stderr: stderr}).execute(ctx, args)
}

func (a *app) execute(ctx context.Context, args []string) int {
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	err := root.ExecuteContext(ctx)
	if err != nil {
		for _, line := range messages(err) {
			fmt.Fprintln(a.stderr, "fedipulse: "+line)
		}
	}
	return status(ctx, err)
}
