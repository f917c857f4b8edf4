package plain

import (
	"html"
	"strings"

	xhtml "golang.org/x/net/html"
)

// The elements that matter. A name that is in none of the sets is ignored, and
// its text kept.
var (
	// What the author did not say, or not in words.
	dropped = set("blockquote pre code script style iframe noscript noembed noframes object svg template " +
		"head title textarea select button video audio canvas xmp rt rp")
	blocks = set("p div h1 h2 h3 h4 h5 h6 blockquote pre hr table figure figcaption section article aside header " +
		"footer main nav address details summary center dl")
	lines = set("br li tr dt dd option")
	cells = set("td th")
	void  = set("area base br col embed hr img input link meta param source track wbr")
)

func set(names string) map[string]bool {
	m := make(map[string]bool)
	for _, name := range strings.Fields(names) {
		m[name] = true
	}
	return m
}

// htmlReader reads the HTML of Mastodon and of the servers that speak its API,
// as a stream of tags: no tree is built, so depth costs nothing.
type htmlReader struct {
	*builder
	skip    string // the element that is being dropped, or ""
	nested  int    // how many elements of that name are open
	lists   int    // lists that are open
	hidden  int    // spans that are open in a span.invisible, and that one
	anchor  *anchor
	details int // details that are open
	spoiler int // where the body of the outermost begins
}

// attributes are what a start tag says that is of interest.
type attributes struct{ class, href, rel, alt string }

// readHTML reads a post of Mastodon or a server like it.
func readHTML(src string) draft {
	r := htmlReader{builder: newBuilder(src, FromContent)}
	z := xhtml.NewTokenizer(strings.NewReader(src))
	for at := 0; ; {
		kind := z.Next()
		from := at
		at += len(z.Raw())
		switch kind {
		case xhtml.ErrorToken:
			r.closeAnchor()
			if r.details > 0 {
				r.mark(Spoiler, r.spoiler)
			}
			return r.draft()
		case xhtml.TextToken:
			r.text(from, at)
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			r.start(tag, readAttributes(z, more))
		case xhtml.EndTagToken:
			name, _ := z.TagName()
			r.end(string(name))
		}
	}
}

func readAttributes(z *xhtml.Tokenizer, more bool) attributes {
	var a attributes
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "class":
			a.class = string(value)
		case "href":
			a.href = string(value)
		case "rel":
			a.rel = string(value)
		case "alt":
			a.alt = string(value)
		}
	}
	return a
}

// has reports whether a space-separated list holds a word.
func has(list, word string) bool {
	if !strings.Contains(list, word) {
		return false
	}
	for field := range strings.FieldsSeq(list) {
		if field == word {
			return true
		}
	}
	return false
}

func (r *htmlReader) text(from, to int) {
	if r.skip != "" {
		return
	}
	if r.anchor != nil {
		r.anchor.words = append(r.anchor.words, html.UnescapeString(r.src[from:to])...)
	}
	if r.hidden == 0 {
		r.escaped(from, to, false)
	}
}

func (r *htmlReader) start(tag string, a attributes) {
	if r.skip == "p" && (blocks[tag] || tag == "ul" || tag == "ol") {
		r.skip = "" // a paragraph cannot hold a block: its end tag was left out
		r.breakFor("p")
	}
	if r.skip != "" {
		if tag == r.skip {
			r.nested++
		}
		return
	}
	if tag == "br" && r.owed == line && r.lists == 0 {
		r.block() // two in a row look like the end of a paragraph, and are used for it
	}
	r.breakFor(tag)
	if dropped[tag] || has(a.class, "quote-inline") && !void[tag] {
		r.skip, r.nested = tag, 1
		return
	}
	switch tag {
	case "a":
		r.openAnchor(a)
	case "img":
		r.image(a)
	case "strong", "b", "em", "i":
		r.emphasise(true)
	case "span":
		if r.hidden > 0 || has(a.class, "invisible") {
			r.hidden++
		}
	case "ul", "ol":
		r.lists++
	case "details":
		if r.details++; r.details == 1 {
			r.spoiler = len(r.out)
		}
	}
}

func (r *htmlReader) end(tag string) {
	if r.skip != "" {
		if tag != r.skip {
			return
		}
		if r.nested--; r.nested == 0 {
			r.skip = ""
			r.breakFor(tag)
		}
		return
	}
	switch tag {
	case "a":
		r.closeAnchor()
	case "strong", "b", "em", "i":
		r.emphasise(false)
	case "span":
		r.hidden = max(r.hidden-1, 0)
	case "ul", "ol":
		r.lists = max(r.lists-1, 0)
	case "summary":
		if r.details == 1 {
			r.spoiler = len(r.out)
		}
	case "details":
		if r.details == 1 {
			r.mark(Spoiler, r.spoiler)
		}
		r.details = max(r.details-1, 0)
	}
	if tag != "br" {
		r.breakFor(tag)
	}
}

// breakFor asks for the white space around an element. What is in a list goes
// one line an item.
func (r *htmlReader) breakFor(tag string) {
	switch {
	case cells[tag]:
		r.owe(blank, -1, 0)
	case lines[tag], r.lists > 0 && (blocks[tag] || tag == "ul" || tag == "ol"):
		r.line()
	case blocks[tag], tag == "ul", tag == "ol":
		r.block()
	}
}
