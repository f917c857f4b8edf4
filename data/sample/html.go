//go:build ignore

package main

import (
	"html"
	"regexp"
	"strings"
	"unicode"
)

// toot is the text of a status in Mastodon's HTML, with what occurs in it.
type toot struct {
	html     string
	mentions []person
	tags     []string
	emojis   []string
}

type person struct{ user, host string }

func (p person) handle() string { return p.user + "@" + p.host }

// compose turns a plain body into the HTML that the author's server makes.
// A reply begins with the name of the person it answers, as the form for
// writing one suggests and nearly everybody leaves it.
func compose(p *post) toot {
	var t toot
	body := p.body
	if q := p.parent; q != nil && q.handle() != p.handle() && !strings.Contains(body, "@"+q.user) {
		gap := " "
		if strings.HasPrefix(body, ">") {
			gap = "\n\n"
		}
		body = "@" + q.handle() + gap + body
	}
	var b strings.Builder
	for block := range strings.SplitSeq(body, "\n\n") {
		lines := strings.Split(strings.Trim(block, "\n"), "\n")
		for len(lines) > 0 {
			n := 1
			for n < len(lines) && quoted(lines[n]) == quoted(lines[0]) {
				n++
			}
			b.WriteString(t.paragraph(lines[:n], p.host))
			lines = lines[n:]
		}
	}
	t.html = b.String()
	return t
}

func quoted(line string) bool { return strings.HasPrefix(line, ">") }

func (t *toot) paragraph(lines []string, home string) string {
	quote := quoted(lines[0])
	var out []string
	for _, l := range lines {
		if quote {
			l = strings.TrimPrefix(strings.TrimPrefix(l, ">"), " ")
		}
		out = append(out, t.inline(l, home))
	}
	p := "<p>" + strings.Join(out, "<br>") + "</p>"
	if quote {
		return "<blockquote>" + p + "</blockquote>"
	}
	return p
}

// special finds links, mentions, hashtags and custom emoji. Groups 2, 4 and 6
// are the character before, which decides whether it is one.
var special = regexp.MustCompile(`(https?://[^\s<>"]*[^\s<>".,;:!?)»])` +
	`|(^|[^\pL\pN_/@#.&])(@[A-Za-z0-9_]+(?:@[a-z0-9.-]+\.example)?)` +
	`|(^|[^\pL\pN_/@#&])(#[\pL\pN_]+)` +
	`|(^|[^\pL\pN:])(:[a-z][a-z0-9_]+:)`)

func (t *toot) inline(s, home string) string {
	var b strings.Builder
	at := 0
	for _, m := range special.FindAllStringSubmatchIndex(s, -1) {
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return s[m[2*i]:m[2*i+1]]
		}
		b.WriteString(escape(s[at:m[0]] + group(2) + group(4) + group(6)))
		switch {
		case group(1) != "":
			b.WriteString(anchor(group(1)))
		case group(3) != "":
			b.WriteString(t.mention(group(3)[1:], home))
		case group(5) != "":
			b.WriteString(t.tag(group(5)[1:], home))
		default:
			t.emojis = append(t.emojis, strings.Trim(group(7), ":"))
			b.WriteString(group(7))
		}
		at = m[1]
	}
	b.WriteString(escape(s[at:]))
	return b.String()
}

func (t *toot) mention(name, home string) string {
	user, host, _ := strings.Cut(name, "@")
	if host == "" {
		host = home
	}
	t.mentions = append(t.mentions, person{user, host})
	return `<span class="h-card" translate="no"><a href="https://` + host + "/@" + user +
		`" class="u-url mention">@<span>` + user + `</span></a></span>`
}

func (t *toot) tag(name, home string) string {
	if !strings.ContainsFunc(name, unicode.IsLetter) {
		return "#" + name
	}
	t.tags = append(t.tags, strings.ToLower(name))
	return `<a href="https://` + home + "/tags/" + name + `" class="mention hashtag" rel="tag">#<span>` + name + `</span></a>`
}

// shownLink is how many characters of a link Mastodon shows.
const shownLink = 30

var scheme = regexp.MustCompile(`^https?://(www\.)?`)

// anchor is a link whose beginning and end are hidden, so that only the text
// of all three spans together is the whole link.
func anchor(link string) string {
	prefix := scheme.FindString(link)
	shown, rest, class := []rune(strings.TrimPrefix(link, prefix)), "", ""
	if len(shown) > shownLink {
		shown, rest, class = shown[:shownLink], string(shown[shownLink:]), "ellipsis"
	}
	return `<a href="` + escape(link) + `" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">` +
		prefix + `</span><span class="` + class + `">` + escape(string(shown)) + `</span><span class="invisible">` +
		escape(rest) + `</span></a>`
}

func escape(s string) string { return strings.ReplaceAll(html.EscapeString(s), "&#34;", "&quot;") }
