package report

import (
	"context"
	"database/sql"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// step is one line of the exclusion flow.
type step struct {
	name, meaning string
	posts         int64
	lost          sql.NullInt64
}

const flowSQL = `select name, meaning, posts, lost from exclusion_flow order by step`

const reasonsSQL = `
select reason, sum(posts)::bigint as n from exclusions group by reason order by n desc, reason limit 20`

const quarantineSQL = `
select reason, count(*) as n from quarantine group by reason order by n desc, reason limit 20`

// exclusions shows what every step from the collected to the counted posts
// loses, and why.
func exclusions(ctx context.Context, d *draft) error {
	scan := func(r *sql.Rows, s *step) error { return r.Scan(&s.name, &s.meaning, &s.posts, &s.lost) }
	steps, err := collect(ctx, d.q, scan, flowSQL)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, s := range steps {
		lost := "–"
		if s.lost.Valid {
			lost = number(s.lost.Int64)
		}
		rows = append(rows, []string{markdown.Inline(s.name), markdown.Inline(s.meaning), number(s.posts), lost})
	}
	d.table([]string{"Step", "What passes", "#Posts left", "#Lost in this step"}, rows)
	if err := d.reasons(ctx, "Left out on principle before anything was stored", reasonsSQL, d.summary.LeftOutOnPurpose); err != nil {
		return err
	}
	return d.reasons(ctx, "Could not be read (quarantine)", quarantineSQL, d.summary.Quarantined)
}

// reasons lists why posts or records were not taken; nothing where there are none.
func (d *draft) reasons(ctx context.Context, heading, query string, total int64) error {
	if total == 0 {
		d.para("%s: none.", heading)
		return nil
	}
	type reason struct {
		text string
		n    int64
	}
	list, err := collect(ctx, d.q, func(r *sql.Rows, s *reason) error { return r.Scan(&s.text, &s.n) }, query)
	if err != nil {
		return err
	}
	rows, rest := [][]string{}, total
	for _, r := range list {
		rows = append(rows, []string{markdown.Inline(shorten(markdown.Clean(r.text), 160)), number(r.n)})
		rest -= r.n
	}
	if rest > 0 {
		rows = append(rows, []string{"other reasons", number(rest)})
	}
	d.table([]string{heading, "#" + number(total)}, rows)
	return nil
}
