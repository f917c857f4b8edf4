package study

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Error is one mistake in a study file. Its text reads
//
//	study.toml:12:8: source 2: kind: "lemy" is not one of lemmy, mastodon, file
type Error struct {
	File    string
	Line    int    // from 1
	Column  int    // in bytes, from 1
	Item    string // such as "source 2: kind"; "" where the file as a whole is meant
	Problem string // what is wrong and what to write instead
}

func (e *Error) Error() string {
	if e.Item == "" {
		return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Problem)
	}
	return fmt.Sprintf("%s:%d:%d: %s: %s", e.File, e.Line, e.Column, e.Item, e.Problem)
}

// maxErrors is how many mistakes are shown: who has more starts with these.
const maxErrors = 20

// checker collects the mistakes of one file.
type checker struct {
	file  string
	where map[string]place // of tables, keys and list elements, by path
	errs  []*Error
}

// fail notes a mistake in a key of an item; key is "" for the item itself. The
// mistake is placed at the key's value, or where there is none at the item.
func (c *checker) fail(it item, key, format string, args ...any) {
	name, path := it.name, it.path
	if key != "" {
		name, path = name+": "+key, under(path, key)
	}
	c.failAt(c.find(path, it.path), name, format, args...)
}

// failElement is fail for the i-th element, from 0, of a list.
func (c *checker) failElement(it item, key string, i int, format string, args ...any) {
	list := under(it.path, key)
	c.failAt(c.find(element(list, i), list, it.path), it.name+": "+key, format, args...)
}

func (c *checker) failAt(p place, name, format string, args ...any) {
	c.errs = append(c.errs, &Error{File: c.file, Line: p.line, Column: p.column, Item: name, Problem: fmt.Sprintf(format, args...)})
}

// find returns the place of the first path that the file has.
func (c *checker) find(paths ...string) place {
	for _, path := range paths {
		if p, ok := c.where[path]; ok {
			return p
		}
	}
	return place{1, 1}
}

// err joins the mistakes in the order of the lines, nil where there are none.
func (c *checker) err() error {
	slices.SortStableFunc(c.errs, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	var joined []error
	for i, e := range c.errs {
		if i == maxErrors {
			joined = append(joined, &Error{File: e.File, Line: e.Line, Column: e.Column,
				Problem: fmt.Sprintf("and %d more from here on", len(c.errs)-i)})
			break
		}
		joined = append(joined, e)
	}
	return errors.Join(joined...)
}
