package tag

import (
	"strings"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// maxAnswer is how many words a text has at most that takes its subject from
// the one above it.
const maxAnswer = 25

// openings are words that begin an answer to what was just said: assent, dissent,
// and words that point back.
var openings = map[string]map[string]bool{
	"de": set("absolut also anders bestätigt bin da danke darum das deshalb dies dito doch echt einverstanden exakt falsch geht genau haha ja jep jo klar leider lol lustig mal nein nicht nö oh richtig schade schlimm schon seh sehe sehr so stimmt unsinn volle warum was wer wie wieso wirklich wo wow wozu zustimmung"),
	"en": set("absolutely actually agree agreed ah also amen and but correct definitely disagree easy exactly except fair false funny haha hardly hear hell how huh if indeed is it its kinda lmao lol nah no nonsense nope oh ok okay only or please precisely probably really right same seriously so sounds spot still sure thanks that thats then these they this those though true ugh unfortunately well what where which who why wow wrong yea yeah yep yes you"),
	"es": set("además ahora amén así aunque bueno cierto claro correcto cómo dónde eso esta este esto exactamente exacto falso gracias igual ja jaja lo mentira mismo no ojalá ok pero por porque pues quizás quién qué si sí tal también tampoco totalmente vale verdad"),
	"fr": set("absolument ah alors aussi bah ben bof bref c ce cela certes comment complètement dommage donc effectivement exact exactement faux genre grave haha idem justement mais malheureusement merci mouais non oh ou ouais oui où parce pareil pas peut pourquoi qui quoi sauf surtout totalement très voilà vrai ça"),
}

func set(words string) map[string]bool {
	s := map[string]bool{}
	for _, w := range strings.Fields(words) {
		s[w] = true
	}
	return s
}

// answersAbove reports whether a text that has no subject of its own answers the
// one above it: it is short and begins as answers do. A joke or a fact is no
// subject.
func (r *Reader) answersAbove(themes []discussion.ThemeTag) bool {
	for _, t := range themes {
		if t.Theme != humor && t.Theme != "info_technical" && t.Theme != OffTopic {
			return false
		}
	}
	n := r.Words.Len()
	return n > 0 && n <= maxAnswer && openings[r.Words.Tokens.Language][string(r.Words.Folded(0))]
}
