package report

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

const (
	htmlName = "report.html"
	htmlMark = "<!-- fedipulse report: made from report.md on every run -->"
)

// frame is the page around a report: its title, the style, the list of its
// sections, and what it says. Nothing in it is fetched from anywhere, and the
// policy says so to browsers.
const frame = `<!DOCTYPE html>
%s
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>%s</title>
<style>
%s</style>
</head>
<body>
<a class="skip" href="#report">To the report</a>
<nav aria-label="Sections">
<ul>
%s</ul>
</nav>
<main id="report" tabindex="-1">
%s</main>
</body>
</html>
`

// style fits a phone, a desk and paper. Colours of text reach a contrast of 7 to 1
// in light and dark.
const style = `:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --soft: #f3f4f6; --line: #d0d7de; --link: #0b4a9e }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --paper: #15181c; --soft: #22272e; --line: #444c56; --link: #9cc3ff } }
* { box-sizing: border-box }
body { margin: 0; color: var(--ink); background: var(--paper); font: 1rem/1.55 system-ui, sans-serif }
main { max-width: 50rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word }
main:focus { outline: none }
nav { max-width: 50rem; margin: 0 auto; padding: 1rem 1rem 0; font-size: .9rem }
nav ul { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem }
a { color: var(--link) }
a:focus-visible, .table:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
.skip { position: absolute; left: -999rem }
.skip:focus { position: static; display: inline-block; padding: .5rem 1rem }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .5rem 0 1rem }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--line) }
li { margin: .35rem 0 }
img { display: block; max-width: 100%; height: auto; margin: 1rem 0 }
.table { overflow-x: auto; margin: 1rem 0 }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; text-align: left }
td[style*="right"] { white-space: nowrap }
th { background: var(--soft) }
pre { overflow-x: auto; white-space: pre-wrap; padding: .75rem; background: var(--soft); border-left: 4px solid var(--line) }
code { font-family: ui-monospace, monospace; font-size: .875em; overflow-wrap: anywhere }
@media (min-width: 80rem) {
body { display: grid; grid-template-columns: 16rem minmax(0, 1fr) }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding-top: 2rem }
nav ul { flex-direction: column }
main { margin: 0; padding: 1rem 2rem; max-width: 62rem }
}
@media print {
@page { margin: 18mm }
:root { --ink: #000; --paper: #fff; --soft: #f3f4f6; --line: #999 }
nav, .skip { display: none }
body { display: block; font-size: 10pt }
main { max-width: none; padding: 0 }
h2 { break-after: avoid }
tr, img, pre { break-inside: avoid }
thead { display: table-header-group }
.table { overflow: visible }
table { font-size: 8pt }
}
`

// page turns the report into one file of HTML that needs no other: its charts are
// in it. What strangers wrote is text in the Markdown, and stays text.
func (d *draft) page() ([]byte, error) {
	source := bytes.TrimPrefix(d.files[Name], []byte(mark+"\n"))
	md := goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	tree := md.Parser().Parse(text.NewReader(source))
	var sections strings.Builder
	for node := tree.FirstChild(); node != nil; node = node.NextSibling() {
		h, ok := node.(*ast.Heading)
		if !ok || h.Level != 2 {
			continue
		}
		id, _ := h.AttributeString("id")
		title := html.EscapeString(string(h.Lines().Value(source)))
		fmt.Fprintf(&sections, "<li><a href=\"#%s\">%s</a></li>\n", id, title)
	}
	var body bytes.Buffer
	if err := md.Renderer().Render(&body, source, tree); err != nil {
		return nil, fmt.Errorf("make HTML: %w", err)
	}
	content := strings.NewReplacer(
		"<table>", `<div class="table" role="region" aria-label="Table" tabindex="0"><table>`, "</table>", "</table></div>",
		"<th>", `<th scope="col">`, "<th style", `<th scope="col" style`,
	).Replace(body.String())
	for _, name := range chartNames {
		if svg := d.files[name]; svg != nil {
			content = strings.ReplaceAll(content, `src="`+name+`"`, `src="data:image/svg+xml;base64,`+base64.StdEncoding.EncodeToString(svg)+`"`)
		}
	}
	title := d.Title
	if title == "" {
		title = untitled
	}
	return fmt.Appendf(nil, frame, htmlMark, html.EscapeString(title), style, sections.String(), content), nil
}
