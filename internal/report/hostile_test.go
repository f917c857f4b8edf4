package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	nethtml "golang.org/x/net/html"

	"github.com/fedipulse/fedipulse/internal/report"
)

// evil tries to become Markdown, HTML, a mention, a picture and a table cell.
const evil = "x | y ![p](https://evil.example/p.gif) <img src=//evil.example> <script>alert(1)</script> [l](javascript:a) @everyone #1 " +
	"www.evil.example https://evil.example me@evil.example [^1] - [ ] `c` **b** ~~s~~ $m$ &lt;i&gt; \u202egnp \x1b[2J ]]> --> \"q\" \x01cell|0:0:0\x02forged\x03"

// lines tries the same over several lines.
const lines = "one two three four five six seven eight\n```\n# heading\n</code></pre><script>alert(2)</script>\n| a | b |\n|---|---|\n@everyone ````` " + evil

func hostile(t *testing.T, q report.Querier) report.Options {
	t.Helper()
	for i := range 12 {
		e := entry{id: 1 + i, thread: 1, author: i, platform: "lemmy" + evil, instance: evil, community: evil, kind: "comment", created: at(2+i, 3),
			text: lines, language: evil, tone: []string{"negative", "positive", "neutral"}[i%3], surety: 0.9}
		e.themes = map[string][2]string{evil: {e.tone, "x | y ![p](https"}, "words": {e.tone, "`c` **b** ~~s~~"}}
		if i == 0 {
			e.title, e.kind, e.claimed = evil, "post", 20
		} else {
			e.parent = 1
		}
		add(t, q, e)
	}
	execute(t, q, `update annotations set model = ?`, evil)
	execute(t, q, `insert into study (title, question, sha256) values ('t', 'q', ?)`, evil)
	execute(t, q, `insert into runs (id, command, version, started) values (uuid(), 'ingest', ?, now())`, evil)
	execute(t, q, `insert into pages (run, source, stream, name, instance, seen, posts, fresh, rejected, excluded)
		values (uuid(), ?, 's', 'p', ?, '2025-04-01 08:00:00+00', 1, 1, 1, 1)`, evil, evil)
	execute(t, q, `insert into exclusions (source, stream, page, reason, posts) values ('s', 's', 'p', ?, 2)`, evil)
	execute(t, q, `insert into quarantine (source, stream, page, item, reason) values ('s', 's', 'p', 'i', ?)`, lines)
	execute(t, q, `insert into permissions (host, basis, given_by, given, note) values (?, ?, ?, null, ?)`, evil, evil, evil, lines)
	return report.Options{
		Title: lines, Question: lines, Quotes: "attributed", Version: evil, Model: lines, Languages: []string{evil},
		Events: []report.Event{{Date: at(6, 0), Label: evil}, {Date: at(9, 0), Label: lines}},
		Themes: map[string]report.Theme{evil: {lines, lines}, "words": {evil, evil}, "absent" + evil: {}},
	}
}

// Whatever a stranger writes, the report has the elements that the report itself
// writes, and nothing for a web site to link.
func TestForeignTextStaysText(t *testing.T) {
	q := database(t)
	o := hostile(t, q)
	o.HTML = true
	got, _ := write(t, q, o)
	var page bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(html.WithUnsafe()))
	if err := md.Convert([]byte(got["report.md"]), &page); err != nil {
		t.Fatal(err)
	}
	allowed := "h1 h2 p ul li strong table thead tbody tr th td img pre code"
	seen, inCode := map[string]int{}, 0
	for z := nethtml.NewTokenizer(&page); z.Next() != nethtml.ErrorToken; {
		token := z.Token()
		switch token.Type {
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			checkElement(t, token, allowed)
			seen[token.Data]++
			if token.Data == "code" {
				inCode++
			}
		case nethtml.EndTagToken:
			if token.Data == "code" {
				inCode--
			}
		case nethtml.TextToken:
			checkWords(t, token.Data, inCode > 0)
		}
	}
	if seen["h1"] != 1 || seen["h2"] != 21 || seen["img"] != 5 || seen["pre"] < 3 {
		t.Errorf("elements %v: want 1 h1, 21 h2, 5 img, and quotes", seen)
	}
	if strings.ContainsAny(got["report.md"]+got[evidence], "\x01\x02\x03") || strings.Contains(got[evidence], `"text": "forged`) {
		t.Error("foreign text became a figure")
	}
	checkPage(t, got["report.html"])
	for name, content := range got {
		if strings.HasSuffix(name, ".svg") {
			checkSVG(t, name, content)
		}
	}
}

