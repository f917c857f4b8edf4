package study

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Source is one place to take posts from. Which fields are set depends on
// Kind; everything that a server is asked for is named here, and nothing else
// is asked.
type Source struct {
	Kind         Kind
	Name         string    // unique in the study; where the file gives none, Path or kind-N with N from 1
	Instance     string    // lower-case ASCII host; for a file "" or the host that showed it
	Communities  []string  // Lemmy: name, or name@host for one of another instance
	Search       []string  // words to search posts and comments for; on Mastodon with a token only
	Hashtags     []string  // Mastodon: posts with any of these; lower case, without #
	HashtagsAll  []string  // Mastodon: of Hashtags, posts that have all of these too
	HashtagsNone []string  // Mastodon: of Hashtags, posts that have none of these
	Timelines    []string  // Mastodon: public, local
	Accounts     []string  // Mastodon: name, or name@host, of people who agreed
	Agreed       string    // Mastodon: how they did
	Threads      []string  // https URLs
	Path         string    // file: a file, a folder or a glob with slashes, relative to the study file
	Seen         time.Time // file: UTC day on which a copied page was read; zero where not given
	Match        []string  // keep threads with one of these; nil: all. See MatchForm
}

// MatchForm is how Source.Match is meant: each element is a word or a phrase,
// compared without regard to case and at whole words; a * at the end stands for
// any ending. A thread is kept when its root or any of its posts has one.
const MatchForm = `words or phrases, as in ["linkedin", "train*"]`

// Kind is what a source is.
type Kind string

// The kinds of sources.
const (
	Lemmy    Kind = "lemmy"    // a server with a Lemmy API
	Mastodon Kind = "mastodon" // a server with a Mastodon API
	File     Kind = "file"     // files on this machine
)

// sources reads the [[source]] tables and looks for one that repeats another.
func (c *checker) sources(tables []sourceTable) []Source {
	if len(tables) == 0 {
		c.failAt(place{1, 1}, "", `no [[source]]: name at least one, as in kind = "file" and path = "thread.txt"`)
	}
	names, asked := map[string]int{}, map[string]int{}
	var all []Source
	for i, t := range tables {
		it := section("source").entry(i)
		s := c.source(it, t)
		if s.Name == "" {
			s.Name = s.defaultName(i)
		}
		repeats := c.repeats(it, s, i, asked)
		if first, ok := names[s.Name]; ok && s.Kind != "" && !repeats {
			c.fail(it, "name", "source %d is called %q already: give this one another name", first+1, short(s.Name))
		}
		if _, ok := names[s.Name]; !ok {
			names[s.Name] = i
		}
		all = append(all, s)
	}
	return all
}

func (s Source) defaultName(i int) string {
	if s.Kind == File {
		return s.Path
	}
	return fmt.Sprintf("%s-%d", s.Kind, i+1)
}

func (c *checker) source(it item, t sourceTable) Source {
	c.required(it, "kind", t.Kind, "one of lemmy, mastodon, file")
	s := Source{
		Kind:     choice(c, it, "kind", t.Kind, "", Lemmy, Mastodon, File),
		Name:     c.line(it, "name", t.Name),
		Instance: c.instance(it, t.Instance),
		Match:    c.match(it, t.Match),
	}
	c.foreign(it, s.Kind, t)
	switch s.Kind {
	case File:
		c.required(it, "path", t.Path, `name a file, a folder or a glob, as in path = "threads/*.json"`)
		s.Path = c.path(it, t.Path)
		s.Seen, _ = c.date(it, "seen", t.Seen)
	case Lemmy:
		c.live(it, s.Kind, t)
		s.Communities = c.communities(it, t.Communities)
		s.Search = c.list(it, "search", t.Search)
		s.Threads = c.threads(it, t.Threads)
	case Mastodon:
		c.live(it, s.Kind, t)
		s.Hashtags = c.hashtags(it, "hashtags", t.Hashtags)
		s.HashtagsAll = c.hashtags(it, "hashtags_all", t.HashtagsAll)
		s.HashtagsNone = c.hashtags(it, "hashtags_none", t.HashtagsNot)
		s.Timelines = c.timelines(it, t.Timelines)
		s.Search = c.list(it, "search", t.Search)
		s.Threads = c.threads(it, t.Threads)
		s.Accounts = c.accounts(it, t.Accounts)
		s.Agreed = c.line(it, "agreed", t.Agreed)
		if len(s.Accounts) > 0 && t.Agreed == nil {
			c.fail(it, "accounts", `say how these people agreed, as in agreed = "by mail, 2024-09-20"`)
		}
		if len(s.Hashtags) == 0 && (t.HashtagsAll != nil || t.HashtagsNot != nil) {
			c.fail(it, "", "hashtags_all and hashtags_none narrow hashtags: give hashtags too")
		}
	}
	return s
}

