package archive

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// A copied page is what the clipboard holds after a person has selected a
// thread on a Lemmy page: the article, then every comment as a name, the page's
// icons as words (the chrome: link, fedilink, English, arrow-up, 91, ·, edit-2,
// 2 months ago), and the words of the comment. A reply is indented under what
// it answers. Nothing but the chrome tells a comment from the words before it.
//
//   - edda@alder.example
//     link
//     fedilink
//     arrow-up
//     12
//     ·
//     2 months ago
//
//     Slept like a stone.
const (
	headerLines = 40  // that the chrome of one comment may take
	chromeBytes = 200 // of a line that can be chrome
	nameBytes   = 300 // of a line that can be a name
	quoteDepth  = 20  // ancestors that a comment may quote
)

// copiedPage is a page while it is read, line by line.
type copiedPage struct {
	text   string
	starts []int32 // of lines, and the end
	seen   time.Time
	host   string // of the URIs made for this thread
	root   string // URI of the article
	chain  [32]byte
	named  map[string]int // comments by the same people on the way down
	posts  []discussion.Post
	bad    []discussion.Rejected
}

// copiedComment is a comment with its place on the page.
type copiedComment struct {
	first, body, end int // lines
	chrome
	user, host string // as shown, lower case; user includes the host
	indent     int
	parent     *copiedComment // nil for what answers the article
	depth      int
	chain      [32]byte
	uri        string
	quotable
}

// parseCopied reads a copied page. seen is when it was copied: the comments'
// ages count from then. thread names the thread; "" takes the article's words
// for its name, so that a later copy of the same page has the same name.
//
// The page shows no ids, so URIs are made: from the thread, and from the names
// of the people on the way from the article down to the author. Words, votes
// and position have no part in it: a comment that was edited, deleted or
// voted up since is the same post in a second copy. Where the same people
// answer one another several times their comments are numbered as they stand;
// these can change places, but none appears twice.
func parseCopied(text []byte, seen time.Time, thread string) ([]discussion.Post, []discussion.Rejected) {
	if len(text) > copiedCap {
		return nil, []discussion.Rejected{{Item: "page", Reason: fmt.Sprintf("larger than %d MiB", copiedCap>>20)}}
	}
	p := newCopiedPage(text)
	p.seen = seen.UTC()
	comments := p.comments(-1)
	if len(comments) == 0 {
		p.reject(0, p.lines(), "no comment on the page")
		return nil, p.bad
	}
	article := p.paragraphs(0, comments[0].first)
	p.name(cmp.Or(thread, join(article), comments[0].user))
	source := p.article(article)
	var open []*copiedComment
	for i := range comments {
		c := &comments[i]
		for len(open) > 0 && open[len(open)-1].indent >= c.indent {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			c.parent = open[len(open)-1]
		}
		open = append(open, c)
		p.place(c)
		p.comment(c, &source)
	}
	return p.posts, p.bad
}

// looksCopied reports whether a file that begins so is a copied page.
func looksCopied(head []byte) bool {
	start := bytes.TrimLeft(head[:min(len(head), copiedCap)], "\ufeff \t\r\n")
	if len(start) == 0 || strings.IndexByte("{[<", start[0]) >= 0 || bytes.IndexByte(start, 0) >= 0 {
		return false
	}
	return len(newCopiedPage(start).comments(1)) > 0
}

func newCopiedPage(text []byte) *copiedPage {
	p := &copiedPage{text: cleanPage(text), named: map[string]int{}}
	for at := 0; at <= len(p.text); at++ {
		p.starts = append(p.starts, int32(at))
		next := strings.IndexByte(p.text[at:], '\n')
		if next < 0 {
			break
		}
		at += next
	}
	p.starts = append(p.starts, int32(len(p.text)+1))
	return p
}

// cleanPage gives every kind of line end and space its plain form and drops
// control characters.
func cleanPage(text []byte) string {
	s := strings.ToValidUTF8(strings.TrimPrefix(string(text), "\ufeff"), "\ufffd")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(s)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.IsControl(r) || r == '\u200b' || r == '\ufeff':
			return -1
		}
		return r
	}, s)
}

func (p *copiedPage) lines() int        { return len(p.starts) - 1 }
func (p *copiedPage) line(i int) string { return p.text[p.starts[i] : p.starts[i+1]-1] }
func (p *copiedPage) blank(i int) bool  { return strings.TrimSpace(p.line(i)) == "" }

