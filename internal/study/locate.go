package study

import (
	"bytes"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// maxKeys bounds the work on a hostile file: looking for duplicate keys costs
// the TOML library time in the square of their number.
const maxKeys = 10_000

// place is a line and a column (in bytes), both from 1.
type place struct{ line, column int }

// problem is a mistake in the form of the file.
type problem struct {
	place
	item, text string
}

// item is a table of the file: its name in messages and its path.
type item struct{ name, path string }

// under is the path of a key in a table, or of a table in a list of tables.
func under(path, key string) string { return path + "\x00" + key }

// element is the path of the i-th element, from 0, of a list.
func element(path string, i int) string { return under(path, strconv.Itoa(i+1)) }

// section is a table such as [study].
func section(name string) item { return item{name, under("", name)} }

// entry is the i-th, from 0, of tables such as [[source]].
func (it item) entry(i int) item {
	return item{fmt.Sprintf("%s %d", it.name, i+1), element(it.path, i)}
}

// named is a table such as [permission."host"].
func (it item) named(key string) item {
	return item{fmt.Sprintf("%s %q", it.name, short(key)), under(it.path, key)}
}

// field is what a key of the table names.
func (it item) field(key string) item {
	if it.name == "" {
		return section(key)
	}
	return item{it.name + ": " + short(key), under(it.path, key)}
}

// locator walks over a TOML file beside the types that it is decoded into. It
// notes the place of everything, and reports what the types do not know.
type locator struct {
	data     []byte
	lines    []int // offsets of their starts
	where    map[string]place
	counts   map[string]int // of [[tables]], by path
	keys     int
	problems []problem
	stop     bool // the tables cannot be decoded into file
}

// locate reads as far as the syntax is right; the decoder finds the rest.
func locate(data []byte) *locator {
	l := &locator{data: data, lines: []int{0}, where: map[string]place{}, counts: map[string]int{}}
	for i, b := range data {
		if b == '\n' {
			l.lines = append(l.lines, i+1)
		}
	}
	root := reflect.TypeFor[file]()
	var p unstable.Parser
	p.Reset(data)
	table, typ := item{}, root
	for p.NextExpression() && !l.stop {
		switch e := p.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table, typ = l.header(root, e)
		case unstable.KeyValue:
			l.keyValue(table, typ, e)
		}
	}
	return l
}

// header follows [a.b] or [[a]] from the root. The type is nil where what
// stands below cannot be judged.
func (l *locator) header(t reflect.Type, e *unstable.Node) (item, reflect.Type) {
	it, at := item{}, place{}
	for k := e.Key(); k.Next(); {
		at = l.place(k.Node().Raw)
		it, t = l.child(it, t, k.Node(), at)
		if t != nil && t.Kind() == reflect.Slice && !k.IsLast() {
			it, t = l.entry(it), t.Elem()
		}
	}
	if t == nil {
		return it, nil
	}
	double := e.Kind == unstable.ArrayTable
	switch list := t.Kind() == reflect.Slice; {
	case list && double:
		l.counts[it.path]++
		it, t = l.entry(it), t.Elem()
		l.where[it.path] = at
	case list:
		l.refuse(at, it, fmt.Sprintf("there may be several: write [[%s]], with two brackets", it.name))
	case double && t.Kind() != reflect.Interface:
		l.refuse(at, it, "there is only one: write it with one bracket on each side")
	}
	return it, t
}

// entry is the latest table of a list.
func (l *locator) entry(list item) item { return list.entry(l.counts[list.path] - 1) }

// keyValue notes a key, its value and the value's elements.
func (l *locator) keyValue(it item, t reflect.Type, e *unstable.Node) {
	var last unstable.Range
	for k := e.Key(); k.Next(); {
		last = k.Node().Raw
		it, t = l.child(it, t, k.Node(), l.place(last))
		if t == nil {
			return
		}
	}
	at := l.valueAfter(last)
	l.where[it.path] = at
	l.value(it, t, e.Value(), at)
}

