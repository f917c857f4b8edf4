package sentiment

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/jdkato/prose/v3/tokenize"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// word is a word, an emoji, an emoticon or a mark of punctuation.
type word struct {
	discussion.Span
	folded string // lower case, one apostrophe for all
	kind   kind
	loud   bool // in capitals
}

type kind uint8

const (
	letters kind = iota
	symbol       // emoji and emoticons
	pause        // ends a clause
	mark         // other punctuation
	glue         // joins emoji or colours them; dropped
)

// tokenizer is prose's, which keeps the symbols whole. It may be used from
// many goroutines.
var tokenizer = sync.OnceValue(func() *tokenize.Tokenizer {
	return tokenize.New(tokenize.UsingSpecialTest(func(s string) bool { return symbols[s] }))
})

// maxRun is the longest stretch without white space that prose gets to see:
// its time is quadratic in the length of one.
const maxRun = 64

// words cuts a stretch of t into words. Links, mentions and custom emoji are
// left out.
func words(t plain.Text, s discussion.Span) []word {
	var list []word
	at := s.Start
	for _, m := range t.Marks {
		if m.Kind != plain.Link && m.Kind != plain.Mention || m.End <= at || m.End > len(t.Plain) {
			continue
		}
		if m.Start >= s.End {
			break
		}
		list = appendWords(list, t.Plain[at:max(at, m.Start)], at)
		at = min(m.End, s.End)
	}
	return appendWords(list, t.Plain[at:s.End], at)
}

// appendWords adds the words of text, which stands at shift.
func appendWords(list []word, text string, shift int) []word {
	for at := 0; at < len(text); {
		end := at + runEnd(text[at:])
		for _, token := range tokenizer().Tokenize(text[at:end]) {
			list = appendPieces(list, token.Text, shift+at+token.Start)
		}
		at = end
	}
	return list
}

// runEnd returns how much of text may be tokenised at once: up to the first
// stretch without white space that is too long, and of that a part.
func runEnd(text string) int {
	run := 0
	for i, r := range text {
		if unicode.IsSpace(r) {
			run = 0
		} else if run++; run > maxRun {
			return i
		}
	}
	return len(text)
}

// appendPieces cuts a token further: prose keeps French elisions (l'IA), pairs
// (und/oder) and opening marks of Spanish on their words, and rows of emoji.
func appendPieces(list []word, token string, shift int) []word {
	if symbols[token] {
		return append(list, word{Span: discussion.Span{Start: shift, End: shift + len(token)}, folded: token, kind: symbol})
	}
	for i := 0; i < len(token); {
		n, kind := piece(token[i:])
		w := word{Span: discussion.Span{Start: shift + i, End: shift + i + n}, folded: token[i : i+n], kind: kind}
		if kind == letters {
			w.folded = fold(w.folded)
			w.loud = isLoud(token[i : i+n])
		}
		if w.folded != "" && kind != glue {
			list = append(list, w)
		}
		i += n
	}
	return list
}

// symbols are the emoticons and marks that count when they stand alone.
var symbols = map[string]bool{
	":)": true, ":-)": true, ":(": true, ":-(": true, ";)": true, ";-)": true, ":D": true, ":-D": true, "xD": true,
	"XD": true, ":P": true, ":-P": true, ":/": true, ":-/": true, "<3": true, "</3": true, "^^": true, "/s": true, "-.-": true,
}

// piece returns the length and kind of the first piece of s.
func piece(s string) (int, kind) {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r == '\uFE0F' || r == '\u200D' || r >= 0x1F3FB && r <= 0x1F3FF:
		return n, glue
	case isLetter(r):
		return wordEnd(s), letters
	case (r == '\'' || r == '’') && len(s) > n && isLetter(firstRune(s[n:])):
		return n + wordEnd(s[n:]), letters // 's, 've
	case strings.ContainsRune(".,;:!?…()–—\"“”„«»|", r):
		return n, pause
	case unicode.In(r, unicode.So, unicode.Sk) || r == '‼':
		return n, symbol
	}
	return n, mark
}

// wordEnd returns the length of the word that s begins with: to its
// apostrophe, which goes with what it elides (l'|IA), but for n't.
func wordEnd(s string) int {
	for i, r := range s {
		switch {
		case isLetter(r) || r == '-' && i+1 < len(s) && isLetter(firstRune(s[i+1:])):
		case r == '\'' || r == '’':
			end := i + utf8.RuneLen(r)
			if rest := s[end:]; rest == "t" || rest == "T" {
				return len(s)
			}
			return end
		default:
			return i
		}
	}
	return len(s)
}

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }

func isLetter(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// isLoud reports whether a word is shouted: three or more letters, all capital.
func isLoud(s string) bool {
	n := 0
	for _, r := range s {
		if !unicode.IsUpper(r) {
			return false
		}
		n++
	}
	return n >= 3
}

// fold brings a word to the form of the word lists: lower case, straight
// apostrophe, a letter written three times or more (sooo) only once.
func fold(s string) string {
	s = strings.ReplaceAll(strings.ToLower(s), "’", "'")
	if len(s) > maxWord {
		return ""
	}
	var b strings.Builder
	rs := []rune(s)
	for i := 0; i < len(rs); {
		j := i
		for j < len(rs) && rs[j] == rs[i] {
			j++
		}
		if n := j - i; n == 2 || unicode.IsDigit(rs[i]) {
			b.WriteString(string(rs[i:j]))
		} else {
			b.WriteRune(rs[i])
		}
		i = j
	}
	return b.String()
}

// termKey folds a term of a word list as a text is folded.
func termKey(term string) []string {
	var key []string
	for _, w := range appendWords(nil, term, 0) {
		if w.kind == letters || w.kind == symbol || len(key) == 0 && w.Span.End == len(term) {
			key = append(key, w.folded)
		}
	}
	return key
}