// paragraphs returns the lines [from, to), trimmed, as blocks between blank lines.
func (p *copiedPage) paragraphs(from, to int) [][]string {
	var all [][]string
	gap := true
	for i := from; i < to; i++ {
		words := strings.TrimSpace(p.line(i))
		switch {
		case words == "":
			gap = true
			continue
		case gap:
			all = append(all, nil)
		}
		gap = false
		all[len(all)-1] = append(all[len(all)-1], words)
	}
	return all
}

func join(paragraphs [][]string) string {
	var b strings.Builder
	for i, lines := range paragraphs {
		if i > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(strings.Join(lines, "\n"))
	}
	return b.String()
}

func (p *copiedPage) reject(from, to int, reason string) {
	block := p.text[p.starts[from]:max(p.starts[from], p.starts[to]-1)]
	sum := sha256.Sum256([]byte(block))
	p.bad = append(p.bad, discussion.Rejected{
		Item: "line " + strconv.Itoa(from+1), Reason: reason, SHA256: hex.EncodeToString(sum[:]),
	})
}

// comments finds the headers of comments, at most limit of them unless it is
// negative. A comment goes on to the next one's header.
func (p *copiedPage) comments(limit int) []copiedComment {
	var all []copiedComment
	for i := 0; i < p.lines() && len(all) != limit; {
		c, ok := p.header(i)
		if !ok {
			i = max(i+1, c.body) // chrome that made no header makes none from its middle
			continue
		}
		if n := len(all); n > 0 {
			all[n-1].end = i
		}
		all = append(all, c)
		i = c.body
	}
	if n := len(all); n > 0 {
		all[n-1].end = p.lines()
	}
	return all
}

// header reads a name and the chrome that follows it. Two different icons make
// a header; behind a bullet and a full handle, any word of chrome does.
func (p *copiedPage) header(i int) (copiedComment, bool) {
	c := copiedComment{first: i, body: i}
	words := strings.TrimSpace(p.line(i))
	if words == "" || len(words) > nameBytes {
		return c, false
	}
	c.indent = indentOf(p.line(i))
	name, bullet := cutBullet(words)
	if first := (chrome{}); bullet || !first.take(name) || first.icons == 0 {
		c.user, c.host = handle(c.cutChrome(name))
		c.body++ // else the icons stand there without a name
	}
	for !c.age.known && c.body < min(i+headerLines, p.lines()) {
		next := c.body
		if bullet || next > i+1 { // a name without a bullet stands right above its icons
			next = p.skipBlank(next)
		}
		if next == p.lines() || !c.take(p.line(next)) {
			c.torn = c.votesFor != 0
			break
		}
		c.body = next + 1
	}
	if c.icons&(iconLink|iconFedilink) == 0 && !c.age.known {
		return c, bullet && c.host != "" && c.any // without a bullet: buttons below a comment
	}
	return c, bits.OnesCount16(c.icons) >= 2 || bullet && c.host != "" && c.any
}

// skipBlank goes on over two blank lines at most.
func (p *copiedPage) skipBlank(i int) int {
	for end := min(i+2, p.lines()); i < end && p.blank(i); {
		i++
	}
	return i
}

// indentOf counts columns; a tab is worth four.
func indentOf(line string) int {
	n := 0
	for _, r := range line {
		switch r {
		case ' ':
			n++
		case '\t':
			n += 4
		default:
			return n
		}
	}
	return n
}

// cutBullet takes off what a browser puts before a list item.
func cutBullet(words string) (string, bool) {
	r, n := utf8.DecodeRuneInString(words)
	if rest := words[n:]; strings.ContainsRune("•◦▪‣∙○●■*-", r) && strings.TrimLeft(rest, " \t") != rest || words == "•" {
		return strings.TrimSpace(rest), true
	}
	return words, false
}

// handle splits user@host at its last @. A display name may have spaces and no
// host.
func handle(name string) (string, string) {
	name = strings.ToLower(strings.TrimPrefix(strings.Join(strings.Fields(name), " "), "@"))
	i := strings.LastIndexByte(name, '@')
	if i <= 0 {
		return name, ""
	}
	host := name[i+1:]
	if !strings.Contains(host, ".") || strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789-.:") != "" {
		return name, ""
	}
	return name, host
}

