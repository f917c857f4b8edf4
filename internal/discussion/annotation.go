package discussion

import "time"

// Text is what annotate gets to see of a post: words and what helps to read
// them, never who wrote them.
type Text struct {
	Post        string // id, as the store names it
	ContentHash uint64 // changes with Title, Content, Warning or Format
	Platform    Platform
	Kind        Kind
	Instance    string
	Created     time.Time
	State       State
	Bot         bool
	Language    string // as declared
	Around      string // of the thread or the study; a hint where nothing is declared
	Title       string
	Content     string
	Format      Format
	Warning     string
}

// Label is a tone.
type Label string

// The tones. Every scored post has exactly one.
const (
	Negative Label = "negative"
	Neutral  Label = "neutral"
	Positive Label = "positive"
)

// Sentiment is the tone of a piece of text.
type Sentiment struct {
	Label    Label
	Score    float64    // in [-1, 1]: P(positive) − P(negative)
	P        [3]float64 // probabilities of negative, neutral, positive; they sum to 1
	Irony    float64    // probability that the words are not meant as they stand, in [0, 1]
	Evidence []Span     // what moved the score, in the plain text
}

// Decide sets Label and Score from P: the likeliest tone, neutral on a tie.
func (s *Sentiment) Decide() {
	s.Score = s.P[2] - s.P[0]
	switch {
	case s.P[0] > s.P[1] && s.P[0] > s.P[2]:
		s.Label = Negative
	case s.P[2] > s.P[1] && s.P[2] > s.P[0]:
		s.Label = Positive
	default:
		s.Label = Neutral
	}
}

// Span is a stretch [Start, End) of an annotation's plain text, in bytes.
type Span struct{ Start, End int }

// ThemeTag says that a post speaks of a theme, how, and where.
type ThemeTag struct {
	Theme      string // the codebook's name for it
	Sentiment  Sentiment
	Confidence float64 // in [0, 1]
	Evidence   []Span  // the words that show it
}

// TargetTag says that a post is about somebody or something, how, and where.
type TargetTag struct {
	Target     string // the codebook's name for it
	Main       bool   // it is what the post is most about
	Sentiment  Sentiment
	Confidence float64 // in [0, 1]: that it is what the post is most about
	Evidence   []Span  // the words that show it
}

// Annotation is what one version of the model made of one post.
type Annotation struct {
	Post        string
	ContentHash uint64
	Model       string  // names every part that had a say; a change of any part changes it
	Language    string  // BCP 47 base language; "und" where not known
	Confidence  float64 // of Language, in [0, 1]
	Plain       string  // the author's own words: no mark-up, quotes or code
	Words       int
	Scored      bool
	Reason      string // why not, where Scored is false: see package annotate
	Sentiment   Sentiment
	Themes      []ThemeTag
	Targets     []TargetTag
	Answers     bool // it says nothing of a theme itself, and answers what is above it
}