// asks are the keys that say what a live source is asked for.
var asks = map[Kind][]string{
	Lemmy:    {"communities", "search", "threads"},
	Mastodon: {"hashtags", "timelines", "search", "accounts", "threads"},
}

// narrows are further keys of a kind.
var narrows = map[Kind][]string{Mastodon: {"hashtags_all", "hashtags_none", "agreed"}}

// given returns the keys of a source that only some kinds have.
func (t sourceTable) given() map[string]any {
	keys := map[string]any{
		"communities": t.Communities, "search": t.Search, "hashtags": t.Hashtags, "threads": t.Threads,
		"hashtags_all": t.HashtagsAll, "hashtags_none": t.HashtagsNot, "timelines": t.Timelines, "accounts": t.Accounts, "agreed": t.Agreed,
		"path": t.Path, "seen": t.Seen,
	}
	maps.DeleteFunc(keys, func(_ string, v any) bool { return v == nil })
	return keys
}

// foreign notes keys that mean nothing for a kind of source.
func (c *checker) foreign(it item, kind Kind, t sourceTable) {
	if kind == "" {
		return // already noted, and what fits cannot be told
	}
	fitting := slices.Concat(asks[kind], narrows[kind])
	if kind == File {
		fitting = []string{"path", "seen"}
	}
	for key := range t.given() {
		switch {
		case slices.Contains(fitting, key):
		default:
			c.fail(it, key, "a source of kind %s has no such key: it has %s", kind, strings.Join(fitting, ", "))
		}
	}
}

// live checks that there is a server, and something to ask it for.
func (c *checker) live(it item, kind Kind, t sourceTable) {
	c.required(it, "instance", t.Instance, `name the server's host, as in instance = "lemmy.example"`)
	given := t.given()
	if !slices.ContainsFunc(asks[kind], func(key string) bool { return !isEmpty(given[key]) }) {
		c.fail(it, "", "asks for nothing: give one of %s", strings.Join(asks[kind], ", "))
	}
}

func isEmpty(v any) bool {
	list, ok := v.([]any)
	return v == nil || ok && len(list) == 0
}

// repeats notes what an earlier source, or this one, asks for already.
func (c *checker) repeats(it item, s Source, number int, asked map[string]int) bool {
	found := false
	again := func(key, value string) (first int, again bool) {
		id := strings.Join([]string{string(s.Kind), s.Instance, key, strings.ToLower(value)}, "\x00")
		if first, again = asked[id]; !again {
			asked[id] = number
		}
		found = found || again
		return first, again
	}
	for key, list := range map[string][]string{
		"communities": s.Communities, "search": s.Search, "hashtags": s.Hashtags, "threads": s.Threads,
		"timelines": s.Timelines, "accounts": s.Accounts,
	} {
		for i, v := range list {
			if v == "" || s.Instance == "" {
				continue // already noted
			}
			if first, ok := again(key, v); ok {
				c.failElement(it, key, i, "%q is asked for by source %d already: remove one of them", short(v), first+1)
			}
		}
	}
	if s.Path != "" {
		if first, ok := again("path", s.Path); ok {
			c.fail(it, "path", "%q is read by source %d already: remove one of them", short(s.Path), first+1)
		}
	}
	return found
}
