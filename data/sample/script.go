//go:build ignore

package main

import (
	"bufio"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A script is header lines ("key: value", see thread), an empty line and posts,
// each below the one that it answers and two blanks further in:
//
//	* user@host | 03-06 14:02 | +91 -4 | edited=03-06 15:10,id=law
//	  The text. Of Lemmy it is Markdown as people type it; of Mastodon it is
//	  plain, and html.go finds @user@host, #tags, links and > quoted lines.
//	  * other@host | 03-06 14:07 | +3 -0
//	    An answer.
//
// Votes are "fav 12 boost 3" on Mastodon. The first post of a Lemmy thread has
// lines "title: …" and "link: …" before its text. Flags, none of which has to
// be there:
//
//	lang=de       the language that the author declared, und for none; else the header's
//	edited=TIME   deleted   removed
//	bot  nobot  noindex  what the author's profile says, here and everywhere
//	cw=TEXT       content warning    private, unlisted  visibility
//	id=NAME       to be quoted by    quote=NAME or quote=SCRIPT/NAME
//	nofed         the host in also: never got it, nor what answers it
//	unseen=N      direct answers that are counted and not shown (Mastodon)

// thread is one script: a thread as the API of one instance shows it.
type thread struct {
	path, name string
	platform   string // lemmy or mastodon
	instance   string // whose API answers
	community  string // of Lemmy, as name@host
	lang       string
	base       int    // of Lemmy: the root's id on instance; replies count up from it
	unseen     int    // replies that the instance counts and does not show
	also       string // another host that shows the thread
	alsoUnseen int    // how many posts that host lacks
	posts      []*post
	ids        map[string]*post
}

// post is one post of a script.
type post struct {
	thread     *thread
	line       int
	user, host string
	created    time.Time
	edited     time.Time
	up, down   int // of Mastodon: favourites and boosts
	flags      map[string]string
	title      string
	link       string
	body       string
	parent     *post
	replies    []*post
	rank       int // place in the thread by time; 0 for the root
}

func (p *post) has(flag string) bool { _, ok := p.flags[flag]; return ok }
func (p *post) handle() string       { return p.user + "@" + p.host }
func (p *post) gone() bool           { return p.has("deleted") || p.has("removed") }

func (p *post) lang() string {
	if l, ok := p.flags["lang"]; ok {
		return l
	}
	return p.thread.lang
}

func (p *post) depth() int {
	if p.parent == nil {
		return 0
	}
	return p.parent.depth() + 1
}

// missing reports whether the thread's other host never got the post: what
// answers a post that it lacks, it lacks too.
func (p *post) missing() bool { return p.has("nofed") || p.parent != nil && p.parent.missing() }

// hash is a number that stays the same as long as the post does, for what a
// script does not say.
func (p *post) hash(salt string) uint32 {
	return hash(salt + p.handle() + p.flags["id"] + p.body)
}

func hash(s string) uint32 {
	h := fnv.New32a()
	io.WriteString(h, s)
	return h.Sum32()
}

func (p *post) errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", p.thread.path, p.line, fmt.Errorf(format, args...))
}

