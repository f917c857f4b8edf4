package statistics

import "math"

// Kappa is Cohen's agreement of two coders beyond chance, in [-1, 1], NaN where all
// units have one label: table[i][j] is how many units the first gave label i and the
// second j. J. Cohen, "A coefficient of agreement for nominal scales", Educational
// and Psychological Measurement 20 (1960), 37-46.
func Kappa(table [][]float64) float64 {
	n, same, chance := 0.0, 0.0, 0.0
	first, second := make([]float64, len(table)), make([]float64, len(table))
	for i, row := range table {
		for j, v := range row {
			n += v
			first[i] += v
			second[j] += v
		}
		same += row[i]
	}
	for i := range table {
		chance += first[i] / n * second[i] / n
	}
	if n == 0 || chance == 1 {
		return math.NaN()
	}
	return (same/n - chance) / (1 - chance)
}

// Alpha is Krippendorff's agreement of any number of coders on nominal labels, at
// most 1, NaN where all units have one label. pairs[i][j] sums over units the
// ordered pairs of labels i and j by different coders, each by 1/(m-1) where m coders
// labelled the unit: the matrix of coincidences of K. Krippendorff, "Content
// Analysis" (4th edition 2019), chapter 12.
func Alpha(pairs [][]float64) float64 {
	n, disagree, squares := 0.0, 0.0, 0.0
	for i, row := range pairs {
		sum := 0.0
		for j, v := range row {
			sum += v
			if i != j {
				disagree += v
			}
		}
		n += sum
		squares += sum * sum
	}
	if n == 0 || n*n == squares {
		return math.NaN()
	}
	return 1 - (n-1)*disagree/(n*n-squares)
}
