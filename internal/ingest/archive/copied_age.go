package archive

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// age is how long ago a comment was written, in steps of the calendar.
type age struct {
	known        bool
	months, days int
	rest         time.Duration
}

// ageUnits are the units of time in the languages whose ages are read.
var ageUnits = func() map[string]age {
	all := map[string]age{}
	for names, unit := range map[string]age{
		"s sec secs second seconds sekunde sekunden seconde secondes segundo segundos": {rest: time.Second},
		"m min mins minute minutes minuten minuto minutos":                             {rest: time.Minute},
		"h hr hrs hour hours stunde stunden heure heures hora horas":                   {rest: time.Hour},
		"d day days tag tage tagen jour jours día días":                                {days: 1},
		"w wk wks week weeks woche wochen semaine semaines semana semanas":             {days: 7},
		"mo mos mon month months monat monate monaten mois mes meses":                  {months: 1},
		"y yr yrs year years jahr jahre jahren an ans année années año años":           {months: 12},
	} {
		for _, name := range strings.Fields(names) {
			all[name] = unit
		}
	}
	return all
}()

var ageFrames = strings.NewReplacer("about ", "", "over ", "", "almost ", "", "nearly ", "", "around ", "",
	"less than ", "", "more than ", "", "il y a ", "", "vor ", "", "hace ", "", " ago", "", "~", "")

// readAge reads 2 months ago, a day ago, 1 yr. ago, 3mo, last month, yesterday,
// and the like in German, French and Spanish.
func readAge(s string) (age, bool) {
	s = ageFrames.Replace(strings.ToLower(s))
	switch s {
	case "now", "just now", "moments", "a moment", "today":
		return age{known: true}, true
	case "yesterday":
		return age{known: true, days: 1}, true
	}
	unit := strings.TrimLeft(s, "0123456789")
	count, err := strconv.Atoi(s[:len(s)-len(unit)])
	if err != nil {
		var word string
		word, unit, _ = strings.Cut(s, " ")
		if !slices.Contains(strings.Fields("a an one last ein eine einem einer un une una"), word) {
			return age{}, false
		}
		count = 1
	}
	a, ok := ageUnits[strings.Trim(unit, " .")]
	if !ok || count > 9999 {
		return age{}, false
	}
	return age{true, a.months * count, a.days * count, a.rest * time.Duration(count)}, true
}

// before goes back from t: a month back from the 31st is the last of a shorter
// month. Where t is unknown or the result is older than Lemmy can be, it is zero.
func (a age) before(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	if a.months > 0 {
		first := time.Date(t.Year(), t.Month()-time.Month(a.months), 1, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
		t = first.AddDate(0, 0, min(t.Day(), first.AddDate(0, 1, -1).Day())-1)
	}
	if t = t.AddDate(0, 0, -a.days).Add(-a.rest); t.Year() < 2007 {
		return time.Time{}
	}
	return t
}
