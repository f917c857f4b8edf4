// Package plain turns a post as served (HTML, Lemmy Markdown, a copied page)
// into the author's own words.
//
// What comes in is foreign and may be hostile; what goes out is clean text of
// bounded size with no mark-up, no quoted lines, no code and no link targets,
// cut into sentences. Everything that a later stage says about a stretch of it
// can be shown in the post as served, because each byte that was copied knows
// where it stood (Run).
//
// A field goes through four steps: a reader for its format (html.go, quick.go
// and markdown.go, copied.go) drives a builder, which cleans characters and white
// space; the draft that it leaves is composed to NFC; bare URLs, mentions,
// hashtags and emoji are found in it (tokens.go); quoted lines are taken out.
package plain

import (
	"slices"
	"sort"
	"strings"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Text is the author's own words: no mark-up, no quoted lines, no code, no
// link targets. Offsets are bytes of Plain.
type Text struct {
	Plain     string            // NFC, UTF-8; "\n" for a line break, "\n\n" between blocks
	Sentences []discussion.Span // cover Plain but for white space, in order
	Marks     []Mark            // stretches that are not ordinary words, in order of Start
	Runs      []Run             // where the bytes of Plain came from, in order of Plain
}

// Mark says what a stretch of Text.Plain is.
type Mark struct {
	discussion.Span
	Kind MarkKind
}

// MarkKind is what a stretch of text is, beside being words.
type MarkKind uint8

// The kinds of marks.
const (
	Title    MarkKind = iota // the title of a thread, put before the body
	Warning                  // the content warning, put before all else
	Mention                  // @name, @name@host, !community@host, u/name
	Hashtag                  // #tag; its word is part of the text
	Link                     // a URL, replaced by its host in ⟨…⟩
	Emoji                    // a custom emoji :shortcode:
	Emphasis                 // strong or emphasised words
	Spoiler                  // text under a spoiler heading
)

// Run says that Plain[Start:Start+Len] stands at Source in a field of the post.
type Run struct {
	Start, Len int
	Field      Field
	Source     int // byte offset in that field, as served
}

// Field is the part of a post that a run came from.
type Field uint8

// The fields of a post that have words.
const (
	FromTitle Field = iota
	FromWarning
	FromContent
)

// maxField is how many bytes of a field are read. The longest posts that
// servers allow are a few times shorter; the rest of a longer one is ignored.
const maxField = 100_000

// Read returns the words of a post: its content warning and its title, if it
// has them, and its content. Read takes time linear in the length of the post,
// never fails, and may be called from many goroutines.
func Read(t discussion.Text) Text {
	warning, title := readLine(t.Warning, FromWarning), readLine(t.Title, FromTitle)
	text := join(warning.marked(Warning), title.marked(Title), readContent(t.Content, t.Format))
	text.Sentences = sentences(text.Plain)
	return text
}

// Again reads the words that Read has given before, when the post as served is not
// at hand. Sources and emphasis are not known any more.
func Again(words string) Text {
	t := Read(discussion.Text{Content: words, Format: discussion.Plain})
	for at := 0; ; {
		start := strings.Index(t.Plain[at:], "⟨")
		if start < 0 {
			break
		}
		start += at
		length := strings.IndexAny(t.Plain[start:], "⟩ \n")
		if at = start + len("⟨"); length < 0 || !strings.HasPrefix(t.Plain[start+length:], "⟩") {
			continue
		}
		at = start + length + len("⟩")
		link := Mark{Kind: Link, Span: discussion.Span{Start: start, End: at}}
		t.Marks = append(slices.DeleteFunc(t.Marks, func(m Mark) bool { return m.Start < link.End && link.Start < m.End }), link)
	}
	slices.SortStableFunc(t.Marks, func(a, b Mark) int { return a.Start - b.Start })
	return t
}

// readContent reads the body of a post in one of the three formats.
func readContent(src string, format discussion.Format) draft {
	src = cut(src, maxField)
	var d draft
	switch format {
	case discussion.HTML:
		d = readHTML(src)
	case discussion.Markdown:
		d = readMarkdown(src)
	default:
		d = readCopied(src)
	}
	d.compose()
	d.tokens()
	d.dropQuotes(format)
	if isNotice(d.plain) {
		return draft{}
	}
	return d
}

// notices are what servers and their pages show in place of words that are
// gone: Lemmy's body after an account was deleted, and what its page says.
var notices = map[string]bool{
	"Permanently Deleted": true, "*Permanently Deleted*": true,
	"deleted by creator": true, "removed by mod": true,
}

func isNotice(text string) bool { return len(text) <= len("*Permanently Deleted*") && notices[text] }

// readLine reads a field that servers give as plain text on one line.
func readLine(src string, field Field) draft {
	if src == "" {
		return draft{}
	}
	src = cut(src, maxField)
	b := newBuilder(src, field)
	b.copy(0, len(src))
	d := b.draft()
	d.compose()
	d.tokens()
	if isNotice(d.plain) {
		return draft{}
	}
	return d
}

// cut returns at most limit bytes of s and no half character.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for i := 0; i < 4 && limit > 0 && s[limit]&0xC0 == 0x80; i++ {
		limit--
	}
	return s[:limit]
}

// marked returns a line with all of it marked.
func (d draft) marked(kind MarkKind) draft {
	if d.plain != "" {
		d.marks = append(d.marks, Mark{Span: discussion.Span{End: len(d.plain)}, Kind: kind})
	}
	return d
}

// join puts drafts one after the other, each as its own block.
func join(drafts ...draft) Text {
	var all draft
	for _, d := range drafts {
		switch {
		case d.plain == "":
			continue
		case all.plain == "":
			all = d
			continue
		}
		shift := len(all.plain) + len("\n\n")
		all.plain += "\n\n" + d.plain
		for _, m := range d.marks {
			m.Start, m.End = m.Start+shift, m.End+shift
			all.marks = append(all.marks, m)
		}
		for _, r := range d.runs {
			r.Start += shift
			all.runs = append(all.runs, r)
		}
	}
	sortMarks(all.marks)
	return Text{Plain: all.plain, Marks: all.marks, Runs: all.runs}
}

// sortMarks orders marks by where they start, the outer before the inner.
func sortMarks(marks []Mark) {
	slices.SortStableFunc(marks, func(a, b Mark) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
}

// Origin returns the field and the byte offset in it at which the byte of
// Plain at offset stood as served; false where that byte was not copied (part
// of an entity, a composed character, a link's placeholder).
func (t Text) Origin(offset int) (Field, int, bool) {
	i := sort.Search(len(t.Runs), func(i int) bool { return t.Runs[i].Start > offset }) - 1
	if i < 0 || offset >= t.Runs[i].Start+t.Runs[i].Len {
		return 0, 0, false
	}
	return t.Runs[i].Field, t.Runs[i].Source + offset - t.Runs[i].Start, true
}
