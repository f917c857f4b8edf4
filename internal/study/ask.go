package study

import (
	"path"
	"regexp"
	"strings"
	"unicode"
)

// What the keys of a source may say.
var (
	communityName = regexp.MustCompile(`^[\pL\pN_]+$`)
	accountName   = regexp.MustCompile(`^[\pL\pN_.-]+$`)
	hashtagName   = regexp.MustCompile(`^[\pL\pM\pN_]+$`)
)

// instance reads a host; "" where it is missing or wrong.
func (c *checker) instance(it item, v any) string {
	s := c.line(it, "instance", v)
	if s == "" {
		return ""
	}
	host, problem := hostName(s)
	if problem != "" {
		c.fail(it, "instance", "%q %s", short(s), problem)
	}
	return host
}

// communities reads names as people write them: golang, !golang@lemmy.example.
func (c *checker) communities(it item, v any) []string {
	const key = "communities"
	list := c.list(it, key, v)
	for i, s := range list {
		if s == "" {
			continue // already noted
		}
		name, home, remote := strings.Cut(strings.TrimPrefix(s, "!"), "@")
		if !communityName.MatchString(name) {
			c.failElement(it, key, i, "%q is not a community: write name, or name@host for one of another instance", short(s))
			continue
		}
		list[i] = name
		if !remote {
			continue
		}
		host, problem := hostName(home)
		if problem != "" {
			c.failElement(it, key, i, "%q: host %s", short(s), problem)
		}
		list[i] = name + "@" + host
	}
	return list
}

// hashtags reads tags with or without #. A tag of digits alone is none on
// Mastodon.
func (c *checker) hashtags(it item, key string, v any) []string {
	list := c.list(it, key, v)
	for i, s := range list {
		tag := strings.ToLower(strings.TrimPrefix(s, "#"))
		if s != "" && (!hashtagName.MatchString(tag) || strings.Trim(tag, "0123456789_") == "") {
			c.failElement(it, key, i, "%q is not a hashtag: write one word of letters, digits and _, not of digits alone", short(s))
		}
		list[i] = tag
	}
	return list
}

// timelines reads which of a Mastodon server's timelines are followed.
func (c *checker) timelines(it item, v any) []string {
	const key = "timelines"
	list := c.list(it, key, v)
	for i, s := range list {
		if s != "" && s != "public" && s != "local" {
			c.failElement(it, key, i, "%q is not one of public, local", short(s))
		}
	}
	return list
}

// accounts reads handles as people write them: name, @name@mastodon.example.
func (c *checker) accounts(it item, v any) []string {
	const key = "accounts"
	list := c.list(it, key, v)
	for i, s := range list {
		if s == "" {
			continue // already noted
		}
		name, home, remote := strings.Cut(strings.TrimPrefix(s, "@"), "@")
		if !accountName.MatchString(name) {
			c.failElement(it, key, i, "%q is not an account: write name, or name@host for one of another instance", short(s))
			continue
		}
		list[i] = name
		if !remote {
			continue
		}
		host, problem := hostName(home)
		if problem != "" {
			c.failElement(it, key, i, "%q: host %s", short(s), problem)
		}
		list[i] = name + "@" + host
	}
	return list
}

// threads reads addresses of threads. The source's own instance is asked for
// what it has of a thread, so that one on another host will do too: no other host
// is contacted for it.
func (c *checker) threads(it item, v any) []string {
	const key = "threads"
	list := c.list(it, key, v)
	for i, s := range list {
		if s == "" {
			continue // already noted
		}
		address, problem := threadURL(s)
		if problem != "" {
			c.failElement(it, key, i, "%q %s", short(s), problem)
		}
		list[i] = address
	}
	return list
}

// path reads a file, a folder or a glob.
func (c *checker) path(it item, v any) string {
	const key = "path"
	s := c.line(it, key, v)
	if s == "" {
		return ""
	}
	if strings.Contains(s, "://") {
		c.fail(it, key, "%q is an address: a source of kind file reads files of this machine", short(s))
	}
	if _, err := path.Match(s, ""); err != nil {
		c.fail(it, key, "%q is not a glob: close every [, or put \\ before it", short(s))
	}
	return path.Clean(s)
}

// match reads words and phrases in the form of MatchForm.
func (c *checker) match(it item, v any) []string {
	const key = "match"
	list := c.list(it, key, v)
	for i, s := range list {
		if s == "" {
			continue // already noted
		}
		switch {
		case strings.ContainsAny(s, `^|\`):
			c.failElement(it, key, i, "%q is a pattern: write %s", short(s), MatchForm)
		case strings.Contains(strings.TrimSuffix(s, "*"), "*"):
			// TrimSuffix takes one star: a second one stands where none may.
			c.failElement(it, key, i, "%q has a * before its end: write %s", short(s), MatchForm)
		case strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0:
			c.failElement(it, key, i, "%q has no word: write %s", short(s), MatchForm)
		}
	}
	return list
}
