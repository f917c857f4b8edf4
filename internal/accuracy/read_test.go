package accuracy

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

const posts = `{"id": "1", "platform": "lemmy", "lang": "de-AT", "text": "**Nein.**", "sentiment": "negative", "irony": true, "themes": ["theft", "gdpr", "theft"], "target": "meta", "target_sentiment": "negative"}

{"id": "2", "platform": "mastodon", "lang": "en", "text": "<p>a</p>", "sentiment": "neutral", "irony": false, "themes": ["off_topic"], "target": "none", "target_sentiment": "neutral"}
{"text": "b", "sentiment": "positive", "irony": false, "themes": [], "target": "none", "target_sentiment": "neutral", "note": 1}
`

func packed(s string) io.Reader {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return &b
}

func TestReadPosts(t *testing.T) {
	want := []Row{
		{Line: 1, ID: "1", Platform: discussion.Lemmy, Language: "de", Text: "**Nein.**", Format: discussion.Markdown, Sentiment: discussion.Negative,
			Irony: true, Themes: []string{"gdpr", "theft"}, Target: "meta", TargetSentiment: discussion.Negative},
		{Line: 3, ID: "2", Platform: discussion.Mastodon, Language: "en", Text: "<p>a</p>", Format: discussion.HTML, Sentiment: discussion.Neutral,
			Themes: []string{"off_topic"}, Target: "none", TargetSentiment: discussion.Neutral},
		{Line: 4, Text: "b", Format: discussion.Plain, Sentiment: discussion.Positive, Themes: []string{}, Target: "none", TargetSentiment: discussion.Neutral},
	}
	for _, task := range Tasks {
		for name, in := range map[string]io.Reader{"plain": strings.NewReader(posts), "packed": packed(posts), "with a mark": strings.NewReader("\ufeff" + posts)} {
			f, err := Read("x", in, Options{Task: Task(task), Themes: []string{"gdpr", "off_topic", "theft"}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(File{Rows: want}, f); diff != "" {
				t.Errorf("%s, %s: %s", task, name, diff)
			}
		}
	}
}

func TestReadTweets(t *testing.T) {
	f, err := Read("x", strings.NewReader("0\tbad\r\n1\t\n2\tgood\tvery"), Options{Task: Sentiment})
	if err != nil {
		t.Fatal(err)
	}
	want := File{Tweets: true, Rows: []Row{
		{Line: 1, Text: "bad", Format: discussion.Plain, Sentiment: discussion.Negative},
		{Line: 2, Format: discussion.Plain, Sentiment: discussion.Neutral},
		{Line: 3, Text: "good\tvery", Format: discussion.Plain, Sentiment: discussion.Positive},
	}}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Error(diff)
	}
	f, err = Read("x", strings.NewReader("0\ta\n1\tb\n"), Options{Task: Irony, Language: "en"})
	if err != nil || f.Rows[0].Irony || !f.Rows[1].Irony || f.Rows[1].Language != "en" {
		t.Errorf("irony: %+v, %v", f.Rows, err)
	}
}

func TestReadOneLanguage(t *testing.T) {
	f, err := Read("x", strings.NewReader(posts), Options{Task: Sentiment, Language: "en"})
	if err != nil || len(f.Rows) != 2 || f.LeftOut != 1 || f.Rows[1].Language != "en" {
		t.Errorf("Read in en = %+v, %v: want the row in en and the one that does not say", f, err)
	}
}

func TestReadErrors(t *testing.T) {
	row := func(fields string) string { return `{"text": "a", ` + fields + "}" }
	long := strings.Repeat("a", maxLine)
	for _, tc := range []struct {
		task     Task
		in, want string
	}{
		{Sentiment, "", "x:1: no rows"},
		{Sentiment, "\n\n", "x:2: no rows"},
		{Sentiment, "0\ta\n3\tb", "x:2: unknown label \"3\"\nuse 0 for negative"},
		{Sentiment, "label\ttext", "x:1: unknown label \"label\""},
		{Sentiment, "\ttext", `unknown label ""`},
		{Irony, "2\ta", "use 0 for meant"},
		{Sentiment, "0 a", "x:1: no tab"},
		{Themes, "0\ta", "--task themes needs JSON lines"},
		{Sentiment, "0\t\xff\xfe", "x:1: not UTF-8"},
		{Sentiment, "0\t" + long, "x:1: the line is longer than 1 MiB"},
		{Sentiment, "0\ta\n0\t" + long + long, "x:2: the line is longer than 1 MiB"},
		{Sentiment, row(`"sentiment": "bad"`), "x:1: unknown sentiment \"bad\"\nuse negative, neutral, positive"},
		{Sentiment, row(`"sentiment": "\u001b[31m` + strings.Repeat("b", 99) + `"`), `unknown sentiment "\x1b[31mb`},
		{Sentiment, row(`"sentiment": 3`), `x:1: not a row: "sentiment" must not be a JSON number`},
		{Sentiment, row(`"sentiment": "neutral"`) + "\n{", "x:2: not a row"},
		{Sentiment, row(`"sentiment": "neutral"`) + "\n0\ta", "x:2: not a row"},
		{Sentiment, row(`"irony": true`), `x:1: the row has no "sentiment"`},
		{Irony, row(`"sentiment": "neutral"`), `the row has no "irony"`},
		{Themes, row(`"sentiment": "neutral"`), `the row has no "themes"`},
		{Targets, row(`"target": "meta"`), `the row has no "target_sentiment"`},
		{Sentiment, `{"sentiment": "neutral"}`, `the row has no "text"`},
		{Themes, row(`"themes": ["thieft"]`), "unknown theme \"thieft\"\nuse theft"},
		{Targets, row(`"target": "nobody", "target_sentiment": "neutral"`), `unknown target "nobody"`},
		{Targets, row(`"target": "none", "target_sentiment": "negative"`), "there is no target"},
		{Sentiment, row(`"sentiment": "neutral", "platform": "usenet"`), `unknown platform "usenet"`},
		{Sentiment, row(`"sentiment": "neutral", "lang": "english"`), `unknown language "english"`},
		{Sentiment, "\x1f\x8b no gzip", "x:1: unpack"},
	} {
		_, err := Read("x", strings.NewReader(tc.in), Options{Task: tc.task, Themes: []string{"theft"}})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("Read(%.60q) for %s = %v, want %q", tc.in, tc.task, err, tc.want)
		}
		if err != nil && len(err.Error()) > 900 {
			t.Errorf("Read(%.60q): an error of %d bytes", tc.in, len(err.Error()))
		}
	}
	if _, err := Read("x", strings.NewReader(posts), Options{Task: Irony, Language: "fr", Themes: nil}); err != nil {
		t.Errorf("Read in fr = %v: want the row that does not say", err)
	}
	if _, err := Read("x", strings.NewReader(strings.SplitAfter(posts, "\n")[0]), Options{Task: Irony, Language: "fr"}); err == nil || !strings.Contains(err.Error(), `no row is in "fr"`) {
		t.Errorf("Read in fr = %v", err)
	}
}

