// Package internal holds the import law: which package may import which other
// of this module. A new package, or a new arrow, is a line here.
package internal

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/fedipulse/fedipulse/"

// law lists, for every package, what it may import of this module. Data flows
// one way, and imports with it.
var law = map[string][]string{
	"cmd/fedipulse": {
		"data", "internal/accuracy", "internal/annotate", "internal/annotate/codebook", "internal/annotate/language", "internal/annotate/plain", "internal/annotate/propose", "internal/annotate/sentiment", "internal/annotate/tag", "internal/annotate/token",
		"internal/discussion", "internal/fetch", "internal/ingest", "internal/ingest/archive", "internal/ingest/lemmy", "internal/ingest/mastodon", "internal/ingest/nodeinfo", "internal/report", "internal/report/markdown", "internal/store", "internal/study",
	},
	"data":                                {},
	"data/sample":                         {}, // a test of the generated answers
	"internal":                            {},
	"internal/discussion":                 {},
	"internal/study":                      {},
	"internal/fetch":                      {},
	"internal/fetch/fetchtest":            {}, // what the real servers do, known apart from the client
	"internal/fetch/microblogtest":        {}, // the same of Mastodon and its kin
	"internal/ingest":                     {"internal/discussion", "internal/fetch", "internal/ingest/archive", "internal/ingest/lemmy", "internal/ingest/mastodon", "internal/study"},
	"internal/ingest/archive":             {"internal/discussion", "internal/ingest/lemmy", "internal/ingest/mastodon"},
	"internal/ingest/lemmy":               {"internal/discussion", "internal/fetch", "internal/ingest/nodeinfo", "internal/ingest/visit"},
	"internal/ingest/nodeinfo":            {"internal/fetch"},
	"internal/ingest/visit":               {"internal/discussion", "internal/fetch"},
	"internal/ingest/mastodon":            {"internal/discussion", "internal/fetch", "internal/ingest/nodeinfo", "internal/ingest/visit"},
	"internal/store":                      {"internal/discussion"},
	"internal/annotate":                   {"internal/annotate/plain", "internal/annotate/sentiment", "internal/annotate/tag", "internal/annotate/token", "internal/discussion"},
	"internal/annotate/plain":             {"internal/discussion"},
	"internal/annotate/language":          {"data", "internal/annotate/language/ngram", "internal/annotate/plain", "internal/discussion"},
	"internal/annotate/language/ngram":    {},
	"internal/annotate/language/train":    {"internal/annotate/language/ngram"}, // makes data/language/weights.bin
	"internal/annotate/sentiment":         {"internal/annotate/plain", "internal/annotate/sentiment/reading", "internal/annotate/token", "internal/discussion"},
	"internal/annotate/sentiment/reading": {"internal/annotate/plain", "internal/annotate/token", "internal/discussion"},
	"internal/annotate/sentiment/train":   {"internal/annotate/plain", "internal/annotate/sentiment", "internal/annotate/sentiment/reading", "internal/discussion"},
	"internal/annotate/token":             {"internal/annotate/plain"},
	"internal/annotate/codebook":          {"internal/annotate/plain", "internal/annotate/token", "internal/discussion"},
	"internal/annotate/propose":           {"internal/annotate/codebook", "internal/annotate/token"},
	"internal/annotate/tag":               {"internal/annotate/codebook", "internal/annotate/plain", "internal/annotate/token", "internal/discussion"},
	"internal/annotate/tag/train":         {"data", "internal/annotate/codebook", "internal/annotate/plain", "internal/annotate/sentiment", "internal/annotate/tag", "internal/annotate/token", "internal/discussion"},
	"internal/report":                     {"internal/report/chart", "internal/report/markdown", "internal/report/statistics"},
	"internal/report/chart":               {"internal/report/statistics"},
	"internal/report/markdown":            {},
	"internal/report/statistics":          {},
	"notebooks":                           {},
	"internal/accuracy":                   {"internal/discussion"},
}

// only lists packages from outside that one package alone may import.
var only = map[string]string{
	"github.com/duckdb/duckdb-go/v2":         "internal/store",
	"github.com/duckdb/duckdb-go/v2/mapping": "internal/store",
	"github.com/jonreiter/govader":           "internal/accuracy",
	"github.com/mattn/go-mastodon":           "internal/ingest/mastodon",
	"github.com/spf13/cobra":                 "cmd/fedipulse",
	"gonum.org/v1/plot":                      "internal/report/chart",
	"github.com/pelletier/go-toml/v2":        "internal/study internal/annotate/codebook",
}

func TestImportLaw(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, module)
		seen[name] = true
		allowed, known := law[name]
		if !known {
			t.Errorf("package %s is not in the import law: add it, with what it may import", name)
		}
		for _, i := range p.Imports {
			if own, ok := strings.CutPrefix(i, module); ok && !slices.Contains(allowed, own) {
				t.Errorf("%s imports %s: data does not flow that way", name, own)
			}
			if owner, ok := only[i]; ok && !slices.Contains(strings.Fields(owner), name) && name != "cmd/fedipulse" {
				t.Errorf("%s imports %s: only %s may", name, i, owner)
			}
		}
	}
	for name := range law {
		if !seen[name] {
			t.Errorf("the import law names %s, which does not exist", name)
		}
	}
}
