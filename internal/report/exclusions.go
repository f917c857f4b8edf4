package report

import (
	"context"
	"fmt"

	"github.com/fedipulse/fedipulse/internal/report/chart"
	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// step is one line of the exclusion flow.
type step struct {
	name, meaning string
	posts, lost   num // lost is below 0 in the first step
}

const flowSQL = `select name, meaning, posts, coalesce(lost, -1) from exclusion_flow order by step`

const reasonsSQL = `
select reason, sum(posts)::bigint as n from exclusions group by reason order by n desc, reason limit 20`

const quarantineSQL = `
select reason, count(*) as n from quarantine group by reason order by n desc, reason limit 20`

// exclusions shows what every step from the collected to the counted posts
// loses, and why.
func exclusions(ctx context.Context, d *draft) error {
	scan := func(r *row, s *step) error { return r.Scan(&s.name, &s.meaning, &s.posts, &s.lost) }
	steps, err := collect(ctx, d, scan, flowSQL)
	if err != nil {
		return err
	}
	var rows [][]string
	var flow []chart.Step
	for _, s := range steps {
		flow = append(flow, chart.Step{Label: markdown.Clean(s.name), Left: s.posts.n, Lost: max(0, s.lost.n)})
		lost := "–"
		if s.lost.n >= 0 {
			lost = number(s.lost)
		}
		rows = append(rows, []string{markdown.Inline(s.name), markdown.Inline(s.meaning), number(s.posts), lost})
	}
	if first, last := steps[0], steps[len(steps)-1]; first.posts.n > 0 {
		alt := fmt.Sprintf("Of %s that were collected, %s.", posts(first.posts), count(last.posts, "counts", "count"))
		if err := d.keep("flow", alt, chart.Flow(heading("From collected to counted", "unit: posts; n = "+number(first.posts), alt), flow)); err != nil {
			return err
		}
	}
	d.table([]string{"Step", "What passes", "#Posts left", "#Lost in this step"}, rows)
	if err := d.reasons(ctx, "Left out on principle before anything was stored", reasonsSQL, d.facts.leftOut); err != nil {
		return err
	}
	return d.reasons(ctx, "Could not be read (quarantine)", quarantineSQL, d.facts.quarantined)
}

// reasons lists why posts or records were not taken; nothing where there are none.
func (d *draft) reasons(ctx context.Context, heading, query string, total num) error {
	if total.n == 0 {
		d.para("%s: none.", heading)
		return nil
	}
	type reason struct {
		text string
		n    num
	}
	list, err := collect(ctx, d, func(r *row, s *reason) error { return r.Scan(&s.text, &s.n) }, query)
	if err != nil {
		return err
	}
	rows, rest := [][]string{}, total
	for _, r := range list {
		rows = append(rows, []string{markdown.Inline(shorten(markdown.Clean(r.text), 160)), number(r.n)})
		rest = rest.minus(r.n)
	}
	if rest.n > 0 {
		rows = append(rows, []string{"other reasons", number(rest)})
	}
	d.table([]string{heading, "#" + number(total)}, rows)
	return nil
}
