package mastodon

import (
	"context"
	"fmt"
	"iter"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/ingest/visit"
)

// Refresh asks the instance again for threads that it has shown: edits come as
// new versions, what is not shown any more as tombstones. A post that its thread
// no longer lists is asked for by its id before it is given up.
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

func (v *reading) again(ctx context.Context, h discussion.Held) {
	t := &tree{nodes: map[string]*node{}}
	if localID.MatchString(h.Root.LocalID) {
		a, err := v.status(ctx, h.Root.LocalID)
		if err != nil && !absent(err) {
			v.Fail(err)
			return
		}
		if err == nil {
			if t, err = v.thread(ctx, a.body, a.seen); err != nil {
				v.Fail(err)
				return
			}
			if root := t.nodes[h.Root.LocalID]; h.Root.URI != "" && (root == nil || root.post.URI != h.Root.URI) {
				v.Fail(fmt.Errorf("post/%s: %s has another post under that id now: what is held of it cannot be asked for again", h.Root.LocalID, v.Instance))
				return
			}
		}
	}
	gone, found, err := v.lost(ctx, h, t)
	if err != nil {
		v.Fail(err)
		return
	}
	if t.nodes[t.root] == nil {
		v.loose(h, found, gone)
		return
	}
	v.add(t, found)
	page := v.Client.page(t, nil)
	page.Posts = append(page.Posts, gone...)
	page.Cursor.Position = v.position(t, page, 0)
	v.Hand(page, nil)
}

// loose hands on what still stands of a thread whose root is gone.
func (v *reading) loose(h discussion.Held, found []jsontext.Value, gone []discussion.Post) {
	page := discussion.Page{Name: stream(h.Root.LocalID), Instance: v.host, Seen: v.latest, Posts: gone, Cursor: discussion.Cursor{Stream: stream(h.Root.LocalID)}}
	for _, raw := range found {
		if p, err := v.decoder.Status(raw); err == nil {
			page.Posts = append(page.Posts, p)
		}
	}
	v.Hand(page, nil)
}

// lost looks for every held post that a thread does not show.
func (v *reading) lost(ctx context.Context, h discussion.Held, t *tree) (gone []discussion.Post, found []jsontext.Value, err error) {
	var ids []string
	missing := map[string]discussion.HeldPost{}
	for _, p := range append([]discussion.HeldPost{h.Root}, h.Posts...) {
		if t.nodes[p.LocalID] == nil && localID.MatchString(p.LocalID) && p.URI != "" {
			ids, missing[p.LocalID] = append(ids, p.LocalID), p
		}
	}
	if len(ids) == 0 {
		return nil, nil, nil
	}
	if found, err = v.several(ctx, ids); err != nil {
		return nil, nil, fmt.Errorf("ask again for %d posts: %w", len(ids), err)
	}
	for _, raw := range found {
		s, err := parse(raw)
		if err != nil { // it may be any of them, and stands
			return nil, nil, fmt.Errorf("ask again for %d posts: %w", len(ids), err)
		}
		if p, ok := missing[string(s.ID)]; ok && p.URI != s.URI {
			return nil, nil, fmt.Errorf("post/%s: %s has another post under that id now", p.LocalID, v.Instance)
		}
		delete(missing, string(s.ID))
	}
	for _, id := range ids {
		if p, ok := missing[id]; ok {
			platform, kind, host, err := origin(p.URI)
			if err != nil {
				continue
			}
			gone = append(gone, discussion.Post{
				URI: p.URI, LocalID: p.LocalID, Platform: platform, Kind: kind, Thread: h.Root.URI, Depth: -1,
				Instance: host, State: discussion.Deleted, Format: discussion.HTML, Absent: true,
			})
		}
	}
	return gone, found, nil
}
