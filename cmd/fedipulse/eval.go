package main

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/accuracy"
	"github.com/fedipulse/fedipulse/internal/annotate"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/tag"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// evaluation is what is asked of fedipulse eval.
type evaluation struct {
	task, lang, against, head string
	errors                    int // how many to list, or none
	asJSON                    bool
}

// none of the mistakes are listed: the flag was not given.
const none = math.MinInt

// heads are the readings of the sentiment model that --head takes.
var heads = []string{"auto", "fediverse", "tweet", "forum"}

func newEval(a *app) *cobra.Command {
	e := evaluation{}
	c := &cobra.Command{
		Use:   "eval FILE",
		Short: "Measure the model on texts that you have labelled",
		Long: `Reads labelled texts, asks the model about each, and says how often it is right,
with 95% bootstrap intervals. FILE is JSON Lines, an object per text:

  {"id": "1", "platform": "lemmy", "lang": "en", "text": "…", "sentiment": "negative",
   "irony": false, "themes": ["theft"], "target": "none", "target_sentiment": "neutral"}

of which a task needs only its own labels. The text is Markdown for platform
lemmy, HTML for mastodon, plain where there is none. Or FILE is lines of a label,
a tab and a text, as in TweetEval: 0, 1, 2 for negative, neutral, positive; 0, 1
for irony. Either may be packed with gzip; "-" reads stdin.

A text that the model does not score counts as neutral, and as not ironic. The
language of a text is what its row says, else what the model finds. --lang reads
every text in one language, and leaves out rows that say they are in another one.

` + exitHelp,
		Example: `  fedipulse eval posts.jsonl --against vader --lang en
  fedipulse eval posts.jsonl --task themes --errors=50`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if !c.Flags().Changed("errors") {
				e.errors = none
			}
			if err := e.check(); err != nil {
				return err
			}
			return a.eval(c.Context(), args[0], e)
		},
	}
	a.studyFlag(c)
	f := c.Flags()
	f.StringVar(&e.task, "task", "sentiment", "what to measure: "+strings.Join(accuracy.Tasks, ", "))
	f.StringVar(&e.lang, "lang", "", "read every text in this `LANGUAGE`, like en")
	f.StringVar(&e.against, "against", "", "measure another model too: vader (sentiment; made for English)")
	f.StringVar(&e.head, "head", "auto", "reading of the sentiment model: "+strings.Join(heads, ", ")+" (auto: tweet for label and text, else fediverse)")
	f.IntVar(&e.errors, "errors", 0, "list the `N` worst mistakes, the surest first; without a number 20")
	f.BoolVar(&e.asJSON, "json", false, "answer as JSON")
	f.Lookup("errors").NoOptDefVal = "20"
	for name, values := range map[string][]string{"task": accuracy.Tasks, "head": heads, "against": {"vader"}} {
		// It fails only for a flag that is not there.
		_ = c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	return c
}

var languageTag = regexp.MustCompile(`^[a-z]{2,3}$`)

func (e evaluation) check() error {
	switch {
	case !slices.Contains(accuracy.Tasks, e.task):
		return usagef("--task: %q is not one of %s", e.task, strings.Join(accuracy.Tasks, ", "))
	case !slices.Contains(heads, e.head):
		return usagef("--head: %q is not one of %s", e.head, strings.Join(heads, ", "))
	case e.against != "" && e.against != "vader":
		return usagef("--against: %q is not vader", e.against)
	case e.against != "" && e.task != string(accuracy.Sentiment):
		return usagef("--against vader: it tells sentiment only\nleave --task %s out", e.task)
	case e.lang != "" && !languageTag.MatchString(e.lang):
		return usagef("--lang: %q is not a language like en", e.lang)
	case e.errors < 1 && e.errors != none:
		return usagef("--errors: %d is not a number from 1 up", e.errors)
	}
	return nil
}

// as returns m with its sentiment model in one of its readings.
func as(m annotate.Model, head string) (annotate.Model, error) {
	tone, err := m.Sentiment.As(head)
	m.Sentiment = tone
	return m, err
}

// answers are what an annotation says for each task.
var answers = map[accuracy.Task]func(discussion.Annotation) accuracy.Answer{
	accuracy.Sentiment: toneOf, accuracy.Irony: toneOf, accuracy.Themes: themesOf, accuracy.Targets: targetOf,
}

func toneOf(n discussion.Annotation) accuracy.Answer {
	return accuracy.Answer{Reason: n.Reason, Sentiment: n.Sentiment}
}

