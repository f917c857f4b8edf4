package report

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// quote is a post that may be shown.
type quote struct {
	theme, tone, post, text, platform, instance, day string
}

// quoteMax is the length of a quote in characters.
const quoteMax = 280

const quotesSQL = `
with best as (
  select t.theme, c.*, greatest(p_negative, p_positive) as surety
  from themed t join counted c on c.post = t.post
  where sentiment in ('negative', 'positive') and theme_sentiment = sentiment
    and not content_warning and coalesce(irony, 0) < 0.5 and words >= 8 and letters <= 4000 -- null once text has expired
  qualify row_number() over (partition by t.theme, sentiment order by surety desc, votes desc nulls last, created, hash_of_words, c.post) <= 3)
select b.theme, b.sentiment, b.post::varchar, a.plain, b.platform, b.instance, coalesce(strftime(b.day, '%Y-%m-%d'), '')
from best b join annotations a on a.post = b.post
order by b.theme, b.sentiment, b.surety desc, b.votes desc nulls last, b.created, b.hash_of_words, b.post`

// quotes shows a few posts in their authors' words, where the study asks for it.
func quotes(ctx context.Context, d *draft) error {
	if !d.asked() {
		d.para("Not shown: the study does not ask for quotes. Words that can be searched for lead to their author.")
		return nil
	}
	if d.empty() {
		return nil
	}
	scan := func(r *row, q *quote) error {
		return r.Scan(&q.theme, &q.tone, &q.post, &q.text, &q.platform, &q.instance, &q.day)
	}
	all, err := collect(ctx, d, scan, quotesSQL)
	if err != nil {
		return err
	}
	chosen := d.choose(all)
	if len(chosen) == 0 {
		d.para("Not shown: no post meets the rule for quotes.")
		return nil
	}
	d.para("Rule: for each theme that %s or more speak of, the negative and the positive post of whose tone the model is surest, then the one with "+
		"most votes. Never a bot’s post, one behind a content warning, one that may be ironic, one under eight words, or one already quoted. "+
		"Quotes end after at most %d characters; names are replaced. They are examples of what the model read: they "+
		"do not show how frequent an opinion is.", count(given(d.MinCell), "author", "authors"), quoteMax)
	if d.Quotes == "attributed" {
		d.para("Attribution is to platform, instance and day, never to a person.")
	}
	for _, q := range chosen {
		d.quote(q)
	}
	return nil
}

// choose takes the first candidate of each theme and tone that is not quoted yet,
// themes in order of their frequency.
func (d *draft) choose(all []quote) []quote {
	var chosen []quote
	used := map[string]bool{}
	for _, t := range d.shown() {
		for _, tone := range []string{"negative", "positive"} {
			for _, q := range all {
				if q.theme == t.name && q.tone == tone && !used[q.post] && !used[q.text] {
					used[q.post], used[q.text] = true, true
					chosen = append(chosen, q)
					break
				}
			}
		}
	}
	return chosen
}

func (d *draft) quote(q quote) {
	source := ""
	if d.Quotes == "attributed" {
		source = ", " + platformName(q.platform) + ", " + markdown.Inline(q.instance)
		if q.day != "" {
			source += ", " + q.day
		}
	}
	d.para("%s, %s%s:", markdown.Inline(d.themeName(q.theme)), q.tone, source)
	text := names.ReplaceAllString(markdown.Clean(q.text), "[name]")
	d.line(markdown.Fence(wrap(shorten(text, quoteMax), 76)))
}

// names are mentions, communities and mail addresses.
var names = regexp.MustCompile(`[\pL\pN_.+-]*@[\pL\pN_][\pL\pN_.@-]*|\bu/[\pL\pN_-]+|!\w+@\S+`)

// shorten cuts s to at most limit characters: after a sentence where one ends in
// its second half, else after a word.
func shorten(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	head := string([]rune(s)[:limit-1])
	if end := strings.LastIndexAny(head, ".!?"); end > len(head)/2 && strings.HasPrefix(s[end+1:], " ") {
		return head[:end+1] + " …"
	}
	if end := strings.LastIndexByte(head, ' '); end > 0 {
		head = head[:end]
	}
	return head + "…"
}

// wrap breaks s into lines of at most width characters: code blocks do not wrap
// by themselves.
func wrap(s string, width int) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(s) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+n > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}
