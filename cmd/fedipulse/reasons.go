package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/fedipulse/fedipulse/internal/annotate"
	"github.com/fedipulse/fedipulse/internal/annotate/language"
)

// write shows an explanation to people.
func (x explanation) write(w io.Writer, b brush) {
	writeColumns(w, func(row rowFunc) {
		if x.Post != "" {
			row("post", x.Post)
		}
		row("language", fmt.Sprintf("%s, confidence %.2f", visible(x.Language), x.Confidence))
		if x.Tone == nil {
			row("tone", "not scored: "+x.because())
		} else {
			t := x.Tone
			row("tone", inWords(*t))
			row("", fmt.Sprintf("negative %.2f, neutral %.2f, positive %.2f", t.P.Negative, t.P.Neutral, t.P.Positive))
			row("irony", fmt.Sprintf("%.2f", t.Irony))
		}
	})
	if x.Plain != "" {
		fmt.Fprintf(w, "\ntext, as it is read\n%s\n", indent(b.draw(x.Plain, x.Evidence)))
	}
	if len(x.Sentences) > 1 {
		fmt.Fprintln(w, "\nsentences")
		writeColumns(w, func(row rowFunc) {
			for _, s := range x.Sentences {
				row("  "+inWords(s.Tone), oneLine(s.Text, 72))
			}
		})
	}
	x.writeThemes(w)
	x.writeTargets(w)
}

func (x explanation) writeThemes(w io.Writer) {
	if len(x.Themes) == 0 && x.Answers {
		fmt.Fprintln(w, "\nthemes: those of the post that it answers")
		return
	}
	if len(x.Themes) == 0 {
		fmt.Fprintln(w, "\nthemes: none")
		return
	}
	fmt.Fprintln(w, "\nthemes")
	writeColumns(w, func(row rowFunc) {
		for _, t := range x.Themes {
			tone := "not scored"
			if t.Tone != nil {
				tone = inWords(*t.Tone)
			}
			row("  "+visible(t.Theme), fmt.Sprintf("confidence %.2f", t.Confidence), tone, quoted(t.Evidence))
		}
	})
}

func (x explanation) writeTargets(w io.Writer) {
	if len(x.Targets) == 0 {
		fmt.Fprintln(w, "\nabout: nobody in particular")
		return
	}
	fmt.Fprintln(w, "\nabout")
	writeColumns(w, func(row rowFunc) {
		for _, t := range x.Targets {
			tone := "not scored"
			if t.Tone != nil {
				tone = inWords(*t.Tone)
			}
			row("  "+visible(t.Target), fmt.Sprintf("confidence %.2f", t.Confidence), tone, quoted(t.Evidence))
		}
	})
}

func inWords(t tone) string { return fmt.Sprintf("%s %+.2f", t.Label, t.Score) }

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// because says in words why a text has no score.
func (x explanation) because() string {
	switch x.Reason {
	case annotate.ReasonGone:
		return "the post was deleted, removed or forgotten"
	case annotate.ReasonArticle:
		return "somebody else's text, which the thread is about"
	case annotate.ReasonEmpty:
		return "no words but links, names, quotes or code"
	case annotate.ReasonShort:
		return "one word that says nothing of tone"
	case annotate.ReasonLanguage:
		if x.Language == language.Unknown {
			return "its language cannot be told; name it with --lang"
		}
		return "no model for its language"
	}
	return x.Reason
}

// quoted shows the words of stretches, each once.
func quoted(list []stretch) string {
	var words []string
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s.Text] {
			seen[s.Text] = true
			words = append(words, fmt.Sprintf("“%s”", oneLine(s.Text, 40)))
		}
	}
	return strings.Join(words, ", ")
}