// parse reads one script.
func parse(path string) (*thread, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t := &thread{path: path, name: strings.TrimSuffix(filepath.Base(path), ".txt"), ids: map[string]*post{}}
	s := bufio.NewScanner(f)
	inHeader, n := true, 0
	for s.Scan() {
		n++
		line := strings.TrimRight(s.Text(), " ")
		switch {
		case !inHeader:
			err = t.add(line, n)
		case line == "":
			inHeader = false
		default:
			err = t.set(line)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", path, n, err)
	}
	return t, t.finish()
}

// set takes a header line.
func (t *thread) set(line string) (err error) {
	key, value, _ := strings.Cut(line, ": ")
	switch key {
	case "platform":
		t.platform = value
	case "instance":
		t.instance = value
	case "community":
		t.community = value
	case "lang":
		t.lang = value
	case "also":
		t.also = value
	case "base":
		t.base, err = strconv.Atoi(value)
	case "unseen":
		t.unseen, err = strconv.Atoi(value)
	case "also-unseen":
		t.alsoUnseen, err = strconv.Atoi(value)
	default:
		return fmt.Errorf("unknown header %q", key)
	}
	return err
}

var (
	heading = regexp.MustCompile(`^( *)\* ([A-Za-z0-9_]+)@([a-z0-9.-]+\.example) \| (\d\d-\d\d \d\d:\d\d) \| ([^|]+?)(?: \| (.*))?$`)
	votes   = regexp.MustCompile(`^\+(\d+) -(\d+)$`)
	marks   = regexp.MustCompile(`^fav (\d+) boost (\d+)$`)
)

// add takes a line below the header: the head of a post or a line of its body.
func (t *thread) add(line string, n int) error {
	if m := heading.FindStringSubmatch(line); m != nil {
		return t.open(m, n)
	}
	if strings.HasPrefix(strings.TrimLeft(line, " "), "* ") {
		return errors.New("not the head of a post: want \"* user@host | MM-DD hh:mm | votes | flags\" (and - for items of a list)")
	}
	if len(t.posts) == 0 {
		if line == "" {
			return nil
		}
		return errors.New("text before the first post")
	}
	p := t.posts[len(t.posts)-1]
	if line == "" {
		p.body += "\n"
		return nil
	}
	indent := strings.Repeat(" ", 2*p.depth()+2)
	text, ok := strings.CutPrefix(line, indent)
	if !ok {
		return fmt.Errorf("text of %s wants %d blanks before it", p.handle(), len(indent))
	}
	if p.parent == nil && p.body == "" {
		if title, ok := strings.CutPrefix(text, "title: "); ok && p.title == "" {
			p.title = title
			return nil
		}
		if link, ok := strings.CutPrefix(text, "link: "); ok && p.link == "" {
			p.link = link
			return nil
		}
	}
	p.body += text + "\n"
	return nil
}

// open begins a post.
func (t *thread) open(m []string, n int) error {
	p := &post{thread: t, line: n, user: m[2], host: m[3], flags: map[string]string{}}
	depth := len(m[1]) / 2
	if len(t.posts) > 0 {
		at := t.posts[len(t.posts)-1]
		for at != nil && at.depth() >= depth {
			at = at.parent
		}
		p.parent = at
	}
	if len(m[1])%2 != 0 || p.depth() != depth || (depth == 0) != (len(t.posts) == 0) {
		return fmt.Errorf("%d blanks do not fit the post above", len(m[1]))
	}
	var err error
	if p.created, err = clock(m[4]); err != nil {
		return err
	}
	form := votes
	if t.platform == "mastodon" {
		form = marks
	}
	count := form.FindStringSubmatch(m[5])
	if count == nil {
		return fmt.Errorf("votes %q: want %s", m[5], form)
	}
	p.up, _ = strconv.Atoi(count[1])
	p.down, _ = strconv.Atoi(count[2])
	t.posts = append(t.posts, p)
	return t.flag(p, m[6])
}

var flags = strings.Fields("lang edited deleted removed bot nobot noindex private cw quote id nofed unlisted unseen")

func (t *thread) flag(p *post, list string) (err error) {
	for f := range strings.SplitSeq(list, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(f), "=")
		if list == "" {
			continue
		}
		if !slices.Contains(flags, key) {
			return fmt.Errorf("unknown flag %q", key)
		}
		p.flags[key] = value
		switch key {
		case "edited":
			p.edited, err = clock(value)
		case "id":
			t.ids[value] = p
		}
	}
	return err
}

// clock reads "03-06 14:02", in UTC, of the year of the sample.
func clock(s string) (time.Time, error) { return time.Parse("2006-01-02 15:04", "2025-"+s) }

// finish checks the thread as a whole and sets what follows from it.
func (t *thread) finish() error {
	switch {
	case t.platform != "lemmy" && t.platform != "mastodon":
		return fmt.Errorf("%s: platform %q: want lemmy or mastodon", t.path, t.platform)
	case t.instance == "" || t.lang == "" || len(t.posts) == 0:
		return fmt.Errorf("%s: instance, lang or posts missing", t.path)
	case t.platform == "lemmy" && (t.community == "" || t.base == 0 || t.posts[0].title == ""):
		return fmt.Errorf("%s: community, base or title missing", t.path)
	}
	lacks := 0
	for _, p := range t.posts {
		p.body = strings.Trim(p.body, "\n")
		if p.body == "" && p.title == "" && !p.gone() {
			return p.errorf("no text")
		}
		if p.parent != nil {
			p.parent.replies = append(p.parent.replies, p)
		}
		if err := p.time(); err != nil {
			return err
		}
		if p.missing() {
			lacks++
		}
	}
	if lacks != t.alsoUnseen {
		return fmt.Errorf("%s: also-unseen is %d, and %d posts are nofed", t.path, t.alsoUnseen, lacks)
	}
	byTime := slices.SortedStableFunc(slices.Values(t.posts[1:]), func(a, b *post) int { return a.created.Compare(b.created) })
	for i, p := range byTime {
		p.rank = i + 1
	}
	return nil
}

// time adds the seconds that a script does not give, and checks the order.
func (p *post) time() error {
	h := p.hash("time")
	minute := p.created
	p.created = minute.Add(time.Duration(h%50_000) * time.Millisecond)
	if q := p.parent; q != nil && !p.created.After(q.created) {
		if minute.Add(time.Minute).Before(q.created) {
			return p.errorf("is older than the post that it answers (line %d)", q.line)
		}
		p.created = q.created.Add(time.Duration(2000+h%9000) * time.Millisecond)
	}
	if p.has("edited") {
		p.edited = p.edited.Add(time.Duration(h%59_000) * time.Millisecond)
		if !p.edited.After(p.created) {
			return p.errorf("is edited before it is written")
		}
	}
	return nil
}
