package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/ingest"
	"github.com/fedipulse/fedipulse/internal/ingest/lemmy"
	"github.com/fedipulse/fedipulse/internal/ingest/mastodon"
	"github.com/fedipulse/fedipulse/internal/ingest/nodeinfo"
	"github.com/fedipulse/fedipulse/internal/study"
)

func newReview(a *app) *cobra.Command {
	var contact string
	var asJSON bool
	c := &cobra.Command{
		Use:   "review HOST",
		Short: "Show what an instance allows, before a study asks it for anything",
		Long: `Reads what an instance publishes for this purpose and nothing else: which software
it runs, what its robots.txt says of the paths that a study would ask, what of its
rules and terms bears on being read by a program, and the pace that would be kept.

Terms are read by people: what is shown helps to find the clauses that matter, and
decides nothing.

` + exitHelp,
		Example: "  fedipulse review lemmy.example --contact research@ngo.example",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			r, err := a.review(c.Context(), args[0], contact)
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(a.stdout)
				e.SetIndent("", "  ")
				err = e.Encode(r)
			} else {
				err = a.printReview(r)
			}
			if err == nil && r.Verdict != mayBeAsked && r.Verdict != withPermission {
				err = errRefused
			}
			return err
		},
	}
	a.studyFlag(c)
	c.Flags().StringVar(&contact, "contact", "", "mail `ADDRESS` or page for the User-Agent (default: the study's)")
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

// review is what an instance publishes about being asked.
type review struct {
	Host, Software, Version, API string
	Private                      bool
	Robots                       []ruling
	RobotsStatus                 int
	RobotsSHA256                 string
	RobotsNamed                  bool
	CrawlDelay                   string `json:",omitempty"`
	Gap, SearchGap               string // least time between two requests, searches and pages of lists
	Hashtags, Public             string `json:",omitempty"` // who sees these timelines of a Mastodon server
	Published                    string // limits that the instance publishes
	Terms                        []document
	Problem                      string `json:",omitempty"` // why anything of this could not be read
	Verdict                      string
}

type ruling struct {
	Path    string
	Allowed bool
	Rule    string `json:",omitempty"`
}

// document is a text in which an instance says what it wants.
type document struct {
	Name, SHA256 string
	Characters   int
	Clauses      []string
}

// Verdicts of a review.
const (
	mayBeAsked     = "may be asked"
	withPermission = "may be asked: the study's [permission] outweighs robots.txt"
	needsConsent   = "robots.txt forbids it to everybody: ask the administrators, and note their consent"
	forbidden      = "robots.txt forbids it to fedipulse by name: there is no way around that"
	closed         = "the instance is private: it shows nothing to strangers"
	unreadable     = "no API that this program speaks"
)

func (a *app) review(ctx context.Context, host, contact string) (review, error) {
	var r review
	var err error
	if r.Host, err = study.Host(host); err != nil {
		return r, usageError{err}
	}
	q, err := a.load()
	switch {
	case err != nil && (contact == "" || a.studyPath != ""):
		return r, err
	case err != nil:
		q = question{Study: defaultStudy()} // the study may still be in the making
	}
	if contact == "" {
		contact = q.Contact
	}
	if contact == "" {
		return r, usagef("an instance must be able to reach whoever asks: give --contact, or a study with a contact")
	}
	if err := study.Contact(contact); err != nil {
		return r, usagef("--contact: %w", err)
	}
	permitted := slices.ContainsFunc(q.Permissions, func(p study.Permission) bool { return p.Host == r.Host && outweighs(p.Basis) })
	door, err := a.doorFor(contact, func(host string) bool { return permitted && host == r.Host })
	if err != nil {
		return r, err
	}
	defer door.Close()
	first, err := door.Robots(ctx, r.Host, "/")
	if err != nil {
		return r, err
	}
	r.RobotsStatus, r.RobotsSHA256, r.RobotsNamed = first.Status, first.SHA256, first.Named
	if first.CrawlDelay > 0 {
		r.CrawlDelay = first.CrawlDelay.String()
		a.say("review", fmt.Sprintf("waits %v between requests, as robots.txt of %s asks", door.Rate(r.Host, ""), r.Host))
	}
	return r, r.fill(ctx, door, permitted)
}

// What sources ask, below the API.
var (
	lemmyPaths    = []string{"/site", "/post", "/post/list", "/comment/list", "/search", "/resolve_object"}
	mastodonPaths = []string{"/v2/instance", "/v1/timelines/tag/x", "/v1/timelines/public", "/v1/statuses/1", "/v1/statuses/1/context", "/v2/search"}
)

