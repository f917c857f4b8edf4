package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Ruling is what a robots.txt says of a path, for a person to read.
type Ruling struct {
	Allowed    bool          // by the file itself, whatever Permitted says
	Named      bool          // a group names fedipulse
	Status     int           // of the file; 4xx: there are no rules
	Rule       string        // that decided, such as Disallow: /api; "" where none did
	CrawlDelay time.Duration // as written, a day at most; 60 s of it are kept
	SHA256     string        // of Text before it was capped, hex
	Text       string        // the file, 64 KiB at most
}

const (
	longestRobots = 500 << 10        // that RFC 9309 asks to read
	longestDelay  = 60 * time.Second // of Crawl-delay, that is kept
)

// Robots reads the robots.txt of a host, once for all, and says what it rules
// on a path, with its query. Where the file cannot be had, the host is
// deferred.
func (c *Client) Robots(ctx context.Context, host, path string) (Ruling, error) {
	u, err := target("https://" + host + "/" + strings.TrimPrefix(path, "/"))
	if err != nil {
		return Ruling{}, err
	}
	h := c.host(u.Host)
	if err := c.readRobots(ctx, h); err != nil {
		return Ruling{}, err
	}
	return h.ruling(u), nil
}

// obey returns an error unless a path may be asked.
func (c *Client) obey(ctx context.Context, h *host, u *url.URL) error {
	if err := h.open(); err != nil {
		return err
	}
	if err := c.readRobots(ctx, h); err != nil {
		return err
	}
	return c.rule(h, u)
}

// rule needs robots.txt to have been read. The file itself is always allowed.
func (c *Client) rule(h *host, u *url.URL) error {
	r := h.ruling(u)
	if r.Allowed || path(u) == "/robots.txt" || !r.Named && c.o.Permitted(h.name) {
		return nil
	}
	reason := "robots.txt forbids it to everybody"
	if r.Named {
		reason = "robots.txt forbids it to " + product
	}
	return &Refused{Host: h.name, Path: path(u), Reason: reason, Rule: r.Rule}
}

func (h *host) ruling(u *url.URL) Ruling {
	p := path(u)
	if u.RawQuery != "" {
		p += "?" + u.RawQuery
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.robots
	r.Allowed, r.Rule = h.rules.ruling(p)
	return r
}

// readRobots reads the file unless it has been read.
func (c *Client) readRobots(ctx context.Context, h *host) error {
	u := &url.URL{Scheme: "https", Host: h.name, Path: "/robots.txt"}
	q := query{Request: Request{Accept: Text}, url: u, hops: 5, most: c.o.Limits.Attempts, cap: longestRobots, longer: true}
	if err := enter(ctx, h.reading); err != nil {
		return q.failure(err.Error(), err)
	}
	defer func() { <-h.reading }()
	if h.known() {
		return nil
	}
	a, err := c.ask(ctx, h, q)
	status := (*StatusError)(nil)
	switch {
	case errors.As(err, &status) && status.Status < 500 && status.Status/100 != 3:
		a = Answer{Status: status.Status} // RFC 9309: no rules
	case errors.As(err, &status):
		err = &Deferred{Host: h.name, Path: path(u), Until: c.o.Now().Add(c.o.Limits.Wait), Reason: fmt.Sprint(status.Status)}
		h.close(err)
		return err
	case err != nil:
		if ctx.Err() == nil {
			h.close(err) // no path can be known to be allowed
		}
		return err
	}
	h.learn(a)
	return nil
}

func (h *host) known() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rules != nil
}

func (h *host) learn(a Answer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	text := a.Body
	if a.Status == 200 && html(reply{header: a.Header, body: a.Body}) {
		text = nil // a front end that answers every path with itself
	}
	h.rules = parseRules(text)
	h.delay = min(h.rules.delay, longestDelay)
	sum := sha256.Sum256(a.Body)
	h.robots = Ruling{
		Named: h.rules.named, Status: a.Status, CrawlDelay: h.rules.delay,
		SHA256: hex.EncodeToString(sum[:]), Text: string(text[:min(len(text), shown)]),
	}
}
