package lemmy

import (
	"context"
)

// complete fetches every comment that the instance has of a thread. What was
// read until an error stands in the tree.
func (a *api) complete(ctx context.Context, t *tree) error {
	var err error
	if d, ok := a.dialect.(v3); ok {
		err = a.treeOrPages(ctx, t, d)
	} else {
		err = a.pages(ctx, t, 0)
	}
	if err == nil {
		err = a.repair(ctx, t, map[int64]bool{})
	}
	t.contradictions()
	return err
}

// pages follows a list whose pages hold whole levels (v4, PieFed).
func (a *api) pages(ctx context.Context, t *tree, parent int64) error {
	for after, seen := "", map[string]bool{}; ; {
		e, err := a.ask(ctx, a.dialect.comments(t.id, parent, after))
		if err != nil {
			return err
		}
		rows, err := e.rows("comments", e.Comments)
		if err != nil {
			return err
		}
		fresh := a.add(t, rows)
		after = a.dialect.next(e, after, len(rows))
		switch {
		case after == "":
			return nil
		case fresh == 0, seen[after], len(t.nodes) >= mostComments:
			t.note("the list of comments goes in a circle")
			return nil
		}
		seen[after] = true
	}
}

// treeOrPages gets a thread of v3. One answer with max_depth holds 300 rows, in
// an order that shows all top levels first, and has no second page; a page of
// the flat list holds 50. The first answer's child counts say which way is shorter.
func (a *api) treeOrPages(ctx context.Context, t *tree, d v3) error {
	first, err := a.subtree(ctx, t, d.comments(t.id, 0, ""))
	if err != nil || first < treed {
		return err
	}
	if by, known := t.subtrees(); known && by < t.pages(d) {
		if err := a.repair(ctx, t, map[int64]bool{}); err != nil {
			return err
		}
		if t.claimed < 0 || t.live() >= t.claimed {
			return nil
		}
	}
	if err := a.flat(ctx, t, d, "Old"); err != nil {
		return err
	}
	if d.lastPage > 0 && t.live() < t.claimed {
		return a.otherEnds(ctx, t, d)
	}
	return nil
}

func (a *api) subtree(ctx context.Context, t *tree, c call) (int, error) {
	e, err := a.ask(ctx, c)
	if err != nil {
		return 0, err
	}
	rows, err := e.rows("comments", e.Comments)
	if err != nil {
		return 0, err
	}
	a.add(t, rows)
	return len(rows), nil
}

func (a *api) flat(ctx context.Context, t *tree, d v3, sort string) error {
	most := mostComments / listed
	if d.lastPage > 0 {
		most = d.lastPage
	}
	for page, barren := 1, 0; page <= most; page++ {
		before := len(t.nodes)
		rows, err := a.subtree(ctx, t, d.flat(t.id, sort, page))
		if err != nil {
			return err
		}
		if len(t.nodes) == before {
			barren++
		} else {
			barren = 0
		}
		// The newest end is read until it meets the oldest. From there, a list that
		// shows nothing new for longer than the first answer can explain is a circle.
		if rows < listed || sort == "New" && barren > 0 || barren > treed/listed+1 {
			return nil
		}
	}
	return nil
}

// otherEnds reads what a version that serves only some pages hides behind them:
// the other end of the list, the ends of its other orders, what hangs on any of
// those, and at last what a search finds.
func (a *api) otherEnds(ctx context.Context, t *tree, d v3) error {
	asked := map[int64]bool{}
	var steps []func() error
	for _, sort := range []string{"New", "Top", "Controversial", "Hot"} {
		steps = append(steps, func() error { return a.flat(ctx, t, d, sort) }, func() error {
			_, err := a.subtree(ctx, t, d.shallow(t.id, 0, sort, "1"))
			return err
		})
	}
	steps = append(steps,
		func() error { return a.repair(ctx, t, asked) },
		func() error { return a.findWords(ctx, t, asked) },
	)
	for _, step := range steps {
		if t.live() >= t.claimed {
			return nil
		}
		if err := step(); err != nil {
			return err
		}
	}
	if t.live() < t.claimed {
		t.note("the server does not serve its lists beyond page %d", d.lastPage)
	}
	return nil
}

// repair asks for what the comments themselves say is missing: subtrees with
// fewer rows than their child_count, and ancestors that were not shown, with all
// that is below them.
func (a *api) repair(ctx context.Context, t *tree, asked map[int64]bool) error {
	parents := mostParents
	if d, ok := a.dialect.(v3); ok && d.lastPage > 0 && t.live() < t.claimed {
		parents = mostRepairs // there they lead to what the lists do not show
	}
	for spent := 0; spent < mostRepairs; {
		list := t.lacking(treed, asked)
		for _, id := range t.unseen(asked) {
			if parents--; parents < 0 {
				t.note("too many ancestors are not shown to ask for each")
				break
			}
			list = append(list, id)
		}
		if len(list) == 0 {
			return nil
		}
		for _, id := range list {
			if spent++; spent > mostRepairs {
				break
			}
			asked[id] = true
			if err := a.fill(ctx, t, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *api) fill(ctx context.Context, t *tree, id int64) error {
	var err error
	if d, ok := a.dialect.(v3); ok {
		_, err = a.subtree(ctx, t, d.comments(t.id, id, ""))
	} else {
		err = a.pages(ctx, t, id)
	}
	if absent(err) {
		return nil
	}
	return err
}