func (r *review) fill(ctx context.Context, door *fetch.Client, permitted bool) error {
	var err error
	r.Software, r.Version, err = nodeinfo.Software(ctx, door, r.Host)
	var status *fetch.StatusError
	if err != nil && !errors.As(err, &status) && !errors.Is(err, nodeinfo.ErrNone) {
		return err
	}
	if err != nil {
		r.Problem, r.Verdict = err.Error(), unreadable
		return nil
	}
	paths, read := lemmyPaths, r.readLemmy
	if mastodon.Known(r.Software) {
		r.API, paths, read = "/api", mastodonPaths, r.readMastodon
	} else if r.API, err = lemmy.API(r.Software, r.Version); err != nil {
		r.Problem, r.Verdict = err.Error(), unreadable
		return nil
	}
	r.Verdict = mayBeAsked
	for _, p := range paths {
		at, err := door.Robots(ctx, r.Host, r.API+p)
		if err != nil {
			return err
		}
		r.Robots = append(r.Robots, ruling{r.API + p, at.Allowed, at.Rule})
		switch {
		case at.Allowed:
		case at.Named:
			r.Verdict = forbidden
		case permitted:
			r.Verdict = withPermission
		default:
			r.Verdict = needsConsent
		}
	}
	err = read(ctx, door)
	var refused *fetch.Refused
	if errors.As(err, &refused) {
		r.Problem = "its terms and limits are below " + r.API + ", which is not asked: read its terms and its front page yourself"
		err = nil
	}
	r.Gap, r.SearchGap = pause(door.Rate(r.Host, "")), pause(max(door.Rate(r.Host, "search"), door.Rate(r.Host, "paging")))
	return err
}

func (r *review) readLemmy(ctx context.Context, door *fetch.Client) error {
	c, err := lemmy.Dial(ctx, door, r.Host)
	if err != nil {
		return err
	}
	s := c.Site
	if r.Private = s.Private; s.Private {
		r.Verdict = closed
	}
	r.Published = published(s)
	r.Terms = append(r.Terms, documentOf("terms", s.Legal), documentOf("sidebar", s.Sidebar))
	return nil
}

func (r *review) readMastodon(ctx context.Context, door *fetch.Client) error {
	c, err := mastodon.Dial(ctx, door, r.Host, "")
	if err != nil {
		return err
	}
	r.Hashtags, r.Public = c.Site.Hashtags, c.Site.Public
	terms, err := c.Legal(ctx)
	if err != nil {
		return err
	}
	r.Terms = append(r.Terms, documentOf("terms", ingest.Plain(terms)), documentOf("rules", c.Site.Rules))
	return nil
}

func pause(d time.Duration) string { return d.Round(10 * time.Millisecond).String() }

func published(s lemmy.Site) string {
	var parts []string
	for _, l := range []struct {
		what string
		rate lemmy.Rate
	}{{"requests", s.Message}, {"searches", s.Search}} {
		if l.rate.Requests > 0 && l.rate.Per > 0 {
			parts = append(parts, fmt.Sprintf("%d %s in %v", l.rate.Requests, l.what, l.rate.Per))
		}
	}
	return strings.Join(parts, ", ")
}

func documentOf(name, text string) document {
	sum := sha256.Sum256([]byte(text))
	return document{name, hex.EncodeToString(sum[:]), len([]rune(text)), ingest.Clauses(text)}
}

func (a *app) printReview(r review) error {
	var b strings.Builder
	row := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-12s%s\n", name, visible(fmt.Sprintf(format, args...)))
	}
	row("host", "%s", r.Host)
	row("software", "%s", strings.TrimSpace(r.Software+" "+r.Version))
	if r.API != "" {
		row("asked on", "%s", r.API)
	}
	row("robots.txt", "%s", r.robots())
	for _, p := range r.Robots {
		row("", "%s", p.text())
	}
	if r.CrawlDelay != "" {
		row("", "Crawl-delay: %s", r.CrawlDelay)
	}
	if r.Published != "" {
		row("limits", "%s", r.Published)
	}
	if r.Hashtags != "" {
		row("timelines", "hashtags: %s; public: %s", r.Hashtags, r.Public)
	}
	if r.Gap != "" {
		row("pace", "one request at a time, %s apart; searches and pages of lists %s apart", r.Gap, r.SearchGap)
	}
	for _, d := range r.Terms {
		if d.Characters == 0 {
			row(d.Name, "none")
			continue
		}
		row(d.Name, "%d characters, sha256 %.12s…, %s that may matter", d.Characters, d.SHA256, plural(len(d.Clauses), "sentence"))
		for _, clause := range d.Clauses {
			row("", "> %s", clause)
		}
	}
	if r.Problem != "" {
		row("not read", "%s", r.Problem)
	}
	row("verdict", "%s", r.Verdict)
	if r.Verdict == needsConsent {
		fmt.Fprintf(&b, "\nWith their consent, write into the study file:\n\n  [permission.%q]\n  basis = \"admin-consent\"\n  by = \"who gave it, and how\"\n  date = %s\n  note = \"robots.txt %.12s…\"\n",
			r.Host, time.Now().UTC().Format(time.DateOnly), r.RobotsSHA256)
	}
	_, err := a.stdout.Write([]byte(b.String()))
	return err
}

func (r review) robots() string {
	switch {
	case r.RobotsStatus != 200:
		return fmt.Sprintf("none (status %d)", r.RobotsStatus)
	case r.RobotsNamed:
		return fmt.Sprintf("sha256 %.12s…, has rules for fedipulse by name", r.RobotsSHA256)
	}
	return fmt.Sprintf("sha256 %.12s…, rules for everybody", r.RobotsSHA256)
}

func (p ruling) text() string {
	if p.Allowed {
		return p.Path + "  allowed"
	}
	return p.Path + "  forbidden: " + p.Rule
}