// themesOf gives themes also to a text whose tone was not scored.
func themesOf(n discussion.Annotation) accuracy.Answer {
	a := accuracy.Answer{Themes: map[string]float64{}}
	if n.Reason == annotate.ReasonEmpty {
		a.Reason = n.Reason
	}
	for _, t := range n.Themes {
		a.Themes[t.Theme] = t.Confidence
	}
	return a
}

// targetOf gives the main target, and a tone to what was scored.
func targetOf(n discussion.Annotation) accuracy.Answer {
	a := accuracy.Answer{Target: tag.NoTarget, TargetSentiment: discussion.Neutral}
	if n.Reason == annotate.ReasonEmpty {
		a.Reason = n.Reason
	}
	for _, t := range n.Targets {
		if t.Main {
			a.Target = t.Target
			if n.Scored {
				a.TargetSentiment = t.Sentiment.Label
			}
		}
	}
	return a
}

func (a *app) eval(ctx context.Context, path string, e evaluation) error {
	q, err := a.load()
	if err != nil {
		return err
	}
	m, err := model(q)
	if err != nil {
		return err
	}
	file, err := a.labelled(path, e, m.Tags)
	if err != nil {
		return err
	}
	answer := answers[accuracy.Task(e.task)]
	if e.head == "auto" {
		e.head = map[bool]string{true: "tweet", false: "fediverse"}[file.Tweets]
	}
	if m, err = as(m, e.head); err != nil {
		return err
	}
	m.Language = trusting{m.Language}
	idle := sync.Pool{New: func() any { return m.Annotator() }}
	outcomes, err := accuracy.Score(ctx, file.Rows, func(r accuracy.Row) accuracy.Answer {
		annotate := idle.Get().(func(discussion.Text) discussion.Annotation)
		defer idle.Put(annotate)
		return answer(annotate(textOf(r)))
	})
	if err != nil {
		return err
	}
	r := accuracy.Measure(accuracy.Task(e.task), outcomes)
	r.Model, r.Head = versions(m), e.head
	if r.Task == accuracy.Themes || r.Task == accuracy.Targets {
		for _, row := range file.Rows {
			if m.Tags.LearnedFrom(plain.Read(textOf(row)).Plain) {
				r.Learned++
			}
		}
	}
	if e.against != "" {
		vader, err := accuracy.Score(ctx, file.Rows, accuracy.Vader(func(r accuracy.Row) string { return plain.Read(textOf(r)).Plain }))
		if err != nil {
			return err
		}
		r.Against = accuracy.Compare(outcomes, vader, e.against)
	}
	if e.errors > 0 {
		r.Errors = accuracy.Mistakes(r.Task, outcomes, e.errors)
	}
	return a.printEval(r, file, e)
}

func (a *app) printEval(r accuracy.Result, file accuracy.File, e evaluation) error {
	if e.asJSON {
		return writeObject(a.stdout, r)
	}
	var out bytes.Buffer
	writeFigures(&out, r, file)
	_, err := out.WriteTo(a.stdout)
	return err
}

// labelled reads the file of labelled texts. What is wrong with it is the
// user's to mend.
func (a *app) labelled(path string, e evaluation, tags *tag.Tagger) (file accuracy.File, err error) {
	o := accuracy.Options{Task: accuracy.Task(e.task), Language: e.lang}
	for _, t := range tags.Themes.Entries {
		o.Themes = append(o.Themes, t.Name)
	}
	name, from := "stdin", a.stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return file, usagef("read labelled texts: %w\nname a file of JSON Lines or of labels and texts, or - for stdin", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		name, from = path, f
	}
	if file, err = accuracy.Read(name, from, o); err != nil {
		return file, usageError{err}
	}
	return file, nil
}

// textOf is a row as annotate gets to see a post.
func textOf(r accuracy.Row) discussion.Text {
	kind := discussion.KindStatus
	if r.Platform == discussion.Lemmy {
		kind = discussion.KindComment
	}
	return discussion.Text{
		Post: r.ID, Platform: r.Platform, Kind: kind, State: discussion.Live,
		Language: r.Language, Content: r.Text, Format: r.Format,
	}
}

// trusting takes the language that a row gives for right: what is measured then is
// not the identifier.
type trusting struct{ annotate.Language }

func (t trusting) Identify(text plain.Text, declared, around string) (string, float64) {
	if declared != "" {
		return declared, 1
	}
	return t.Language.Identify(text, declared, around)
}
