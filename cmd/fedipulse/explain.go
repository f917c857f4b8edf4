package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"os"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/store"
)

// puzzle is what is to be explained, and how.
type puzzle struct {
	arg, lang, format string
	isText, asJSON    bool
}

func newExplain(a *app) *cobra.Command {
	p := puzzle{}
	c := &cobra.Command{
		Use:   "explain TEXT|POST",
		Short: "Show why a text has its tone, its themes and its targets",
		Long: `Reads a text as the model reads a post and shows what it makes of it: the words
that are left, the tone of the whole and of each sentence with the words that moved
it in [brackets], the themes, and whom it is about, with the words that show them.

A post of the database is named by its id (posts.id) or its address; everything else
is a text, and with --text that is one too. "-" reads a text from stdin.

` + exitHelp,
		Example: `  fedipulse explain "They never asked. Great." --lang en
  fedipulse explain 0f1e2d3c-4b5a-8978-a695-b4c3d2e1f001`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p.arg = args[0]
			return a.explain(c.Context(), p)
		},
	}
	a.studyFlag(c)
	a.dbFlag(c)
	f := c.Flags()
	f.BoolVar(&p.isText, "text", false, "take the argument for a text, whatever it looks like")
	f.StringVar(&p.lang, "lang", "", "read the text in this `LANGUAGE`, like en")
	f.StringVar(&p.format, "format", "plain", "mark-up of the text: plain, markdown or html")
	f.BoolVar(&p.asJSON, "json", false, "answer as JSON")
	// It fails only for a flag that is not there.
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"plain", "markdown", "html"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) explain(ctx context.Context, p puzzle) error {
	if p.lang != "" && !languageTag.MatchString(p.lang) {
		return usagef("--lang: %q is not a language like en", p.lang)
	}
	switch f := discussion.Format(p.format); f {
	case discussion.Plain, discussion.Markdown, discussion.HTML:
	default:
		return usagef("--format: %q is not one of plain, markdown, html", p.format)
	}
	q, err := a.load()
	if err != nil {
		return err
	}
	m, err := model(q)
	if err != nil {
		return err
	}
	t, isPost, err := a.subject(ctx, q, p)
	if err != nil {
		return err
	}
	if p.lang != "" {
		t.Language, m.Language = p.lang, trusting{m.Language}
	}
	x := explanationOf(m, t)
	if isPost {
		x.Post = t.Post
	}
	if p.asJSON {
		return writeObject(a.stdout, x)
	}
	var out bytes.Buffer
	x.write(&out, brush{colour: a.colour()})
	_, err = out.WriteTo(a.stdout)
	return err
}

// maxArgument is how much of stdin is taken for a text, in bytes: ten times
// what is read of a post.
const maxArgument = 1 << 20

// subject is the text that the argument names or is.
func (a *app) subject(ctx context.Context, q question, p puzzle) (t discussion.Text, isPost bool, err error) {
	if !p.isText && mayName(p.arg) {
		t, isPost, err = a.post(ctx, q, p.arg)
		if isPost || err != nil {
			return t, isPost, err
		}
		a.say("explain", "no such post in "+a.dbPath+": read as a text")
	}
	words := p.arg
	if words == "-" && !p.isText {
		b, err := io.ReadAll(io.LimitReader(a.stdin, maxArgument+1))
		if err != nil {
			return t, false, err
		}
		if len(b) > maxArgument {
			return t, false, usagef("the text on stdin is longer than %d bytes", maxArgument)
		}
		words = string(b)
	}
	return discussion.Text{Kind: discussion.KindStatus, State: discussion.Live, Content: words, Format: discussion.Format(p.format)}, false, nil
}

// mayName reports whether an argument has the form of a post's id or address.
func mayName(arg string) bool {
	if _, err := uuid.Parse(arg); err == nil {
		return true
	}
	u, err := url.Parse(arg)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// post looks for a post in the database, if there is one.
func (a *app) post(ctx context.Context, q question, ref string) (t discussion.Text, ok bool, err error) {
	s, err := a.openReader(ctx, q)
	if errors.Is(err, store.ErrMissing) {
		return t, false, nil
	}
	if err != nil {
		return t, false, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Find(ctx, ref)
}

// colour reports whether stdout is a terminal that is to be written in colour.
func (a *app) colour() bool {
	f, ok := a.stdout.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && term.IsTerminal(int(f.Fd()))
}
