package accuracy

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

var near = cmpopts.EquateApprox(0, 1e-9)

func check(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Errorf("%s: -want +got\n%s", what, diff)
	}
}

// truth answers with a row's own labels: what a model that is never wrong says.
func truth(r Row) Answer {
	a := Answer{Target: r.Target, TargetSentiment: r.TargetSentiment, Themes: map[string]float64{}}
	a.Sentiment = discussion.Sentiment{Label: r.Sentiment, Irony: float64(index(r.Irony))}
	for i, tone := range tones {
		a.Sentiment.P[i] = float64(index(string(r.Sentiment) == tone))
	}
	for _, t := range r.Themes {
		a.Themes[t] = 1
	}
	return a
}

// toned are ten outcomes: three classes, four mistakes.
func toned() []Outcome {
	gold := "0000111222"
	p := [][3]float64{
		{0.7, 0.2, 0.1}, {0.1, 0.8, 0.1}, {0.55, 0.25, 0.2}, {0.2, 0.3, 0.5}, {0.1, 0.85, 0.05},
		{0.4, 0.35, 0.25}, {0.05, 0.9, 0.05}, {0.1, 0.1, 0.8}, {0.3, 0.4, 0.3}, {0, 0.05, 0.95},
	}
	list := make([]Outcome, len(p))
	for i := range p {
		s := discussion.Sentiment{P: p[i]}
		s.Decide()
		list[i] = Outcome{Row{Line: i + 1, Sentiment: discussion.Label(tones[gold[i]-'0'])}, Answer{Sentiment: s}}
	}
	return list
}

// What scikit-learn 1.9 says of the same: recall_score, f1_score, confusion_matrix
// and brier_score_loss; the calibration error by hand.
func TestSentiment(t *testing.T) {
	r := Measure(Sentiment, toned())
	check(t, "macro recall", r.MacroRecall, 11.0/18)
	check(t, "macro F1", r.MacroF1, 0.6031746031746031)
	check(t, "micro F1", r.MicroF1, 0.6)
	check(t, "accuracy", r.Accuracy, 0.6)
	check(t, "classes", r.PerClass, map[string]Class{
		"negative": {2.0 / 3, 0.5, 4.0 / 7, 4}, "neutral": {0.5, 2.0 / 3, 4.0 / 7, 3}, "positive": {2.0 / 3, 2.0 / 3, 2.0 / 3, 3},
	})
	check(t, "confusion", r.Confusion, map[string]map[string]int{
		"negative": {"negative": 2, "neutral": 1, "positive": 1},
		"neutral":  {"negative": 1, "neutral": 2, "positive": 0},
		"positive": {"negative": 0, "neutral": 1, "positive": 2},
	})
	check(t, "calibration error", *r.CalibrationError, 0.295)
	check(t, "Brier score", *r.Brier, 0.4385)
}

// TestUndefined has a class that is never predicted: its precision is 0/0.
func TestUndefined(t *testing.T) {
	var list []Outcome
	for i, gold := range "0012" {
		label := []discussion.Label{discussion.Negative, discussion.Neutral, discussion.Neutral, discussion.Neutral}[i]
		list = append(list, Outcome{Row{Sentiment: discussion.Label(tones[gold-'0'])}, Answer{Sentiment: discussion.Sentiment{Label: label}}})
	}
	r := Measure(Sentiment, list)
	check(t, "macro recall", r.MacroRecall, 0.5)
	check(t, "macro F1", r.MacroF1, 7.0/18)
	check(t, "positive", r.PerClass["positive"], Class{Support: 1})
}

func TestNotScoredIsNeutral(t *testing.T) {
	list := toned()[:4] // all negative
	for i := range list {
		list[i].Answer.Reason = "language"
	}
	r := Measure(Sentiment, list)
	check(t, "confusion", r.Confusion["negative"], map[string]int{"negative": 0, "neutral": 4, "positive": 0})
	check(t, "not scored", r.NotScored, map[string]int{"language": 4})
	if r.CalibrationError != nil || r.Brier != nil {
		t.Errorf("calibration error %v, Brier score %v: want none, there are no probabilities", r.CalibrationError, r.Brier)
	}
}

func ironic(gold string, p ...float64) []Outcome {
	list := make([]Outcome, len(p))
	for i := range p {
		list[i] = Outcome{Row{Line: i, Irony: gold[i] == '1'}, Answer{Sentiment: discussion.Sentiment{Irony: p[i]}}}
	}
	return list
}

// By scikit-learn: f1_score, roc_auc_score, brier_score_loss.
func TestIrony(t *testing.T) {
	r := Measure(Irony, ironic("1110000", 0.9, 0.5, 0.2, 0.5, 0.1, 0.2, 0))
	check(t, "F1", *r.F1, 2.0/3)
	check(t, "AUC", *r.AUC, 5.0/6)
	check(t, "macro F1", r.MacroF1, 17.0/24)
	check(t, "accuracy", r.Accuracy, 5.0/7)
	check(t, "Brier score", *r.Brier, 0.17142857142857146)
	if one := Measure(Irony, ironic("00", 0.1, 0.2)); one.AUC != nil {
		t.Errorf("AUC of one class = %v, want none", *one.AUC)
	}
}

func themed(texts ...[2][]string) []Outcome {
	list := make([]Outcome, len(texts))
	for i, pair := range texts {
		found := map[string]float64{}
		for _, name := range pair[1] {
			found[name] = 0.5
		}
		list[i] = Outcome{Row{Line: i, Themes: pair[0]}, Answer{Themes: found}}
	}
	return list
}

