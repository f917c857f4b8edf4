package plain

import "strings"

// What an element means to the reader. One whose name has no entry is ignored,
// and its text kept.
const (
	dropped  = 1 << iota // what the author did not say, or not in words
	isBlock              // begins and ends a block
	isLine               // stands on a line of its own
	isCell               // stands apart by a blank
	isList               // holds items
	isVoid               // has no end tag
	emphatic             // its words have weight
	isRaw                // its content is no mark-up: where it ends is the tokenizer's business
)

type element uint8

var elements = func() map[string]element {
	m := make(map[string]element)
	for names, bit := range map[string]element{
		"blockquote pre code script style iframe noscript noembed noframes object svg template " +
			"head title textarea select button video audio canvas xmp rt rp": dropped,
		"p div h1 h2 h3 h4 h5 h6 blockquote pre hr table figure figcaption section article aside header " +
			"footer main nav address details summary center dl": isBlock,
		"br li tr dt dd option": isLine,
		"td th":                 isCell,
		"ul ol":                 isList,
		"area base br col embed hr img input link meta param source track wbr": isVoid,
		"strong b em i": emphatic,
		"iframe noembed noframes noscript plaintext script style textarea title xmp": isRaw,
	} {
		for name := range strings.FieldsSeq(names) {
			m[name] |= bit
		}
	}
	return m
}()

// tag is a tag as Mastodon and its kin write them.
type tag struct {
	name string
	element
	attributes
	end  bool // </name>
	next int  // where what follows it begins
}

// readTag reads a tag in the form that servers write: lower case, attributes
// in double quotes, nothing escaped in them. It reports false for every other
// form, and for what only looks like a tag: the tokenizer knows them all.
func readTag(src string, at int) (tag, bool) {
	var t tag
	i := at + 1
	if i < len(src) && src[i] == '/' {
		t.end = true
		i++
	}
	from := i
	for i < len(src) && (src[i] >= 'a' && src[i] <= 'z' || i > from && isDigit(src[i])) {
		i++
	}
	t.name = src[from:i]
	if t.element = elements[t.name]; t.name == "" || t.element&isRaw != 0 {
		return t, false
	}
	for i < len(src) {
		switch {
		case src[i] == '>':
			t.next = i + 1
			return t, true
		case t.end:
			return t, false
		case src[i] == '/':
			t.next = i + 2
			return t, i+1 < len(src) && src[i+1] == '>'
		case src[i] != ' ':
			return t, false
		}
		if i++; i < len(src) && (src[i] == ' ' || src[i] == '/' || src[i] == '>') {
			continue
		}
		if i = t.attribute(src, i); i < 0 {
			return t, false
		}
	}
	return t, false
}

// attribute reads name="value" and returns where it ends, or -1 where
// something else stands there.
func (t *tag) attribute(src string, at int) int {
	i := at
	for i < len(src) && (src[i] >= 'a' && src[i] <= 'z' || src[i] == '-') {
		i++
	}
	key := src[at:i]
	if key == "" || !strings.HasPrefix(src[i:], `="`) {
		return -1
	}
	from := i + len(`="`)
	n := strings.IndexByte(src[from:], '"')
	if n < 0 {
		return -1
	}
	value := src[from : from+n]
	var field *string
	switch key {
	case "class":
		field = &t.class
	case "href":
		field = &t.href
	case "rel":
		field = &t.rel
	case "alt":
		field = &t.alt
	default:
		return from + n + 1
	}
	if value == "" || *field != "" || strings.ContainsAny(value, "&\r\x00") {
		return -1 // empty, so that a second of the name would show
	}
	*field = value
	return from + n + 1
}
