package accuracy

import "slices"

// Figures are the headline figures of a set of texts, in [0, 1], with their 95%
// intervals by name. Intervals take the texts as independent of each other.
type Figures struct {
	N           int                 `json:"n"`
	MacroRecall float64             `json:"macro_recall"`
	MacroF1     float64             `json:"macro_f1"`
	MicroF1     float64             `json:"micro_f1"`
	Accuracy    float64             `json:"accuracy"`      // of themes: the share of texts with exactly the right ones
	F1          *float64            `json:"f1,omitempty"`  // irony: of the ironic class
	AUC         *float64            `json:"auc,omitempty"` // irony; not there where a class is missing
	Intervals   map[string]Interval `json:"intervals"`
}

// Class is how one class fares.
type Class struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Support   int     `json:"support"` // texts that have the label
}

// Breakdown is what is known of each class.
type Breakdown struct {
	Classes   []string                  `json:"-"` // in their order
	PerClass  map[string]Class          `json:"per_class"`
	Confusion map[string]map[string]int `json:"confusion,omitempty"` // [label][prediction]; none for themes, which are not exclusive
}

// Result is all that was measured.
type Result struct {
	Task    Task   `json:"task"`
	Model   string `json:"model"`        // set by the caller
	Head    string `json:"head"`         // set by the caller
	Learned int    `json:"learned_from"` // of the texts, those that the model was made from, which prove nothing; set by the caller
	Figures
	Breakdown
	CalibrationError *float64           `json:"calibration_error,omitempty"` // not there where nothing has a probability
	Brier            *float64           `json:"brier,omitempty"`
	NotScored        map[string]int     `json:"not_scored"` // by reason
	ByLanguage       map[string]Figures `json:"by_language"`
	ByPlatform       map[string]Figures `json:"by_platform"`
	TargetSentiment  *Towards           `json:"target_sentiment,omitempty"` // targets only
	Against          *Comparison        `json:"against,omitempty"`
	Errors           []Mistake          `json:"errors,omitzero"`
}

// Towards is the sentiment towards targets.
type Towards struct {
	Figures
	Breakdown
}

// Measure counts how often the answers are right. A text that was not scored
// counts as neutral, as not ironic, as without themes or without a target.
func Measure(task Task, list []Outcome) Result {
	r := Result{
		Task: task, Figures: headline(task, list), NotScored: map[string]int{},
		ByLanguage: groups(task, list, func(r Row) string { return r.Language }, "und"),
		ByPlatform: groups(task, list, func(r Row) string { return string(r.Platform) }, "none"),
	}
	for _, o := range list {
		if o.Answer.Reason != "" {
			r.NotScored[o.Answer.Reason]++
		}
	}
	if task == Themes {
		r.Breakdown = countThemes(list).breakdown()
		return r
	}
	l := labellings[task]
	r.Breakdown = l.breakdown(list)
	r.CalibrationError = calibrationError(list, l)
	switch task {
	case Sentiment, Irony:
		r.Brier = brier(task, list)
	case Targets:
		r.TargetSentiment = &Towards{towards.headline(list), towards.breakdown(list)}
	}
	return r
}

// headline measures a set of texts.
func headline(task Task, list []Outcome) Figures {
	if task == Themes {
		return countThemes(list).headline()
	}
	f := labellings[task].headline(list)
	if task == Irony {
		t := labellings[task].table(list)
		ofIronic := t.f1(1)
		f.F1, f.AUC = &ofIronic, auc(list)
	} else {
		delete(f.Intervals, "f1")
	}
	return f
}

// groups measures each of several groups of texts by itself; where there is only
// one, it has been measured already.
func groups(task Task, list []Outcome, key func(Row) string, unnamed string) map[string]Figures {
	parts := map[string][]Outcome{}
	for _, o := range list {
		name := key(o.Row)
		if name == "" {
			name = unnamed
		}
		parts[name] = append(parts[name], o)
	}
	figures := map[string]Figures{}
	if len(parts) > 1 {
		for name, part := range parts {
			figures[name] = headline(task, part)
		}
	}
	return figures
}

func (l labelling) table(list []Outcome) table {
	t := newTable(len(l.classes))
	for _, o := range list {
		t.cells[l.cell(o)]++
	}
	return t
}

// cell is where a text counts in the table.
func (l labelling) cell(o Outcome) int {
	return slices.Index(l.classes, l.gold(o.Row))*len(l.classes) + slices.Index(l.classes, l.predicted(o.Answer))
}

func (l labelling) headline(list []Outcome) Figures {
	t := l.table(list)
	f := newFigures(len(list), t.figures(), t.intervals())
	f.Accuracy = f.MicroF1
	return f
}

// newFigures names figures that are in the order of names.
func newFigures(n int, figures []float64, intervals []Interval) Figures {
	f := Figures{N: n, MacroRecall: figures[0], MacroF1: figures[1], MicroF1: figures[2], Intervals: map[string]Interval{}}
	for i, interval := range intervals {
		f.Intervals[names[i]] = interval
	}
	return f
}

// breakdown leaves out targets that are neither given nor predicted.
func (l labelling) breakdown(list []Outcome) Breakdown {
	t := l.table(list)
	b := Breakdown{PerClass: map[string]Class{}, Confusion: map[string]map[string]int{}}
	for i, name := range l.classes {
		if len(l.classes) > len(tones) && t.support(i)+t.predicted(i) == 0 {
			continue
		}
		b.Classes = append(b.Classes, name)
		b.PerClass[name] = Class{t.precision(i), t.recall(i), t.f1(i), t.support(i)}
	}
	for _, gold := range b.Classes {
		b.Confusion[gold] = map[string]int{}
		for _, predicted := range b.Classes {
			cell := slices.Index(l.classes, gold)*t.k + slices.Index(l.classes, predicted)
			b.Confusion[gold][predicted] = t.cells[cell]
		}
	}
	return b
}

// Comparison is how another model fares on the same texts.
type Comparison struct {
	Name string `json:"name"`
	Figures
	Breakdown
	// How far the model is ahead of this one, and the interval of that, the same
	// texts being drawn for both.
	Difference          map[string]float64  `json:"difference"`
	DifferenceIntervals map[string]Interval `json:"difference_intervals"`
}

// Compare measures another model by the sentiment of the same rows, which must
// be in the same order.
func Compare(ours, theirs []Outcome, name string) *Comparison {
	l := labellings[Sentiment]
	k := len(l.classes)
	joint := make([]int, k*k*k)
	for i := range ours {
		joint[l.cell(ours[i])*k+l.cell(theirs[i])%k]++
	}
	c := &Comparison{
		Name: name, Figures: headline(Sentiment, theirs), Breakdown: l.breakdown(theirs),
		Difference: map[string]float64{}, DifferenceIntervals: map[string]Interval{},
	}
	a, b := l.table(ours).figures(), l.table(theirs).figures()
	for i, interval := range differences(k, joint)[:3] {
		c.Difference[names[i]] = a[i] - b[i]
		c.DifferenceIntervals[names[i]] = interval
	}
	return c
}
