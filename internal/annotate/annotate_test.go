package annotate_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate"
	"github.com/fedipulse/fedipulse/internal/annotate/language"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment"
	"github.com/fedipulse/fedipulse/internal/annotate/tag"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

func shipped(t testing.TB) annotate.Model {
	t.Helper()
	tone, err := sentiment.Load(data.Lexicon, data.Sentiment)
	if err != nil {
		t.Fatal(err)
	}
	tags, err := tag.Load(data.Codebook, data.Targets, data.Tags, tag.Own{})
	if err != nil {
		t.Fatal(err)
	}
	return annotate.Model{Language: language.Identifier{}, Sentiment: tone, Tags: tags}
}

func text(content string) discussion.Text {
	return discussion.Text{Post: "p", Content: content, Format: discussion.Markdown, State: discussion.Live, Language: "en", Kind: discussion.KindComment}
}

func TestReasons(t *testing.T) {
	m := shipped(t)
	gone := text("")
	gone.State = discussion.Deleted
	article := text("They hate it.")
	article.Kind = discussion.KindArticle
	foreign := text("Det här är verkligen inte bra och jag är mycket arg på dem allihop i dag.")
	foreign.Language = "sv"
	for want, in := range map[string]discussion.Text{
		annotate.ReasonGone: gone, annotate.ReasonArticle: article, annotate.ReasonLanguage: foreign,
		annotate.ReasonEmpty: text("> only a quote\n\nhttps://a.example/x"), annotate.ReasonShort: text("Tuesday"),
		"": text("Thanks!"),
	} {
		if got := m.Annotate(in); got.Reason != want || got.Scored != (want == "") {
			t.Errorf("Annotate(%q) = scored %v, reason %q, want %q", in.Content, got.Scored, got.Reason, want)
		}
	}
}

// TestTones: a theme and a target have the tone of the clauses that carry them,
// not of the whole post.
func TestTones(t *testing.T) {
	m := shipped(t)
	for _, post := range []string{
		"Thank goodness for GDPR, I love it. What LinkedIn did is disgusting theft.",
		"Thank goodness for GDPR, I love it, but what LinkedIn did is disgusting theft.",
	} {
		got := m.Annotate(text(post))
		tones := map[string]discussion.Label{}
		for _, tag := range got.Themes {
			if tag.Theme == "gdpr" || tag.Theme == "theft" {
				tones[tag.Theme] = tag.Sentiment.Label
				if words := got.Plain[tag.Evidence[0].Start:tag.Evidence[0].End]; words != "GDPR" && words != "theft" {
					t.Errorf("evidence of %s: %q", tag.Theme, words)
				}
			}
		}
		for _, tag := range got.Targets {
			tones[tag.Target] = tag.Sentiment.Label
		}
		want := map[string]discussion.Label{
			"gdpr": discussion.Positive, "theft": discussion.Negative, "gdpr_eu": discussion.Positive, "linkedin": discussion.Negative,
		}
		if diff := cmp.Diff(want, tones); diff != "" {
			t.Errorf("%q: %s", post, diff)
		}
	}
}

// TestTowards: hopeful words in a plan to harm a firm are not meant for it.
func TestTowards(t *testing.T) {
	m := shipped(t)
	for post, want := range map[string]discussion.Label{
		"Fill LinkedIn with invented diplomas, it would be a joy to see the model fail.": discussion.Negative,
		"Flood LinkedIn with gibberish and enjoy the show.":                              discussion.Negative,
		"Thank you LinkedIn for the quick and kind answer.":                              discussion.Positive,
		"On LinkedIn the switch is under Settings, Data privacy.":                        discussion.Neutral,
	} {
		got := m.Annotate(text(post)).Targets
		if len(got) != 1 || !got[0].Main || got[0].Target != "linkedin" || got[0].Sentiment.Label != want {
			t.Errorf("%q has the targets %+v, want linkedin, %s", post, got, want)
		}
	}
}

// memory is a store of texts.
type memory struct {
	texts  []discussion.Text
	sizes  []int // of batches, over and over; none: 10
	notes  []discussion.Annotation
	stored func([]discussion.Annotation)
	cancel context.CancelFunc
}

func (m *memory) Pending(context.Context, string) (int, iter.Seq2[[]discussion.Text, error], error) {
	return len(m.texts), func(yield func([]discussion.Text, error) bool) {
		rest := m.texts
		for i := 0; len(rest) > 0; i++ {
			n := 10
			if len(m.sizes) > 0 {
				n = m.sizes[i%len(m.sizes)]
			}
			if n = min(n, len(rest)); !yield(rest[:n], nil) {
				return
			}
			rest = rest[n:]
		}
	}, nil
}