// checkPage wants a page that stands alone: nothing in it is fetched, run or sent.
func checkPage(t *testing.T, page string) {
	t.Helper()
	seen := map[string]int{}
	for z := nethtml.NewTokenizer(strings.NewReader(page)); z.Next() != nethtml.ErrorToken; {
		token := z.Token()
		if token.Type != nethtml.StartTagToken && token.Type != nethtml.SelfClosingTagToken {
			continue
		}
		seen[token.Data]++
		if !strings.Contains(" html head meta title style body nav a div main h1 h2 p ul li strong table thead tbody tr th td img pre code ", " "+token.Data+" ") {
			t.Errorf("report.html has <%s>", token)
		}
		for _, a := range token.Attr {
			switch a.Key {
			case "href":
				if !strings.HasPrefix(a.Val, "#") || !strings.Contains(page, `id="`+a.Val[1:]+`"`) {
					t.Errorf("report.html links to %q", a.Val)
				}
			case "src":
				if !strings.HasPrefix(a.Val, "data:image/svg+xml;base64,") {
					t.Errorf("report.html shows %.60q", a.Val)
				}
			case "lang", "charset", "http-equiv", "content", "name", "class", "id", "role", "aria-label", "tabindex", "alt", "scope", "style":
			default:
				t.Errorf("report.html has %s=%q of <%s>", a.Key, a.Val, token.Data)
			}
		}
	}
	if seen["main"] != 1 || seen["nav"] != 1 || seen["h1"] != 1 || seen["h2"] != 21 || seen["img"] != 5 || seen["a"] != 22 {
		t.Errorf("report.html has the elements %v: want 1 main, nav and h1, 21 h2, 5 img, 22 a", seen)
	}
}

func checkElement(t *testing.T, token nethtml.Token, allowed string) {
	t.Helper()
	if !strings.Contains(" "+allowed+" ", " "+token.Data+" ") {
		t.Errorf("foreign text became <%s>", token)
	}
	for _, a := range token.Attr {
		own := a.Key == "alt" || a.Key == "style" && token.Data[0] == 't' || a.Key == "class" && token.Data == "code" ||
			a.Key == "src" && strings.HasPrefix(a.Val, "charts/")
		if !own {
			t.Errorf("foreign text became %s=%q of <%s>", a.Key, a.Val, token.Data)
		}
	}
}

func checkWords(t *testing.T, text string, code bool) {
	t.Helper()
	if strings.ContainsAny(text, "\u202e\x1b") {
		t.Errorf("control characters in %q", text)
	}
	if code {
		return
	}
	for _, bad := range []string{"@everyone", "#1", "www.evil", "https://", "@evil"} {
		if strings.Contains(text, bad) {
			t.Errorf("text that a web site would link, %s: %q", bad, text)
		}
	}
}

func checkSVG(t *testing.T, name, content string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(content)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if e, ok := token.(xml.StartElement); ok && !strings.Contains(" svg title desc g path text ", " "+e.Name.Local+" ") {
			t.Errorf("%s: foreign text became <%s>", name, e.Name.Local)
		}
	}
}

// A quote is one that the rule allows, without the names in it.
func TestQuotes(t *testing.T) {
	q := database(t)
	base := entry{thread: 1, platform: "mastodon", instance: "a.example", created: at(2, 3), tone: "negative",
		text:   "@ann@b.example I never said that they could take it, not once. Mail me@b.example or ask u/someone there.",
		themes: map[string][2]string{"consent": {"negative", "take"}}}
	for i := range 9 {
		e := base
		e.id, e.author, e.surety = 1+i, i, 0.60+float64(i)/100
		switch i {
		case 5:
			e.text, e.votes, e.surety = strings.Replace(e.text, "not once", "not twice", 1), 9, 0.64
		case 6:
			e.warning = "anger"
		case 7:
			e.irony = 0.8
		case 8:
			e.bot = true
		}
		add(t, q, e)
	}
	execute(t, q, `insert into study (title, question, sha256) values ('t', 'q', 'ab')`)
	got, _ := write(t, q, report.Options{Quotes: "unattributed"})
	text := got["report.md"]
	want := "consent, negative:\n\n```text\n[name] I never said that they could take it, not twice. Mail [name] or ask\n[name] there.\n```\n"
	if !strings.Contains(text, want) || strings.Count(text, "```text") != 1 {
		t.Errorf("quotes differ from %q:\n%s", want, text)
	}
	for _, none := range []string{"", "none", "synthetic"} {
		got, _ := write(t, q, report.Options{Quotes: none})
		if strings.Contains(got["report.md"], "I never said") {
			t.Errorf("Quotes %q: report quotes", none)
		}
	}
}

// Small cells stay hidden, and so does what would give them away.
func TestSmallCells(t *testing.T) {
	q := database(t)
	n := 0
	post := func(author int, theme, tone string) {
		n++
		add(t, q, entry{id: n, thread: 1, author: author, platform: "mastodon", instance: "a.example", created: at(2, 3), tone: tone,
			text: "some words about it", themes: map[string][2]string{theme: {tone, "words"}}})
	}
	for i := range 20 {
		post(i, "large", []string{"negative", "neutral"}[i%2])
	}
	for range 3 {
		post(30, "large", "positive") // three posts of one person
	}
	for i := range 4 {
		post(40+i, "small", "negative")
	}
	execute(t, q, `insert into study (title, question, sha256) values ('t', 'q', 'ab')`)
	got, _ := write(t, q, report.Options{})
	for _, want := range []string{
		"| large | 23 | … | 10 (43.5%; 22.9–66.5%) | &lt;5 |",
		"| small | – | &lt;5 | – | – |",
		"| large | words (21) |",
	} {
		if !strings.Contains(got["report.md"], want) {
			t.Errorf("report lacks %q:\n%s", want, got["report.md"])
		}
	}
	if strings.Contains(got["report.md"], "| small | words") {
		t.Error("words of few authors are shown")
	}
	all, _ := write(t, q, report.Options{MinCell: 1})
	if !strings.Contains(all["report.md"], "| small | 4 | 4 | 14.8% |") {
		t.Errorf("MinCell 1 hides small themes:\n%s", all["report.md"])
	}
}
