package ingest

import (
	"regexp"
	"strings"
)

// mattering are the words of rules and terms that bear on a program which reads
// posts for research, in English, German, French and Spanish.
var mattering = regexp.MustCompile(`(?i)\b(` +
	`scrap(e|es|ed|er|ers|ing)|crawl\w*|harvest\w*|data[- ]?mining|text and data mining|tdm|bots?|automat\w*|spiders?|` +
	`research\w*|academic|scien\w+|archiv\w*|index(ing|ed)?|api|rate[- ]?limit\w*|` +
	`ai|a\.i\.|artificial intelligence|machine learning|llms?|train(ing)? data|training|third[- ]part(y|ies)|permission|consent|` +
	`forsch\w+|wissenschaft\w*|automatisiert\w*|auslesen|künstliche\w* intelligenz|ki|maschinelle\w* lernen|einwilligung|erlaubnis|` +
	`recherche\w*|aspir\w+|moissonn\w+|automatis\w+|intelligence artificielle|ia|apprentissage automatique|consentement|autorisation|` +
	`investiga\w+|rastre\w+|raspad\w*|automatizad\w*|inteligencia artificial|aprendizaje automático|consentimiento|permiso)\b`)

// longestClause is the most characters of a clause that are shown.
const longestClause = 300

// Clauses returns the sentences of an instance's rules or terms, in Markdown,
// that bear on being read by a program, as they stand. They help a person who
// has to decide; that none is found decides nothing.
func Clauses(text string) []string {
	var found []string
	for line := range strings.Lines(text) {
		for sentence := range strings.SplitAfterSeq(strings.TrimSpace(line), ". ") {
			sentence = strings.TrimSpace(strings.TrimLeft(sentence, "#>*-+ \t"))
			if !mattering.MatchString(sentence) {
				continue
			}
			if r := []rune(sentence); len(r) > longestClause {
				sentence = string(r[:longestClause]) + " …"
			}
			found = append(found, sentence)
		}
	}
	return found
}

// Plain is the text of HTML, with a line for each of its blocks.
func Plain(html string) string { return stripTags(html) }
