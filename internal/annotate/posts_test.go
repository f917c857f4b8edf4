package annotate_test

import (
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// writer makes posts of some 300 characters, half of them as Mastodon serves them
// and half as Lemmy does. It writes the same posts each time.
type writer struct {
	*rand.Rand
	author
}

// author writes what posts say.
type author interface {
	language(*rand.Rand) string
	html(r *rand.Rand, i int, language string) string
	markdown(r *rand.Rand, i int, language string) string
}

// writers are the kinds of posts that are measured. Those of words cost what the
// program alone does; those of a corpus also cost what looking up ever other words
// in large tables does, as real ones do.
var writers = []string{"words", "corpus"}

func newWriter(b testing.TB, kind string) writer {
	w := writer{Rand: rand.New(rand.NewPCG(1, 2)), author: words(strings.Fields(vocabulary))}
	if kind == "corpus" {
		w.author = readCorpus(b)
	}
	return w
}

func (w writer) post(i int) discussion.Post {
	host := fmt.Sprintf("host%d.example", w.IntN(40))
	p := discussion.Post{
		URI: fmt.Sprintf("https://%s/post/%d", host, i), Platform: discussion.Lemmy, Kind: discussion.KindComment, Format: discussion.Markdown,
		Thread: fmt.Sprintf("https://host.example/post/%d", i/50*50), Depth: 1, Parent: fmt.Sprintf("https://host.example/post/%d", i/50*50),
		Author: discussion.Author{URI: fmt.Sprintf("https://%s/u/user%d", host, w.IntN(5000))}, Instance: host,
		Created: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(w.IntN(30*86400)) * time.Second), State: discussion.Live,
	}
	p.Language = w.language(w.Rand)
	if i%2 == 0 {
		p.Platform, p.Kind, p.Format = discussion.Mastodon, discussion.KindStatus, discussion.HTML
		p.Content = w.html(w.Rand, i, p.Language)
	} else {
		p.Content = w.markdown(w.Rand, i, p.Language)
	}
	if i%50 == 0 {
		p.URI, p.Parent, p.Depth = p.Thread, "", 0
	}
	return p
}

// openHTML begins a post as Mastodon serves it, in half of them with a mention.
func openHTML(r *rand.Rand, b *strings.Builder, i int) {
	b.WriteString("<p>")
	if r.IntN(2) == 0 {
		fmt.Fprintf(b, `<span class="h-card" translate="no"><a href="https://host.example/@user%d" class="u-url mention">@<span>user%d</span></a></span> `, i, i)
	}
}

// closeHTML ends it, in some of them with a hashtag and a link.
func closeHTML(r *rand.Rand, b *strings.Builder, i int) {
	if r.IntN(3) == 0 {
		b.WriteString(`<a href="https://host.example/tags/privacy" class="mention hashtag" rel="tag">#<span>privacy</span></a> `)
	}
	if r.IntN(4) == 0 {
		fmt.Fprintf(b, `<a href="https://news.example/2025/%d" target="_blank" rel="nofollow noopener"><span class="invisible">https://</span><span class="ellipsis">news.example/2025</span><span class="invisible">/%d</span></a>`, i, i)
	}
	b.WriteString("</p>")
}

// vocabulary is 110 words.
const vocabulary = `the they consent data model train switch of law and nobody asked again
		profile terms company people post that is not theirs to take we should leave while it still works because every page has been
		read twice before scraping servers GDPR stolen opt-out I hate love this don't it's really never wrong good great über naïve café
		one morning somebody walked home through rain under grey clouds with two bags full bread apples milk then sat down near window
		counted lights across river until late there were more than usual some green most yellow few red`

// words writes English of words in no order.
type words []string

func (words) language(*rand.Rand) string { return "en" }

// sentence is some words with an end mark.
func (v words) sentence(r *rand.Rand, b *strings.Builder, words int) {
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(v[r.IntN(len(v))])
	}
	b.WriteString([]string{". ", "! ", "? ", ". "}[r.IntN(4)])
}

