// Package study reads the study file: one TOML file that holds one question,
// its window in time, the sources to ask and the promises made to the people
// whose posts are read.
//
// In comes the file, out comes a Study in which every value is checked,
// normalised and defaulted, so that no later stage has to ask again: times are
// UTC and the window is half open, hosts are lower-case ASCII, names of sources
// are unique. A file with mistakes gives all of them at once, each an *Error
// with its line, in the order of the lines.
package study

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// MaxSize is the most bytes that a study file may have.
const MaxSize = 1 << 20

// Study is a checked study file.
type Study struct {
	Title       string
	Question    string
	Since       time.Time    // UTC, inclusive; zero: open
	Until       time.Time    // UTC, exclusive, also where the file names the last day; zero: open
	Languages   []string     // BCP 47 base codes; nil: every language that the model can score
	Contact     string       // for the User-Agent; set wherever a source is live
	Events      []Event      // in order of Date
	Sources     []Source     // as in the file
	Themes      string       // DefaultCodebook, or a folder relative to the study file that comes over it
	Targets     string       // the same
	Privacy     Privacy      //
	Permissions []Permission // in order of Host
	SHA256      string       // of the file's bytes, hex
}

// DefaultCodebook names what is built in.
const DefaultCodebook = "default"

// Event is a day worth a mark on the timeline.
type Event struct {
	Date  time.Time // UTC; midnight where the file gives a day only
	Label string
}

// Permission says on what ground a host may be asked although its robots.txt
// or its terms say no.
type Permission struct {
	Host  string // as Source.Instance
	Basis Basis
	By    string
	Date  time.Time // UTC
	Note  string
}

// Basis is the ground of a Permission.
type Basis string

// The grounds.
const (
	AdminConsent Basis = "admin-consent" // the instance's administrators said yes
	TermsAllow   Basis = "terms-allow"   // the instance's terms allow this use
	NoObjection  Basis = "no-objection"  // rules and terms were read, and none objects
)

// Privacy holds the promises to the authors of posts, who are always stored
// under pseudonyms.
type Privacy struct {
	Quotes       Quotes
	Consent      Consent
	KeepTextDays int // days that a post's text is kept after it was last seen; its annotation stays
	MinCell      int // authors that a figure must rest on to be shown
}

// Defaults of Privacy's numbers.
const (
	DefaultKeepTextDays = 180
	DefaultMinCell      = 5
)

// Quotes says what of a post's words a report may show.
type Quotes string

// The ways to quote. A sentence that stands on the web leads to its author by
// a search, with or without a name beside it; so none is the default.
const (
	QuotesNone         Quotes = "none"         // no words of any post
	QuotesUnattributed Quotes = "unattributed" // words, without author or link
	QuotesAttributed   Quotes = "attributed"   // words with a link: only with each author's agreement
)

// Consent says whose posts are kept. Left out under every value is who refuses
// in words (a tag such as #nobots or #noindex in the profile, the no-index
// setting), who approves followers by hand and whom the instance limits; only
// the number of posts left out is stored. ConsentIndexable is the default: it
// takes the one switch that a Mastodon profile has for this purpose at its
// word, and does not mistake software without such a switch (Lemmy, older
// servers, copied pages) for a refusal.
type Consent string

// The values of Consent, from the loosest to the strictest. ConsentIndexable is
// the default: it takes the switches that a Mastodon profile has for this
// purpose at their word, and does not mistake software without such a switch
// (Lemmy, older servers, copied pages) for a refusal.
const (
	ConsentExplicit  Consent = "explicit"  // everyone who has not refused in words
	ConsentIndexable Consent = "indexable" // of those, everyone whose profile neither keeps posts out of search nor approves followers by hand
	ConsentOptIn     Consent = "opt-in"    // only those whose profile invites research, with the tag #research
)

// Load reads and checks the study file called name. An error about what the
// file says holds at least one *Error.
func Load(fsys fs.FS, name string) (*Study, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read study: %w", err)
	}
	defer f.Close() // nothing was written: an error here changes nothing
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read study: %w", err)
	}
	return Parse(name, data)
}

// Parse checks data, the bytes of the study file called name. Every error is
// an *Error, or several of them joined.
func Parse(name string, data []byte) (*Study, error) {
	if len(data) > MaxSize {
		return nil, &Error{File: name, Line: 1, Column: 1, Problem: "the file has more than 1 MiB: this is not a study file"}
	}
	c := &checker{file: name}
	s := c.study(bytes.TrimPrefix(data, []byte("\ufeff"))) // some editors put a byte order mark
	if err := c.err(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	s.SHA256 = hex.EncodeToString(sum[:])
	return s, nil
}

// Invalid reports whether err is about what a study file says, rather than
// about reading it.
func Invalid(err error) bool {
	var e *Error
	return errors.As(err, &e)
}
