package plain

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Limits on what the Markdown parser gets to see, since it is recursive in
// depth and quadratic in the special characters of a paragraph.
const (
	maxDepth   = 16
	maxSpecial = 500
)

// special are the characters that begin or end something within a line.
const special = "*_~^`[]<!&|\\"

// dense reports whether text has more special characters than people write.
func dense(n int) bool { return n > maxSpecial }

func countSpecial(text []byte) int {
	n := 0
	for _, c := range text {
		if strings.IndexByte(special, c) >= 0 {
			n++
		}
	}
	return n
}

// shallow is a block parser that opens no block deeper than maxDepth.
type shallow struct{ parser.BlockParser }

func (p shallow) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if len(pc.OpenedBlocks()) >= maxDepth {
		return nil, parser.NoChildren
	}
	return p.BlockParser.Open(parent, reader, pc)
}

// sparse is a block parser that opens no block on a dense line.
type sparse struct{ parser.BlockParser }

func (p sparse) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if line, _ := reader.PeekLine(); dense(countSpecial(line)) {
		return nil, parser.NoChildren
	}
	return p.BlockParser.Open(parent, reader, pc)
}

// quotes is the block-quote parser, but for lines that begin with a face such
// as >:( which are the author's own.
type quotes struct{ parser.BlockParser }

func (p quotes) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if line, _ := reader.PeekLine(); face(string(bytes.TrimSpace(line))) {
		return nil, parser.NoChildren
	}
	return p.BlockParser.Open(parent, reader, pc)
}

var (
	kindDense        = ast.NewNodeKind("Dense")
	kindSpoiler      = ast.NewNodeKind("Spoiler")
	kindSpoilerTitle = ast.NewNodeKind("SpoilerTitle")
)

// blockNode is a block of one of the kinds above.
type blockNode struct {
	ast.BaseBlock
	kind ast.NodeKind
}

func (n *blockNode) Kind() ast.NodeKind { return n.kind }

func (n *blockNode) IsRaw() bool { return n.kind == kindDense }

func (n *blockNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// denseParagraphs turns paragraphs that would be slow to parse into blocks
// whose text is taken as it stands.
type denseParagraphs struct{}

func (denseParagraphs) Transform(node *ast.Paragraph, reader text.Reader, _ parser.Context) {
	n, size := 0, 0
	for i := range node.Lines().Len() {
		line := node.Lines().At(i)
		n += countSpecial(line.Value(reader.Source()))
		size += line.Len()
	}
	if !dense(n) && tableCells(node, reader) <= size {
		return
	}
	raw := &blockNode{kind: kindDense}
	raw.SetLines(node.Lines())
	node.Parent().ReplaceChild(node.Parent(), node, raw)
}

// tableCells returns how many cells the parser would make of a paragraph if it
// is a table: it fills every row up to the width of the head.
func tableCells(node *ast.Paragraph, reader text.Reader) int {
	widest := 0
	for i := range node.Lines().Len() {
		line := node.Lines().At(i)
		widest = max(widest, bytes.Count(line.Value(reader.Source()), []byte("|")))
	}
	return widest * node.Lines().Len()
}

// spoilers parses Lemmy's "::: spoiler Title", some blocks, ":::".
type spoilers struct{}

func (spoilers) Trigger() []byte { return []byte{':'} }

func (spoilers) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	colons, rest := fence(line)
	title, ok := bytes.CutPrefix(bytes.TrimLeft(rest, " \t"), []byte("spoiler"))
	if colons < 3 || !ok || len(bytes.TrimLeft(title, " \t\r\n")) == len(title) && len(title) > 0 {
		return nil, parser.NoChildren
	}
	node := &blockNode{kind: kindSpoiler}
	node.SetAttributeString("colons", colons)
	head := &blockNode{kind: kindSpoilerTitle}
	if words := bytes.TrimSpace(title); len(words) > 0 {
		from := segment.Stop - len(title) + bytes.Index(title, words)
		if !dense(countSpecial(words)) {
			head.Lines().Append(text.NewSegment(from, from+len(words)))
		}
	}
	node.AppendChild(node, head)
	reader.AdvanceToEOL()
	return node, parser.HasChildren
}

func (spoilers) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, _ := reader.PeekLine()
	colons, rest := fence(line)
	opened, _ := node.AttributeString("colons")
	if n, ok := opened.(int); ok && colons >= n && len(bytes.TrimSpace(rest)) == 0 {
		reader.AdvanceToEOL()
		return parser.Close
	}
	return parser.Continue | parser.HasChildren
}

func (spoilers) Close(ast.Node, text.Reader, parser.Context) {}

func (spoilers) CanInterruptParagraph() bool { return true }

func (spoilers) CanAcceptIndentedLine() bool { return false }

// fence returns how many colons a line begins with, and what follows.
func fence(line []byte) (int, []byte) {
	line = bytes.TrimLeft(line, " \t")
	rest := bytes.TrimLeft(line, ":")
	return len(line) - len(rest), rest
}

// raised parses ^raised^ text without blanks; the words stay, the signs go. A
// face such as ^_^ is no such text.
type raised struct{}

// maxRaised is the longest raised text: footnote numbers, "th", a short word.
const maxRaised = 40

func (raised) Trigger() []byte { return []byte{'^'} }

func (raised) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	line = line[:min(len(line), maxRaised+2)]
	end := bytes.IndexByte(line[1:], '^') + 1
	if end < 2 || bytes.ContainsAny(line[:end], " \t\n") || bytes.IndexFunc(line[1:end], isWord) < 0 {
		return nil
	}
	block.Advance(end + 1)
	return ast.NewTextSegment(text.NewSegment(segment.Start+1, segment.Start+end))
}
