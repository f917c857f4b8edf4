package study

import (
	"bytes"
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// file is the study file as TOML has it. Its tags are the one list of keys
// that exist: decoding, the search for unknown keys and their suggestions all
// read it. Values are any, so that a value of the wrong type is one mistake
// among others and does not hide the rest of the file.
type file struct {
	Study      studyTable                 `toml:"study"`
	Event      []eventTable               `toml:"event"`
	Source     []sourceTable              `toml:"source"`
	Codebook   codebookTable              `toml:"codebook"`
	Privacy    privacyTable               `toml:"privacy"`
	Permission map[string]permissionTable `toml:"permission"`
}

type studyTable struct {
	Title     any `toml:"title"`
	Question  any `toml:"question"`
	Since     any `toml:"since"`
	Until     any `toml:"until"`
	Languages any `toml:"languages"`
	Contact   any `toml:"contact"`
}

type eventTable struct {
	Date  any `toml:"date"`
	Label any `toml:"label"`
}

type sourceTable struct {
	Kind        any `toml:"kind"`
	Name        any `toml:"name"`
	Instance    any `toml:"instance"`
	Communities any `toml:"communities"`
	Search      any `toml:"search"`
	Hashtags    any `toml:"hashtags"`
	HashtagsAll any `toml:"hashtags_all"`
	HashtagsNot any `toml:"hashtags_none"`
	Timelines   any `toml:"timelines"`
	Accounts    any `toml:"accounts"`
	Agreed      any `toml:"agreed"`
	Threads     any `toml:"threads"`
	Path        any `toml:"path"`
	Seen        any `toml:"seen"`
	Match       any `toml:"match"`
}

type codebookTable struct {
	Themes  any `toml:"themes"`
	Targets any `toml:"targets"`
}

type privacyTable struct {
	Authors      any `toml:"authors"`
	Quotes       any `toml:"quotes"`
	Consent      any `toml:"consent"`
	KeepTextDays any `toml:"keep_text_days"`
	MinCell      any `toml:"min_cell"`
}

type permissionTable struct {
	Basis any `toml:"basis"`
	By    any `toml:"by"`
	Date  any `toml:"date"`
	Note  any `toml:"note"`
}

// decode reads the tables and notes where everything stands. It returns nil
// where the file's form is too broken to look at its values.
func (c *checker) decode(data []byte) *file {
	l := locate(data)
	c.where = l.where
	for _, p := range l.problems {
		c.failAt(p.place, p.item, "%s", p.text)
	}
	if l.stop {
		return nil
	}
	var f file
	d := toml.NewDecoder(bytes.NewReader(data))
	if len(l.problems) == 0 {
		// The locator names unknown keys with a suggestion. This is the second
		// net, for a shape that it might not know.
		d.DisallowUnknownFields()
	}
	if err := d.Decode(&f); err != nil {
		c.failDecode(err)
		return nil
	}
	return &f
}

// failDecode passes on what the TOML library says is wrong.
func (c *checker) failDecode(err error) {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) {
		for i := range strict.Errors {
			row, column := strict.Errors[i].Position()
			c.failAt(place{row, column}, "", "unknown key %q", strings.Join(strict.Errors[i].Key(), "."))
		}
		return
	}
	at := place{1, 1}
	var de *toml.DecodeError
	if errors.As(err, &de) {
		at.line, at.column = de.Position()
	}
	c.failAt(at, "", "this is not TOML: %s", strings.TrimPrefix(err.Error(), "toml: "))
}