func (v words) html(r *rand.Rand, i int, _ string) string {
	var b strings.Builder
	openHTML(r, &b, i)
	v.sentence(r, &b, 12)
	v.sentence(r, &b, 10)
	if r.IntN(3) == 0 {
		b.WriteString("</p><p>It &amp; that: ")
	}
	v.sentence(r, &b, 11)
	closeHTML(r, &b, i)
	return b.String()
}

func (v words) markdown(r *rand.Rand, i int, _ string) string {
	var b strings.Builder
	if r.IntN(5) == 0 {
		b.WriteString("> said somebody else here\n\n")
	}
	v.sentence(r, &b, 12)
	if r.IntN(4) == 0 {
		b.WriteString("It is *exactly* the **point**. ")
	}
	v.sentence(r, &b, 11)
	if r.IntN(3) == 0 {
		b.WriteString("\n\n")
	}
	v.sentence(r, &b, 10)
	if r.IntN(5) == 0 {
		fmt.Fprintf(&b, "See [the page](https://news.example/2025/%d). ", i)
	}
	if r.IntN(6) == 0 {
		fmt.Fprintf(&b, "\n\n- https://news.example/%d\n- off by default\n", i)
	}
	return b.String()
}

// corpus writes sentences of two posts of the corpora that the models learned
// from, which have the words, themes and languages of the subject. Hardly two posts
// are the same.
type corpus struct {
	sentences map[string][][]string // by language, then by post
	languages []string              // one for each post of the corpora
}

func readCorpus(b testing.TB) corpus {
	v := corpus{sentences: map[string][][]string{}}
	for _, name := range []string{"sentiment", "tags"} {
		files, err := filepath.Glob("../../data/" + name + "/corpus/*.jsonl")
		if err != nil || len(files) == 0 {
			b.Fatalf("no corpus in data/%s: %v", name, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				b.Fatal(err)
			}
			for line := range strings.Lines(string(data)) {
				var p struct{ Lang, Platform, Text string }
				if err := json.Unmarshal([]byte(line), &p); err != nil {
					b.Fatalf("%s: %v", file, err)
				}
				t := discussion.Text{Content: p.Text, Format: discussion.Markdown}
				if p.Platform == "mastodon" {
					t.Format = discussion.HTML
				}
				words := plain.Read(t)
				var list []string
				for _, s := range words.Sentences {
					list = append(list, words.Plain[s.Start:s.End])
				}
				if len(list) > 0 {
					v.sentences[p.Lang] = append(v.sentences[p.Lang], list)
					v.languages = append(v.languages, p.Lang)
				}
			}
		}
	}
	return v
}

func (v corpus) language(r *rand.Rand) string { return v.languages[r.IntN(len(v.languages))] }

// words returns the sentences of a post, less the last, and the last of another:
// some 180 characters.
func (v corpus) words(r *rand.Rand, language string) []string {
	of := v.sentences[language]
	first, last := of[r.IntN(len(of))], of[r.IntN(len(of))]
	return append(slices.Clone(first[:max(1, len(first)-1)]), last[len(last)-1])
}

func (v corpus) html(r *rand.Rand, i int, language string) string {
	var b strings.Builder
	openHTML(r, &b, i)
	for k, s := range v.words(r, language) {
		if k > 0 && r.IntN(4) == 0 {
			b.WriteString("</p><p>")
		}
		b.WriteString(html.EscapeString(s) + " ")
	}
	closeHTML(r, &b, i)
	return b.String()
}

func (v corpus) markdown(r *rand.Rand, i int, language string) string {
	var b strings.Builder
	if r.IntN(5) == 0 {
		b.WriteString("> said somebody else here\n\n")
	}
	for k, s := range v.words(r, language) {
		switch {
		case k > 0 && r.IntN(4) == 0:
			b.WriteString("\n\n")
		case r.IntN(8) == 0:
			s = "**" + s + "**"
		}
		b.WriteString(s + " ")
	}
	if r.IntN(5) == 0 {
		fmt.Fprintf(&b, "[1](https://news.example/2025/%d). ", i)
	}
	if r.IntN(6) == 0 {
		fmt.Fprintf(&b, "\n\n- https://news.example/%d\n", i)
	}
	return b.String()
}
