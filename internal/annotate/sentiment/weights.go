package sentiment

import "math"

// numFeatures is the length of a tally's feature vector.
const numFeatures = 9

// weights are the softmax weights, a row each for negative, neutral and
// positive, a column per feature. They were fitted by gradient descent with an
// L2 penalty on 949 hand-labelled posts about training AI on people's data (240
// short ones and 589 of the sample study, both invented, in four languages; 120
// real comments in English) and, so that they hold for other subjects, with a
// third of the weight each on 2,500 rows of GoEmotions and of SemEval-2017 task
// 4A. Classes weigh by the inverse root of their size.
var weights = [3][numFeatures]float64{
	{-0.28, -0.27, 0.71, -0.52, 0.31, -0.50, -0.38, 0.64, 0.23},
	{0.45, -0.45, -0.39, -0.36, -0.27, 0.99, 0.94, -0.08, -0.29},
	{-0.18, 0.73, -0.32, 0.88, -0.03, -0.48, -0.57, -0.55, 0.06},
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
