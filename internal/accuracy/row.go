package accuracy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// gold is a row as a file of JSON lines has it. A pointer is nil where the field
// is missing.
type gold struct {
	ID              string              `json:"id"`
	Platform        discussion.Platform `json:"platform"`
	Language        string              `json:"lang"`
	Text            *string             `json:"text"`
	Sentiment       *discussion.Label   `json:"sentiment"`
	Irony           *bool               `json:"irony"`
	Themes          *[]string           `json:"themes"`
	Target          *string             `json:"target"`
	TargetSentiment *discussion.Label   `json:"target_sentiment"`
}

func parseJSON(line []byte, o Options) (Row, error) {
	var g gold
	if err := json.Unmarshal(line, &g); err != nil {
		return Row{}, fmt.Errorf("not a row: %s\na row is a JSON object on a line of its own", cause(err))
	}
	if err := g.complete(o.Task); err != nil {
		return Row{}, err
	}
	format, known := formats[g.Platform]
	if !known {
		return Row{}, fmt.Errorf("unknown platform %s\nuse lemmy or mastodon, or leave it out where the text is plain", quote(string(g.Platform)))
	}
	row := Row{ID: g.ID, Platform: g.Platform, Text: *g.Text, Format: format}
	var err error
	if row.Language, err = baseLanguage(g.Language); err != nil {
		return Row{}, err
	}
	row.Sentiment, row.TargetSentiment = or(g.Sentiment), or(g.TargetSentiment)
	row.Irony, row.Target, row.Themes = or(g.Irony), or(g.Target), slices.Clone(or(g.Themes))
	slices.Sort(row.Themes)
	row.Themes = slices.Compact(row.Themes)
	return row, row.check(o)
}

// complete reports a field that the task cannot do without.
func (g *gold) complete(task Task) error {
	for _, f := range []struct {
		name    string
		missing bool
		task    Task
	}{
		{"text", g.Text == nil, task},
		{"sentiment", g.Sentiment == nil, Sentiment},
		{"irony", g.Irony == nil, Irony},
		{"themes", g.Themes == nil, Themes},
		{"target", g.Target == nil, Targets},
		{"target_sentiment", g.TargetSentiment == nil, Targets},
	} {
		if f.missing && f.task == task {
			return fmt.Errorf("the row has no %q\n--task %s needs it in every row", f.name, task)
		}
	}
	return nil
}

// check refuses labels that nobody can be right about.
func (r *Row) check(o Options) error {
	for _, l := range []discussion.Label{r.Sentiment, r.TargetSentiment} {
		if l != "" && !slices.Contains(tones, string(l)) {
			return fmt.Errorf("unknown sentiment %s\nuse %s", quote(string(l)), strings.Join(tones, ", "))
		}
	}
	for _, t := range r.Themes {
		if o.Themes != nil && !slices.Contains(o.Themes, t) {
			return fmt.Errorf("unknown theme %s\nuse %s", quote(t), strings.Join(o.Themes, ", "))
		}
	}
	if r.Target != "" && !slices.Contains(targets, r.Target) {
		return fmt.Errorf("unknown target %s\nuse %s", quote(r.Target), strings.Join(targets, ", "))
	}
	if r.Target == noTarget && r.TargetSentiment != "" && r.TargetSentiment != discussion.Neutral {
		return fmt.Errorf("target_sentiment is %s and there is no target\nuse neutral, or name the target", r.TargetSentiment)
	}
	return nil
}

// parseTSV reads a row of TweetEval's form.
func parseTSV(line []byte, task Task) (Row, error) {
	label, text, found := bytes.Cut(line, []byte("\t"))
	if !found {
		return Row{}, errors.New("no tab\na row is a label, a tab and a text, or a JSON object")
	}
	row := Row{Text: string(text), Format: discussion.Plain}
	n := bytes.IndexByte([]byte("012"), '0'+digit(label))
	switch {
	case task == Sentiment && n >= 0:
		row.Sentiment = discussion.Label(tones[n])
	case task == Irony && (n == 0 || n == 1):
		row.Irony = n == 1
	case task == Sentiment:
		return Row{}, fmt.Errorf("unknown label %s\nuse 0 for negative, 1 for neutral, 2 for positive", quote(string(label)))
	case task == Irony:
		return Row{}, fmt.Errorf("unknown label %s\nuse 0 for meant as it stands, 1 for ironic", quote(string(label)))
	default:
		return Row{}, fmt.Errorf("rows of label and text hold sentiment or irony\n--task %s needs JSON lines", task)
	}
	return row, nil
}

// digit is the value of a label of one digit; 9 for every other label.
func digit(label []byte) byte {
	if len(label) == 1 && label[0] >= '0' && label[0] <= '9' {
		return label[0] - '0'
	}
	return 9
}

var base = regexp.MustCompile(`^[a-z]{2,3}$`)

// baseLanguage cuts a tag to its base language: de of de-AT; "" of "" and und.
func baseLanguage(tag string) (string, error) {
	b, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if b == "und" || b == "" {
		return "", nil
	}
	if !base.MatchString(b) {
		return "", fmt.Errorf("unknown language %s\nuse a BCP 47 tag like en or de-AT", quote(tag))
	}
	return b, nil
}

// cause says in a reader's words what is wrong with a line of JSON.
func cause(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		kind, _, _ := strings.Cut(wrong.Value, " ")
		return fmt.Sprintf("%q must not be a JSON %s", wrong.Field, kind)
	}
	return err.Error()
}

// quote shows a stretch of a foreign file in an error: short, and nothing in it
// steers a terminal.
func quote(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

func or[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
