package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/store"
)

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
		RunE: func(c *cobra.Command, _ []string) error {
			return a.reading(c.Context(), func(s *store.Store) error {
				tasks, err := a.tasks(c.Context(), s, coder)
				if err != nil {
					return err
				}
				return a.writeTo(output, func(out io.Writer) error { return writeTasks(out, tasks) })
			})
		},
	}
	a.dbFlag(c)
	coderFlag(c, &coder)
	c.Flags().StringVarP(&output, "output", "o", "", "write to `FILE` (mode 0600) instead of stdout")
	return c
}

func writeTasks(out io.Writer, tasks []store.Task) error {
	rows := [][]string{labelColumns}
	for _, t := range tasks {
		day := ""
		if !t.Created.IsZero() {
			day = t.Created.UTC().Format("2006-01-02")
		}
		rows = append(rows, []string{t.Post, string(t.Platform), t.Language, day, cellText(t.Above), cellText(t.Text), string(t.Sentiment)})
	}
	return csv.NewWriter(out).WriteAll(rows)
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
