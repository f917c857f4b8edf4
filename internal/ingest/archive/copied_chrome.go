package archive

import (
	"math"
	"strconv"
	"strings"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/ingest/lemmy"
)

// chrome is what the icons and labels around a comment say.
type chrome struct {
	any      bool
	icons    uint16 // that were seen, a bit each
	votesFor int8   // 1, -1: the next number counts votes up or down
	torn     bool   // that number is something else
	up, down *int64
	language string
	edited   bool
	bot      bool
	age      age
}

// The icons, as words that hardly stand alone on a line of prose; and labels,
// which may.
const (
	iconLink uint16 = 1 << iota
	iconFedilink
	iconUp
	iconDown
	iconEdit
	iconReply
	iconMenu
	labelBot
	label
	icon   = labelBot - 1
	button = iconUp | iconDown | iconReply | iconMenu
)

var chromeWords = map[string]uint16{
	"link": iconLink, "fedilink": iconFedilink, "edit-2": iconEdit, "reply1": iconReply, "more-vertical": iconMenu,
	"arrow-up": iconUp, "arrow-up1": iconUp, "arrow-down": iconDown, "arrow-down1": iconDown,
	"bot": labelBot, "B": labelBot, "bot account": labelBot,
	"OP": label, "M": label, "A": label, "mod": label, "admin": label, "banned": label, "deleted": label,
	"·": label, "|": label, "reply": label, "source": label, "context": label, "star": label, "bookmark": label,
	"shield": label, "cake": label, "🌱": label, "🍰": label, "minus-square": label, "plus-square": label,
}

// take reads a line that is chrome from end to end. Any other line leaves c as
// it was.
func (c *chrome) take(line string) bool {
	line = strings.TrimSpace(line)
	if line == "" || len(line) > chromeBytes {
		return false
	}
	next, words := *c, strings.Fields(line)
	for at := 0; at < len(words); {
		n := min(5, len(words)-at) // words of the longest phrase, "less than a minute ago"
		for n > 0 && !next.phrase(strings.Join(words[at:at+n], " ")) {
			n--
		}
		if n == 0 {
			return false
		}
		at += n
	}
	next.any = true
	*c = next
	return true
}

// phrase reads one sign of chrome.
func (c *chrome) phrase(s string) bool {
	votesFor := c.votesFor
	kind := chromeWords[s]
	if kind != 0 {
		c.icons |= kind & icon
		c.edited = c.edited || kind == iconEdit
		c.bot = c.bot || kind == labelBot
	} else if n, ok := readVotes(s); ok && votesFor > 0 {
		c.up = &n
	} else if ok && votesFor < 0 {
		c.down = &n
	} else if a, ok := readAge(s); ok {
		c.age = a
	} else if code, ok := lemmy.LanguageNamed(s); ok {
		c.language = code
	} else {
		return false
	}
	c.votesFor = 0
	switch kind {
	case iconUp:
		c.votesFor = 1
	case iconDown:
		c.votesFor = -1
	}
	return true
}

// cutChrome takes the chrome off the end of a line that begins with a name:
// all of it where the page's lines were joined, or a badge behind a handle.
func (c *chrome) cutChrome(line string) string {
	words := strings.Fields(line)
	for i := 1; i < len(words); i++ {
		kind := chromeWords[words[i]]
		if kind&icon != 0 || kind != 0 && strings.Contains(words[i-1], "@") {
			if c.take(strings.Join(words[i:], " ")) {
				return strings.Join(words[:i], " ")
			}
			break
		}
	}
	return line
}

func (c *chrome) state() discussion.State {
	if c.edited {
		return discussion.Edited
	}
	return discussion.Live
}

// votes returns score, upvotes and downvotes. A page that shows one number
// shows the score.
func (c *chrome) votes() (score, upvotes, downvotes *int64) {
	if c.up == nil || c.down == nil {
		return c.up, nil, nil
	}
	n := *c.up - *c.down
	return &n, c.up, c.down
}

// readVotes reads 91, -2, 1,204 and 1.2k.
func readVotes(s string) (int64, bool) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "−", "-"), ",", "")
	scale := 1.0
	switch {
	case strings.HasSuffix(s, "k"), strings.HasSuffix(s, "K"):
		scale, s = 1e3, s[:len(s)-1]
	case strings.HasSuffix(s, "M"):
		scale, s = 1e6, s[:len(s)-1]
	}
	if s == "" || len(s) > 9 || strings.Trim(s, "0123456789.-") != "" || scale == 1 && strings.Contains(s, ".") {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return int64(math.Round(n * scale)), err == nil
}
