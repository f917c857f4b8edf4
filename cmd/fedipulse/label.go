package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/store"
)

func newLabel(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "label",
		Short: "Let people label a sample by hand, to correct the report's shares",
		Long: `How often the model is wrong on these very posts only people can say. Draw a
sample, label it, best by two people who do not see each other's labels, and the
next report says how far they agree, how often the model is right, and corrects
its shares, with intervals:

  fedipulse label draw --posts 200
  fedipulse label code --coder ada
  fedipulse label code --coder bo
  fedipulse report

A post is negative, neutral or positive in its author's own tone towards
whatever it is about, taken over the whole post; sarcasm counts for what it
means. What the model says is not shown. Names of coders stay in the database.`,
		SuggestionsMinimumDistance: 2,
		Args:                       aCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newLabelDraw(a), newLabelCode(a), newLabelStatus(a), newLabelExport(a), newLabelImport(a))
	return c
}

// labelling opens the database for labels and does what is to be done.
func (a *app) labelling(ctx context.Context, do func(*store.Store) error) error {
	q, err := a.load()
	if err != nil {
		return err
	}
	if _, err := os.Stat(a.dbPath); err != nil {
		return fmt.Errorf("%w\nfedipulse run makes the database", err)
	}
	s, err := a.openStore(ctx, q)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

func newLabelDraw(a *app) *cobra.Command {
	var n int
	var seed int64
	var again bool
	c := &cobra.Command{
		Use:   "draw",
		Short: "Draw the sample",
		Long: `Draws posts that count in the report, half of them in proportion to the tones
that the model found and half in equal parts, so that rare tones are not left
out. The same seed draws the same posts; a larger number draws more beside them.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if n < 1 {
				return usagef("--posts: %d is less than 1", n)
			}
			return a.labelling(c.Context(), func(s *store.Store) error {
				sample, err := s.DrawSample(c.Context(), n, seed, again)
				if errors.Is(err, store.ErrLabelled) {
					return usagef("%w\n--again draws another sample and drops those labels; with the old --seed the sample grows", err)
				}
				if err != nil {
					return err
				}
				if sample.Posts == 0 {
					return errors.New("draw sample: no post counts yet\nfedipulse run takes posts in and scores them")
				}
				fmt.Fprintf(a.stdout, "%s of %d that count, seed %d\n", plural(sample.Posts, "post"), sample.Counting, sample.Seed)
				return nil
			})
		},
	}
	a.studyFlag(c)
	a.dbFlag(c)
	c.Flags().IntVar(&n, "posts", 200, "how many posts")
	c.Flags().Int64Var(&seed, "seed", 1, "`NUMBER` that the draw follows from")
	c.Flags().BoolVar(&again, "again", false, "draw another sample; labels are dropped")
	return c
}

// coderFlag names who labels.
func coderFlag(c *cobra.Command, coder *string) {
	c.Flags().StringVar(coder, "coder", "", "`NAME` of who labels")
	c.PreRunE = func(*cobra.Command, []string) error {
		if *coder = strings.TrimSpace(*coder); *coder == "" {
			return usagef("--coder: say who labels")
		}
		return nil
	}
}

func newLabelCode(a *app) *cobra.Command {
	var coder string
	c := &cobra.Command{
		Use:   "code --coder NAME",
		Short: "Label the sample, post by post",
		Long: `Shows the posts of the sample that the coder has not labelled, one after
another, and keeps each label at once. On a terminal one key is enough; else
each line of standard input is one.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.labelling(c.Context(), func(s *store.Store) error { return a.code(c.Context(), s, coder) })
		},
	}
	a.studyFlag(c)
	a.dbFlag(c)
	coderFlag(c, &coder)
	return c
}

// keys are what a coder presses.
var keys = map[rune]discussion.Label{'n': discussion.Negative, 'e': discussion.Neutral, 'p': discussion.Positive, 'u': store.Unclear}

const keyHelp = "[n]egative  n[e]utral  [p]ositive  [u]nclear  [b]ack  [q]uit"

