package lemmy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/fetch"
)

// address takes the thread that an address leads to, of whatever kind people
// paste: a post or a comment, as its page or as its ActivityPub id, of this
// instance or of another whose post this one has.
func (v *reading) address(ctx context.Context, address string) {
	c, err := v.find(ctx, address)
	if err != nil {
		v.Fail(fmt.Errorf("thread %s: %w", address, err))
		return
	}
	v.byCall(ctx, c, address)
}

// byID takes a thread by the id of its post.
func (v *reading) byID(ctx context.Context, id int64) {
	if !v.done[id] && !v.sought[id] {
		v.sought[id] = true
		v.byCall(ctx, target{call: v.dialect.post(id), id: id}, "")
	}
}

// target is how a thread's post is asked for.
type target struct {
	call
	id int64 // of the post; 0 where a comment leads to it
}

// byCall takes the thread of what a call shows. Name is how errors call it; "": it
// was only met on the way, and may be gone.
func (v *reading) byCall(ctx context.Context, t target, name string) {
	held := none
	var err error
	if t.id != 0 {
		if held, err = v.held(t.id); err != nil {
			v.Fail(err)
			return
		}
	}
	from := held.validators()
	if held.Keeps != v.Keeps || !held.settled() {
		from = fetch.Validators{}
	}
	e, err := v.askIf(ctx, t.call, from)
	switch {
	case absent(err) && name == "": // a search may show answers to what is gone
	case absent(err):
		v.Fail(fmt.Errorf("%s: %w: %s shows no such post: it never got there, or was deleted or removed", name, err, v.Instance))
	case err != nil:
		v.Fail(fmt.Errorf("%s: %w", cmp.Or(name, postID(t.id)), err))
	case e.unchanged:
		v.done[t.id] = true
	case e.PostView == nil:
		v.Fail(fmt.Errorf("%s: the answer has no post_view", cmp.Or(name, postID(t.id))))
	default:
		v.offered(ctx, e.PostView, e.seen, e.validators)
	}
}

// find tells how to ask for what an address names.
func (v *reading) find(ctx context.Context, address string) (target, error) {
	u, err := url.Parse(address)
	if err != nil {
		return target{}, errors.New("it is not an address")
	}
	post, comment := ids(u.Path)
	if strings.EqualFold(u.Hostname(), v.Instance) {
		switch {
		case post != 0:
			return target{v.dialect.post(post), post}, nil
		case comment != 0:
			return target{call: v.dialect.postOf(comment)}, nil
		}
	}
	u.RawQuery, u.Fragment = "", ""
	t, err := v.resolve(ctx, append([]string{u.String()}, names(u.Hostname(), post, comment)...))
	if !absent(err) {
		return t, err
	}
	if !slices.Contains(v.Peers, u.Hostname()) || post == 0 && comment == 0 {
		return target{}, fmt.Errorf("%s does not know it: the address on %s is perhaps a copy's: give the one on %s, or name %s in a source of its own",
			v.Instance, u.Hostname(), v.Instance, u.Hostname())
	}
	return v.throughPeer(ctx, u.Hostname(), post, comment)
}

// throughPeer asks the instance whose copy an address shows, which the study
// names too, for the id that all instances share.
func (v *reading) throughPeer(ctx context.Context, host string, post, comment int64) (target, error) {
	peer, err := Dial(ctx, v.Door, host)
	if err != nil {
		return target{}, err
	}
	c := peer.dialect.post(post)
	if post == 0 {
		c = peer.dialect.postOf(comment)
	}
	e, err := peer.ask(ctx, c)
	if err != nil {
		return target{}, err
	}
	root, err := peer.decoder.Post(e.PostView)
	if err != nil {
		return target{}, err
	}
	t, err := v.resolve(ctx, []string{root.URI})
	if absent(err) {
		err = fmt.Errorf("%s does not know it: nobody there follows its community", v.Instance)
	}
	return t, err
}

// ids reads the ids in the path of a page: /post/1, /post/1/2 (comment 2 of it),
// /comment/2, and PieFed's /c/name@host/p/1/its-title.
func ids(path string) (post, comment int64) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	at := func(i int) int64 {
		if i >= len(parts) {
			return 0
		}
		n, err := strconv.ParseInt(parts[i], 10, 64)
		if err != nil || n < 0 {
			return 0
		}
		return n
	}
	switch {
	case parts[0] == "post":
		return at(1), at(2)
	case parts[0] == "comment":
		return 0, at(1)
	case len(parts) > 3 && parts[0] == "c" && parts[2] == "p":
		return at(3), 0
	}
	return 0, 0
}

// names are the ActivityPub ids that a page of host most likely stands for.
func names(host string, post, comment int64) []string {
	var all []string
	if post != 0 {
		all = append(all, fmt.Sprintf("https://%s/post/%d", host, post))
	}
	if comment != 0 {
		all = append(all, fmt.Sprintf("https://%s/comment/%d", host, comment))
	}
	return all
}

// resolve looks ActivityPub ids up on the instance, which searches only what it
// has: a stranger's question makes it fetch nothing.
func (v *reading) resolve(ctx context.Context, uris []string) (target, error) {
	var err error
	for i, uri := range uris {
		if slices.Contains(uris[:i], uri) {
			continue
		}
		var e *envelope
		if e, err = v.ask(ctx, v.dialect.resolve(uri)); absent(err) {
			continue
		}
		if err != nil {
			return target{}, err
		}
		id, err := resolved(e.body)
		if err != nil {
			return target{}, err
		}
		return target{v.dialect.post(id), id}, nil
	}
	return target{}, err
}

// resolved is the post of what an id led to. v4 answers with the view itself,
// the others with a member for it.
func resolved(body []byte) (int64, error) {
	var a struct {
		Post, Comment jsontext.Value
		Kind          string `json:"type_"`
	}
	if err := json.Unmarshal(body, &a, lenient, json.MatchCaseInsensitiveNames(true)); err != nil {
		return 0, fmt.Errorf("read what it leads to: %w", plainer(err))
	}
	record := jsontext.Value(body)
	if a.Kind == "" {
		record = a.Post
		if a.Comment != nil {
			record = a.Comment
		}
	}
	if record == nil {
		return 0, errors.New("it is neither a post nor a comment")
	}
	v, err := parse(record)
	switch {
	case err != nil:
		return 0, fmt.Errorf("read what it leads to: %w", err)
	case v.Comment != nil && v.Comment.PostID > 0:
		return v.Comment.PostID, nil
	case v.Post != nil && v.Post.ID > 0:
		return v.Post.ID, nil
	}
	return 0, errors.New("it is neither a post nor a comment")
}
