package plain

import (
	"strings"
	"unicode"
)

// anchor is a link that is open.
type anchor struct {
	place
	open bool
	kind MarkKind
	href string
}

// image keeps what a picture of an emoji stands for, and nothing else.
func (r *htmlReader) image(a attributes) {
	if !strings.Contains(a.class, "emoji") || len(a.alt) > maxName {
		return
	}
	if code := strings.Trim(a.alt, ":"); isShortcode(code) {
		r.emoji(code)
	} else if strings.IndexFunc(a.alt, unicode.IsLetter) < 0 {
		r.put(a.alt)
	}
}

func (r *htmlReader) openAnchor(a attributes) {
	r.closeAnchor()
	r.anchor = anchor{place: r.here(), open: true, kind: Link, href: a.href}
	r.words = r.words[:0]
	switch {
	case has(a.class, "mention") && !has(a.class, "hashtag"):
		r.anchor.kind = Mention
	case has(a.class, "hashtag"), has(a.rel, "tag"):
		r.anchor.kind = Hashtag
	}
}

func (r *htmlReader) closeAnchor() {
	if !r.anchor.open {
		return
	}
	r.anchor.open = false
	a := r.anchor
	switch a.kind {
	case Mention:
		r.name(a.place, Mention, strings.TrimSpace(string(r.out[a.out:])), "@!")
	case Hashtag:
		r.name(a.place, Hashtag, strings.TrimSpace(string(r.out[a.out:])), "#")
	default:
		r.link(a.place, string(r.words), a.href)
	}
}

// name marks a mention or a hashtag. Some servers leave the sign before it out
// of the link, some write none. The host of a mention goes.
func (r *htmlReader) name(p place, kind MarkKind, shown, signs string) {
	start := len(r.out) - len(shown)
	switch {
	case shown == "":
		return
	case strings.IndexByte(signs, shown[0]) >= 0:
		start++
		shown = shown[1:]
	case start == 0 || p.owed != none || strings.IndexByte(signs, r.out[start-1]) < 0:
		words, _, _ := strings.Cut(shown, "@")
		r.back(p)
		start = len(r.out)
		r.put(signs[:1] + words)
		r.mark(kind, start)
		return
	}
	if i := strings.IndexByte(shown, '@'); kind == Mention && i > 0 {
		r.truncate(start + i)
	}
	r.mark(kind, start-1)
}
