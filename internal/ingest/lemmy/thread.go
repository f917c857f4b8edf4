package lemmy

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/fetch"
)

// Client asks one instance for threads, in the dialect that it speaks.
type Client struct{ api }

// Dial finds out by nodeinfo which software host runs, and how to ask it. A
// server of Lemmy 1.0 answers on v3's paths too, and lies there: it is never
// asked on them.
func Dial(ctx context.Context, door *fetch.Client, host string) (*Client, error) {
	address, err := nodeinfo(ctx, door, host)
	if err != nil {
		return nil, err
	}
	answer, err := door.Get(ctx, fetch.Request{URL: address})
	if err != nil {
		return nil, err
	}
	var info struct {
		Software struct{ Name, Version string }
	}
	if err := json.Unmarshal(answer.Body, &info, lenient, json.MatchCaseInsensitiveNames(true)); err != nil {
		return nil, fmt.Errorf("read the nodeinfo of %s: %w", host, plainer(err))
	}
	d, err := speak(info.Software.Name, info.Software.Version)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", host, err)
	}
	return &Client{api{client: door, host: host, dialect: d, decoder: Decoder{Instance: host}}}, nil
}

// nodeinfo is where a server describes itself: the last link of the right kind,
// on its own host.
func nodeinfo(ctx context.Context, door *fetch.Client, host string) (string, error) {
	answer, err := door.Get(ctx, fetch.Request{URL: "https://" + host + "/.well-known/nodeinfo"})
	if err != nil {
		return "", err
	}
	var list struct {
		Links []struct{ Rel, Href string }
	}
	if err := json.Unmarshal(answer.Body, &list, lenient, json.MatchCaseInsensitiveNames(true)); err != nil {
		return "", fmt.Errorf("read the links of %s/.well-known/nodeinfo: %w", host, plainer(err))
	}
	found := ""
	for _, l := range list.Links {
		if strings.HasPrefix(l.Rel, "http://nodeinfo.diaspora.software/ns/schema/2.") && strings.HasPrefix(l.Href, "https://"+host+"/") {
			found = l.Href
		}
	}
	if found == "" {
		return "", fmt.Errorf("%s/.well-known/nodeinfo has no link to a nodeinfo 2 of that host", host)
	}
	return found, nil
}

// speak picks the dialect of a software, by the numbers that its version starts
// with. 0.19.14 served ten pages of a list, and every later 0.19 a hundred.
func speak(software, version string) (dialect, error) {
	var major, minor, patch int
	_, err := fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch)
	switch name := strings.ToLower(software); {
	case name == "piefed":
		return piefed{}, nil
	case name != "lemmy":
		return nil, fmt.Errorf("it runs %.40q, which has no Lemmy API", software)
	case err != nil:
		return nil, fmt.Errorf("%.40q is not a version of Lemmy", version)
	case major >= 1:
		return v4{}, nil
	case minor < 18:
		return nil, fmt.Errorf("lemmy %.40s is older than 0.18", version)
	case minor > 19 || minor == 19 && patch > 14:
		return v3{lastPage: 100}, nil
	case minor == 19 && patch == 14:
		return v3{lastPage: 10}, nil
	}
	return v3{}, nil
}

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
	root, err := c.decoder.Post(e.PostView)
	if err != nil {
		return discussion.Page{}, err
	}
	t := &tree{root: root, id: id, claimed: -1, nodes: map[int64]*node{}}
	if root.Descendants != nil {
		t.claimed = *root.Descendants
	}
	if t.claimed != 0 {
		err = c.complete(ctx, t)
	}
	return discussion.Page{
		Name: "post/" + strconv.FormatInt(id, 10), Instance: c.host, Seen: e.seen,
		Posts: t.posts(), Rejected: t.rejected, Coverage: t.coverage(err),
	}, err
}