func (m *memory) Annotate(_ context.Context, _ []discussion.Text, notes []discussion.Annotation) error {
	m.notes = append(m.notes, notes...)
	if m.stored != nil {
		m.stored(notes)
	}
	if m.cancel != nil {
		m.cancel()
	}
	return nil
}

func (*memory) Retag(context.Context, string, map[string]string, func(map[string]bool, []discussion.Text, []discussion.Annotation) error) (int, error) {
	return 0, nil
}

func (*memory) Flush(context.Context) error { return nil }

// TestAnnotatorForgets holds annotations to be functions of a text alone: an
// annotator that has seen many says the same of each as one that has seen none.
func TestAnnotatorForgets(t *testing.T) {
	m := shipped(t)
	annotate := m.Annotator()
	w := newWriter(t, "corpus")
	var texts []discussion.Text
	for i := range 4000 {
		p := w.post(i)
		texts = append(texts, discussion.Text{Post: p.URI, Kind: p.Kind, State: p.State, Format: p.Format, Content: p.Content, Language: p.Language})
		annotate(texts[i])
	}
	for i := 0; i < len(texts); i += 20 {
		if diff := cmp.Diff(m.Annotate(texts[i]), annotate(texts[i])); diff != "" {
			t.Fatalf("an annotator that has seen %d texts finds (+) something else in %q: %s", len(texts), texts[i].Content, diff)
		}
	}
}

func TestRunKeepsOrder(t *testing.T) {
	var m memory
	for i := range 95 {
		x := text(strings.Repeat("I like this. ", i%7+1))
		x.Post = fmt.Sprint(i)
		m.texts = append(m.texts, x)
	}
	sum, err := annotate.Run(t.Context(), &m, shipped(t), nil)
	if err != nil || sum.Done != 95 || sum.Pending != 95 || sum.Scored != 95 {
		t.Fatalf("Run = %+v, %v", sum, err)
	}
	for i, n := range m.notes {
		if n.Post != fmt.Sprint(i) {
			t.Fatalf("note %d is of post %s", i, n.Post)
		}
	}
}

// TestRunUsesMemoryAgain has batches of many sizes, whose annotations are to be those
// of their texts while they are stored.
func TestRunUsesMemoryAgain(t *testing.T) {
	m := memory{sizes: []int{700, 3, 300, 1, 1100, 256, 257}}
	w := newWriter(t, "corpus")
	for i := range 9000 {
		p := w.post(i)
		if i%7 == 0 {
			p.Content = "" // says nothing
		}
		m.texts = append(m.texts, discussion.Text{Post: p.URI, Kind: p.Kind, State: p.State, Format: p.Format, Content: p.Content, Language: p.Language})
	}
	model := shipped(t)
	alone := model.Annotator()
	at := 0
	m.stored = func(notes []discussion.Annotation) {
		for _, n := range notes {
			if diff := cmp.Diff(alone(m.texts[at]), n); diff != "" && !t.Failed() {
				t.Errorf("post %d (-alone +in a run): %s", at, diff)
			}
			at++
		}
	}
	if sum, err := annotate.Run(t.Context(), &m, model, nil); err != nil || sum.Done != len(m.texts) || at != len(m.texts) {
		t.Errorf("Run = %+v, %v; %d stored", sum, err, at)
	}
}

func TestRunStopsAfterABatch(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m := memory{cancel: cancel}
	for range 30 {
		m.texts = append(m.texts, text("I like this."))
	}
	if sum, err := annotate.Run(ctx, &m, shipped(t), nil); !errors.Is(err, context.Canceled) || sum.Done != 10 || len(m.notes) != 10 {
		t.Errorf("Run = %+v, %v; %d stored: want the batch in hand, whole", sum, err, len(m.notes))
	}
}

// BenchmarkAnnotate annotates posts of about 200 characters; ns/op is per post,
// on one processor.
func BenchmarkAnnotate(b *testing.B) {
	m := shipped(b)
	posts := []discussion.Text{
		text("They switched it on for everybody and **did not ask** a single person before they did. I hate it, honestly, but thanks to whoever wrote the guide: https://a.example/guide took me two minutes."),
		text("> nobody asked\n\nGDPR exists for exactly this. File a complaint with your regulator, it costs nothing, and attach a screenshot of the settings page with the date on it."),
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Annotate(posts[i%2])
	}
}
