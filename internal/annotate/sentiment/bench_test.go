package sentiment

import (
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jdkato/prose/v3/tokenize"
	"github.com/jonreiter/govader"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// posts are invented, of about 205 bytes each on average.
var posts = []string{
	"They switched it on for everybody and did not ask a single person before they did. I hate it, honestly, but thanks to whoever wrote the guide: it took me two minutes to turn it off 🙏 and my sister did it too.",
	"The court held that the exception applies to copies made for research, and sent the rest back. Whether a licence can take that away is the question that the lower court now has to answer by the end of May.",
	"lol of course they did!!! first they sell the archive, then they sell us the answers, and the toggle is four menus deep where nobody will EVER find it. not even angry any more, just tired of all of this tbh",
	"Moved my whole family over last weekend and I'm so glad we did. The admins are lovely, the photos came across without a hitch, and my mum (71!) has already posted eleven pictures of her cat #caturday 😻",
	"Does anyone know whether the opt-out applies to posts that were made before March? The help page says \"new content\" and the notice says \"your content\", which isn't the same thing if you ask me. Link below.",
}

// scoreWith scores a whole text, from its characters on.
func scoreWith(s *Scorer, t *plain.Text, language string) discussion.Sentiment {
	s.own.Read(t, language)
	s.Open(&s.own)
	return s.Score(discussion.Span{End: len(t.Plain)})
}

func cpu() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// run reports posts per second of CPU, which other work on the machine does
// not change much.
func run(b *testing.B, score func(i int)) {
	bytes := 0
	for i, p := range posts {
		bytes += len(p)
		score(i)
	}
	b.SetBytes(int64(bytes / len(posts)))
	b.ReportAllocs()
	began := cpu()
	n := 0
	for b.Loop() {
		score(n % len(posts))
		n++
	}
	b.ReportMetric(float64(n)/(cpu()-began), "posts/cpu-s")
}

// BenchmarkPost compares a post's way through the model with that through
// VADER, and with prose's tokenizer alone, which does not score anything.
func BenchmarkPost(b *testing.B) {
	m := shipped(b)
	var texts []plain.Text
	for _, p := range posts {
		texts = append(texts, plain.Read(discussion.Text{Content: p, Format: discussion.Plain}))
	}
	b.Run("fedipulse", func(b *testing.B) {
		s := m.Scorer()
		run(b, func(i int) { scoreWith(s, &texts[i], "en") })
	})
	b.Run("fedipulse-de", func(b *testing.B) {
		s := m.Scorer()
		run(b, func(i int) { scoreWith(s, &texts[i], "de") })
	})
	b.Run("govader", func(b *testing.B) {
		v := govader.NewSentimentIntensityAnalyzer()
		run(b, func(i int) { v.PolarityScores(posts[i]) })
	})
	b.Run("prose-tokenize", func(b *testing.B) {
		t := tokenize.New()
		run(b, func(i int) { t.Tokenize(posts[i]) })
	})
}

// BenchmarkLoad is what a model costs before it has scored its first post.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		m, err := Load(data.Lexicon, data.Sentiment)
		if err != nil {
			b.Fatal(err)
		}
		text := read(posts[0])
		m.Score(text, discussion.Span{End: len(text.Plain)}, "en")
	}
}

// BenchmarkLong shows that time is linear in the length of a text.
func BenchmarkLong(b *testing.B) {
	s := shipped(b).Scorer()
	for _, n := range []int{1, 10, 100} {
		text := plain.Read(discussion.Text{Content: strings.Repeat(posts[0]+" ", n), Format: discussion.Plain})
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.SetBytes(int64(len(text.Plain)))
			b.ReportAllocs()
			for b.Loop() {
				scoreWith(s, &text, "en")
			}
		})
	}
}
