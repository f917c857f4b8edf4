package accuracy

import (
	"github.com/jonreiter/govader"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Vader returns the model that others are measured against: the English word
// list and rules of C. Hutto and E. Gilbert, "VADER: a parsimonious rule-based
// model for sentiment analysis of social media text", ICWSM 2014, as package
// govader has them, with the authors' thresholds: positive from a compound score
// of 0.05 up, negative from -0.05 down. It reads the words that read makes of a
// row, and whatever their language takes them for English. It gives no
// probabilities.
func Vader(read func(Row) string) Model {
	const threshold = 0.05
	analyzer := govader.NewSentimentIntensityAnalyzer() // only read from here on
	return func(r Row) Answer {
		a := Answer{LabelOnly: true}
		switch score := analyzer.PolarityScores(read(r)).Compound; {
		case score >= threshold:
			a.Sentiment.Label = discussion.Positive
		case score <= -threshold:
			a.Sentiment.Label = discussion.Negative
		default:
			a.Sentiment.Label = discussion.Neutral
		}
		return a
	}
}
