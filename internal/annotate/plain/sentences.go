package plain

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/jdkato/prose/v3/segment"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// maxSpan is the longest stretch without white space, in bytes, that the
// segmenter gets to see. Longer ones are no words, and prose's own tokenizer
// takes quadratic time on them; the segmenter is not to depend on its luck.
const maxSpan = 64

// segmenter loads the Punkt model, once. A build without it would still cut
// text at line breaks.
var segmenter = sync.OnceValue(func() *segment.Segmenter {
	s, err := segment.New()
	if err != nil {
		return nil
	}
	return s
})

// sentences cuts text into sentences. A line break always ends one.
func sentences(text string) []discussion.Span {
	var spans []discussion.Span
	for at := 0; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		spans = appendSentences(spans, text[at:end], at)
		at = end + 1
	}
	return spans
}

// appendSentences adds the sentences of one line, which stands at shift.
func appendSentences(spans []discussion.Span, line string, shift int) []discussion.Span {
	start := 0
	add := func(end int) {
		words := strings.TrimSpace(line[start:end])
		if words != "" {
			from := shift + start + strings.Index(line[start:end], words)
			spans = append(spans, discussion.Span{Start: from, End: from + len(words)})
		}
		start = end
	}
	if s := segmenter(); s != nil && mayBreak(line) {
		for _, sentence := range s.Segment(shorten(line)) {
			// A blank that shorten put there is no place to break.
			if at := sentence.Start; at > start && unicode.IsSpace(lastRune(line[:at])) {
				add(at)
			}
		}
	}
	add(len(line))
	return spans
}

// mayBreak reports whether a line has an end mark before its last word. Punkt
// breaks nowhere else, and most lines of a post have none.
func mayBreak(line string) bool {
	i := strings.IndexAny(line, ".!?")
	return i >= 0 && strings.IndexFunc(line[i:], unicode.IsSpace) >= 0
}

// shorten puts blanks into stretches without any that are longer than maxSpan.
// It changes no offset.
func shorten(line string) string {
	var short []byte
	n := 0 // bytes since the last white space
	for i, r := range line {
		size := utf8.RuneLen(r)
		if unicode.IsSpace(r) {
			n = 0
			continue
		}
		if n += size; n <= maxSpan {
			continue
		}
		if short == nil {
			short = []byte(line)
		}
		for j := i; j < i+size; j++ {
			short[j] = ' '
		}
		n = 0
	}
	if short == nil {
		return line
	}
	return string(short)
}
