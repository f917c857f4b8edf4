package study

import (
	_ "embed"
	"slices"
)

//go:embed template.toml
var template []byte

// Template returns a study file that explains every key. It passes Parse, and
// is to be filled in.
func Template() []byte { return slices.Clone(template) }
