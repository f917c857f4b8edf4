package lemmy

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"
)

// languagesTxt has a line per language that Lemmy knows, in the order of their
// ids from 0: the ISO 639 code and the name by which Lemmy's pages show it. The
// ids are the same on every server; PieFed's are others.
//
//go:embed languages.txt
var languagesTxt string

type languageTable struct {
	codes  []string          // by id
	byName map[string]string // name, folded, to code
}

var languages = sync.OnceValue(func() languageTable {
	t := languageTable{byName: map[string]string{}}
	for line := range strings.Lines(languagesTxt) {
		code, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if code == "und" {
			code = ""
		}
		t.codes = append(t.codes, code)
		if _, taken := t.byName[foldName(name)]; !taken {
			t.byName[foldName(name)] = code
		}
	}
	return t
})

// language is the code of a language id; "" for undetermined and for ids that
// Lemmy does not have.
func language(id int) string {
	if codes := languages().codes; id >= 0 && id < len(codes) {
		return codes[id]
	}
	return ""
}

// LanguageNamed finds the code of a language by the name that Lemmy's pages
// show, such as Deutsch. The code is "" for Undetermined.
func LanguageNamed(name string) (code string, ok bool) {
	code, ok = languages().byName[foldName(name)]
	return code, ok
}

func foldName(name string) string {
	return strings.ToLower(norm.NFC.String(strings.Trim(name, " \u200e\u200f")))
}
