package accuracy

// table counts classes against predictions, a row per class: cells[i*k+j] texts
// of class i were taken for class j.
type table struct {
	k     int
	cells []int
}

func newTable(k int) table { return table{k, make([]int, k*k)} }

func (t table) support(i int) int {
	n := 0
	for _, c := range t.cells[i*t.k : (i+1)*t.k] {
		n += c
	}
	return n
}

func (t table) predicted(j int) int {
	n := 0
	for i := j; i < len(t.cells); i += t.k {
		n += t.cells[i]
	}
	return n
}

func (t table) hits(i int) int          { return t.cells[i*t.k+i] }
func (t table) precision(i int) float64 { return ratio(t.hits(i), t.predicted(i)) }
func (t table) recall(i int) float64    { return ratio(t.hits(i), t.support(i)) }
func (t table) f1(i int) float64        { return ratio(2*t.hits(i), t.support(i)+t.predicted(i)) }

// macro is the mean of a figure over the classes that were given or predicted,
// which are those that scikit-learn averages over.
func (t table) macro(of func(i int) float64) float64 {
	sum, n := 0.0, 0
	for i := range t.k {
		if t.support(i)+t.predicted(i) > 0 {
			sum += of(i)
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// accuracy is the share of hits, which of single labels is micro F1 as well.
func (t table) accuracy() float64 {
	hits, n := 0, 0
	for i := range t.k {
		hits += t.hits(i)
		n += t.support(i)
	}
	return ratio(hits, n)
}

// figures are macro recall, macro F1, micro F1, and F1 of the last class.
func (t table) figures() []float64 {
	return []float64{t.macro(t.recall), t.macro(t.f1), t.accuracy(), t.f1(t.k - 1)}
}

// names of what figures returns.
var names = []string{"macro_recall", "macro_f1", "micro_f1", "f1"}

// ratio is a/b, and 0 where b is 0.
func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
