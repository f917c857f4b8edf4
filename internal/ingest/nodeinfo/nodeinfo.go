// Package nodeinfo asks a host which software it runs (nodeinfo.diaspora.software,
// versions 2.0 and 2.1): the one thing that all servers of the fediverse say of
// themselves in the same way.
package nodeinfo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/fetch"
)

// ErrNone is the error of a host that does not say what it runs.
var ErrNone = errors.New("it does not say what it runs")

var lenient = json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true), json.MatchCaseInsensitiveNames(true))

// Software returns the name, in lower case, and the version that host says it
// runs, in two requests.
func Software(ctx context.Context, door *fetch.Client, host string) (name, version string, err error) {
	address, err := document(ctx, door, host)
	if err != nil {
		return "", "", err
	}
	answer, err := door.Get(ctx, fetch.Request{URL: address})
	if err != nil {
		return "", "", err
	}
	var info struct {
		Software struct{ Name, Version string }
	}
	if json.Unmarshal(answer.Body, &info, lenient) != nil || info.Software.Name == "" {
		return "", "", fmt.Errorf("%s: read its nodeinfo: %w", host, ErrNone)
	}
	return strings.ToLower(info.Software.Name), info.Software.Version, nil
}

// document is where a server describes itself: the last link of the right kind,
// on its own host.
func document(ctx context.Context, door *fetch.Client, host string) (string, error) {
	answer, err := door.Get(ctx, fetch.Request{URL: "https://" + host + "/.well-known/nodeinfo"})
	if err != nil {
		return "", err
	}
	var list struct {
		Links []struct{ Rel, Href string }
	}
	found := ""
	if json.Unmarshal(answer.Body, &list, lenient) == nil {
		for _, l := range list.Links {
			if strings.HasPrefix(l.Rel, "http://nodeinfo.diaspora.software/ns/schema/2.") && strings.HasPrefix(l.Href, "https://"+host+"/") {
				found = l.Href
			}
		}
	}
	if found == "" {
		return "", fmt.Errorf("%s/.well-known/nodeinfo has no link to a nodeinfo 2 of that host: %w", host, ErrNone)
	}
	return found, nil
}
