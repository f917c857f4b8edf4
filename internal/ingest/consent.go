package ingest

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/study"
)

// Consent decides which posts may be kept. A post that may not is counted by
// reason and then forgotten, before anything of it is written.
type Consent struct{ Mode study.Consent }

// Reasons for which a post is left out. They are stored and printed.
const (
	notPublic     = "not public"
	refusedTag    = "author's profile refuses (#nobot, #noindex, #noai and the like)"
	refusedIndex  = "author opted out of search engines"
	refusedSearch = "author keeps posts out of search"
	limited       = "author limited by the instance"
	locked        = "author approves followers by hand"
	notInvited    = "author's profile does not invite research"
	noMatch       = "thread has none of the study's words"
)

// filter leaves out of a page whatever may not be kept, and notes in it how
// much that is, and what must go of what was kept before.
func (c Consent) filter(page *discussion.Page) {
	kept := page.Posts[:0]
	for i := range page.Posts {
		p := &page.Posts[i]
		reason := c.reason(p)
		if reason == "" {
			kept = append(kept, *p)
			continue
		}
		if page.Excluded == nil {
			page.Excluded = map[string]int{}
		}
		page.Excluded[reason]++
		if page.Coverage != nil && p.Parent != "" && !p.State.Gone() {
			page.Coverage.LeftOut++
		}
		if reason == limited {
			continue // one instance's judgement of a person, which says nothing of what others show
		}
		page.Withdrawn = append(page.Withdrawn, p.URI)
		if reason != notPublic && p.Author.URI != "" {
			page.Unwilling = append(page.Unwilling, p.Author.URI)
		}
	}
	clear(page.Posts[len(kept):])
	page.Posts = kept
	slices.Sort(page.Unwilling)
	page.Unwilling = slices.Compact(page.Unwilling)
}

// reason returns why a post must not be kept, or "".
func (c Consent) reason(p *discussion.Post) string {
	a := &p.Author
	switch strings.ToLower(p.Visibility) {
	case "", "public", "unlisted":
	default:
		return notPublic
	}
	tags := profileTags(a.Bio)
	switch {
	case tags.refuse:
		return refusedTag
	case a.NoIndex:
		return refusedIndex
	case a.Limited:
		return limited
	case c.Mode == study.ConsentOptIn && !tags.invite:
		return notInvited
	case c.Mode != study.ConsentIndexable:
		return ""
	case a.Locked:
		return locked
	case a.Indexable != nil && !*a.Indexable:
		return refusedSearch
	}
	return ""
}

type tags struct{ refuse, invite bool }

// refusals are the words by which people say in their profile that programs
// must leave them alone. They are conventions, written with or without #, in
// any case.
var refusals = map[string]bool{
	"nobot": true, "nobots": true, "noindex": true, "noindexing": true, "noarchive": true, "nosearch": true,
	"noai": true, "noaitraining": true, "noscrape": true, "noscraping": true, "noresearch": true, "nobridge": true,
}

// profileTags looks for refusals and invitations in a profile, which may be
// HTML or Markdown. A tag split by mark-up (#<span>nobot</span>) counts.
func profileTags(bio string) tags {
	var t tags
	if len(bio) < len("noai") {
		return t
	}
	if strings.ContainsAny(bio, "<&") {
		bio = stripTags(bio)
	}
	words := strings.FieldsFunc(bio, func(r rune) bool {
		return r != '#' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for _, w := range words {
		name := strings.ToLower(strings.Trim(w, "#_"))
		t.refuse = t.refuse || refusals[strings.ReplaceAll(name, "_", "")]
		t.invite = t.invite || name == "research" && strings.HasPrefix(w, "#")
	}
	return t
}

// stripTags drops mark-up without putting anything in its place, but for a
// line break where a block ends.
func stripTags(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "p", "br", "div", "li", "dd", "dt", "h1", "h2", "h3", "h4":
				b.WriteByte('\n')
			}
		}
	}
}
