package report

import (
	"context"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

const ledgerSQL = `
select count(*), coalesce(sum(posts), 0)::bigint, coalesce(sum(fresh), 0)::bigint,
  coalesce(sum(rejected), 0)::bigint, coalesce(sum(excluded), 0)::bigint
from pages`

const headlineSQL = `select sentiment, count(*) as posts, count(distinct author) as authors
from reactions group by sentiment order by sentiment;
`

// reproduction says what is needed to get the same report again.
func reproduction(ctx context.Context, d *draft) error {
	var pages, shown, fresh, rejected, excluded num
	if err := one(ctx, d, ledgerSQL, &pages, &shown, &fresh, &rejected, &excluded); err != nil {
		return err
	}
	studies, err := strs(ctx, d, `select sha256 from study order by sha256`)
	if err != nil {
		return err
	}
	versions, err := strs(ctx, d, `select distinct version from runs order by version limit 10`)
	if err != nil {
		return err
	}
	rows := [][]string{
		{"Answers or parts of files taken in", number(pages)},
		{"Posts on them", number(shown)},
		{"Posts not held before", number(fresh)},
		{"Records that could not be read", number(rejected)},
		{"Posts left out on principle", number(excluded)},
	}
	for _, sum := range studies {
		rows = append(rows, []string{"SHA-256 of the study file", code(sum)})
	}
	if len(versions) > 0 {
		for i := range versions {
			versions[i] = name(versions[i])
		}
		rows = append(rows, []string{"fedipulse that wrote the database", join(versions)})
	}
	if d.Version != "" {
		rows = append(rows, []string{"fedipulse that wrote this report", name(d.Version)})
	}
	d.table([]string{"What", "Value"}, rows)
	d.para("The same database and study give the same report, byte for byte. With both at hand:")
	d.line("```sh\nfedipulse report --study study.toml --db fedipulse.duckdb --out report\n```\n")
	d.para("`report.evidence.json` beside this file says for each number which statement and which statistic it follows from; this computes all of it again, and compares:")
	d.line("```sh\nfedipulse verify --study study.toml --db fedipulse.duckdb --out report\n```\n")
	d.para("Every number stands on the views of the database. The tone, for one:")
	d.printf("```sql\n%s```\n", headlineSQL)
	return nil
}

// code writes a hash as code, so that no web site takes it for a commit; what is
// not a hash is text.
func code(s string) string {
	for _, r := range s {
		if !('0' <= r && r <= '9' || 'a' <= r && r <= 'f') {
			return markdown.Inline(s)
		}
	}
	if s == "" {
		return "–"
	}
	return "`" + s + "`"
}
