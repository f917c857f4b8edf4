package mastodon

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/mattn/go-mastodon"

	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/ingest/nodeinfo"
)

// Site is what an instance says of itself.
type Site struct {
	Software, Version string
	Rules             string // a line each
	Terms             string // address of its terms of service; "" where it has none
	Hashtags, Public  string // who sees those timelines: public, authenticated or disabled; "" where it does not say

	snowflakes bool   // ids hold the time
	many       bool   // hashtag timelines take any[], all[] and none[]
	batch      string // parameter of statuses by their ids; "" where there is none
}

// caps are how much of a thread one context shows; 0: all of it.
type caps struct{ ancestors, descendants, depth int }

// kinds are the families of software that can be asked.
var kinds = map[string]struct {
	strangers, members caps
	site               Site
}{
	"mastodon":   {caps{40, 60, 20}, caps{4096, 4096, 0}, Site{snowflakes: true, many: true}},
	"hometown":   {caps{40, 60, 20}, caps{4096, 4096, 0}, Site{snowflakes: true, many: true}},
	"gotosocial": {caps{}, caps{}, Site{}},
	"pleroma":    {caps{}, caps{}, Site{many: true, batch: "ids[]"}},
	"akkoma":     {caps{}, caps{}, Site{many: true, batch: "ids[]"}},
	"friendica":  {caps{40, 40, 0}, caps{40, 40, 0}, Site{}},
	"pixelfed":   {caps{1, 20, 1}, caps{1, 20, 1}, Site{}},
}

// Mastodon's limits, of which half are used: it publishes none (rack_attack.rb).
var (
	limit       = struct{ requests, per int }{300, 5 * 60}
	limitPaging = struct{ requests, per int }{300, 15 * 60}
)

// Dial finds out by nodeinfo which software host runs, and reads what it says of
// itself. Token may be "".
func Dial(ctx context.Context, door *fetch.Client, host, token string) (*Client, error) {
	software, version, err := nodeinfo.Software(ctx, door, host)
	if err != nil {
		return nil, err
	}
	kind, ok := kinds[software]
	if !ok {
		return nil, fmt.Errorf("%s: it runs %.40q, whose API this program does not speak", host, software)
	}
	c := &Client{door: door, host: host, token: token, decoder: Decoder{Instance: host}, caps: kind.strangers, Site: kind.site}
	if token != "" {
		c.caps = kind.members
	}
	c.Site.Software, c.Site.Version = software, version
	c.words = mastodon.NewClient(&mastodon.Config{Server: "https://" + host})
	c.words.Transport = c
	c.words.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	door.SetLimit(host, "", limit.requests, time.Duration(limit.per)*time.Second)
	door.SetLimit(host, paging, limitPaging.requests, time.Duration(limitPaging.per)*time.Second)
	return c, c.readSite(ctx)
}

// Known reports whether this program speaks the API of a software.
func Known(software string) bool {
	_, ok := kinds[software]
	return ok
}

// Legal asks for the instance's terms of service, as HTML; "" where it has none
// (Mastodon before 4.4, or none written).
func (c *Client) Legal(ctx context.Context) (string, error) {
	a, err := c.path(ctx, "/api/v1/instance/terms_of_service", nil)
	if absent(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var terms struct {
		Content string `json:"content"`
	}
	if err := json.Unmarshal(a.body, &terms, lenient); err != nil {
		return "", plainer(err)
	}
	return terms.Content, nil
}

// instance is the second version of what a server says of itself; older ones
// have only the first, of which the rules are wanted.
type instance struct {
	Rules []struct {
		Text string `json:"text"`
		Hint string `json:"hint"`
	} `json:"rules"`
	Versions struct {
		Mastodon int `json:"mastodon"`
	} `json:"api_versions"`
	Configuration struct {
		URLs struct {
			Terms string `json:"terms_of_service"`
		} `json:"urls"`
		Access struct {
			Live     access `json:"live_feeds"`
			Hashtags access `json:"hashtag_feeds"`
		} `json:"timelines_access"`
	} `json:"configuration"`
}

type access struct {
	Local  string `json:"local"`
	Remote string `json:"remote"`
}

// both is who sees a timeline that holds posts of both kinds: the stricter word.
func (a access) both() string {
	for _, word := range []string{"disabled", "authenticated", "public"} {
		if a.Local == word || a.Remote == word {
			return word
		}
	}
	return ""
}

func (c *Client) readSite(ctx context.Context) error {
	a, err := c.path(ctx, "/api/v2/instance", nil)
	if absent(err) {
		a, err = c.path(ctx, "/api/v1/instance", nil)
	}
	if err != nil {
		return err
	}
	var in instance
	if err := json.Unmarshal(a.body, &in, lenient); err != nil {
		return fmt.Errorf("read what %s says of itself: %w", c.host, plainer(err))
	}
	var rules []string
	for _, r := range in.Rules {
		rules = append(rules, strings.TrimSpace(r.Text+" "+r.Hint))
	}
	c.Site.Rules = strings.Join(rules, "\n")
	c.Site.Terms = in.Configuration.URLs.Terms
	c.Site.Hashtags, c.Site.Public = in.Configuration.Access.Hashtags.both(), in.Configuration.Access.Live.both()
	if in.Versions.Mastodon > 0 && c.Site.snowflakes {
		c.Site.batch = "id[]"
	}
	return nil
}
