// Package data embeds what fedipulse ships beside its code: the sample study,
// the codebooks of themes and targets, the lexicons and the weights that tell
// languages, tones, themes and targets. All but the weights are plain files that can be read and changed without Go.
package data

import (
	"embed"
	"io/fs"
)

//go:generate go run -C sample generate.go html.go lemmy.go mastodon.go script.go

//go:embed sample/study.toml sample/answers
//go:embed codebook targets lexicon language/weights.bin sentiment/weights.bin tags/weights.bin
var files embed.FS

// Sample is the sample study: study.toml and the answers that it names.
// Everyone in it is invented.
var Sample = sub("sample")

// Codebook holds one TOML file per theme.
var Codebook = sub("codebook")

// Targets holds one TOML file per target.
var Targets = sub("targets")

// Tags holds weights.bin, what was learned of themes and targets. README.md
// beside it is its model card.
var Tags = sub("tags")

// Lexicon holds one word list per language.
var Lexicon = sub("lexicon")

// Language holds weights.bin, the model that tells languages apart. README.md
// beside it is its model card.
var Language = sub("language")

// Sentiment holds weights.bin, the model of tone. README.md beside it is its
// model card.
var Sentiment = sub("sentiment")

func sub(dir string) fs.FS {
	s, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // a constant, valid path
	}
	return s
}
