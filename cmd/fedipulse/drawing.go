package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// brush draws a text with some of its words marked: in colour on a terminal,
// else in brackets.
type brush struct{ colour bool }

// What a terminal is told: underline what counts, in red what makes a text more
// negative, in green what makes it more positive.
const (
	underline, red, green, plainly = "\x1b[4m", "\x1b[4;31m", "\x1b[4;32m", "\x1b[0m"
)

// draw shows a text with stretches of it marked, each with its weight if it has
// one. The text is foreign: nothing of it but its line breaks gets through to the
// terminal unseen. Of stretches that overlap, the first counts.
func (b brush) draw(text string, marked []stretch) string {
	marked = slices.Clone(marked)
	slices.SortStableFunc(marked, func(a, b stretch) int { return cmp.Compare(a.Start, b.Start) })
	var out strings.Builder
	at := 0
	for _, m := range marked {
		if m.Start < at || m.End <= m.Start || m.End > len(text) {
			continue
		}
		out.WriteString(lines(text[at:m.Start]))
		out.WriteString(b.mark(visible(text[m.Start:m.End]), m.Weight))
		at = m.End
	}
	out.WriteString(lines(text[at:]))
	return out.String()
}

func (b brush) mark(words string, weight *float64) string {
	adds := ""
	if weight != nil {
		adds = fmt.Sprintf(" %+.2f", *weight)
	}
	if !b.colour {
		return "[" + words + adds + "]"
	}
	start := underline
	switch {
	case weight != nil && *weight < 0:
		start = red
	case weight != nil && *weight > 0:
		start = green
	}
	return start + words + plainly + adds
}

// lines makes a foreign text visible and keeps its line breaks.
func lines(s string) string {
	parts := strings.Split(s, "\n")
	for i := range parts {
		parts[i] = visible(parts[i])
	}
	return strings.Join(parts, "\n")
}
