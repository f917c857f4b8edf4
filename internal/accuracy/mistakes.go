package accuracy

import (
	"cmp"
	"maps"
	"slices"
)

// Mistake is a text that a model got wrong.
type Mistake struct {
	Line        int     `json:"line"` // in the file
	ID          string  `json:"id,omitempty"`
	Language    string  `json:"language,omitempty"`
	Gold        string  `json:"gold"`             // the label; of themes, all of them with blanks between, or none
	Predicted   string  `json:"predicted"`        // in the same form
	Probability float64 `json:"probability"`      // of what is wrong in Predicted; 0 where the model gave none
	Reason      string  `json:"reason,omitempty"` // why the text was not scored
	Text        string  `json:"text"`             // as in the file, cut to maxShown bytes
}

// maxShown is how much of a text a mistake holds.
const maxShown = 2000

// Mistakes lists up to most texts that a model got wrong, the surest mistakes
// first.
func Mistakes(task Task, list []Outcome, most int) []Mistake {
	all := []Mistake{}
	for _, o := range list {
		m := Mistake{Line: o.Row.Line, ID: o.Row.ID, Language: o.Row.Language, Reason: o.Answer.Reason}
		if task == Themes {
			m.themes(o)
		} else {
			l := labellings[task]
			m.Gold, m.Predicted = l.gold(o.Row), l.predicted(o.Answer)
			if p, ok := l.chance(o.Answer); ok {
				m.Probability = p
			}
		}
		if m.Gold != m.Predicted {
			m.Text = o.Row.Text
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Line, b.Line))
	})
	all = all[:min(most, len(all))]
	for i := range all {
		all[i].Text = cut(all[i].Text)
	}
	return all
}

// themes are wrong by the surest theme that is not there.
func (m *Mistake) themes(o Outcome) {
	found := slices.Sorted(maps.Keys(o.Answer.Themes))
	m.Gold, m.Predicted = joined(o.Row.Themes), joined(found)
	for _, name := range found {
		if !slices.Contains(o.Row.Themes, name) {
			m.Probability = max(m.Probability, o.Answer.Themes[name])
		}
	}
}

// cut shortens a text and leaves no half character.
func cut(s string) string {
	if len(s) <= maxShown {
		return s
	}
	end := maxShown
	for end > 0 && s[end]&0xC0 == 0x80 {
		end--
	}
	return s[:end] + "…"
}
