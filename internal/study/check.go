package study

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// study reads and checks a whole file. What it returns is of use only where no
// mistake was noted.
func (c *checker) study(data []byte) *Study {
	f := c.decode(data)
	if f == nil {
		return nil
	}
	s := &Study{Themes: DefaultCodebook, Targets: DefaultCodebook}
	c.head(s, f.Study)
	for i, e := range f.Event {
		s.Events = append(s.Events, c.event(section("event").entry(i), e))
	}
	slices.SortStableFunc(s.Events, func(a, b Event) int { return a.Date.Compare(b.Date) })
	s.Sources = c.sources(f.Source)
	c.contact(s, f.Study.Contact)
	if themes := c.line(section("codebook"), "themes", f.Codebook.Themes); themes != "" {
		s.Themes = path.Clean(themes)
	}
	if targets := c.line(section("codebook"), "targets", f.Codebook.Targets); targets != "" {
		s.Targets = path.Clean(targets)
	}
	s.Privacy = c.privacy(f.Privacy)
	s.Permissions = c.permissions(f.Permission)
	return s
}

// head reads [study] but for contact, whose need depends on the sources.
func (c *checker) head(s *Study, t studyTable) {
	it := section("study")
	c.required(it, "title", t.Title, `give the report a title, as in title = "Reactions to X"`)
	c.required(it, "question", t.Question, "write the question that the report is to answer")
	s.Title = c.line(it, "title", t.Title)
	s.Question = c.paragraph(it, "question", t.Question)
	s.Languages = c.languages(it, t.Languages)

	s.Since, _ = c.date(it, "since", t.Since)
	until, day := c.date(it, "until", t.Until)
	if s.Until = until; day {
		s.Until = until.AddDate(0, 0, 1)
	}
	if !s.Since.IsZero() && !s.Until.IsZero() && !s.Since.Before(s.Until) {
		c.fail(it, "until", "the window is empty: since is not before until")
	}
}

func (c *checker) languages(it item, v any) []string {
	const key = "languages"
	codes := c.list(it, key, v)
	for i, code := range codes {
		if code == "" {
			continue // already noted
		}
		base, err := language.ParseBase(code)
		switch tag, tagErr := language.Parse(code); {
		case err == nil && base.String() != code:
			c.failElement(it, key, i, "%q: write it as %q", code, base)
		case err == nil && slices.Contains(codes[:i], code):
			c.failElement(it, key, i, "%q stands here twice", code)
		case err == nil:
		case tagErr == nil:
			base, _ := tag.Base()
			c.failElement(it, key, i, "%q: write the language alone, %q", short(code), base)
		default:
			c.failElement(it, key, i, `%q is not a language code: write codes of BCP 47, such as "en" or "de"`, short(code))
		}
	}
	return codes
}

// contact must be there where a server is asked: who runs it has to be able to
// object.
func (c *checker) contact(s *Study, v any) {
	it := section("study")
	live := slices.ContainsFunc(s.Sources, func(s Source) bool { return s.Kind == Lemmy || s.Kind == Mastodon })
	if live {
		c.required(it, "contact", v, "a source is live, and its administrators must be able to reach you: "+contactForm)
	}
	s.Contact = c.line(it, "contact", v)
	if s.Contact == "" {
		return
	}
	if err := Contact(s.Contact); err != nil {
		c.fail(it, "contact", "%s", err)
	}
}

// Contact checks that s is a way to reach somebody, and can stand in a User-Agent.
func Contact(s string) error {
	mail := strings.Contains(strings.Trim(s, "@"), "@") && !strings.ContainsAny(s, " ,;/")
	page := strings.HasPrefix(s, "https://") && len(s) > len("https://") && !strings.ContainsAny(s, " ,;")
	switch ascii := strings.IndexFunc(s, func(r rune) bool { return r > '~' || r < ' ' }) < 0; {
	case !ascii || strings.ContainsAny(s, "()\"\\"):
		return fmt.Errorf("has characters that a User-Agent line cannot carry: %s", contactForm)
	case !mail && !page:
		return fmt.Errorf("%q is no way to reach you: %s", short(s), contactForm)
	}
	return nil
}

const contactForm = "write a mail address or an https page"

func (c *checker) event(it item, t eventTable) Event {
	c.required(it, "date", t.Date, "as in date = 2024-09-18")
	c.required(it, "label", t.Label, "say in a few words what happened")
	date, _ := c.date(it, "date", t.Date)
	return Event{date, c.line(it, "label", t.Label)}
}

func (c *checker) privacy(t privacyTable) Privacy {
	it := section("privacy")
	choice(c, it, "authors", t.Authors, "pseudonym", "pseudonym")
	return Privacy{
		Quotes:       choice(c, it, "quotes", t.Quotes, QuotesNone, QuotesNone, QuotesUnattributed, QuotesAttributed),
		Consent:      choice(c, it, "consent", t.Consent, ConsentIndexable, ConsentExplicit, ConsentIndexable, ConsentOptIn),
		KeepTextDays: c.number(it, "keep_text_days", t.KeepTextDays, DefaultKeepTextDays, 1, 3650),
		MinCell:      c.number(it, "min_cell", t.MinCell, DefaultMinCell, 1, 1000),
	}
}

// permissions come in the order of their hosts, so that the same file always
// gives the same messages.
func (c *checker) permissions(tables map[string]permissionTable) []Permission {
	var ps []Permission
	for _, key := range slices.Sorted(maps.Keys(tables)) {
		it := section("permission").named(key)
		p := c.permission(it, key, tables[key])
		if p.Host != "" && slices.ContainsFunc(ps, func(q Permission) bool { return q.Host == p.Host }) {
			c.fail(it, "", "%s has a permission already: keep one of them", p.Host)
		}
		ps = append(ps, p)
	}
	slices.SortFunc(ps, func(a, b Permission) int { return cmp.Compare(a.Host, b.Host) })
	return ps
}

func (c *checker) permission(it item, host string, t permissionTable) Permission {
	c.required(it, "basis", t.Basis, fmt.Sprintf("one of %s, %s, %s", AdminConsent, TermsAllow, NoObjection))
	c.required(it, "by", t.By, "say who gave the permission, or who read the terms")
	c.required(it, "date", t.Date, "as in date = 2024-09-18")
	date, _ := c.date(it, "date", t.Date)
	name, problem := hostName(host)
	if problem != "" {
		c.fail(it, "", "%s", problem)
	}
	return Permission{
		Host:  name,
		Basis: choice(c, it, "basis", t.Basis, "", AdminConsent, TermsAllow, NoObjection),
		By:    c.line(it, "by", t.By),
		Date:  date,
		Note:  c.paragraph(it, "note", t.Note),
	}
}
