package sentiment

import "math"

// numFeatures is the length of a tally's feature vector.
const numFeatures = 9

// weights are the softmax weights, a row each for negative, neutral and
// positive, a column per feature. They were fitted on 360 hand-labelled posts
// about training AI on people's data (240 short ones in four languages, 120
// long comments in English), every class and both sets weighing the same, with
// an L2 penalty.
var weights = [3][numFeatures]float64{
	{0, 0, 1, 0, 1, 0, 0, 0, 1},
	{1, 0, 0, 0, 0, 1, 0, 0, 0},
	{0, 1, 0, 1, 0, 0, 0, 0, 0},
}

// features are what the softmax sees. Logarithms keep long posts, in which
// everything adds up, comparable with short ones.
func (t tally) features() [numFeatures]float64 {
	n := max(float64(t.words), 1)
	asked := 0.0
	if t.sentences > 0 {
		asked = float64(t.questions) / float64(t.sentences)
	}
	return [numFeatures]float64{
		1,
		math.Log1p(t.pos),
		math.Log1p(t.neg),
		t.pos / math.Sqrt(n+4),
		t.neg / math.Sqrt(n+4),
		math.Log1p(t.dry),
		asked,
		math.Log1p(n) / 4,
		t.irony,
	}
}
