package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/fedipulse/fedipulse/internal/accuracy"
)

// writeFigures shows what was measured to people. What stands in r.Errors is
// foreign text.
func writeFigures(w io.Writer, r accuracy.Result, file accuracy.File) {
	fmt.Fprintf(w, "%s of %s\nmodel %s, head %s\n", r.Task, plural(r.N, "text"), r.Model, r.Head)
	if file.LeftOut > 0 {
		fmt.Fprintf(w, "left out: %s in other languages\n", plural(file.LeftOut, "text"))
	}
	if r.Learned > 0 {
		fmt.Fprintf(w, "WARNING: themes and targets were learned from %d of these texts: what follows is not how right they are on others\n", r.Learned)
	}
	fmt.Fprintln(w, notScored(r))
	fmt.Fprintln(w)
	writeHeadline(w, r)
	writeClasses(w, r.Breakdown)
	writeConfusion(w, r.Breakdown)
	if t := r.TargetSentiment; t != nil {
		fmt.Fprintf(w, "\nsentiment towards the target\n")
		writeColumns(w, func(row rowFunc) { headlineRows(row, t.Figures, r.Task) })
		writeClasses(w, t.Breakdown)
	}
	writeGroups(w, r.Task, "language", r.ByLanguage)
	writeGroups(w, r.Task, "platform", r.ByPlatform)
	if r.Against != nil {
		writeAgainst(w, r)
	}
	writeMistakes(w, r.Errors)
}

// rowFunc adds a row to a table.
type rowFunc func(cells ...string)

// writeColumns aligns the rows that fill adds.
func writeColumns(w io.Writer, fill func(rowFunc)) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fill(func(cells ...string) { fmt.Fprintln(t, strings.Join(cells, "\t")) })
	t.Flush() // what it writes to is memory
}

// notScored says which texts the model did not score and what they count as.
func notScored(r accuracy.Result) string {
	n := 0
	var reasons []string
	for _, reason := range slices.Sorted(maps.Keys(r.NotScored)) {
		n += r.NotScored[reason]
		reasons = append(reasons, fmt.Sprintf("%d %s", r.NotScored[reason], reason))
	}
	if n == 0 {
		return "not scored: 0"
	}
	as := map[accuracy.Task]string{
		accuracy.Sentiment: "neutral", accuracy.Irony: "not ironic", accuracy.Themes: "without themes", accuracy.Targets: "without a target",
	}[r.Task]
	return fmt.Sprintf("not scored: %d, counted as %s (%s)", n, as, strings.Join(reasons, ", "))
}

func writeHeadline(w io.Writer, r accuracy.Result) {
	writeColumns(w, func(row rowFunc) {
		row("", "", "95 % interval (bootstrap)")
		headlineRows(row, r.Figures, r.Task)
		if r.CalibrationError != nil {
			row("calibration error", number(*r.CalibrationError), "ECE: top probability, 10 bins of equal width, scored texts")
		}
		if r.Brier != nil {
			row("Brier score", number(*r.Brier), map[accuracy.Task]string{accuracy.Sentiment: "0 to 2, scored texts", accuracy.Irony: "0 to 1, scored texts"}[r.Task])
		}
	})
}

func headlineRows(row rowFunc, f accuracy.Figures, task accuracy.Task) {
	between := func(name string) string {
		i := f.Intervals[name]
		return fmt.Sprintf("%s to %s", number(i[0]), number(i[1]))
	}
	if f.F1 != nil {
		row("F1 of ironic", number(*f.F1), between("f1"))
		auc := "not defined: one of the classes is missing"
		if f.AUC != nil {
			auc = number(*f.AUC)
		}
		row("AUC", auc)
	}
	over := ""
	if task == accuracy.Themes {
		over = ", over the themes with support"
	}
	row("macro recall", number(f.MacroRecall), between("macro_recall")+over)
	row("macro F1", number(f.MacroF1), between("macro_f1")+over)
	if task == accuracy.Themes {
		row("micro F1", number(f.MicroF1), between("micro_f1"))
		row("exact matches", number(f.Accuracy), between("accuracy"))
		return
	}
	row("micro F1 (accuracy)", number(f.MicroF1), between("micro_f1"))
}

