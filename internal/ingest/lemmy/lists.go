package lemmy

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/fetch"
)

// list is a list of posts or comments that is read page by page.
type list struct {
	stream   string
	byChange bool // in order of the newest comment
	name     string
	call     func(after string) call
	next     func(e *envelope, after string, rows int) string
	// row looks at a row, and reports whether all rows that follow are too old.
	row func(ctx context.Context, v *view, record jsontext.Value, seen time.Time, floor time.Time) (last bool)
}

// community looks at a community's posts, the newest comment first, down to the
// window or to where the last run began. So an old thread that goes on is found
// as well as a new one. PieFed has no such order: there the newest post is first,
// and all of the window is listed every time.
func (v *reading) community(ctx context.Context, name string) {
	v.read(ctx, list{
		stream: "c/" + name, name: "posts", byChange: v.dialect.byChange(),
		call: func(after string) call { return v.dialect.posts(v.local(name), after) },
		next: v.dialect.next,
		row: func(ctx context.Context, w *view, record jsontext.Value, seen, floor time.Time) bool {
			if w.Post == nil {
				v.Fail(fmt.Errorf("list c/%s: a row has no post", name))
				return false
			}
			created, err := instant(w.Post.published())
			if err != nil || created.IsZero() {
				v.Fail(fmt.Errorf("list c/%s: post %d does not say when it was written", name, w.Post.ID))
				return false
			}
			changed, _ := instant(w.newest())
			if changed.IsZero() {
				changed = created
			}
			by := created
			if v.dialect.byChange() {
				by = changed
			}
			last := !w.Post.pinned() && !by.IsZero() && by.Before(floor)
			if last || changed.Before(v.Since) && created.Before(v.Since) || !v.Until.IsZero() && !created.Before(v.Until) {
				return last
			}
			if root, err := v.decoder.post(w); err == nil && v.Wanted != nil && !v.Wanted(&root) {
				return false
			}
			v.offered(ctx, record, seen, fetch.Validators{})
			return false
		},
	})
}

// search looks for words in posts, then in comments, newest first, and takes the
// threads that have them.
func (v *reading) search(ctx context.Context, words string) {
	v.read(ctx, list{
		stream: "search/posts/" + words, name: "posts",
		call: func(after string) call { return v.dialect.search(words, inPosts, after) },
		next: v.dialect.nextHits,
		row: func(ctx context.Context, w *view, record jsontext.Value, seen, floor time.Time) bool {
			if w.Post == nil {
				v.Fail(fmt.Errorf("search for %q: a hit has no post", words))
				return false
			}
			created, _ := instant(w.Post.published())
			if v.inWindow(created) {
				v.offered(ctx, record, seen, fetch.Validators{})
			}
			return created.Before(floor)
		},
	})
	if v.Over {
		return
	}
	v.read(ctx, list{
		stream: "search/comments/" + words, name: "comments",
		call: func(after string) call { return v.dialect.search(words, inComments, after) },
		next: v.dialect.nextHits,
		row: func(ctx context.Context, w *view, _ jsontext.Value, _, floor time.Time) bool {
			if w.Comment == nil {
				v.Fail(fmt.Errorf("search for %q: a hit has no comment", words))
				return false
			}
			created, _ := instant(w.Comment.published())
			if v.inWindow(created) {
				v.byID(ctx, w.Comment.PostID)
			}
			return created.Before(floor)
		},
	})
}

func (v *reading) inWindow(t time.Time) bool {
	return !t.Before(v.Since) && (v.Until.IsZero() || t.Before(v.Until))
}

// local is a community's name as its own instance knows it.
func (v *reading) local(name string) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '@' && name[i+1:] == v.Instance {
			return name[:i]
		}
	}
	return name
}

