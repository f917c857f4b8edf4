package fetchtest

// language is one row of the table that /site serves.
type language struct {
	ID   int    `json:"id"`
	Code string `json:"code"`
	Name string `json:"name"`
}

// The numbers mean other languages on PieFed than on Lemmy.
var (
	lemmyLanguages = []language{
		{0, "und", "Undetermined"}, {32, "de", "Deutsch"}, {37, "en", "English"}, {39, "es", "Español"},
		{47, "fr", "Français"}, {74, "ja", "日本語"}, {182, "zh", "中文"},
	}
	piefedLanguages = []language{
		{1, "en", "English"}, {3, "de", "Deutsch"}, {5, "fr", "Français"}, {7, "und", "Undetermined"},
		{11, "es", "Español"}, {12, "ja", "日本語"}, {13, "zh", "中文"},
	}
)

func (in *Instance) languages() []language {
	if in.release.piefed() {
		return piefedLanguages
	}
	return lemmyLanguages
}

// language is the number of a code; what is not in the table is undetermined.
func (in *Instance) language(code string) int {
	undetermined := 0
	for _, l := range in.languages() {
		switch l.Code {
		case code:
			return l.ID
		case "und":
			undetermined = l.ID
		}
	}
	return undetermined
}
