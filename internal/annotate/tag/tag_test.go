package tag

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate/codebook"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

func shipped(t testing.TB) *Tagger {
	t.Helper()
	tagger, err := Load(data.Codebook, data.Targets, data.Tags, Own{})
	if err != nil {
		t.Fatal(err)
	}
	return tagger
}

var dry = discussion.Sentiment{Label: discussion.Neutral, P: [3]float64{0.2, 0.6, 0.2}}

func read(r *Reader, s, language string) (Tags, string) {
	text := plain.Read(discussion.Text{Content: s, Format: discussion.Markdown})
	var l token.List
	l.Read(&text, language)
	return r.Read(&l, &dry), text.Plain
}

func themes(tags Tags) (list []string) {
	for _, t := range tags.Themes {
		list = append(list, t.Theme)
	}
	return list
}

// TestThemes compares posts that have a theme with posts that have its words in
// another sense.
func TestThemes(t *testing.T) {
	r := shipped(t).Reader()
	for _, c := range []struct {
		language, theme, with, without string
	}{
		{"en", "theft", "They stole ten years of my posts to train it.", "My bike was stolen last night."},
		{"en", "gdpr", "I sent them an objection under GDPR Article 21.", "The kittens found the radiator."},
		{"en", "data_poisoning", "The tarpit feeds their crawler endless garbage.", "Careful, poison ivy grows by the gate."},
		{"de", "theft", "Das ist schlicht Diebstahl an uns allen.", "Mein Fahrrad wurde geklaut."},
		{"de", "gdpr", "Die Datenschutzgrundverordnung verbietet genau das.", "Endlich Regen im Garten."},
		{"fr", "theft", "C'est du vol, ils ont pillé nos textes.", "Mon vol pour Lyon est en retard."},
		{"es", "gdpr", "La AEPD ya tiene mi queja por el RGPD.", "Los tomates del huerto, por fin."},
	} {
		if tags, _ := read(r, c.with, c.language); !slices.Contains(themes(tags), c.theme) {
			t.Errorf("%q has the themes %v, want %s", c.with, themes(tags), c.theme)
		}
		if tags, _ := read(r, c.without, c.language); slices.Contains(themes(tags), c.theme) {
			t.Errorf("%q has the themes %v, want no %s", c.without, themes(tags), c.theme)
		}
	}
}

func TestOffTopicStandsAlone(t *testing.T) {
	r := shipped(t).Reader()
	for _, s := range []string{"Endless rain, and the sourdough rose at last.", "They stole my recipes to train it, and it rains in the garden."} {
		tags, _ := read(r, s, "en")
		if list := themes(tags); slices.Contains(list, OffTopic) && slices.ContainsFunc(list, func(x string) bool { return x != OffTopic && x != humor }) {
			t.Errorf("%q has the themes %v", s, list)
		}
	}
}

