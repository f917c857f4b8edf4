package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// origin is what one source got from one instance.
type origin struct {
	source, instance, first, last string
	pages, posts, fresh           num
}

const originsSQL = `
select source, instance, count(*), sum(posts)::bigint, sum(fresh)::bigint,
  strftime(min(seen)::date, '%Y-%m-%d'), strftime(max(seen)::date, '%Y-%m-%d')
from pages group by source, instance order by source, instance limit 60`

// method says how the numbers came about.
func method(ctx context.Context, d *draft) error {
	if err := d.origins(ctx); err != nil {
		return err
	}
	models, err := d.models(ctx)
	if err != nil {
		return err
	}
	d.list([]string{
		"**Counting.** A post counts once, however many instances show it: posts are told apart by their ActivityPub address. A post counts where it is by a person " +
			"(the account does not call itself a bot), stands (neither deleted nor removed), was written in the window, and has words that could be scored. " +
			"The article that a thread is about is not a reaction.",
		"**Languages.** " + d.languageNote(),
		"**Own words.** Mark-up, quoted text, code, link targets and names of users are taken out before anything is scored.",
		"**Tone and themes.** " + models + " Every post has one tone: negative, neutral or positive. It can speak of several themes of the codebook, or of none; " +
			"the tone of a theme is that of the sentences that speak of it.",
		"**Intervals.** 95%. Shares: Wilson’s score interval. Differences of two shares: Newcombe’s hybrid score interval (1998, method 10); two shares are called " +
			"distinguishable where it leaves out zero. Posts of an author, and posts of a thread, are alike: the variance of each share is that of sums over authors, over " +
			"threads, or over both (two-way clustering, Cameron, Gelbach and Miller 2011), whichever is largest, with Student’s t for the number of groups, and the interval is " +
			"that of as many independent posts as have this variance. The two sides of a difference are taken as independent of each other, although authors may be on both. " +
			"Posts are taken as drawn at random from a larger whole, which they are not. Several comparisons are made, and one in twenty would leave out zero by chance; " +
			"tables that compare many groups allow for that (Benjamini and Hochberg 1995).",
		"**Turning day.** The day from which on the negative share differs most from that before it, by the likelihood ratio of two binomial shares against one " +
			"(Hinkley and Hinkley 1970); how large a difference chance makes is found by putting the days into random order 999 times, from a fixed seed.",
		"**Days** are UTC days.",
	})
	d.codebook()
	return nil
}

func (d *draft) origins(ctx context.Context) error {
	scan := func(r *row, o *origin) error {
		return r.Scan(&o.source, &o.instance, &o.pages, &o.posts, &o.fresh, &o.first, &o.last)
	}
	list, err := collect(ctx, d, scan, originsSQL)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		d.para("No source has been read.")
		return nil
	}
	var rows [][]string
	for _, o := range list {
		seen := o.first
		if o.last != o.first {
			seen += " to " + o.last
		}
		rows = append(rows, []string{markdown.Inline(o.source), orDash(markdown.Inline(o.instance)), number(o.pages), number(o.posts), number(o.fresh), seen})
	}
	d.table([]string{"Source", "Instance that answered", "#Answers", "#Posts", "#Of them new", "Seen"}, rows)
	return nil
}

// models names the model versions behind the counting posts.
func (d *draft) models(ctx context.Context) (string, error) {
	names := slices.Clone(d.facts.models)
	if len(names) == 0 {
		return "No post has been scored.", nil
	}
	current := d.Model == "" || slices.Equal(names, []string{d.Model})
	for i := range names {
		names[i] = name(names[i])
	}
	s := "Scored by " + join(names) + "."
	if !current {
		s += " The model is now " + name(d.Model) + "; fedipulse annotate scores every post with it."
	}
	tags, err := d.taggers(ctx)
	return s + tags, err
}

// taggers says by what themes and targets were found.
func (d *draft) taggers(ctx context.Context) (string, error) {
	versions, err := strs(ctx, d, "select name || ' ' || version from taggers order by all")
	if err != nil || len(versions) == 0 {
		return "", err
	}
	var now []string
	for of, version := range d.Taggers {
		now = append(now, of+" "+version)
	}
	slices.Sort(now)
	digest := func(list []string) string {
		sum := sha256.Sum256([]byte(strings.Join(list, "\n")))
		return "tags-" + hex.EncodeToString(sum[:4])
	}
	s := " Themes and targets found by " + name(digest(versions)) + "."
	if d.Taggers != nil && !slices.Equal(now, versions) {
		s += " They are now " + name(digest(now)) + "; fedipulse annotate finds them anew."
	}
	return s, nil
}

func (d *draft) languageNote() string {
	if len(d.Languages) == 0 {
		return "Posts in every language that the model can score count. The language is found from the words; posts of a few words keep the one that they declare, or that of their thread."
	}
	var names []string
	for _, l := range d.Languages {
		names = append(names, markdown.Inline(l))
	}
	return "Posts in " + join(names) + " count. The language is found from the words; posts of a few words keep the one that they declare, or that of their thread."
}

func (d *draft) codebook() {
	if len(d.Themes) == 0 {
		return
	}
	var rows [][]string
	for _, name := range slices.Sorted(maps.Keys(d.Themes)) {
		rows = append(rows, []string{markdown.Inline(d.themeName(name)), orDash(markdown.Inline(d.Themes[name].Definition))})
	}
	d.table([]string{"Theme of the codebook", "Definition"}, rows)
}
