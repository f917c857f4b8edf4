package plain

import (
	"html"
	"strings"

	xhtml "golang.org/x/net/html"
)

// htmlReader reads the HTML of Mastodon and of the servers that speak its API,
// as a stream of tags: no tree is built, so depth costs nothing.
type htmlReader struct {
	*builder
	skip    string // the element that is being dropped, or ""
	nested  int    // how many elements of that name are open
	lists   int    // lists that are open
	hidden  int    // spans that are open in a span.invisible, and that one
	anchor  anchor
	details int // details that are open
	spoiler int // where the body of the outermost begins
}

// attributes are what a start tag says that is of interest.
type attributes struct{ class, href, rel, alt string }

// readHTML reads a post of Mastodon or a server like it.
func readHTML(src string) draft {
	r := htmlReader{builder: newBuilder(src, FromContent)}
	if at := r.plainly(); at < len(src) {
		r.tokenize(at)
	}
	return r.finish()
}

// finish closes what is open.
func (r *htmlReader) finish() draft {
	r.closeAnchor()
	if r.details > 0 {
		r.mark(Spoiler, r.spoiler)
	}
	return r.draft()
}

// plainly reads as far as the tags are in the form that readTag knows, and
// returns where that ends: the start of a token.
func (r *htmlReader) plainly() int {
	at := 0
	for at < len(r.src) {
		end := len(r.src)
		if i := strings.IndexByte(r.src[at:], '<'); i >= 0 {
			end = at + i
		}
		if end == len(r.src) {
			r.text(at, end)
			return end
		}
		t, ok := readTag(r.src, end)
		if !ok {
			return at
		}
		if end > at {
			r.text(at, end)
		}
		if t.end {
			r.end(t.name, t.element)
		} else {
			r.start(t.name, t.element, t.attributes)
		}
		at = t.next
	}
	return at
}

// tokenize reads the rest of the post, from the start of a token, by the rules
// of the standard.
func (r *htmlReader) tokenize(at int) {
	z := xhtml.NewTokenizer(strings.NewReader(r.src[at:]))
	for {
		kind := z.Next()
		from := at
		at += len(z.Raw())
		switch kind {
		case xhtml.ErrorToken:
			return
		case xhtml.TextToken:
			r.text(from, at)
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			r.start(tag, elements[tag], readAttributes(z, more))
		case xhtml.EndTagToken:
			name, _ := z.TagName()
			r.end(string(name), elements[string(name)])
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
	if r.anchor.open {
		r.words = append(r.words, html.UnescapeString(r.src[from:to])...)
	}
	if r.hidden == 0 {
		r.escaped(from, to, false)
	}
}

func (r *htmlReader) start(tag string, e element, a attributes) {
	if r.skip == "p" && e&(isBlock|isList) != 0 {
		r.skip = "" // a paragraph cannot hold a block: its end tag was left out
		r.breakFor(elements["p"])
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
	r.breakFor(e)
	if e&dropped != 0 || e&isVoid == 0 && has(a.class, "quote-inline") {
		r.skip, r.nested = tag, 1
		return
	}
	switch {
	case e&emphatic != 0:
		r.emphasise(true)
	case e&isList != 0:
		r.lists++
	case tag == "a":
		r.openAnchor(a)
	case tag == "img":
		r.image(a)
	case tag == "span":
		if r.hidden > 0 || has(a.class, "invisible") {
			r.hidden++
		}
	case tag == "details":
		if r.details++; r.details == 1 {
			r.spoiler = len(r.out)
		}
	}
}

func (r *htmlReader) end(tag string, e element) {
	if r.skip != "" {
		if tag != r.skip {
			return
		}
		if r.nested--; r.nested == 0 {
			r.skip = ""
			r.breakFor(e)
		}
		return
	}
	switch {
	case e&emphatic != 0:
		r.emphasise(false)
	case e&isList != 0:
		r.lists = max(r.lists-1, 0)
	case tag == "a":
		r.closeAnchor()
	case tag == "span":
		r.hidden = max(r.hidden-1, 0)
	case tag == "summary":
		if r.details == 1 {
			r.spoiler = len(r.out)
		}
	case tag == "details":
		if r.details == 1 {
			r.mark(Spoiler, r.spoiler)
		}
		r.details = max(r.details-1, 0)
	}
	if tag != "br" {
		r.breakFor(e)
	}
}

// breakFor asks for the white space around an element. What is in a list goes
// one line an item.
func (r *htmlReader) breakFor(e element) {
	switch {
	case e&isCell != 0:
		r.owe(blank, -1, 0)
	case e&isLine != 0, r.lists > 0 && e&(isBlock|isList) != 0:
		r.line()
	case e&(isBlock|isList) != 0:
		r.block()
	}
}
