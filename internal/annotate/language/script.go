package language

import (
	"slices"

	"github.com/fedipulse/fedipulse/internal/annotate/language/ngram"
)

// written lists the languages of the scripts that tell them, the one first that
// nearly all posts in it are in.
var written = [ngram.Scripts][]string{
	ngram.Kana:       {"ja"},
	ngram.Han:        {"zh", "yue", "wuu", "nan", "lzh", "ja", "ko"},
	ngram.Hangul:     {"ko"},
	ngram.Greek:      {"el"},
	ngram.Hebrew:     {"he", "yi"},
	ngram.Thai:       {"th"},
	ngram.Devanagari: {"hi", "mr", "ne", "sa", "bho", "mai", "kok"},
	ngram.Bengali:    {"bn", "as"},
	ngram.Gurmukhi:   {"pa"},
	ngram.Gujarati:   {"gu"},
	ngram.Tamil:      {"ta"},
	ngram.Telugu:     {"te"},
	ngram.Kannada:    {"kn"},
	ngram.Malayalam:  {"ml"},
	ngram.Sinhala:    {"si"},
	ngram.Lao:        {"lo"},
	ngram.Burmese:    {"my"},
	ngram.Georgian:   {"ka"},
	ngram.Ethiopic:   {"am", "ti"},
	ngram.Khmer:      {"km"},
	ngram.Armenian:   {"hy"},
}

// byScript returns the language of a text that its script tells.
func byScript(s *ngram.Scan, script ngram.Script, share float64, declared, around string) (string, float64) {
	kana := s.Letters[ngram.Kana]
	if script == ngram.Han && kana*8 >= s.Letters[ngram.Han] {
		script = ngram.Kana // Japanese prose has more of them, a Chinese の has less
	}
	tags := written[script]
	switch {
	case len(tags) == 0 && declared != "":
		return declared, silent
	case len(tags) == 0:
		return Unknown, 0
	case slices.Contains(tags, declared):
		return declared, 0.98 * share
	case declared == "" && slices.Contains(tags, around):
		return around, 0.9 * share
	case script == ngram.Han:
		// A Japanese line can do without kana, the shorter the likelier.
		return tags[0], share * float64(s.Letters[ngram.Han]+2) / float64(s.Letters[ngram.Han]+3)
	}
	return tags[0], 0.98 * share
}
