package report

import (
	"context"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// group is a number of posts by some label, with their authors.
type group struct {
	name           string
	posts, authors num
}

func scanGroup(r *row, g *group) error { return r.Scan(&g.name, &g.posts, &g.authors) }

const languagesSQL = `select language, count(*), count(distinct author) from counted group by language order by 2 desc, 1`

const instancesSQL = `select instance, count(*), count(distinct author) from counted group by instance order by 2 desc, 1`

// glance is the table of what the report stands on.
func glance(ctx context.Context, d *draft) error {
	f := d.facts
	languages, err := collect(ctx, d, scanGroup, languagesSQL)
	if err != nil {
		return err
	}
	instances, err := collect(ctx, d, scanGroup, instancesSQL)
	if err != nil {
		return err
	}
	rows := [][]string{
		{"Window of the study", d.window()},
		{"Posts that count", number(f.posts)},
		{"Authors (pseudonyms)", number(f.authors)},
		{"Threads", number(f.threads)},
		{"Instances", number(f.instances)},
	}
	if f.posts.n > 0 {
		rows = append(rows,
			[]string{"First and last day (UTC)", d.span()},
			[]string{"Posts by platform", join(d.platformCounts())},
			[]string{"Posts by language", d.groups(languages)},
			[]string{"Posts by instance", d.groups(instances)},
			[]string{"Posts by authors with more than one", number(f.repeated) + " (" + ratio(f.repeated, f.posts) + ")"},
			[]string{"Posts in the largest thread", number(f.largest) + " (" + ratio(f.largest, f.posts) + ")"},
		)
	}
	d.table([]string{"What", "How many"}, rows)
	return nil
}

// window writes the study's dates as days that are part of it.
func (d *draft) window() string {
	switch {
	case d.Since.IsZero() && d.Until.IsZero():
		return "open"
	case d.Until.IsZero():
		return "from " + day(d.Since)
	case d.Since.IsZero():
		return "until " + day(d.Until.Add(-1))
	}
	return day(d.Since) + " to " + day(d.Until.Add(-1))
}

// span writes the days of the posts that count.
func (d *draft) span() string {
	f := d.facts
	if f.first == "" {
		return "not known"
	}
	s := f.first + " to " + f.last
	if f.first == f.last {
		s = f.first
	}
	if f.exact.n == 0 {
		return s + ", approximate"
	}
	return s
}

func (d *draft) platformCounts() []string {
	var items []string
	for _, p := range d.facts.platforms {
		items = append(items, platformName(p.name)+" "+number(p.tone.total()))
	}
	return items
}

// groups writes "a 12, b 7 and 3 others 9"; groups of fewer than MinCell authors
// are put together, since a small one points at people.
func (d *draft) groups(all []group) string {
	var items []string
	var others int
	var posts num
	for _, g := range all {
		if g.authors.n < int64(d.MinCell) || len(items) == 12 {
			others, posts = others+1, posts.plus(g.posts)
			continue
		}
		items = append(items, markdown.Inline(g.name)+" "+number(g.posts))
	}
	if others > 0 {
		items = append(items, count(given(others), "other", "others")+" "+number(posts))
	}
	return join(items)
}