func TestReadBrokenStream(t *testing.T) {
	broken := errors.New("cable cut")
	_, err := Read("x", io.MultiReader(strings.NewReader("0\ta\n0\tb\n"), iotest.ErrReader(broken)), Options{Task: Sentiment})
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "x:3: ") {
		t.Errorf("Read = %v, want %v at x:3", err, broken)
	}
	whole, _ := io.ReadAll(packed(strings.Repeat("0\tabc\n", 1000)))
	if _, err := Read("x", bytes.NewReader(whole[:len(whole)-12]), Options{Task: Sentiment}); err == nil {
		t.Error("a packed file that ends early is taken for whole")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(posts), "sentiment", "")
	f.Add([]byte("0\ta\n1\tb\n2\t\n"), "sentiment", "en")
	f.Add([]byte("{\"text\": \"\u202e\", \"irony\": true}"), "irony", "")
	whole, _ := io.ReadAll(packed("1\ta\n"))
	f.Add(whole, "irony", "de")
	f.Fuzz(func(t *testing.T, in []byte, task, language string) {
		file, err := Read("x", bytes.NewReader(in), Options{Task: Task(task), Language: language})
		if err != nil {
			if len(err.Error()) > 2000 || !strings.HasPrefix(err.Error(), "x:") {
				t.Fatalf("error %q", err)
			}
			return
		}
		if len(file.Rows) == 0 {
			t.Fatal("no rows and no error")
		}
		list := make([]Outcome, min(len(file.Rows), 50))
		for i := range list {
			list[i] = Outcome{file.Rows[i], truth(file.Rows[i])}
		}
		if task == string(Sentiment) && Measure(Sentiment, list).Accuracy != 1 {
			t.Fatalf("truth is wrong about %+v", file.Rows)
		}
	})
}