// name sets what the URIs of the page begin with.
func (p *copiedPage) name(thread string) {
	p.chain = sha256.Sum256([]byte(thread))
	p.host = "copied://" + hex.EncodeToString(p.chain[:8]) + "/"
	p.root = p.host + "article"
}

// place gives a comment its depth and its URI.
func (p *copiedPage) place(c *copiedComment) {
	above := p.chain
	c.depth = 1
	if c.parent != nil {
		above, c.depth = c.parent.chain, c.parent.depth+1
	}
	c.chain = sha256.Sum256(append(above[:], c.user...))
	id := hex.EncodeToString(c.chain[:8])
	p.named[id]++
	if n := p.named[id]; n > 1 {
		id += "." + strconv.Itoa(n)
	}
	c.uri = p.host + id
}

// article adds the text above the comments as the thread's root.
func (p *copiedPage) article(text [][]string) quotable {
	source := quotable{words: wording(join(text))}
	if len(text) == 0 {
		return source
	}
	post := discussion.Post{
		URI: p.root, Platform: discussion.Lemmy, Kind: discussion.KindArticle, Thread: p.root,
		State: discussion.Live, Format: discussion.Plain,
	}
	if first := text[0][0]; isHeading(first) {
		post.Title = first
		text[0] = text[0][1:]
	}
	post.Content = strings.TrimSpace(join(text))
	p.posts = append(p.posts, post)
	return source
}

// isHeading reports whether a line is short and no sentence.
func isHeading(line string) bool {
	end, _ := utf8.DecodeLastRuneInString(strings.TrimRight(line, ` "'”’»)]`))
	return utf8.RuneCountInString(line) <= 120 && !strings.ContainsRune(".,;:…。", end)
}

// comment adds a comment, or says why it cannot be read. What answers one that
// cannot be read keeps its place.
func (p *copiedPage) comment(c *copiedComment, article *quotable) {
	body := p.body(c)
	text := join(body)
	c.words = wording(text)
	switch {
	case c.user == "":
		p.reject(c.first, c.end, "comment without an author")
		return
	case c.torn:
		p.reject(c.first, c.end, "comment whose votes are not a number")
		return
	case !c.age.known:
		p.reject(c.first, c.end, `comment without a time such as "2 months ago"`)
		return
	}
	post := discussion.Post{
		URI: c.uri, Platform: discussion.Lemmy, Kind: discussion.KindComment,
		Thread: p.root, Parent: p.root, Depth: c.depth, Instance: c.host,
		Author: discussion.Author{URI: c.user, Bot: c.bot}, Language: c.language,
		State: c.state(), Format: discussion.Plain,
	}
	if c.parent != nil {
		post.Parent = c.parent.uri
	}
	post.Created = c.age.before(p.seen)
	post.Approx = !post.Created.IsZero()
	post.Score, post.Upvotes, post.Downvotes = c.votes()
	if state, gone := tombstones[strings.TrimSpace(c.words)]; gone {
		post.State = state
	} else {
		post.Content = join(markQuotes(body, c, article))
	}
	p.posts = append(p.posts, post)
}

// tombstones are what pages show in place of words that were withdrawn.
var tombstones = map[string]discussion.State{
	"deleted by creator":   discussion.Deleted,
	"permanently deleted":  discussion.Deleted,
	"removed by mod":       discussion.Removed,
	"removed by moderator": discussion.Removed,
}

// body returns the words of a comment without the buttons that some versions
// of the page show below them, whose votes count if the header had none.
func (p *copiedPage) body(c *copiedComment) [][]string {
	end := c.end
	for i := c.end - 1; i >= max(c.body, c.end-headerLines); i-- {
		if line := strings.TrimSpace(p.line(i)); chromeWords[line]&button != 0 {
			end = i
		} else if probe := (chrome{votesFor: 1}); line != "" && !probe.take(line) {
			break
		}
	}
	foot := chrome{}
	for i := end; i < c.end; i++ {
		if !p.blank(i) && !foot.take(p.line(i)) {
			return p.paragraphs(c.body, c.end)
		}
	}
	if c.up == nil && c.down == nil {
		c.up, c.down = foot.up, foot.down
	}
	return p.paragraphs(c.body, end)
}
