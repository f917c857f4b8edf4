package statistics

import "math"

// LogOdds is how much more a word belongs to one of two sets of texts, as the z-score
// of its log-odds ratio with an informative Dirichlet prior: B. L. Monroe, M. P.
// Colaresi and K. M. Quinn, "Fightin' words: lexical feature selection and evaluation
// for identifying the content of political conflict", Political Analysis 16 (2008),
// 372-403, eq. 16, 20 and 22. The word stands a times among the n words of the first
// set, b times among the m of the second; prior is how often it is expected in as many
// words as the prior weighs, all of them total. Above 1.96 it belongs to the first.
func LogOdds(a, n, b, m, prior, total float64) float64 {
	odds := func(k, n float64) float64 { return math.Log((k + prior) / (n + total - k - prior)) }
	return (odds(a, n) - odds(b, m)) / math.Sqrt(1/(a+prior)+1/(b+prior))
}
