package lemmy

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Thread returns a whole thread by the id that the instance gives its post: the
// root, every comment that it shows, and how much that is of what it counts.
// With an error, the page holds what was read until then.
func (c *Client) Thread(ctx context.Context, id int64) (discussion.Page, error) {
	e, err := c.ask(ctx, c.dialect.post(id))
	if err != nil {
		return discussion.Page{}, fmt.Errorf("post %d: %w", id, err)
	}
	if e.PostView == nil {
		return discussion.Page{}, fmt.Errorf("post %d: %w", id, errors.New("the answer has no post_view"))
	}
	return c.below(ctx, e.PostView, e.seen)
}

// below returns the thread of a post whose view is at hand.
func (c *Client) below(ctx context.Context, record jsontext.Value, seen time.Time) (discussion.Page, error) {
	v, err := parse(record)
	if err == nil && v.Post == nil {
		err = errors.New("post: missing")
	}
	if err != nil {
		return discussion.Page{}, fmt.Errorf("read post view: %w", err)
	}
	root, err := c.decoder.post(v)
	if err != nil {
		return discussion.Page{}, fmt.Errorf("read post %d: %w", v.Post.ID, err)
	}
	t := &tree{root: root, id: v.Post.ID, claimed: -1, nodes: map[int64]*node{}}
	if root.Descendants != nil {
		t.claimed = *root.Descendants
	}
	if t.claimed != 0 {
		err = c.complete(ctx, t)
	}
	return discussion.Page{
		Name: postID(t.id), Instance: c.host, Seen: seen,
		Posts: t.posts(), Rejected: t.rejected, Coverage: t.coverage(err),
	}, err
}

func postID(id int64) string { return "post/" + strconv.FormatInt(id, 10) }
