package plain

import (
	"sort"

	"golang.org/x/text/unicode/norm"
)

// edit replaces plain[start:end] of a draft.
type edit struct {
	start, end int
	with       string
}

// apply makes edits, which are in order and do not overlap, and moves marks
// and runs with the text.
func (d *draft) apply(edits []edit) {
	if len(edits) == 0 {
		return
	}
	before := make([]int, len(edits)+1) // by how much the edits before one have moved the text
	var out []byte
	at := 0
	for i, e := range edits {
		out = append(append(out, d.plain[at:e.start]...), e.with...)
		at = e.end
		before[i+1] = before[i] + len(e.with) - (e.end - e.start)
	}
	d.plain = string(append(out, d.plain[at:]...))
	d.runs = moveRuns(d.runs, edits, before)
	d.marks = trimMarks(moveMarks(d.marks, edits, before), d.plain)
}

// trimMarks takes white space off the ends of marks: an edit may have left
// some there. A mark of nothing else goes.
func trimMarks(marks []Mark, text string) []Mark {
	kept := marks[:0]
	for _, m := range marks {
		for m.Start < m.End && (text[m.Start] == ' ' || text[m.Start] == '\n') {
			m.Start++
		}
		for m.Start < m.End && (text[m.End-1] == ' ' || text[m.End-1] == '\n') {
			m.End--
		}
		if m.Start < m.End {
			kept = append(kept, m)
		}
	}
	return kept
}

// moveMarks gives the marks their new offsets. A mark that ends inside an
// edited stretch takes in what replaced it; one whose text is gone is empty.
func moveMarks(marks []Mark, edits []edit, before []int) []Mark {
	kept := marks[:0]
	for _, m := range marks {
		i := sort.Search(len(edits), func(i int) bool { return edits[i].end > m.Start })
		if i < len(edits) && m.Start > edits[i].start {
			m.Start = edits[i].start
		}
		m.Start += before[i]
		i = sort.Search(len(edits), func(i int) bool { return edits[i].end > m.End })
		if i < len(edits) && m.End > edits[i].start {
			m.End, i = edits[i].end, i+1
		}
		m.End += before[i]
		kept = append(kept, m)
	}
	return kept
}

// moveRuns gives the runs their new offsets and cuts the edited text out.
func moveRuns(runs []Run, edits []edit, before []int) []Run {
	moved := make([]Run, 0, len(runs)+len(edits))
	j := 0
	for _, r := range runs {
		start, end := r.Start, r.Start+r.Len
		add := func(from, to int) {
			if from < to {
				moved = append(moved, Run{from + before[j], to - from, r.Field, r.Source + from - r.Start})
			}
		}
		for ; j < len(edits) && edits[j].start < end; j++ {
			add(start, edits[j].start)
			start = max(start, edits[j].end)
			if edits[j].end > end {
				break // the next run begins inside this edit, too
			}
		}
		add(start, end)
	}
	return moved
}

// compose brings the text to Unicode's normal form C.
func (d *draft) compose() {
	if !d.wide || norm.NFC.IsNormalString(d.plain) {
		return
	}
	var edits []edit
	var it norm.Iter
	it.InitString(norm.NFC, d.plain)
	for !it.Done() {
		start := it.Pos()
		if with := it.Next(); string(with) != d.plain[start:it.Pos()] {
			edits = append(edits, edit{start, it.Pos(), string(with)})
		}
	}
	d.apply(edits)
}
