package lemmy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/ingest/nodeinfo"
)

// Client asks one instance for threads, in the dialect that it speaks.
type Client struct {
	api
	Site Site
}

// Site is what an instance says of itself.
type Site struct {
	Software, Version string
	API               string // the path that it is asked on
	Private           bool   // closed to strangers
	Legal             string // terms and legal information, Markdown
	Sidebar           string // rules and the like, Markdown
	Message, Search   Rate   // published limits; zero where there are none
	languages         map[int]string
}

// Rate is a number of requests in a span of time.
type Rate struct {
	Requests int
	Per      time.Duration
}

// ErrPrivate is the error of an instance that is closed to strangers.
var ErrPrivate = errors.New("the instance is private: it shows nothing to strangers")

// unpublished is the limit on searches that is kept where none is published: the
// one that Lemmy is installed with.
var unpublished = Rate{60, 10 * time.Minute}

// Dial finds out by nodeinfo which software host runs, and how to ask it, and
// keeps to half of the limits that its /site publishes. A server of Lemmy 1.0
// answers on v3's paths too, and lies there: it is never asked on them.
func Dial(ctx context.Context, door *fetch.Client, host string) (*Client, error) {
	software, version, err := nodeinfo.Software(ctx, door, host)
	if err != nil {
		return nil, err
	}
	d, err := speak(software, version)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", host, err)
	}
	c := &Client{api: api{client: door, host: host, dialect: d}}
	if err := c.readSite(ctx, software, version); err != nil {
		return nil, err
	}
	c.decoder = Decoder{Instance: host, Languages: c.Site.languages}
	door.SetLimit(host, "", c.Site.Message.Requests, c.Site.Message.Per)
	door.SetLimit(host, searching, unpublished.Requests, unpublished.Per)
	door.SetLimit(host, searching, c.Site.Search.Requests, c.Site.Search.Per)
	return c, nil
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

// API is the path on which a software of that name and version is asked.
func API(software, version string) (string, error) {
	d, err := speak(software, version)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(d.site().path, "/site"), nil
}

// siteAnswer is /site in all dialects.
type siteAnswer struct {
	SiteView struct {
		Site struct {
			Sidebar string `json:"sidebar"`
		} `json:"site"`
		LocalSite struct {
			Private bool   `json:"private_instance"`
			Legal   string `json:"legal_information"`
		} `json:"local_site"`
		Limit struct {
			Message          int `json:"message"` // v3
			MessagePerSecond int `json:"message_per_second"`
			Search           int `json:"search"`
			SearchPerSecond  int `json:"search_per_second"`

			MessageMost  int `json:"message_max_requests"` // v4
			MessageEvery int `json:"message_interval_seconds"`
			SearchMost   int `json:"search_max_requests"`
			SearchEvery  int `json:"search_interval_seconds"`
		} `json:"local_site_rate_limit"`
	} `json:"site_view"`
	Languages []siteLanguage `json:"all_languages"`
	Site      struct {       // PieFed
		Sidebar     string         `json:"sidebar_md"`
		Description string         `json:"description"`
		Languages   []siteLanguage `json:"all_languages"`
	} `json:"site"`
}

type siteLanguage struct {
	ID   int    `json:"id"`
	Code string `json:"code"`
}

func (c *Client) readSite(ctx context.Context, software, version string) error {
	e, err := c.ask(ctx, c.dialect.site())
	if err != nil {
		return err
	}
	var a siteAnswer
	if err := json.Unmarshal(e.body, &a, lenient); err != nil {
		return fmt.Errorf("read the site of %s: %w", c.host, plainer(err))
	}
	v, limit := a.SiteView, a.SiteView.Limit
	c.Site = Site{
		Software: strings.ToLower(software), Version: version, API: strings.TrimSuffix(c.dialect.site().path, "/site"),
		Private: v.LocalSite.Private, Legal: v.LocalSite.Legal,
		Sidebar: strings.TrimSpace(v.Site.Sidebar + a.Site.Description + "\n\n" + a.Site.Sidebar),
		Message: Rate{max(limit.Message, limit.MessageMost), seconds(max(limit.MessagePerSecond, limit.MessageEvery))},
		Search:  Rate{max(limit.Search, limit.SearchMost), seconds(max(limit.SearchPerSecond, limit.SearchEvery))},
	}
	for _, l := range append(a.Languages, a.Site.Languages...) {
		if c.Site.languages == nil {
			c.Site.languages = map[int]string{}
		}
		if l.Code != "und" {
			c.Site.languages[l.ID] = l.Code
		}
	}
	return nil
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
