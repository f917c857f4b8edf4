package report

import (
	"context"
	"fmt"
)

// caveats stands right after the findings, since that is where they are quoted
// from.
func caveats(_ context.Context, d *draft) error {
	items := []string{
		"**Not public opinion.** The posts are those of people who use these platforms, saw the threads and chose to write. They stand for nobody else.",
		"**Posts, not people.** A person who writes ten posts counts ten times." + d.repeatNote(),
		"**Tone, not position.** A negative post can be angry at the subject, at other users or at something else. Tone does not say who is for or against.",
		"**No causes.** What follows an event need not follow from it.",
	}
	if held, claimed := claims(d.facts.coverage); claimed.n > held.n {
		items = append(items, fmt.Sprintf("**Not every reply.** %s that the servers claim %s not held; what they say is not known.",
			count(claimed.minus(held), "reply", "replies"), verb(claimed.minus(held), "is", "are")))
	}
	if h := d.facts.hand; h.enough {
		d.list(append(items, fmt.Sprintf("**Read by a program.** People labelled %s of these; how often they and the program differ, and the shares that follow, stand in “Checked by hand”. Themes were not labelled.", posts(h.labelled))))
		return nil
	}
	items = append(items, "**Not checked by hand.** The tones and themes are a program’s reading. How often it is wrong on these posts is not known "+
		"unless a sample of them has been labelled by people.")
	d.list(items)
	return nil
}

func (d *draft) repeatNote() string {
	f := d.facts
	if f.posts.n == 0 {
		return ""
	}
	return fmt.Sprintf(" Here %s of %s (%s) %s by authors with more than one, and the largest thread holds %s.",
		number(f.repeated), posts(f.posts), ratio(f.repeated, f.posts), verb(f.repeated, "is", "are"), ratio(f.largest, f.posts))
}
