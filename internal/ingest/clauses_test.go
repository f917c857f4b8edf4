package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClauses(t *testing.T) {
	text := "# Rules\n\nBe kind. No scraping, please. Cats are fine.\n- Automatisierte Zugriffe nur mit Erlaubnis.\n* L'intelligence artificielle n'est pas la bienvenue ici.\n> Prohibido el rastreo.\nWe train for marathons.\n"
	want := []string{"No scraping, please.", "Automatisierte Zugriffe nur mit Erlaubnis.", "L'intelligence artificielle n'est pas la bienvenue ici.", "Prohibido el rastreo."}
	if diff := cmp.Diff(want, Clauses(text)); diff != "" {
		t.Error(diff)
	}
	if got := Clauses("bots " + strings.Repeat("ä", 1000)); len(got) != 1 || len([]rune(got[0])) != longestClause+2 {
		t.Errorf("a long sentence: %d", len(got))
	}
}
