package report

import (
	"context"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// permission is what one instance allows, and who said so.
type permission struct{ host, basis, by, date, note string }

const permissionsSQL = `
select host, basis, given_by, coalesce(strftime(given, '%Y-%m-%d'), ''), coalesce(note, '')
from permissions order by host, basis, given_by, given nulls first, note`

// privacy says how the people behind the posts are treated.
func privacy(ctx context.Context, d *draft) error {
	items := []string{
		"Authors are keyed pseudonyms that differ from project to project. Names, profiles and addresses of posts are not part of this report.",
		"Only public posts are taken. " + d.refusals(),
		"The words of posts that were deleted or removed are dropped from the database; such posts are in no share.",
		"Nothing is counted per person." + d.unlessFew(" Numbers that stand for fewer than %d authors are not shown in the tables of themes, words, days and instances."),
	}
	if d.asked() {
		items = append(items, "Quotes and titles can be searched for. Of papers that quoted tweets, 84% quoted at least one whose author could be found "+
			"(Ayers and others, npj Digital Medicine, 2018). Weigh that before passing them on.")
	}
	d.list(items)
	scan := func(r *row, p *permission) error { return r.Scan(&p.host, &p.basis, &p.by, &p.date, &p.note) }
	list, err := collect(ctx, d, scan, permissionsSQL)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		d.para("The study records no permission by an instance.")
		return nil
	}
	var rows [][]string
	for _, p := range list {
		rows = append(rows, []string{markdown.Inline(p.host), markdown.Inline(p.basis), markdown.Inline(p.by), orDash(p.date), orDash(markdown.Inline(p.note))})
	}
	d.table([]string{"Instance", "Permission", "Given by", "Date", "Note"}, rows)
	return nil
}

func (d *draft) refusals() string {
	n := d.facts.leftOut
	if n.n == 0 {
		return "No post had to be left out because it is not public or its author refuses."
	}
	return count(n, "post was", "posts were") + " left out because " + verb(n, "it is", "they are") +
		" not public or " + verb(n, "its author refuses", "their authors refuse") + "; of " + verb(n, "it", "them") + " only the number and the reason are kept."
}
