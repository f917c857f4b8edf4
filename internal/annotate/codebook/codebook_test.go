package codebook

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

func read(s, language string) *Words {
	text := plain.Read(discussion.Text{Content: s, Format: discussion.Markdown})
	var l token.List
	l.Read(&text, language)
	var w Words
	w.Read(&l)
	return &w
}

// found returns the words that matched.
func found(b *Book, s, language string) (list []string) {
	w := read(s, language)
	for _, m := range b.Find(w, nil) {
		list = append(list, w.Tokens.Text.Plain[m.Start:m.End])
	}
	return list
}

// TestExamples holds every shipped entry to its own examples.
func TestExamples(t *testing.T) {
	b, err := Load(data.Codebook)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range b.Entries {
		if len(e.Examples.Match) < 4 || len(e.Examples.NoMatch) < 1 {
			t.Errorf("%s: give examples in every language, and one that does not match", e.Name)
		}
	}
	if err := b.Check(); err != nil {
		t.Error(err)
	}
}

func TestThemesOfTheGuide(t *testing.T) {
	b, err := Load(data.Codebook)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range b.Entries {
		got = append(got, e.Name)
	}
	want := []string{
		"censorship", "compensation", "consent_optout", "copyright_law", "corporate_greed", "data_poisoning", "defence_of_ai", "gdpr", "human_analogy", "humor",
		"info_technical", "leaving_platform", "legal_terms", "off_topic", "privacy", "public_data", "regulation_enforcement", "resignation", "scraping_load", "theft", "training_quality",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if b, err = Load(data.Targets); err != nil || len(b.Entries) != 27 {
		t.Errorf("%d targets, %v; want the 27 of the guide", len(b.Entries), err)
	}
}

const head = "title = \"T\"\ndefinition = \"d\"\n"

func small(t testing.TB, text string) *Book {
	t.Helper()
	b, err := Load(fstest.MapFS{"theft.toml": {Data: []byte(head + text)}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMatching(t *testing.T) {
	b := small(t, `[patterns]
en = ["steal*", "rob the house", "opt-out", "crawler* + block* + night", "poison !ivy !food poison", "permission"]
de = ["klau*", "große diebe", "*recht", "*diebstahl*", "neues *gesetz", "wut + *zorn*"]
fr = ["vol* nos données", "l'ia"]
[exclude]
en = ["steal the show"]
`)
	for _, tc := range []struct {
		text, language string
		want           []string
	}{
		{"They STEAL and stealing is wrong", "en", []string{"STEAL", "stealing"}},
		{"They steal the show", "en", nil},
		{"They steal the show and steal", "en", []string{"steal"}},
		{"they rob the house", "en", []string{"rob the house"}},
		{"opt out, Opt-out; opt—out. OPT OUT", "en", []string{"opt out", "Opt-out", "opt—out", "OPT OUT"}},
		{"opt-outs", "en", nil},
		{"At night we blocked the crawlers.", "en", []string{"crawlers"}},
		{"At night we slept. We blocked the crawlers.", "en", nil},
		{"poison the data, not poison ivy", "en", nil},
		{"poison the data", "en", []string{"poison"}},
		{"without premission, permision or permisssion", "en", []string{"premission", "permision", "permisssion"}},
		{"a remission, permissions", "en", nil},
		{"GROSSE DIEBE klauen, große Diebe", "de", []string{"GROSSE DIEBE", "klauen", "große Diebe"}},
		{"Urheberrecht, Recht, Anrecht, Datendiebstahlvorwurf", "de", []string{"Urheberrecht", "Datendiebstahlvorwurf"}},
		{"Wut! Ein neues Datengesetz, Wut und Volkszornes", "de", []string{"neues Datengesetz", "Wut"}},
		{"klauen", "en", nil},
		{"opt-out auf Deutsch", "de", []string{"opt-out"}},
		{"ils volent nos données à l’IA", "fr", []string{"volent nos données", "l’IA"}},
		{"klauen, voler nos données", "und", []string{"klauen", "voler nos données"}},
		{"@stealer@a.example stealthy #steal https://steal.example", "en", []string{"stealthy", "steal"}},
		{"", "en", nil},
	} {
		if diff := cmp.Diff(tc.want, found(b, tc.text, tc.language)); diff != "" {
			t.Errorf("Find(%q, %s): %s", tc.text, tc.language, diff)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "x.toml:1: title is missing",
		"title = 1":                       "x.toml:1:",
		head + "colour = 1":               "x.toml:3:1: unknown key colour",
		head:                              "[patterns] is missing",
		head + "[patterns]\nxx = [\"a\"]": `x.toml:4: "xx" is not one of de, en`,
		head + "[patterns]\nen = [\"a\",\n\"?\"]":                  `x.toml:5: pattern "?": it has no words`,
		head + "[patterns]\nen = [\"ab*\"]":                        "at least 3 letters",
		head + "[patterns]\nen = [\"*abc\"]":                       "at least 4 letters",
		head + "[patterns]\nen = [\"a*b\"]":                        "* stands at the ends",
		head + "[patterns]\nen = [\"a +\"]":                        "it has no words",
		head + "[patterns]\nen = [\"a !\"]":                        "it has no words",
		head + "[patterns]\nen=[\"a\"]\n[exclude]\nen=[\"a + b\"]": "exclude takes phrases",
		head + "[patterns]\nen=[\"a\"]\n[examples]\nmatch=[\"a\"]": "begin it with its language",
		"extends = true\n[patterns]\nen=[\"a\"]":                   "there is no entry x to extend",
	} {
		_, err := Load(fstest.MapFS{"x.toml": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Load(%q) = %v, want %q", text, err, want)
		}
	}
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("Load of an empty folder = nil error")
	}
	_, err := Load(fstest.MapFS{"a.toml": {Data: []byte("")}, "b.toml": {Data: []byte("x")}})
	if err == nil || !strings.Contains(err.Error(), "a.toml") || !strings.Contains(err.Error(), "b.toml") {
		t.Errorf("Load = %v, want what is wrong with both files", err)
	}
}

// TestFolders lays a folder of a study over the shipped one.
func TestFolders(t *testing.T) {
	entry := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	below := fstest.MapFS{"a.toml": entry(head + "[patterns]\nen = [\"apple\"]"), "b.toml": entry(head + "[patterns]\nen = [\"banana\"]")}
	above := fstest.MapFS{"a.toml": entry("extends = true\n[patterns]\nen = [\"apricot\"]"), "b.toml": entry(head + "[patterns]\nen = [\"berry\"]"), "c.toml": entry(head + "[patterns]\nen = [\"cherry\"]")}
	alone, err := Load(below)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Load(below, above)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"apple", "apricot", "berry", "cherry"}, found(b, "apple apricot banana berry cherry", "en")); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(b.Entries[0].Version(), alone.Entries[0].Version()) || b.Version() == alone.Version() {
		t.Error("the version of an extended entry does not begin with that of what it extends")
	}
}

// TestHostileText ends soon: conditions are not looked at anew for each place of a
// pattern.
func TestHostileText(t *testing.T) {
	b, err := Load(data.Codebook)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"a", "steal ", "'", "é", "opt-out ", "eu law ", strings.Repeat("datenschutz", 5) + " "} {
		text := plain.Text{Plain: strings.Repeat(s, 100_000/len(s))}
		var l token.List
		l.Read(&text, "und")
		var w Words
		w.Read(&l)
		b.Find(&w, nil)
	}
}

func FuzzFind(f *testing.F) {
	b, err := Load(data.Codebook)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("they stole it, GDPR l'IA ß opt-out- -x Datenschutzgrundverordnungg", "en")
	f.Add("\xff\x00 opt-out İİ'İ", "und")
	f.Fuzz(func(t *testing.T, s, language string) {
		w := read(s, language)
		for _, m := range b.Find(w, nil) {
			if m.Start < 0 || m.End <= m.Start || m.End > len(w.Tokens.Text.Plain) || m.Pattern == "" {
				t.Fatalf("Find(%q): match %+v is out of bounds", s, m)
			}
		}
	})
}

func FuzzParsePattern(f *testing.F) {
	for _, s := range []string{"steal*", "a + b !c !d e", "*recht", "l'ia", ":x", "!!", "+"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := parsePattern(s); err == nil && len(p.parts) == 0 {
			t.Fatalf("parsePattern(%q) has no parts and no error", s)
		}
	})
}

// BenchmarkFind matches posts of about 205 characters, after they were cut into
// words.
func BenchmarkFind(b *testing.B) {
	for name, folder := range map[string]*Book{"themes": load(b, false), "20000": load(b, true)} {
		b.Run(name, func(b *testing.B) {
			var posts []*Words
			for _, s := range []string{
				"They switched it on for everybody and did not ask a single person before they did. I hate it, honestly, but thanks to whoever wrote the guide: it took me two minutes to turn it off and my sister did it too.",
				"The court held that the exception applies to copies made for research, and sent the rest back. Whether a licence can take that away is the question that the lower court now has to answer by the end of May.",
				"lol of course they did!!! first they sell the archive, then they sell us the answers, and the toggle is four menus deep where nobody will EVER find it. not even angry any more, just tired of all of this tbh",
			} {
				posts = append(posts, read(s, "en"))
			}
			var list []Match
			folder.Find(posts[0], nil)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				list = folder.Find(posts[i%len(posts)], list[:0])
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
		})
	}
}

// load returns the shipped themes, with as many patterns more as make 20,000 if
// many is set: two words each of the shipped ones, in other pairs.
func load(b *testing.B, many bool) *Book {
	book, err := Load(data.Codebook)
	if err != nil {
		b.Fatal(err)
	}
	if !many {
		return book
	}
	var words []string
	n := 0
	for _, e := range book.Entries {
		for _, list := range e.Patterns {
			n += len(list)
		}
		for _, p := range e.Patterns["en"] {
			words = append(words, strings.Trim(strings.Fields(p)[0], "*!+"))
		}
	}
	for i := 0; n < 20_000; i++ {
		pair := words[i%len(words)] + " " + words[(i*7+i/len(words)+1)%len(words)]
		if _, err := parsePattern(pair); err == nil {
			e := &book.Entries[i%len(book.Entries)]
			e.Patterns["en"] = append(e.Patterns["en"], pair)
			n++
		}
	}
	return book
}

// TestCheck: an example that an entry does not live up to is reported where it
// stands.
func TestCheck(t *testing.T) {
	b := small(t, `[patterns]
en = ["steal*"]
[examples]
match = ["en: They steal.", "en: They rob."]
no_match = [
  "en: Nothing here.",
  "en: A stealthy look.",
]
`)
	want := `theft.toml:6: no pattern matches the example "en: They rob."
theft.toml:9: the pattern "steal*" matches the example "en: A stealthy look.", which should have none`
	if err := b.Check(); err == nil || err.Error() != want {
		t.Errorf("Check: %v\nwant %s", err, want)
	}
}

// TestJoin holds a search for several codebooks at once to what one after the other
// finds.
func TestJoin(t *testing.T) {
	themes, err := Load(data.Codebook)
	if err != nil {
		t.Fatal(err)
	}
	targets, err := Load(data.Targets)
	if err != nil {
		t.Fatal(err)
	}
	both := Join(themes, targets)
	found := 0
	for _, b := range []*Book{themes, targets} {
		for _, e := range b.Entries {
			for _, x := range slices.Concat(e.Examples.Match, e.Examples.NoMatch) {
				language, content, _ := strings.Cut(x, ": ")
				w := read(content+" Linkedinn copyrihgt :party_parrot:", language)
				got := make([][]Match, 2)
				both.Find(w, got)
				for i, b := range []*Book{themes, targets} {
					want := b.Find(w, nil)
					if diff := cmp.Diff(want, got[i], cmp.AllowUnexported(Match{})); diff != "" {
						t.Fatalf("in %q, book %d: %s", x, i, diff)
					}
					found += len(want)
				}
			}
		}
	}
	if found == 0 {
		t.Error("nothing was found")
	}
}

// TestNameOfEmoji has a stem match words that begin so, but not the name of an emoji
// that is the stem itself.
func TestNameOfEmoji(t *testing.T) {
	b, err := Load(fstest.MapFS{"bird.toml": {Data: []byte("title = \"B\"\ndefinition = \"B.\"\n[patterns]\nen = [\"parrot*\"]\n")}})
	if err != nil {
		t.Fatal(err)
	}
	if got := found(b, "a parrot, parrots and :party_parrot:", "en"); !slices.Equal(got, []string{"parrot", "parrots"}) {
		t.Errorf("parrot* matches %q", got)
	}
}

// TestMisspeltInOne has a word that is in one of two codebooks taken for a
// misspelling in the other, as it is where that is searched alone.
func TestMisspeltInOne(t *testing.T) {
	book := func(word string) *Book {
		b, err := Load(fstest.MapFS{"a.toml": {Data: []byte("title = \"A\"\ndefinition = \"A.\"\n[patterns]\nen = [\"" + word + "\"]\n")}})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	got := make([][]Match, 2)
	Join(book("databases"), book("databasis")).Find(read("the databasis", "en"), got)
	if len(got[0]) != 1 || len(got[1]) != 1 {
		t.Errorf("%d and %d matches, want one each", len(got[0]), len(got[1]))
	}
}
