package plain

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown parses what Lemmy does: CommonMark with tables, struck-out text,
// spoilers, raised and lowered text. HTML blocks are left out on purpose: with
// them a paragraph that begins with a tag would be lost, words and all. Bare
// URLs are found later, in every format alike.
var markdown = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(shallow{parser.NewListParser()}, 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(sparse{parser.NewATXHeadingParser()}, 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(shallow{quotes{parser.NewBlockquoteParser()}}, 800),
		util.Prioritized(shallow{spoilers{}}, 900),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	),
	parser.WithInlineParsers(
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(extension.NewTaskCheckBoxParser(), 150),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewRawHTMLParser(), 400),
		util.Prioritized(parser.NewEmphasisParser(), 500),
		util.Prioritized(extension.NewStrikethroughParser(), 500),
		util.Prioritized(raised{}, 600),
	),
	parser.WithParagraphTransformers(
		util.Prioritized(denseParagraphs{}, 50),
		util.Prioritized(parser.LinkReferenceParagraphTransformer, 100),
		util.Prioritized(extension.NewTableParagraphTransformer(), 200),
	),
	parser.WithASTTransformers(
		util.Prioritized(extension.NewTableASTTransformer(), 0),
	),
)

// markdownReader writes the words of a parsed post.
type markdownReader struct {
	*builder
	lists    int
	links    []place // the links that are open
	spoilers int     // the spoilers that are open
	spoiler  int     // where the body of the outermost begins
}

// readMarkdown reads a post or comment of Lemmy.
func readMarkdown(src string) draft {
	if d, ok := readQuick(src); ok {
		return d
	}
	return parseMarkdown(src)
}

func parseMarkdown(src string) draft {
	r := markdownReader{builder: newBuilder(src, FromContent)}
	root := markdown.Parse(text.NewReader([]byte(src)))
	// The walk fails only where its function does, and that one never does.
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Type() == ast.TypeInline {
			return r.inline(n, entering), nil
		}
		return r.blockNode(n, entering), nil
	})
	return r.draft()
}

// blockNode begins or ends a block.
func (r *markdownReader) blockNode(n ast.Node, entering bool) ast.WalkStatus {
	switch n.Kind() {
	case ast.KindListItem, extast.KindTableRow, extast.KindTableHeader:
		r.line()
		return ast.WalkContinue
	case extast.KindTableCell:
		r.owe(blank, -1, 0)
		return ast.WalkContinue
	}
	if n.Kind() == ast.KindList && !entering {
		r.lists--
	}
	if r.lists > 0 {
		r.line()
	} else {
		r.block()
	}
	switch n.Kind() {
	case ast.KindList:
		if entering {
			r.lists++
		}
	case ast.KindBlockquote, ast.KindCodeBlock, ast.KindFencedCodeBlock, ast.KindThematicBreak:
		return ast.WalkSkipChildren
	case kindDense:
		if entering {
			for _, s := range n.Lines().Sliced(0, n.Lines().Len()) {
				r.copy(s.Start, s.Stop)
			}
		}
	case kindSpoiler:
		r.spoilerNode(entering)
	case kindSpoilerTitle:
		if !entering && r.spoilers == 1 {
			r.spoiler = len(r.out)
		}
	}
	return ast.WalkContinue
}

func (r *markdownReader) spoilerNode(entering bool) {
	if entering {
		if r.spoilers++; r.spoilers == 1 {
			r.spoiler = len(r.out)
		}
		return
	}
	if r.spoilers--; r.spoilers == 0 {
		r.mark(Spoiler, r.spoiler)
	}
}

// inline begins or ends what stands within a line.
func (r *markdownReader) inline(n ast.Node, entering bool) ast.WalkStatus {
	switch n := n.(type) {
	case *ast.Text:
		if entering {
			r.textNode(n)
		}
	case *ast.String:
		if entering {
			r.put(string(n.Value))
		}
	case *ast.Emphasis:
		r.emphasise(entering)
	case *ast.Link:
		if entering {
			r.links = append(r.links, r.here())
			break
		}
		p := r.links[len(r.links)-1]
		r.links = r.links[:len(r.links)-1]
		r.link(p, string(r.out[p.out:]), string(n.Destination))
	case *ast.AutoLink:
		if entering {
			start, prefix := len(r.out), ""
			if n.AutoLinkType == ast.AutoLinkEmail {
				prefix = "mailto:"
			}
			r.put(placeholder(prefix + string(n.URL([]byte(r.src)))))
			r.mark(Link, start)
		}
	case *ast.RawHTML:
		if entering && strings.HasPrefix(strings.ToLower(r.src[n.Segments.At(0).Start:n.Segments.At(0).Stop]), "<br") {
			r.line()
		}
	case *ast.Image:
		// Lemmy writes a custom emoji as an image with a title of its own.
		if code, ok := strings.CutPrefix(string(n.Title), "emoji "); ok && entering && isShortcode(code) {
			r.emoji(code)
		}
		return ast.WalkSkipChildren
	case *ast.CodeSpan:
		return ast.WalkSkipChildren
	}
	return ast.WalkContinue
}

func (r *markdownReader) textNode(n *ast.Text) {
	if n.IsRaw() {
		r.copy(n.Segment.Start, n.Segment.Stop)
	} else {
		r.escaped(n.Segment.Start, n.Segment.Stop, true)
	}
	switch {
	case n.HardLineBreak():
		r.line()
	case n.SoftLineBreak():
		r.owe(blank, n.Segment.Stop, 1)
	}
}
