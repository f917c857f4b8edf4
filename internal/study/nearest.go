package study

// nearest returns the word that somebody who wrote w most likely meant, or ""
// where none is near: at most one edit for short words, two for longer ones.
func nearest(w string, words []string) string {
	best, limit := "", 1
	if len(w) > 5 {
		limit = 2
	}
	for _, known := range words {
		if len(w) > len(known)+limit || len(known) > len(w)+limit {
			continue
		}
		if d := edits(w, known); d <= limit {
			best, limit = known, d-1
		}
	}
	return best
}

// edits is the Levenshtein distance in bytes, with a swap of two neighbours as
// one edit (optimal string alignment).
func edits(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// short cuts a word that a message is to show.
func short(w string) string {
	const most = 60
	if r := []rune(w); len(r) > most {
		return string(r[:most]) + "…"
	}
	return w
}
