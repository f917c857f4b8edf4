package accuracy

import (
	"slices"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// tones are the classes of sentiment, in the order of discussion.Sentiment.P and
// of the digits in TweetEval's files.
var tones = []string{string(discussion.Negative), string(discussion.Neutral), string(discussion.Positive)}

// ironies are the classes of irony: the second is the one that is looked for.
var ironies = []string{"not", "ironic"}

const noTarget = "none"

// targets are the values that a row's target may have.
var targets = []string{
	"linkedin", "microsoft", "meta", "reddit", "slack", "x", "stackoverflow", "openai", "anthropic", "google", "apple",
	"other_company", "ai_companies", "ai_tech", "big_tech", "copyright_holders", "copyright_law", "court_ruling",
	"law_government", "regulator", "gdpr_eu", "eff", "media_article", "users_commenters", "researchers", "admins_mods",
	"countermeasure", noTarget,
}

// labelling turns outcomes into classes that can be counted.
type labelling struct {
	classes   []string
	gold      func(Row) string
	predicted func(Answer) string // of a text that was not scored: what it counts as
	// chance is the probability of the predicted class; false where there is none.
	chance func(Answer) (float64, bool)
}

// labellings of the tasks that give a text one label.
var labellings = map[Task]labelling{
	Sentiment: {
		classes:   tones,
		gold:      func(r Row) string { return string(r.Sentiment) },
		predicted: func(a Answer) string { return string(a.tone()) },
		chance: func(a Answer) (float64, bool) {
			return max(a.Sentiment.P[0], a.Sentiment.P[1], a.Sentiment.P[2]), a.Reason == "" && !a.LabelOnly
		},
	},
	Irony: {
		classes:   ironies,
		gold:      func(r Row) string { return ironies[index(r.Irony)] },
		predicted: func(a Answer) string { return ironies[index(a.irony() >= 0.5)] },
		chance: func(a Answer) (float64, bool) {
			return max(a.irony(), 1-a.irony()), a.Reason == "" && !a.LabelOnly
		},
	},
	Targets: {
		classes: targets,
		gold:    func(r Row) string { return r.Target },
		predicted: func(a Answer) string {
			if a.Reason != "" || !slices.Contains(targets, a.Target) {
				return noTarget
			}
			return a.Target
		},
		chance: func(Answer) (float64, bool) { return 0, false },
	},
}

// towards counts the sentiment towards the target.
var towards = labelling{
	classes: tones,
	gold:    func(r Row) string { return string(r.TargetSentiment) },
	predicted: func(a Answer) string {
		if a.Reason != "" || a.TargetSentiment == "" {
			return string(discussion.Neutral)
		}
		return string(a.TargetSentiment)
	},
	chance: func(Answer) (float64, bool) { return 0, false },
}

// tone is the label that counts: neutral where the text was not scored.
func (a Answer) tone() discussion.Label {
	if a.Reason != "" {
		return discussion.Neutral
	}
	return a.Sentiment.Label
}

// irony is the probability that counts: 0 where the text was not scored.
func (a Answer) irony() float64 {
	if a.Reason != "" {
		return 0
	}
	return a.Sentiment.Irony
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}