// read follows a list to its end, its floor, or a cause to leave it for a later
// run. How far it came is handed on after the threads of each page.
func (v *reading) read(ctx context.Context, l list) {
	w, err := v.resume(l.stream, l.byChange)
	if err != nil {
		v.Fail(err)
		return
	}
	v.Afresh()
	path, lost := trail{cursors: map[string]bool{}, rows: map[int64]bool{}}, v.Lost
	for number := 1; ; number++ {
		e, rows, err := v.listPage(ctx, l, &w)
		if err != nil {
			v.Fail(fmt.Errorf("list %s: %w", l.stream, err))
			return
		}
		if w.Began.IsZero() {
			w.Began = e.seen
		}
		page := discussion.Page{Name: l.stream + " page " + strconv.Itoa(number), Instance: v.host, Seen: e.seen}
		last := v.rows(ctx, l, e, rows, w.Floor, &page)
		if v.Over {
			return
		}
		if v.Tired() {
			v.GiveUp("list " + l.stream)
			return
		}
		after := l.next(e, w.After, len(rows))
		if len(rows) == 0 {
			after = ""
		}
		problem := v.astray(after, number, &path, rows)
		w.After = after
		if last || after == "" || problem != nil {
			// What failed on the way is below where the next run would stop.
			w.After, w.Whole = "", problem == nil && v.Lost == lost
		}
		page.Cursor = discussion.Cursor{Stream: l.stream, Position: position(w)}
		v.Hand(page, nil)
		switch {
		case v.Over:
			return
		case problem != nil && !last:
			v.Fail(fmt.Errorf("list %s: %w", l.stream, problem))
			return
		case w.After == "":
			return
		}
	}
}

// trail is where a walk has been.
type trail struct {
	cursors map[string]bool
	rows    map[int64]bool
	barren  int // pages in a row without a new row
}

// astray says why a list must not be followed to its next page. A cursor may come
// back without harm: it names a post, and where that has moved to the top since,
// the list is shown from there once more.
func (v *reading) astray(after string, number int, path *trail, rows []jsontext.Value) error {
	before := len(path.rows)
	for _, record := range rows {
		if w, err := parse(record); err == nil {
			path.rows[identity(w)] = true
		}
	}
	if path.barren++; len(path.rows) > before {
		path.barren = 0
	}
	d, paged := v.dialect.(v3)
	page, err := strconv.Atoi(after)
	switch {
	case after == "":
		return nil
	case path.cursors[after] && path.barren > 0 && path.barren > number/2:
		return errors.New("it goes in a circle")
	case number >= mostListPages:
		return fmt.Errorf("it has more than %d pages", mostListPages)
	case paged && d.lastPage > 0 && err == nil && page > d.lastPage:
		return fmt.Errorf("the server shows no more than %d pages of it", d.lastPage)
	}
	path.cursors[after] = true
	return nil
}

// listPage asks for a page. A cursor that is no longer known, because the post
// that it names is gone, starts the list from its top.
func (v *reading) listPage(ctx context.Context, l list, w *walk) (*envelope, []jsontext.Value, error) {
	e, err := v.ask(ctx, l.call(w.After))
	var status *fetch.StatusError
	if errors.As(err, &status) && status.Status == http.StatusBadRequest && w.After != "" {
		w.After = ""
		e, err = v.ask(ctx, l.call(""))
	}
	if absent(err) {
		return nil, nil, fmt.Errorf("%w: it is misspelt, or nobody on that instance follows it", err)
	}
	if err != nil {
		return nil, nil, err
	}
	rows, err := e.rows(l.name, map[string][]jsontext.Value{"posts": e.Posts, "comments": e.Comments}[l.name])
	return e, rows, err
}

// rows looks at the rows of a page, and reports whether the list ends there.
func (v *reading) rows(ctx context.Context, l list, e *envelope, rows []jsontext.Value, floor time.Time, page *discussion.Page) (last bool) {
	for i, record := range rows {
		w, err := parse(record)
		if err != nil {
			page.Rejected = append(page.Rejected, rejected("row "+strconv.Itoa(i+1), record, err))
			continue
		}
		last = l.row(ctx, w, record, e.seen, floor) || last
		if v.Over || v.Tired() {
			return false
		}
	}
	return last
}
