package accuracy

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// outcomes draws labelled texts and answers of every kind.
func outcomes(t *rapid.T) []Outcome {
	tone, names := rapid.SampledFrom(tones), rapid.SampledFrom([]string{"a", "b", "c"})
	share := rapid.Float64Range(0, 1)
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Outcome {
		s := discussion.Sentiment{Irony: share.Draw(t, "irony")}
		p, q := share.Draw(t, "p"), share.Draw(t, "q")
		s.P = [3]float64{p * q, 1 - p, p * (1 - q)}
		s.Decide()
		a := Answer{Sentiment: s, Themes: map[string]float64{}, Target: rapid.SampledFrom(targets).Draw(t, "target"), TargetSentiment: discussion.Label(tone.Draw(t, "towards"))}
		for _, name := range rapid.SliceOfDistinct(names, rapid.ID).Draw(t, "found") {
			a.Themes[name] = share.Draw(t, "confidence")
		}
		a.Reason = rapid.SampledFrom([]string{"", "", "", "empty"}).Draw(t, "reason")
		given := strings.Fields(rapid.SampledFrom([]string{"", "a", "a b", "c", "a b c"}).Draw(t, "given"))
		return Outcome{Row{
			Sentiment: discussion.Label(tone.Draw(t, "gold")), Irony: rapid.Bool().Draw(t, "ironic"), Themes: given,
			Target: rapid.SampledFrom(targets).Draw(t, "gold target"), TargetSentiment: discussion.Label(tone.Draw(t, "gold towards")),
			Language: rapid.SampledFrom([]string{"en", "de"}).Draw(t, "language"),
		}, a}
	}), 1, 12).Draw(t, "outcomes")
}

func anyTask(t *rapid.T) Task { return Task(rapid.SampledFrom(Tasks).Draw(t, "task")) }

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := outcomes(t)
		other := append([]Outcome(nil), list...)
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		task := anyTask(t)
		if diff := cmp.Diff(Measure(task, list), Measure(task, other), near); diff != "" {
			t.Fatalf("%s in another order: %s", task, diff)
		}
	})
}

func TestNobodyIsBetterThanRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := outcomes(t)
		right := make([]Outcome, len(list))
		for i, o := range list {
			right[i] = Outcome{o.Row, truth(o.Row)}
		}
		task := anyTask(t)
		r := Measure(task, right)
		figures := []float64{r.MacroRecall, r.MacroF1, r.MicroF1, r.Accuracy}
		if task == Themes { // F1 without anything to find is 0
			figures = figures[3:]
		}
		for _, f := range figures {
			if f != 1 {
				t.Fatalf("%s: a model that is always right gets %+v", task, r.Figures)
			}
		}
		if len(Mistakes(task, right, 99)) != 0 {
			t.Fatalf("%s: a model that is always right makes mistakes", task)
		}
	})
}

func TestFiguresAreShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := outcomes(t)
		task := anyTask(t)
		r := Measure(task, list)
		all := []float64{r.MacroRecall, r.MacroF1, r.MicroF1, r.Accuracy}
		for _, p := range []*float64{r.F1, r.AUC, r.CalibrationError} {
			if p != nil {
				all = append(all, *p)
			}
		}
		for _, i := range r.Intervals {
			all = append(all, i[0], i[1])
			if i[0] > i[1] {
				t.Fatalf("%s: interval %v", task, i)
			}
		}
		for _, f := range all {
			if !(f >= 0 && f <= 1) {
				t.Fatalf("%s: %v is no share: %+v", task, f, r)
			}
		}
	})
}

// TestIntervals holds them to be the same on every run, around the figure that
// they belong to, and about as wide as the normal approximation says.
func TestIntervals(t *testing.T) {
	var list []Outcome
	for range 40 {
		list = append(list, toned()...)
	}
	r := Measure(Sentiment, list)
	if diff := cmp.Diff(r, Measure(Sentiment, list)); diff != "" {
		t.Errorf("two runs differ: %s", diff)
	}
	for name, figure := range map[string]float64{"macro_recall": r.MacroRecall, "macro_f1": r.MacroF1, "micro_f1": r.MicroF1} {
		i, ok := r.Intervals[name]
		if !ok || figure < i[0] || figure > i[1] {
			t.Errorf("%s: interval %v does not hold %v", name, i, figure)
		}
	}
	// 1.96 sqrt(0.6*0.4/400) = 0.048
	if i := r.Intervals["micro_f1"]; i[1]-i[0] < 0.085 || i[1]-i[0] > 0.108 {
		t.Errorf("interval of micro F1 = %v: want one about 0.096 wide", i)
	}
}

func TestQuantile(t *testing.T) {
	sorted := []float64{1, 2, 3, 4, 10}
	check(t, "2.5%", quantile(sorted, 0.025), 1.1) // by numpy
	check(t, "97.5%", quantile(sorted, 0.975), 9.4)
	check(t, "of one", quantile([]float64{7}, 0.975), 7.0)
}
