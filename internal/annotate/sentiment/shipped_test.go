package sentiment

import (
	"sync"
	"testing"

	"github.com/fedipulse/fedipulse/data"
)

var load = sync.OnceValues(func() (*Model, error) { return Load(data.Lexicon, data.Sentiment) })

// shipped returns the model that is embedded.
func shipped(t testing.TB) *Model {
	t.Helper()
	m, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}