// code shows one post after another and keeps what the coder says of it.
func (a *app) code(ctx context.Context, s *store.Store, coder string) error {
	tasks, err := a.tasks(ctx, s, coder)
	if err != nil {
		return err
	}
	key := a.keyReader()
	at := slices.IndexFunc(tasks, func(t store.Task) bool { return t.Sentiment == "" })
	if at < 0 {
		fmt.Fprintf(a.stdout, "all %d posts are labelled\n", len(tasks))
		return nil
	}
	for at < len(tasks) {
		t := &tasks[at]
		a.showTask(*t, at+1, len(tasks))
		k, err := key()
		if errors.Is(err, io.EOF) || k == 'q' || k == 3 { // 3 is Ctrl-C where keys are read one by one
			break
		}
		if err != nil {
			return err
		}
		label, ok := keys[k]
		switch {
		case ok:
			fmt.Fprintln(a.stdout, label)
			if err := s.Label(ctx, coder, map[string]discussion.Label{t.Post: label}); err != nil {
				return err
			}
			t.Sentiment = label
			for at++; at < len(tasks) && tasks[at].Sentiment != ""; at++ {
			}
		case k == 'b' && at > 0:
			at--
			if err := s.Label(ctx, coder, map[string]discussion.Label{tasks[at].Post: ""}); err != nil {
				return err
			}
			tasks[at].Sentiment = ""
			fmt.Fprintln(a.stdout, "back: its label is taken back")
		default:
			fmt.Fprintln(a.stdout, "one of "+keyHelp)
		}
	}
	done := 0
	for _, t := range tasks {
		if t.Sentiment != "" {
			done++
		}
	}
	fmt.Fprintf(a.stdout, "%d of %d posts labelled\n", done, len(tasks))
	return nil
}

// tasks returns the sample; there must be one.
func (a *app) tasks(ctx context.Context, s *store.Store, coder string) ([]store.Task, error) {
	tasks, err := s.Tasks(ctx, coder)
	if err == nil && len(tasks) == 0 {
		err = errors.New("no sample to label\nfedipulse label draw draws one")
	}
	return tasks, err
}

// aboveShown is how much of the post above is shown, in characters.
const aboveShown = 200

func (a *app) showTask(t store.Task, place, of int) {
	when := "day not known"
	if !t.Created.IsZero() {
		when = t.Created.UTC().Format("2006-01-02")
	}
	fmt.Fprintf(a.stdout, "\n%d of %d, %s, %s, %s\n", place, of, t.Platform, t.Language, when)
	if t.Above != "" {
		above := []rune(visible(t.Above))
		if len(above) > aboveShown {
			above = append(above[:aboveShown-1], '…')
		}
		fmt.Fprintf(a.stdout, "  answers: %s\n", string(above))
	}
	fmt.Fprintf(a.stdout, "\n%s\n\n%s ", lines(t.Text), keyHelp)
}

// keyReader returns a function that reads a key: at once from a terminal, else the
// first letter of a line.
func (a *app) keyReader() func() (rune, error) {
	if f, ok := a.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return func() (rune, error) {
			old, err := term.MakeRaw(int(f.Fd()))
			if err != nil {
				return 0, err
			}
			var b [8]byte
			n, err := f.Read(b[:])
			if err := errors.Join(err, term.Restore(int(f.Fd()), old)); err != nil {
				return 0, err
			}
			k, _ := utf8.DecodeRune(b[:n])
			return k, nil
		}
	}
	in := bufio.NewReader(a.stdin)
	return func() (rune, error) {
		line, err := in.ReadString('\n')
		if line = strings.TrimSpace(line); line != "" {
			k, _ := utf8.DecodeRuneInString(line)
			return k, nil
		}
		return 0, err
	}
}

func newLabelStatus(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "status",
		Short: "Say how far each coder is",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			s, err := store.Open(c.Context(), a.dbPath, store.Options{ReadOnly: true})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			sample, coders, err := s.Coders(c.Context())
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "sample: %s\n", plural(sample, "post"))
			for _, x := range coders {
				fmt.Fprintf(a.stdout, "%s: %s, %d of them unclear\n", visible(x.Name), plural(x.Labels, "label"), x.Unclear)
			}
			return nil
		},
	}
	a.dbFlag(c)
	return c
}

