package report

import (
	"context"
	"fmt"
	"slices"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// At most so many findings, and events among them; all events are in the timeline.
const (
	mostFindings  = 6
	eventFindings = 2
)

// findings says in a few sentences what the rest of the report shows. Which
// sentences there are, and in which words, follows from rules and not from what
// is striking.
func findings(ctx context.Context, d *draft) error {
	if d.facts.posts.n == 0 {
		d.para("No post counts as a reaction, so there is nothing to report. The section “From collected to counted” shows where posts were lost.")
		return nil
	}
	items := []string{d.volumeFinding(), d.toneFinding()}
	if h := d.facts.hand; h.enough {
		items = append(items, fmt.Sprintf("People would call %s of these posts negative (95%% interval %s), %s neutral (%s) and %s positive (%s): the model’s shares, corrected by %s labelled by hand.",
			h.corrected[0].percent(), h.corrected[0].bounds(), h.corrected[1].percent(), h.corrected[1].bounds(), h.corrected[2].percent(), h.corrected[2].bounds(), posts(h.labelled)))
	}
	if s := d.themeFinding(); s != "" {
		items = append(items, s)
	}
	items = append(items, d.platformNote())
	events, err := d.eventsFound(ctx)
	if err != nil {
		return err
	}
	items = append(items, events...)
	d.list(items[:min(len(items), mostFindings)])
	d.para("Unit: posts. Posts of an author, and posts of a thread, are alike, and the intervals are wider for it: on the share of negative posts, %s %s as much as %s.",
		posts(d.facts.posts), verb(d.facts.posts, "says", "say"),
		count(effective(d.toneShare("all", d.facts.tone, 0)), "independent one", "independent ones"))
	return nil
}

// effective is how many independent posts say as much of a share as its posts.
func effective(p part) num {
	return num{int64(p.Effective()), source{isEffective, slices.Concat(p.k.from.cells, p.n.from.cells, p.groups)}}
}

func (d *draft) volumeFinding() string {
	f := d.facts
	days := ""
	if f.first != "" {
		days = ", dated " + d.span()
	}
	return fmt.Sprintf("%s by %s in %s on %s %s as reactions%s. %s", posts(f.posts),
		count(f.authors, "author", "authors"), count(f.threads, "thread", "threads"), count(f.instances, "instance", "instances"),
		verb(f.posts, "counts", "count"), days, coverageSentence(f.coverage))
}

// toneFinding gives the three shares and says whether negative and positive
// posts can be told apart in number, among those that are either.
func (d *draft) toneFinding() string {
	t := d.facts.tone
	s := fmt.Sprintf("Negative in tone: %s; neutral: %s; positive: %s.", d.shareText("all", t, 0), d.shareText("all", t, 1), d.shareText("all", t, 2))
	sides := d.share("sides", toneNames[0], t[0], t[0].plus(t[2]))
	if sides.N == 0 {
		return s
	}
	numbers := fmt.Sprintf("%s of the %s that %s one or the other %s negative (%s; 95%% interval %s)",
		number(sides.k), posts(sides.n), verb(sides.n, "is", "are"), verb(sides.k, "is", "are"), percent(sides), bounds(sides))
	switch i := sides.Wilson(); {
	case i.Holds(0.5):
		return s + " Whether negative or positive posts are more numerous is **not distinguishable**: " + numbers + "."
	case i.Low > 0.5:
		return s + " Negative posts outnumber positive ones: " + numbers + "."
	}
	return s + " Positive posts outnumber negative ones: " + numbers + "."
}

func (d *draft) themeFinding() string {
	all := d.shown()
	if len(all) == 0 {
		return ""
	}
	first := all[0]
	s := fmt.Sprintf("The theme that most posts speak of is %s: %s.", markdown.Inline(d.themeName(first.name)), share(d.prevalence(first)))
	if len(all) == 1 {
		return s
	}
	second := all[1]
	s += fmt.Sprintf(" Next is %s: %s.", markdown.Inline(d.themeName(second.name)), share(d.prevalence(second)))
	if d.prevalence(first).Wilson().Low <= d.prevalence(second).Wilson().High {
		s += " Their intervals overlap, so their order is **not certain**."
	}
	return s
}

func (d *draft) eventsFound(ctx context.Context) ([]string, error) {
	events := d.sortedEvents()
	if len(events) == 0 || d.facts.exact.n == 0 {
		return nil, nil
	}
	days, err := collect(ctx, d, scanDay, daysSQL)
	if err != nil {
		return nil, err
	}
	var items []string
	for _, e := range events[:min(len(events), eventFindings)] {
		items = append(items, fmt.Sprintf("Around “%s” (%s): %s", markdown.Inline(e.Label), day(e.Date), d.beforeAfter(e, days)))
	}
	return items, nil
}
