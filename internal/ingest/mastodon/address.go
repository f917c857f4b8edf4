package mastodon

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// address takes the thread that an address leads to: the page of a post on this
// instance, or its ActivityPub id; with a token also those of other instances,
// which this one then looks up.
func (v *reading) address(ctx context.Context, address string) {
	u, err := url.Parse(address)
	if err != nil {
		v.Fail(fmt.Errorf("thread %s: it is not an address", address))
		return
	}
	var a answer
	switch id := shown(u.Path); {
	case strings.EqualFold(u.Hostname(), v.Instance) && id != "":
		a, err = v.status(ctx, id)
	case v.token != "":
		a, err = v.lookUp(ctx, address)
	default:
		err = fmt.Errorf("open it on %s and give the address there, or set a token: a stranger is not told what %s calls it", v.Instance, v.Instance)
	}
	if absent(err) {
		err = fmt.Errorf("%w: %s shows no such post: it is for followers only, or was deleted", err, v.Instance)
	}
	if err != nil {
		v.Fail(fmt.Errorf("thread %s: %w", address, err))
		return
	}
	v.follow(ctx, a.body, a.seen)
}

// shown is the id in the path of a post's page, in the forms of Mastodon, its
// older ones, GoToSocial and Pleroma; "" where there is none.
func shown(path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) < 2 {
		return ""
	}
	id, before := parts[len(parts)-1], parts[len(parts)-2]
	if localID.MatchString(id) && (strings.HasPrefix(before, "@") || before == "statuses" || before == "notice") {
		return id
	}
	return ""
}

// lookUp makes the instance look an address up, if need be on its own host.
func (v *reading) lookUp(ctx context.Context, address string) (answer, error) {
	a, err := v.path(ctx, "/api/v2/search", url.Values{"q": {address}, "type": {"statuses"}, "resolve": {"true"}, "limit": {"1"}})
	if err != nil {
		return a, err
	}
	var found struct {
		Statuses []jsontext.Value `json:"statuses"`
	}
	if err := json.Unmarshal(a.body, &found, lenient); err != nil {
		return a, plainer(err)
	}
	if len(found.Statuses) == 0 {
		return a, errors.New("it is not known there")
	}
	a.body = found.Statuses[0]
	return a, nil
}