// labelColumns are those of a CSV file of labels. Of a file that is taken in,
// post and sentiment are needed, in any place.
var labelColumns = []string{"post", "platform", "language", "day", "answers", "text", "sentiment"}

func newLabelExport(a *app) *cobra.Command {
	var coder, output string
	c := &cobra.Command{
		Use:   "export --coder NAME",
		Short: "Write the sample and a coder's labels as CSV",
		Long: `Writes the sample as CSV, with the labels that the coder has given so far, to be
filled in elsewhere and taken in again with import. It holds words of people:
keep it as you keep the database. A cell that a spreadsheet would take for a
formula has an apostrophe before it.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			s, err := store.Open(c.Context(), a.dbPath, store.Options{ReadOnly: true})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			tasks, err := a.tasks(c.Context(), s, coder)
			if err != nil {
				return err
			}
			out := a.stdout
			if output != "" {
				f, err := os.OpenFile(output, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
				if err != nil {
					return err
				}
				defer func() { err = errors.Join(err, f.Close()) }()
				out = f
			}
			w := csv.NewWriter(out)
			rows := [][]string{labelColumns}
			for _, t := range tasks {
				day := ""
				if !t.Created.IsZero() {
					day = t.Created.UTC().Format("2006-01-02")
				}
				rows = append(rows, []string{t.Post, string(t.Platform), t.Language, day, cellText(t.Above), cellText(t.Text), string(t.Sentiment)})
			}
			return w.WriteAll(rows)
		},
	}
	a.dbFlag(c)
	coderFlag(c, &coder)
	c.Flags().StringVarP(&output, "output", "o", "", "write to `FILE` (mode 0600) instead of stdout")
	return c
}

// cellText keeps a spreadsheet from taking a text for a formula.
func cellText(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func newLabelImport(a *app) *cobra.Command {
	var coder string
	c := &cobra.Command{
		Use:   "import FILE --coder NAME",
		Short: "Take a coder's labels in from CSV",
		Long: `Takes in the columns "post" and "sentiment" of a CSV file, as export writes it:
negative, neutral, positive or unclear; rows without one are passed over. All
labels are taken in or, where something is wrong, none.

` + exitHelp,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			labels, err := a.readLabels(args[0])
			if err != nil {
				return err
			}
			return a.labelling(c.Context(), func(s *store.Store) error {
				if err := s.Label(c.Context(), coder, labels); err != nil {
					return usageError{fmt.Errorf("%s: %w", args[0], err)}
				}
				fmt.Fprintf(a.stdout, "%s taken in\n", plural(len(labels), "label"))
				return nil
			})
		},
	}
	a.studyFlag(c)
	a.dbFlag(c)
	coderFlag(c, &coder)
	return c
}

// maxLabels is more than people label, in bytes of CSV.
const maxLabels = 64 << 20

// readLabels reads a file of labels. What is wrong with it is the user's to mend.
func (a *app) readLabels(path string) (map[string]discussion.Label, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usagef("read labels: %w", err)
	}
	defer f.Close()
	in := csv.NewReader(io.LimitReader(f, maxLabels))
	head, err := in.Read()
	if err != nil {
		return nil, usagef("%s: read labels: %w", path, err)
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	post, sentiment := slices.Index(head, "post"), slices.Index(head, "sentiment")
	if post < 0 || sentiment < 0 {
		return nil, usagef("%s: the first line must name the columns post and sentiment", path)
	}
	labels := map[string]discussion.Label{}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return labels, nil
		}
		if err != nil {
			return nil, usagef("%s: read labels: %w", path, err)
		}
		line, _ := in.FieldPos(0)
		label := discussion.Label(strings.ToLower(strings.TrimSpace(record[sentiment])))
		switch label {
		case "":
			continue
		case discussion.Negative, discussion.Neutral, discussion.Positive, store.Unclear:
		default:
			return nil, usagef("%s, line %d: %q is not one of negative, neutral, positive, unclear", path, line, label)
		}
		if _, twice := labels[record[post]]; twice {
			return nil, usagef("%s, line %d: post %s is there twice", path, line, record[post])
		}
		labels[record[post]] = label
	}
}
