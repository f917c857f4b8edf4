// Package accuracy says how often a model is right: labelled texts and what the
// model made of them go in, figures with their uncertainty come out.
//
// Read takes a file of labelled texts, Score puts a model's answer beside each,
// Measure counts. The model is a function (Model), so that any model, also one
// from outside (Vader), is measured by the same rows and the same arithmetic.
// The order of the rows changes no figure, and two runs give the same ones: the
// resampling behind the intervals has a fixed seed.
//
// Where a figure is 0/0, as the precision of a class that was never predicted, it
// is 0 in the averages, as in scikit-learn.
package accuracy

import (
	"context"
	"runtime"
	"sync"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Task is what a model is asked about a text.
type Task string

// The tasks.
const (
	Sentiment Task = "sentiment" // negative, neutral or positive
	Irony     Task = "irony"     // meant as it stands, or not
	Themes    Task = "themes"    // any number of them
	Targets   Task = "targets"   // whom or what the sentiment is about, and the sentiment towards it
)

// Tasks lists the tasks in the order in which they are offered.
var Tasks = []string{string(Sentiment), string(Irony), string(Themes), string(Targets)}

// Row is a text with its labels. Those that its file does not give are zero.
type Row struct {
	Line            int    // in its file, from 1
	ID              string // of the file's maker; "" in a TSV
	Platform        discussion.Platform
	Language        string // BCP 47 base language; "" where the file does not say
	Text            string // in Format
	Format          discussion.Format
	Sentiment       discussion.Label
	Irony           bool
	Themes          []string // in order, none twice
	Target          string
	TargetSentiment discussion.Label
}

// Answer is what a model says of a text. A task looks at its own fields.
type Answer struct {
	Reason          string               // why the text was not scored; "" where it was
	Sentiment       discussion.Sentiment // with the probability of irony
	LabelOnly       bool                 // Sentiment.P holds no probabilities, only a label was decided
	Themes          map[string]float64   // themes found, with the confidence in each, in [0, 1]
	Target          string
	TargetSentiment discussion.Label
}

// Model answers for one text. It is called from many goroutines.
type Model func(Row) Answer

// Outcome is a row and what a model made of it.
type Outcome struct {
	Row    Row
	Answer Answer
}

// Score asks the model about every row, on all processors, and keeps their
// order. When ctx is cancelled there is no outcome but its error.
func Score(ctx context.Context, rows []Row, model Model) ([]Outcome, error) {
	list := make([]Outcome, len(rows))
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(rows) && ctx.Err() == nil; i += workers {
				list[i] = Outcome{rows[i], model(rows[i])}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return list, nil
}