func TestTargets(t *testing.T) {
	r := shipped(t).Reader()
	tags, _ := read(r, "Thank goodness for GDPR, and shame on LinkedIn.", "en")
	var names []string
	main := 0
	for i, x := range tags.Targets {
		names = append(names, x.Target)
		if x.Main {
			main++
		}
		if !(x.Confidence > 0 && x.Confidence <= 1) || i > 0 && x.Confidence > tags.Targets[i-1].Confidence {
			t.Errorf("confidences are out of order or bounds: %+v", tags.Targets)
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff([]string{"gdpr_eu", "linkedin"}, names); diff != "" || main > 1 {
		t.Errorf("%d main targets of %s", main, diff)
	}
	if tags, _ := read(r, "Endlich Regen im Garten.", "de"); len(tags.Targets) > 0 {
		t.Errorf("a post on rain is about %+v", tags.Targets)
	}
}

func TestAnswers(t *testing.T) {
	r := shipped(t).Reader()
	for _, c := range []struct {
		language, text string
		want           bool
	}{
		{"en", "Exactly, and nobody noticed.", true},
		{"de", "Genau so ist es.", true},
		{"en", "The kettle broke this morning.", false},
		{"en", "Yes, it is theft, they stole our posts.", false},
		{"en", "Yes. " + strings.Repeat("One more word here. ", 20), false},
		{"en", "", false},
	} {
		if tags, _ := read(r, c.text, c.language); tags.Answers != c.want {
			t.Errorf("%q answers: %v, want %v (themes %v)", c.text, tags.Answers, c.want, themes(tags))
		}
	}
}

const own = "title = \"T\"\ndefinition = \"d\"\n[patterns]\nen = [\"kettle*\"]\n"

// TestOwnThemes: for a theme that a study brings or replaces, patterns alone
// decide; one that it extends is still learned.
func TestOwnThemes(t *testing.T) {
	folder := fstest.MapFS{
		"kettles.toml": {Data: []byte(own)},
		"theft.toml":   {Data: []byte(own)},
		"gdpr.toml":    {Data: []byte("extends = true\n[patterns]\nen = [\"gee dee pee are\"]")},
	}
	tagger, err := Load(data.Codebook, data.Targets, data.Tags, Own{Themes: folder})
	if err != nil {
		t.Fatal(err)
	}
	r := tagger.Reader()
	tags, _ := read(r, "They stole my kettles, says the GDPR.", "en")
	for _, want := range []string{"kettles", "theft", "gdpr"} {
		if !slices.Contains(themes(tags), want) {
			t.Errorf("themes are %v, want %s", themes(tags), want)
		}
	}
	if tags, _ := read(r, "They stole ten years of my posts.", "en"); slices.Contains(themes(tags), "theft") {
		t.Error("the shipped patterns of a replaced theme still count")
	}
	before, after := shipped(t).Versions(), tagger.Versions()
	for name := range after {
		if changed := before[name] != after[name]; changed != (name == "kettles" || name == "theft" || name == "gdpr") {
			t.Errorf("the version of %q changed: %v", name, changed)
		}
	}
}

// TestOwnTargets: a target that a study brings is one among the others.
func TestOwnTargets(t *testing.T) {
	folder := fstest.MapFS{"worklane.toml": {Data: []byte("title = \"Worklane\"\ndefinition = \"d\"\n[patterns]\nen = [\"worklane\"]\n")}}
	tagger, err := Load(data.Codebook, data.Targets, data.Tags, Own{Targets: folder})
	if err != nil {
		t.Fatal(err)
	}
	r := tagger.Reader()
	for text, want := range map[string][]string{
		"Shame on Worklane for this.":        {"worklane main"},
		"Kittens, kittens, and more kittens": nil,
	} {
		tags, plain := read(r, text, "en")
		check(t, tags, plain)
		var got []string
		for _, x := range tags.Targets {
			if x.Main {
				got = append(got, x.Target+" main")
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	if tags, _ := read(r, "Worklane and LinkedIn are both greedy thieves.", "en"); len(tags.Targets) < 2 {
		t.Errorf("targets are %+v, want worklane and linkedin", tags.Targets)
	}
	if before, after := shipped(t).Versions(), tagger.Versions(); before[""] == after[""] {
		t.Error("the version of the targets did not change")
	}
}

// TestNamedTargets: nobody is the target of a post that does not name them,
// whatever its words were learned to mean; the same post with the name is about
// them.
func TestNamedTargets(t *testing.T) {
	r := shipped(t).Reader()
	about := func(s string) bool {
		tags, _ := read(r, s, "en")
		return slices.ContainsFunc(tags.Targets, func(x discussion.TargetTag) bool { return x.Target == "linkedin" })
	}
	const post = "recruiters endorse my skills and my profile trains their AI, the switch was on by default, I deleted my career profile."
	if about("The " + post) {
		t.Error("a post that names nobody is about linkedin")
	}
	if !about("On LinkedIn, " + post) {
		t.Error("a post that names LinkedIn is not about it")
	}
}

// TestLearnedEvidence: where no pattern shows a theme, words do that are long
// enough to show anything.
func TestLearnedEvidence(t *testing.T) {
	r := shipped(t).Reader()
	learned := 0
	for _, s := range []string{
		"I'm at my desk and I just told my cat the joke, and the cat left me for the dog.",
		"My gran can do it, so can you, so can the dog: I am on it, lol.",
		"It helps me every day and I am so glad of it, it is a joy to use.",
		"You can not put it back in the box, it is out and it is too late for us all.",
	} {
		tags, text := read(r, s, "en")
		for _, x := range tags.Themes {
			if slices.ContainsFunc(r.Found(), func(m codebook.Match) bool { return r.Tagger.Themes.Entries[m.Entry].Name == x.Theme }) {
				continue
			}
			learned++
			for _, e := range x.Evidence {
				if word := text[e.Start:e.End]; len(word) < minLearned {
					t.Errorf("%q shows %s by %q", s, x.Theme, word)
				}
			}
		}
	}
	if learned == 0 {
		t.Error("no theme was found by what was learned alone: these posts show nothing")
	}
}

func check(t *testing.T, tags Tags, text string) {
	t.Helper()
	spans := func(of string, list []discussion.Span) {
		last := 0
		for _, e := range list {
			if e.Start < last || e.End <= e.Start || e.End > len(text) {
				t.Fatalf("%q: evidence of %s %v is out of order or bounds", text, of, list)
			}
			last = e.End
		}
	}
	for _, x := range tags.Themes {
		spans(x.Theme, x.Evidence)
		if !(x.Confidence >= 0 && x.Confidence <= 1) {
			t.Fatalf("%q: confidence %v", text, x.Confidence)
		}
	}
	for _, x := range tags.Targets {
		spans(x.Target, x.Evidence)
		sum := x.Sentiment.P[0] + x.Sentiment.P[1] + x.Sentiment.P[2]
		if x.Main && !(math.Abs(sum-1) < 1e-9) || !x.Main && sum != 0 {
			t.Fatalf("%q: tones towards %s are as likely as %v", text, x.Target, x.Sentiment.P)
		}
	}
}

func FuzzRead(f *testing.F) {
	r := shipped(f).Reader()
	f.Add("They stole it, GDPR l'IA ß 😡 LinkedIn", "en")
	f.Add("\xff\x00 opt-out "+strings.Repeat("Daten-", 99), "de")
	f.Fuzz(func(t *testing.T, s, language string) {
		tags, text := read(r, s, language)
		check(t, tags, text)
	})
}

func small() *Weights {
	return &Weights{
		Made: "by hand", Themes: []Column{{Name: "theft", Scale: 1}}, Targets: []Column{{Name: NoTarget, Scale: 1}, {Name: "x", Scale: 1}},
		Towards: []Column{{Name: "negative", Scale: 1}, {Name: "neutral", Scale: 1}, {Name: "positive", Scale: 1}},
		Texts:   []uint64{3, 4}, Keys: []uint32{1, 9}, Rows: []int8{1, -2, 3, 4, 5, 6, 7, 8, -127, 9, 10, 11},
	}
}

func TestEncodeAndDecode(t *testing.T) {
	var b bytes.Buffer
	if err := small().Encode(&b); err != nil {
		t.Fatal(err)
	}
	got, _, err := decode(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(small(), got); diff != "" {
		t.Error(diff)
	}
	for n := range b.Len() {
		if _, _, err := decode(b.Bytes()[:n]); err == nil {
			t.Fatalf("decode of %d of %d bytes = nil error", n, b.Len())
		}
	}
	x := newTable(small())
	for i, hash := range []uint64{0, 1, 1 << 40, 1 << 63} {
		key := Key(hash)
		if row := x.row(key, x.slots[x.place(key)]); row >= 0 && (key != small().Keys[row] || x.mayHave(key) == 0) {
			t.Errorf("hash %d has the row %d", i, row)
		}
	}
	if x.weight(1, 2) != -127 || x.weight(0, 0) != 1 {
		t.Error("weights change on their way into the table")
	}
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	if err := small().Encode(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if w, _, err := decode(data); err == nil {
			newTable(w)
		}
	})
}

// TestWeightsAreOfTheCodebook: a theme or target without a column would be
// decided by patterns alone.
func TestWeightsAreOfTheCodebook(t *testing.T) {
	tagger := shipped(t)
	for i, column := range tagger.learned {
		if column < 0 {
			t.Errorf("theme %s was not learned: run the training again", tagger.Themes.Entries[i].Name)
		}
	}
	for i, column := range tagger.targets {
		if column < 0 {
			t.Errorf("target %s was not learned: run the training again", tagger.Targets.Entries[i].Name)
		}
	}
}

// BenchmarkRead tags a post of about 200 characters that was cut into tokens.
func BenchmarkRead(b *testing.B) {
	r := shipped(b).Reader()
	text := plain.Read(discussion.Text{Content: "They switched it on for everybody and did not ask a single person before they did. I would like to know who thought of that, and whether GDPR has anything to say about theft of this kind.", Format: discussion.Markdown})
	var l token.List
	l.Read(&text, "en")
	b.ReportAllocs()
	for b.Loop() {
		r.Read(&l, &dry)
	}
}

// weight returns what a row has in a column.
func (t *table) weight(row, column int) int {
	return int(t.rows[row*t.stride+column/8]>>(8*(column%8))&0xFF) - 128
}

// corpus returns the English texts that the weights were learned from.
func corpus(t *testing.T) (texts []string) {
	t.Helper()
	lines, err := os.ReadFile("../../../data/tags/corpus/en.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(lines) {
		var p struct{ Text string }
		if err := json.Unmarshal(line, &p); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, p.Text)
	}
	return texts
}

// TestSums compares what the rows of a text add up to with the rows of its features,
// each once, in texts with more of them than fit into lanes.
func TestSums(t *testing.T) {
	r := shipped(t).Reader()
	texts, most := corpus(t), 0
	for _, posts := range []int{0, 1, 3, 40} {
		read(r, strings.Join(texts[:posts], "\n\n"), "en")
		want := make([]int32, r.weights.columns())
		seen := map[int32]bool{}
		for _, f := range Features(&r.Words, nil) {
			key := Key(f.Hash)
			row := r.table.row(key, r.table.slots[r.table.place(key)])
			if row < 0 || seen[row] {
				continue
			}
			seen[row] = true
			for c := range want {
				want[c] += int32(r.table.weight(int(row), c))
			}
		}
		if diff := cmp.Diff(want, r.sums[:len(want)]); diff != "" {
			t.Errorf("%d posts with %d features: %s", posts, len(seen), diff)
		}
		most = max(most, len(seen))
	}
	if most <= 2*fitting {
		t.Errorf("the longest text has %d features, want more than %d", most, 2*fitting)
	}
}

// TestMeantTargets: whom posts are about need not be named in them.
func TestMeantTargets(t *testing.T) {
	r := shipped(t).Reader()
	meant := 0
	for _, s := range corpus(t) {
		tags, _ := read(r, s, "en")
		for _, x := range tags.Targets {
			if entry, _ := r.Targets.Index(x.Target); r.whom[entry] == 0 {
				meant++
				if r.named[entry] || !x.Main {
					t.Errorf("%q is about %s, whom it does not name", s, x.Target)
				}
			}
		}
	}
	if meant == 0 {
		t.Error("no target was found by what was learned alone: these posts show nothing")
	}
}
