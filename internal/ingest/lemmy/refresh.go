package lemmy

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/ingest/visit"
)

// mostLost bounds the requests for single comments that a thread no longer
// shows; the rest is left for the next refresh.
const mostLost = 500

// Refresh asks the instance again for threads that it has shown: edits come as
// new versions, what was deleted or removed as tombstones. A comment that the
// thread no longer lists is asked for by its id before it is given up.
func (s *Source) Refresh(ctx context.Context, held iter.Seq2[discussion.Held, error]) iter.Seq2[discussion.Page, error] {
	return func(yield func(discussion.Page, error) bool) {
		v, err := s.begin(ctx, visit.New(nil, yield))
		if err != nil {
			yield(discussion.Page{}, err)
			return
		}
		v.Again(held, s.Instance, func(h discussion.Held) { v.again(ctx, h) })
	}
}

// again reads one thread anew.
func (v *reading) again(ctx context.Context, h discussion.Held) {
	c, ok := v.root(h)
	if !ok {
		return // nothing of it has an id here
	}
	e, err := v.ask(ctx, c)
	if err != nil && !absent(err) {
		v.Fail(err)
		return
	}
	m := none
	var page discussion.Page
	if absent(err) || e.PostView == nil {
		page, err = v.rootless(ctx, h)
	} else {
		w, perr := parse(e.PostView)
		if perr != nil || w.Post == nil || h.Root.URI != "" && w.Post.APID != h.Root.URI {
			v.Fail(fmt.Errorf("%s: %s has another post under that id now: what is held of it cannot be asked for again", h.Root.LocalID, v.Instance))
			return
		}
		page, err = v.below(ctx, e.PostView, e.seen)
		m = w.mark(v.Keeps, e.validators).after(page.Coverage, none)
	}
	if err == nil {
		err = v.lost(ctx, h, &page)
	}
	if page.Name == "" {
		v.Fail(err)
		return
	}
	v.thread(page, m, err)
}

// root is how a held thread's post is asked for: by its id, or by that of a
// comment.
func (v *reading) root(h discussion.Held) (call, bool) {
	if id := localID(h.Root.LocalID, "post/"); id != 0 {
		return v.dialect.post(id), true
	}
	for _, p := range h.Posts {
		if id := localID(p.LocalID, "comment/"); id != 0 {
			return v.dialect.postOf(id), true
		}
	}
	return call{}, false
}

func localID(local, kind string) int64 {
	digits, ok := strings.CutPrefix(local, kind)
	id, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || id < 0 {
		return 0
	}
	return id
}

// rootless reads the comments of a post that is no longer shown. They may stand
// nevertheless, where the server still lists them.
func (v *reading) rootless(ctx context.Context, h discussion.Held) (discussion.Page, error) {
	t := &tree{root: discussion.Post{URI: h.Root.URI}, id: localID(h.Root.LocalID, "post/"), claimed: -1, nodes: map[int64]*node{}}
	var err error
	if t.id != 0 {
		err = v.complete(ctx, t)
	}
	if absent(err) {
		err = nil
	}
	state := discussion.Removed
	if t.rootDeleted {
		state = discussion.Deleted
	}
	posts := t.posts()
	if h.Root.URI != "" {
		posts = append(posts, tombstone(h.Root, h.Root.URI, state))
	}
	if len(t.nodes) == 0 && err == nil && t.id != 0 {
		for _, p := range h.Posts {
			posts = append(posts, tombstone(p, h.Root.URI, discussion.Removed))
		}
	}
	return discussion.Page{Name: postID(t.id), Instance: v.host, Seen: v.latest, Posts: posts, Rejected: t.rejected}, err
}

// lost looks for every held comment that a page does not show.
func (v *reading) lost(ctx context.Context, h discussion.Held, page *discussion.Page) error {
	shown := map[string]bool{}
	for _, p := range page.Posts {
		shown[p.URI] = true
	}
	asked := 0
	for _, p := range h.Posts {
		id := localID(p.LocalID, "comment/")
		if shown[p.URI] || id == 0 {
			continue
		}
		if asked++; asked > mostLost {
			return fmt.Errorf("more than %d comments are no longer listed: the rest is left for the next refresh", mostLost)
		}
		post, err := v.single(ctx, id, h.Root.URI)
		switch {
		case absent(err):
			post = tombstone(p, h.Root.URI, discussion.Removed)
		case err != nil:
			return err
		case post.URI != p.URI:
			return fmt.Errorf("%s: %s has another comment under that id now", p.LocalID, v.Instance)
		}
		page.Posts = append(page.Posts, post)
	}
	return nil
}

func (v *reading) single(ctx context.Context, id int64, root string) (discussion.Post, error) {
	e, err := v.ask(ctx, v.dialect.comment(id))
	if err != nil {
		return discussion.Post{}, err
	}
	if e.CommentView == nil {
		return discussion.Post{}, fmt.Errorf("comment %d: %w", id, errors.New("the answer has no comment_view"))
	}
	w, err := parse(e.CommentView)
	if err != nil {
		return discussion.Post{}, fmt.Errorf("comment %d: %w", id, err)
	}
	if root == "" && w.Post != nil {
		root = w.Post.APID
	}
	return v.decoder.commentIn(w, discussion.Post{URI: root})
}

// tombstone stands for a post that an instance no longer shows.
func tombstone(p discussion.HeldPost, thread string, state discussion.State) discussion.Post {
	return discussion.Post{
		URI: p.URI, LocalID: p.LocalID, Platform: discussion.Lemmy, Kind: p.Kind, Thread: thread, Depth: -1,
		Instance: discussion.Host(p.URI), State: state, Format: discussion.Markdown, Absent: true,
	}
}