func writeClasses(w io.Writer, b accuracy.Breakdown) {
	fmt.Fprintln(w)
	writeColumns(w, func(row rowFunc) {
		row("class", "precision", "recall", "F1", "support")
		for _, name := range b.Classes {
			c := b.PerClass[name]
			row(visible(name), number(c.Precision), number(c.Recall), number(c.F1), fmt.Sprint(c.Support))
		}
	})
}

// mostColumns is how many classes a confusion matrix is printed for: a wider
// one is for --json.
const mostColumns = 6

func writeConfusion(w io.Writer, b accuracy.Breakdown) {
	if b.Confusion == nil || len(b.Classes) > mostColumns {
		return
	}
	fmt.Fprintln(w)
	writeColumns(w, func(row rowFunc) {
		row(append([]string{"label \\ predicted"}, b.Classes...)...)
		for _, label := range b.Classes {
			cells := []string{label}
			for _, predicted := range b.Classes {
				cells = append(cells, fmt.Sprint(b.Confusion[label][predicted]))
			}
			row(cells...)
		}
	})
}

func writeGroups(w io.Writer, task accuracy.Task, by string, groups map[string]accuracy.Figures) {
	if len(groups) == 0 {
		return
	}
	fmt.Fprintln(w)
	writeColumns(w, func(row rowFunc) {
		head := []string{by, "texts", "macro recall", "macro F1", "95 % interval", "micro F1"}
		if task == accuracy.Irony {
			head = append(head, "F1 of ironic", "AUC")
		}
		row(head...)
		for _, name := range slices.Sorted(maps.Keys(groups)) {
			f := groups[name]
			i := f.Intervals["macro_f1"]
			cells := []string{name, fmt.Sprint(f.N), number(f.MacroRecall), number(f.MacroF1), number(i[0]) + " to " + number(i[1]), number(f.MicroF1)}
			if f.F1 != nil {
				cells = append(cells, number(*f.F1), "-")
				if f.AUC != nil {
					cells[len(cells)-1] = number(*f.AUC)
				}
			}
			row(cells...)
		}
	})
}

func writeAgainst(w io.Writer, r accuracy.Result) {
	c := r.Against
	fmt.Fprintf(w, "\nagainst %s, on the same %s (VADER knows English only)\n", c.Name, plural(c.N, "text"))
	writeColumns(w, func(row rowFunc) {
		row("", "model", c.Name, "difference", "95 % interval (paired bootstrap)")
		for _, f := range []struct {
			name, key    string
			ours, theirs float64
		}{
			{"macro recall", "macro_recall", r.MacroRecall, c.MacroRecall},
			{"macro F1", "macro_f1", r.MacroF1, c.MacroF1},
			{"micro F1 (accuracy)", "micro_f1", r.MicroF1, c.MicroF1},
		} {
			i := c.DifferenceIntervals[f.key]
			row(f.name, number(f.ours), number(f.theirs), fmt.Sprintf("%+.3f", c.Difference[f.key]), fmt.Sprintf("%+.3f to %+.3f", i[0], i[1]))
		}
	})
	fmt.Fprintf(w, "\n%s by class", c.Name)
	writeClasses(w, c.Breakdown)
}

func writeMistakes(w io.Writer, list []accuracy.Mistake) {
	if list == nil {
		return
	}
	fmt.Fprintf(w, "\nworst mistakes, the surest first\n")
	for _, m := range list {
		sure := number(m.Probability)
		if m.Reason != "" {
			sure = "not scored: " + m.Reason
		}
		fmt.Fprintf(w, "line %d: labelled %s, predicted %s (%s)\n    %s\n", m.Line, visible(m.Gold), visible(m.Predicted), sure, oneLine(m.Text, 120))
	}
}

// oneLine shows the beginning of a foreign text, up to most characters.
func oneLine(s string, most int) string {
	r := []rune(visible(strings.Join(strings.Fields(s), " ")))
	if len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return string(r)
}

// number shows a figure in [0, 1].
func number(x float64) string { return fmt.Sprintf("%.3f", x) }
