// Package language finds the language of a post, from its words and from what
// author or platform declared.
//
// A declaration is often the default of a program and wrong; a detector is
// often wrong on a few words. So short texts keep their declared language, and
// long ones the detected one. A few words without a declaration, as most people
// leave them on Lemmy, are taken to be in the language of their thread.
package language

import (
	"strings"
	"unicode"

	"github.com/abadojack/whatlanggo"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
)

// Unknown is the tag of a text whose language cannot be told.
const Unknown = "und"

// Identifier identifies languages by trigrams and scripts (package whatlanggo).
type Identifier struct{}

// tags are the languages that are told apart; the fewer, the surer. The list
// covers what is written on Lemmy and Mastodon in any number.
var tags = map[whatlanggo.Lang]string{
	whatlanggo.Eng: "en", whatlanggo.Deu: "de", whatlanggo.Fra: "fr", whatlanggo.Spa: "es",
	whatlanggo.Ita: "it", whatlanggo.Por: "pt", whatlanggo.Nld: "nl", whatlanggo.Pol: "pl",
	whatlanggo.Swe: "sv", whatlanggo.Fin: "fi", whatlanggo.Tur: "tr", whatlanggo.Rus: "ru",
	whatlanggo.Ukr: "uk", whatlanggo.Jpn: "ja", whatlanggo.Cmn: "zh", whatlanggo.Kor: "ko",
	whatlanggo.Arb: "ar",
}

var known = func() map[whatlanggo.Lang]bool {
	list := map[whatlanggo.Lang]bool{}
	for l := range tags {
		list[l] = true
	}
	return list
}()

const (
	enough = 24  // letters from which detection is worth more than nothing
	long   = 80  // letters from which it is worth more than a declaration
	head   = 200 // letters that are looked at: more costs time and changes little
)

// Identify returns the base language (BCP 47) and a confidence from 0 to 1,
// which orders answers and is not calibrated. Declared and around are BCP 47 tags
// or "".
func (Identifier) Identify(t plain.Text, declared, around string) (string, float64) {
	declared = base(declared)
	words := letters(t)
	n := strings.Count(words, "") - 1
	if n < enough && !foreignScript(words) {
		if around = base(around); declared == "" && n > 0 && around != "" {
			return around, 0.3
		}
		return orUnknown(declared)
	}
	info := whatlanggo.DetectWithOptions(words, whatlanggo.Options{Whitelist: known})
	found, ok := tags[info.Lang]
	switch {
	case !ok:
		return orUnknown(declared)
	case found == declared:
		return found, max(0.9, info.Confidence)
	case declared == "":
		return found, info.Confidence * min(1, float64(n)/long)
	case n >= long && info.IsReliable():
		return found, info.Confidence
	default:
		return declared, 0.6
	}
}

func orUnknown(declared string) (string, float64) {
	if declared == "" {
		return Unknown, 0
	}
	return declared, 0.5
}

func base(tag string) string {
	b, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if b == Unknown || len(b) > 3 {
		return ""
	}
	return b
}

// letters returns the words of a text without names, links, tags and emoji, up
// to head letters.
func letters(t plain.Text) string {
	var b strings.Builder
	n, mark := 0, 0
	for i, r := range t.Plain {
		for mark < len(t.Marks) && t.Marks[mark].End <= i {
			mark++
		}
		if mark < len(t.Marks) && t.Marks[mark].Start <= i && nameless(t.Marks[mark].Kind) {
			continue
		}
		switch {
		case unicode.IsLetter(r) || unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
			n++
		case b.Len() > 0:
			b.WriteByte(' ')
		}
		if n >= head {
			break
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func nameless(k plain.MarkKind) bool {
	return k == plain.Mention || k == plain.Link || k == plain.Hashtag || k == plain.Emoji
}

// foreignScript reports whether a few letters already tell the language: those
// of a script that one language of the list has to itself.
func foreignScript(s string) bool {
	for _, r := range s {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Arabic) {
			return true
		}
	}
	return false
}