// By scikit-learn's f1_score on indicators, averaged over the labels with support.
func TestThemes(t *testing.T) {
	r := Measure(Themes, themed(
		[2][]string{{"a"}, {"a"}}, [2][]string{{"a", "b"}, {"a"}}, [2][]string{nil, {"d"}},
		[2][]string{{"c"}, {"c"}}, [2][]string{{"b"}, {"a", "b"}},
	))
	check(t, "micro F1", r.MicroF1, 8.0/11)
	check(t, "macro F1", r.MacroF1, 0.8222222222222223)
	check(t, "macro recall", r.MacroRecall, 5.0/6)
	check(t, "exact matches", r.Accuracy, 0.4)
	check(t, "classes", r.PerClass, map[string]Class{
		"a": {2.0 / 3, 1, 0.8, 2}, "b": {1, 0.5, 2.0 / 3, 2}, "c": {1, 1, 1, 1}, "d": {},
	})
}

func TestTargets(t *testing.T) {
	var list []Outcome
	for _, c := range [][4]string{
		{"meta", "meta", "negative", "negative"}, {"meta", "google", "negative", "neutral"}, {"none", "none", "neutral", "neutral"},
		{"google", "google", "positive", "neutral"}, {"none", "meta", "neutral", "negative"},
	} {
		list = append(list, Outcome{
			Row{Target: c[0], TargetSentiment: discussion.Label(c[2])}, Answer{Target: c[1], TargetSentiment: discussion.Label(c[3])},
		})
	}
	r := Measure(Targets, list)
	check(t, "accuracy", r.Accuracy, 0.6)
	check(t, "macro F1", r.MacroF1, 11.0/18)
	check(t, "meta", r.PerClass["meta"], Class{0.5, 0.5, 0.5, 2})
	check(t, "classes", r.Classes, []string{"meta", "google", "none"})
	check(t, "macro F1 of the sentiment", r.TargetSentiment.MacroF1, 0.3)
	list[0].Answer.Reason, list[1].Answer.Target = "empty", "nobody knows"
	check(t, "accuracy", Measure(Targets, list).Accuracy, 0.4)
}

func TestGroups(t *testing.T) {
	list := toned()
	if r := Measure(Sentiment, list); len(r.ByLanguage)+len(r.ByPlatform) != 0 {
		t.Errorf("groups %v, %v: want none, all texts are alike", r.ByLanguage, r.ByPlatform)
	}
	for i := range list[:4] {
		list[i].Row.Language = "de"
	}
	list[0].Row.Platform = discussion.Lemmy
	r := Measure(Sentiment, list)
	check(t, "n", []int{r.ByLanguage["de"].N, r.ByLanguage["und"].N, r.ByPlatform["lemmy"].N, r.ByPlatform["none"].N}, []int{4, 6, 1, 9})
	check(t, "micro F1 of de", r.ByLanguage["de"].MicroF1, 0.5)
}

func TestMistakes(t *testing.T) {
	list := toned()
	list[9].Row.Sentiment, list[9].Row.Text = discussion.Negative, "seen"
	got := Mistakes(Sentiment, list, 2)
	check(t, "mistakes", got, []Mistake{
		{Line: 10, Gold: "negative", Predicted: "positive", Probability: 0.95, Text: "seen"},
		{Line: 2, Gold: "negative", Predicted: "neutral", Probability: 0.8},
	})
	themes := Mistakes(Themes, themed([2][]string{{"a"}, {"a"}}, [2][]string{{"a", "b"}, nil}, [2][]string{nil, {"d"}}), 9)
	check(t, "mistakes in themes", themes, []Mistake{
		{Line: 2, Gold: "none", Predicted: "d", Probability: 0.5}, {Line: 1, Gold: "a b", Predicted: "none"},
	})
}

func TestCompare(t *testing.T) {
	ours := toned()
	theirs := make([]Outcome, len(ours))
	for i, o := range ours {
		theirs[i] = Outcome{o.Row, Answer{LabelOnly: true, Sentiment: discussion.Sentiment{Label: discussion.Neutral}}}
	}
	c := Compare(ours, theirs, "dull")
	check(t, "micro F1", c.MicroF1, 0.3)
	check(t, "difference", c.Difference["micro_f1"], 0.3)
	if i := c.DifferenceIntervals["micro_f1"]; i[0] > 0.3 || i[1] < 0.3 || i[0] < -0.3 || i[1] > 0.9 {
		t.Errorf("interval of the difference = %v", i)
	}
	same := Compare(ours, ours, "itself")
	check(t, "a model against itself", same.DifferenceIntervals["macro_f1"], Interval{})
}

func TestVader(t *testing.T) {
	vader := Vader(func(r Row) string { return r.Text })
	for text, want := range map[string]discussion.Label{
		"I love this great day": discussion.Positive, "this is horrible": discussion.Negative, "the table is made of wood": discussion.Neutral, "": discussion.Neutral,
	} {
		if got := vader(Row{Text: text}).Sentiment.Label; got != want {
			t.Errorf("Vader(%q) = %s, want %s", text, got, want)
		}
	}
}

// TestCalibrationOfBins puts probabilities on the edges of bins.
func TestCalibrationOfBins(t *testing.T) {
	list := ironic("1100", 1, 0.5, 0, 0.5)
	if e := calibrationError(list, labellings[Irony]); math.Abs(*e) > 1e-12 {
		t.Errorf("calibration error = %v, want 0", *e)
	}
}
