package fetchtest

import (
	"fmt"
	"strconv"
	"strings"
)

// Versions are those an Instance can play: one for each set of manners.
var Versions = []string{"0.18.5", "0.19.3", "0.19.14", "0.19.20", "1.0.0-beta.1", "piefed-1.2.0"}

// release is a version, read.
type release struct {
	software            string // lemmy or piefed
	text                string // as nodeinfo says it
	major, minor, patch int
}

func parseRelease(version string) release {
	r := release{software: "lemmy", text: version}
	if v, ok := strings.CutPrefix(version, "piefed-"); ok {
		r.software, r.text = "piefed", v
	}
	parts := strings.SplitN(r.text, ".", 3)
	if len(parts) < 3 {
		panic(fmt.Sprintf("fetchtest: version %q: not one of %v", version, Versions))
	}
	digits := parts[2]
	if i := strings.IndexFunc(digits, func(c rune) bool { return c < '0' || c > '9' }); i >= 0 {
		digits = digits[:i]
	}
	for i, s := range []string{parts[0], parts[1], digits} {
		n, err := strconv.Atoi(s)
		if err != nil {
			panic(fmt.Sprintf("fetchtest: version %q: %v", version, err))
		}
		*[]*int{&r.major, &r.minor, &r.patch}[i] = n
	}
	return r
}

func (r release) piefed() bool { return r.software == "piefed" }

// v4 is Lemmy from 1.0 on.
func (r release) v4() bool { return !r.piefed() && r.major >= 1 }

// legacy is Lemmy before 0.19: times without a zone, no cursors.
func (r release) legacy() bool { return !r.piefed() && !r.atLeast(19, 0) }

// atLeast compares with 0.minor.patch.
func (r release) atLeast(minor, patch int) bool {
	return r.major > 0 || r.minor > minor || r.minor == minor && r.patch >= patch
}

// leaks is whether the text of tombstones is served: it was up to 0.19.3.
func (r release) leaks() bool { return !r.piefed() && !r.atLeast(19, 4) }

// pages is how many pages a v3 list has at most, 0 for no end.
func (r release) pages() int {
	switch {
	case !r.atLeast(19, 14):
		return 0
	case !r.atLeast(19, 15):
		return 10
	default:
		return 100
	}
}
