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
	"github.com/fedipulse/fedipulse/internal/annotate/theme"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

func shipped(t testing.TB) annotate.Model {
	t.Helper()
	tone, err := sentiment.Load(data.Lexicon, data.Sentiment)
	if err != nil {
		t.Fatal(err)
	}
	themes, err := theme.Load(data.Codebook)
	if err != nil {
		t.Fatal(err)
	}
	return annotate.Model{Language: language.Identifier{}, Sentiment: tone, Themes: themes}
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

// TestThemeTone: a theme has the tone of the sentences that speak of it.
func TestThemeTone(t *testing.T) {
	got := shipped(t).Annotate(text("Thank goodness for GDPR, I love it. What they did is disgusting theft."))
	tones := map[string]discussion.Label{}
	for _, tag := range got.Themes {
		tones[tag.Theme] = tag.Sentiment.Label
		for _, e := range tag.Evidence {
			if word := got.Plain[e.Start:e.End]; word != "GDPR" && word != "theft" {
				t.Errorf("evidence of %s: %q", tag.Theme, word)
			}
		}
	}
	if diff := cmp.Diff(map[string]discussion.Label{"gdpr": discussion.Positive, "theft": discussion.Negative}, tones); diff != "" {
		t.Error(diff)
	}
}

// memory is a store of texts.
type memory struct {
	texts  []discussion.Text
	notes  []discussion.Annotation
	cancel context.CancelFunc
}

func (m *memory) Pending(context.Context, string) (int, iter.Seq2[[]discussion.Text, error], error) {
	return len(m.texts), func(yield func([]discussion.Text, error) bool) {
		for rest := m.texts; len(rest) > 0; rest = rest[min(10, len(rest)):] {
			if !yield(rest[:min(10, len(rest))], nil) {
				return
			}
		}
	}, nil
}

func (m *memory) Annotate(_ context.Context, _ []discussion.Text, notes []discussion.Annotation) error {
	m.notes = append(m.notes, notes...)
	if m.cancel != nil {
		m.cancel()
	}
	return nil
}

func (*memory) Flush(context.Context) error { return nil }

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