// value goes into lists and inline tables, and checks that a table stands
// where a table is wanted.
func (l *locator) value(it item, t reflect.Type, v *unstable.Node, at place) {
	switch {
	case t.Kind() == reflect.Interface:
		if v.Kind == unstable.Array {
			l.elements(it, v, at)
		}
	case t.Kind() == reflect.Slice && v.Kind == unstable.Array:
		for c := v.Children(); c.Next() && !l.stop; {
			l.counts[it.path]++
			l.where[l.entry(it).path] = l.startOf(c.Node(), at)
			l.value(l.entry(it), t.Elem(), c.Node(), at)
		}
	case t.Kind() != reflect.Slice && v.Kind == unstable.InlineTable:
		for c := v.Children(); c.Next() && !l.stop; {
			l.keyValue(it, t, c.Node())
		}
	default:
		l.refuse(at, it, "want a table here, with keys of its own below a line in [brackets]")
	}
}

// elements notes where each element of a list stands.
func (l *locator) elements(it item, list *unstable.Node, at place) {
	i := 0
	for c := list.Children(); c.Next(); i++ {
		l.where[element(it.path, i)] = l.startOf(c.Node(), at)
	}
}

// child goes from a table to what a key of it names.
func (l *locator) child(it item, t reflect.Type, key *unstable.Node, at place) (item, reflect.Type) {
	if l.keys++; l.keys > maxKeys {
		l.refuse(at, item{}, fmt.Sprintf("more than %d keys: this is not a study file", maxKeys))
		return it, nil
	}
	if t == nil || l.stop {
		return it, nil
	}
	name := string(key.Data)
	switch t.Kind() {
	case reflect.Map:
		next := it.named(name)
		l.note(next, at)
		return next, t.Elem()
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).Tag.Get("toml") == name {
				next := it.field(name)
				l.note(next, at)
				return next, t.Field(i).Type
			}
		}
		l.problems = append(l.problems, problem{at, it.name, unknownKey(name, it, keysOf(t))})
	}
	return it, nil
}

// note keeps the first place of an item; a value replaces that of its key.
func (l *locator) note(it item, at place) {
	if _, ok := l.where[it.path]; !ok {
		l.where[it.path] = at
	}
}

// refuse notes a mistake after which values cannot be looked at.
func (l *locator) refuse(at place, it item, text string) {
	l.problems = append(l.problems, problem{at, it.name, text})
	l.stop = true
}

// place of a range of the file.
func (l *locator) place(r unstable.Range) place {
	offset := int(r.Offset)
	line := sort.SearchInts(l.lines, offset+1) // number of the lines that start at or before offset
	return place{line, offset - l.lines[line-1] + 1}
}

// valueAfter is the place of the value that belongs to a key. The parser does
// not say where lists begin.
func (l *locator) valueAfter(key unstable.Range) place {
	start := key.Offset + key.Length
	rest := l.data[start:]
	value := bytes.TrimLeft(rest, " \t=")
	return l.place(unstable.Range{Offset: start + uint32(len(rest)-len(value))}) // #nosec G115: at most MaxSize
}

// startOf is the place of a list element, that of the list where the parser
// does not say.
func (l *locator) startOf(v *unstable.Node, list place) place {
	if v.Raw.Length == 0 {
		return list
	}
	return l.place(v.Raw)
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		keys = append(keys, t.Field(i).Tag.Get("toml"))
	}
	return keys
}

// unknownKey says what to write instead of a key that does not exist.
func unknownKey(key string, it item, known []string) string {
	if near := nearest(key, known); near != "" {
		return fmt.Sprintf("unknown key %q: did you mean %s?", short(key), near)
	}
	text := fmt.Sprintf("unknown key %q: known are %s", short(key), strings.Join(known, ", "))
	if it.name == "" {
		text += "; other keys stand below one of these, as title does below [study]"
	}
	if strings.HasPrefix(it.path, under(section("permission").path, "")) {
		text += `; a host stands in quotes: [permission."lemmy.example"]`
	}
	return text
}
