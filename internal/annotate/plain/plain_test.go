package plain

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

var kindNames = map[MarkKind]string{
	Title: "title", Warning: "warning", Mention: "mention", Hashtag: "hashtag", Link: "link", Emoji: "emoji", Emphasis: "emphasis", Spoiler: "spoiler",
}

// readCase builds the post of a case from the stanzas before its "want".
func readCase(inputs []txtar.File) discussion.Text {
	var post discussion.Text
	for _, f := range inputs {
		text := strings.TrimSuffix(string(f.Data), "\n")
		switch kind := strings.TrimPrefix(filepath.Ext(f.Name), "."); kind {
		case "title":
			post.Title = text
		case "warning":
			post.Warning = text
		default:
			post.Content, post.Format = text, discussion.Format(kind)
		}
	}
	return post
}

// marks writes the marks of a text one a line.
func marks(t Text) string {
	var b strings.Builder
	for _, m := range t.Marks {
		fmt.Fprintf(&b, "%s %q\n", kindNames[m.Kind], t.Plain[m.Start:m.End])
	}
	return b.String()
}

// TestCases reads testdata/*.txtar. A case is a row of stanzas of one name:
// NAME.title and NAME.warning where there are any, the content as NAME.html,
// NAME.markdown or NAME.plain, then NAME.want, the text, and where they are of
// interest NAME.marks. UPDATE=1 rewrites the last two.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("list cases: %v, %d files", err, len(files))
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		first := 0
		var got Text
		for i, f := range archive.Files {
			ext := filepath.Ext(f.Name)
			name := filepath.Base(file) + "/" + strings.TrimSuffix(f.Name, ext)
			var have string
			switch ext {
			case ".want":
				post := readCase(archive.Files[first:i])
				got = Read(post)
				checkLaws(t, post, got)
				have = got.Plain + "\n"
			case ".marks":
				have = marks(got)
			default:
				continue
			}
			first = i + 1
			if os.Getenv("UPDATE") != "" {
				archive.Files[i].Data = []byte(have)
				continue
			}
			if diff := cmp.Diff(string(f.Data), have); diff != "" {
				t.Errorf("%s%s (-want +got):\n%s", name, ext, diff)
			}
		}
		if data := txtar.Format(archive); os.Getenv("UPDATE") != "" {
			if old, _ := os.ReadFile(file); !bytes.Equal(old, data) {
				if err := os.WriteFile(file, data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestCharacters has the cases that an editor would not show.
func TestCharacters(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"only white space", " \t\n\u00a0\u2003", ""},
		{"composed", "cafe\u0301", "caf\u00e9"},
		{"blanks", "a\u00a0\t\u2003b", "a b"},
		{"line separator", "a\u2028b\u2029c\u0085d", "a\nb\nc\nd"},
		{"controls", "a\x00b\x1b[31mc\u0090", "ab[31mc"},
		{"direction", "\u202eevil\u202c \u2066x\u2069\u200f", "evil x"},
		{"zero width", "in\u200bvis\u2060i\ufeffble soft\u00adhy\u200cphen", "invisible softhyphen"},
		{"fillers", "a\u3164\u115fb\u034fc\u2800d", "abc d"},
		{"family", "👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"},
		{"joiner outside emoji", "a\u200db 👩\u200d x", "ab 👩 x"},
		{"heart on fire", "❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"},
		{"keycap", "1\ufe0f\u20e3", "1\ufe0f\u20e3"},
		{"selector outside emoji", "a\ufe0fb\ufe00", "ab"},
		{"flag", "\U0001F3F4\U000E0067\U000E0062\U000E007F", "\U0001F3F4\U000E0067\U000E0062\U000E007F"},
		{"hidden tags", "a\U000E0068\U000E0069", "a"},
		{"piled marks", "e" + strings.Repeat("\u0316", 40), "e" + strings.Repeat("\u0316", maxStacked)},
		{"not UTF-8", "a\xffb\xe2\x80", "a\ufffdb\ufffd\ufffd"},
	}
	for _, tt := range tests {
		for _, format := range formats {
			in := tt.in
			if format == discussion.Markdown {
				in = strings.ReplaceAll(in, "[", "\\[")
			}
			post := discussion.Text{Content: in, Format: format}
			got := Read(post)
			if got.Plain != tt.want {
				t.Errorf("%s: Read(%+q as %s) = %+q, want %+q", tt.name, tt.in, format, got.Plain, tt.want)
			}
			checkLaws(t, post, got)
		}
	}
}

func TestCap(t *testing.T) {
	for _, format := range formats {
		src := strings.Repeat("é ", maxField)
		post := discussion.Text{Content: "x" + src, Format: format}
		got := Read(post)
		if len(got.Plain) > maxField || len(got.Plain) < maxField-4 || strings.Contains(got.Plain, "\ufffd") {
			t.Errorf("Read of %d bytes as %s gives %d bytes ending %q", len(src), format, len(got.Plain), got.Plain[len(got.Plain)-5:])
		}
		checkLaws(t, post, got)
	}
}

func TestOrigin(t *testing.T) {
	post := discussion.Text{Title: "A &amp; B", Content: "<p>x &amp; <b>yes</b></p>", Format: discussion.HTML}
	got := Read(post) // "A &amp; B\n\nx & yes"
	for _, tt := range []struct {
		word   string
		field  Field
		source int
		ok     bool
	}{
		{"A", FromTitle, 0, true},
		{"\n", 0, 0, false},
		{"x", FromContent, 3, true},
		{"& y", 0, 0, false},
		{"yes", FromContent, 14, true},
	} {
		field, source, ok := got.Origin(strings.LastIndex(got.Plain, tt.word))
		if field != tt.field || source != tt.source || ok != tt.ok {
			t.Errorf("Origin of %q = %v, %d, %v, want %v, %d, %v", tt.word, field, source, ok, tt.field, tt.source, tt.ok)
		}
	}
	for _, offset := range []int{-1, len(got.Plain), 1 << 40} {
		if _, _, ok := got.Origin(offset); ok {
			t.Errorf("Origin(%d) found something in %d bytes", offset, len(got.Plain))
		}
	}
}

func TestWords(t *testing.T) {
	for in, want := range map[string]int{
		"":                            0,
		"Don't panic, it’s 42.":       4,
		"@ann@a.example #wow :cat: !": 1,
		"https://a.example/b c":       1,
		"über-cool 日本 e\u0301":        4,
		"' 'quoted' 'n'":              2,
		"👍 👍":                         0,
	} {
		if got := Read(discussion.Text{Content: in, Format: discussion.Plain}).Words(); got != want {
			t.Errorf("Words of %q = %d, want %d", in, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"One. Two! Three?", []string{"One.", "Two!", "Three?"}},
		{"Dr. Smith of the U.S. agrees.", []string{"Dr. Smith of the U.S. agrees."}},
		{"no end\nnext line\n\nblock", []string{"no end", "next line", "block"}},
		{"See https://a.example/b.html. Then go.", []string{"See ⟨a.example⟩.", "Then go."}},
		{strings.Repeat("a!", 60) + " So.", []string{strings.Repeat("a!", 60), "So."}},
		{"i hate it. it is bad... but i stay. why? no.", []string{"i hate it.", "it is bad... but i stay.", "why?", "no."}},
		{"lmao no. *assigned* female", []string{"lmao no.", "*assigned* female"}},
		{"Mr. Doe and J. R. Doe left, e.g. to the U.K. The rest stayed at 5 p.m. in St. Ives.", []string{"Mr. Doe and J. R. Doe left, e.g. to the U.K.", "The rest stayed at 5 p.m. in St. Ives."}},
		{"It costs 3.50. Really?! Yes (no. 5, sec. 2)! Plan B. Then C.", []string{"It costs 3.50.", "Really?!", "Yes (no. 5, sec. 2)!", "Plan B.", "Then C."}},
		{"I say no. Art. 4 and Art. IV say so, cf. § 5. It is art. Not more", []string{"I say no.", "Art. 4 and Art. IV say so, cf. § 5.", "It is art.", "Not more"}},
		{`"Really?" she asked (sic!) and left. "No." So it is… And so on… you know.`, []string{`"Really?" she asked (sic!) and left.`, `"No."`, "So it is…", "And so on… you know."}},
		{"1. First do this. 2. Then that. In 2023. Nobody did by version 1.2.3 of it.", []string{"1. First do this.", "2.", "Then that.", "In 2023.", "Nobody did by version 1.2.3 of it."}},
		{"Das ist z. B. Diebstahl, z.B. Texte, d. h. Art. 4 usw. Das gilt bzw. Ist egal am 3. Mai.", []string{"Das ist z. B. Diebstahl, z.B. Texte, d. h. Art. 4 usw.", "Das gilt bzw. Ist egal am 3. Mai."}},
		{"Dr. Muster sagt: Nr. 5 ca. 20 Mio. Euro. Schluss! So?", []string{"Dr. Muster sagt: Nr. 5 ca. 20 Mio. Euro.", "Schluss!", "So?"}},
		{"M. Dupont et Mme. Durand, art. 5 etc. Il part. « Non ! » dit-elle.", []string{"M. Dupont et Mme. Durand, art. 5 etc.", "Il part.", "« Non ! » dit-elle."}},
		{"El Sr. Pérez y la Dra. Gómez, p. ej. aquí, pág. 3. ¿Qué? ¡No! Es así.", []string{"El Sr. Pérez y la Dra. Gómez, p. ej. aquí, pág. 3.", "¿Qué?", "¡No!", "Es así."}},
	} {
		text := Read(discussion.Text{Content: tt.in, Format: discussion.Plain})
		var got []string
		for _, s := range text.Sentences {
			got = append(got, text.Plain[s.Start:s.End])
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("sentences of %q (-want +got):\n%s", tt.in, diff)
		}
	}
}

// TestConcurrent shows under -race that goroutines may share the parser.
func TestConcurrent(t *testing.T) {
	var group sync.WaitGroup
	want := Read(discussion.Text{Content: benchmarkMarkdown, Format: discussion.Markdown})
	for range 8 {
		group.Go(func() {
			for range 20 {
				got := Read(discussion.Text{Content: benchmarkMarkdown, Format: discussion.Markdown})
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("concurrent Read (-want +got):\n%s", diff)
				}
			}
		})
	}
	group.Wait()
}

func ExampleRead() {
	text := Read(discussion.Text{
		Title:   "They train on our posts now",
		Content: "> We value your privacy.\n\n*Sure* they do. See [the terms](https://corp.example/terms), @ann@lemmy.example!",
		Format:  discussion.Markdown,
	})
	for _, s := range text.Sentences {
		fmt.Println(text.Plain[s.Start:s.End])
	}
	// Output:
	// They train on our posts now
	// Sure they do.
	// See the terms, @ann!
}

const (
	benchmarkHTML = `<p><span class="h-card" translate="no"><a href="https://a.example/@ann" class="u-url mention">@<span>ann</span></a></span> ` +
		`The switch was on when I looked. Nobody asked me &amp; nobody will. <a href="https://b.example/tags/privacy" class="mention hashtag" rel="tag">#<span>privacy</span></a></p>` +
		`<p>More: <a href="https://c.example/d">https://c.example/d</a></p>`
	benchmarkMarkdown = "> The toggle isn't new.\n\nThat is *exactly* the point: it was on before anybody was told. " +
		"See [what they wrote](https://a.example/b/c) and https://d.example/e for the rest.\n\n- off by default\n- asked **first**\n\n" +
		"Anything else is theft. @ann@b.example said so a year ago, and c/privacy@d.example did not believe it!"
)

func BenchmarkRead(b *testing.B) {
	for _, bench := range []struct {
		format discussion.Format
		src    string
	}{{discussion.HTML, benchmarkHTML}, {discussion.Markdown, benchmarkMarkdown}, {discussion.Plain, strings.ReplaceAll(benchmarkMarkdown, "*", "")}} {
		b.Run(string(bench.format), func(b *testing.B) {
			b.SetBytes(int64(len(bench.src)))
			b.ReportAllocs()
			for b.Loop() {
				Read(discussion.Text{Content: bench.src, Format: bench.format})
			}
		})
	}
}

// TestAgain: what was read is read again as it was, links and all.
func TestAgain(t *testing.T) {
	for _, html := range []string{
		"<p>One &amp; two.</p><p>Three<br>four #GDPR</p>",
		`<p><span class="h-card"><a href="https://a.example/@ann" class="u-url mention">@<span>ann</span></a></span> see <a href="https://www.b.example/x/y">this</a> https://c.example/ now</p>`,
		`<p><a href="https://c.example/a">https://c.example/a</a></p><p>:blobcat: yes</p>`,
	} {
		first := Read(discussion.Text{Content: html, Format: discussion.HTML})
		again := Again(first.Plain)
		words := func(t Text) (list []Mark) {
			for _, m := range t.Marks {
				if m.Kind != Emphasis {
					list = append(list, m)
				}
			}
			return list
		}
		if again.Plain != first.Plain || !slices.Equal(again.Sentences, first.Sentences) || !slices.Equal(words(again), words(first)) {
			t.Errorf("%q\nread as  %q %v %v\nthen as  %q %v %v", html, first.Plain, first.Sentences, first.Marks, again.Plain, again.Sentences, again.Marks)
		}
	}
	for _, odd := range []string{"⟨", "⟩⟨", "a⟨b c⟩ ⟨⟩", "⟨a⟨b⟩"} {
		for _, m := range Again(odd).Marks {
			if m.End > len(odd) || m.Start >= m.End {
				t.Errorf("%q: mark %v", odd, m)
			}
		}
	}
}

// TestCountWords counts character by character, too.
func TestCountWords(t *testing.T) {
	simple := func(s string) (n int) {
		inside, apostrophe := false, false
		for _, r := range s {
			switch {
			case isWord(r):
				if !inside && !apostrophe {
					n++
				}
				inside, apostrophe = true, false
			case inside && (r == '\'' || r == '’'):
				inside, apostrophe = false, true
			default:
				inside, apostrophe = false, false
			}
		}
		return n
	}
	r := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("aaaZ9'' .é’’🎉\u0301-")
	for range 5000 {
		var b strings.Builder
		for range r.IntN(200) {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		if s := b.String(); countWords(s) != simple(s) {
			t.Fatalf("countWords(%q) = %d, want %d", s, countWords(s), simple(s))
		}
	}
}
