package report

import (
	"context"
	"fmt"
)

// limits says what the numbers leave out and where they can be wrong.
func limits(ctx context.Context, d *draft) error {
	wordless, unscored := d.facts.wordless, d.facts.unscored
	var ironic num
	if err := one(ctx, d, `select count(*) filter (irony >= 0.5) from counted`, &ironic); err != nil {
		return err
	}
	checked, err := strs(ctx, d, `select coalesce(strftime(max(started)::date, '%Y-%m-%d'), '') from runs where command = 'refresh'`)
	if err != nil {
		return err
	}
	recheck := "What was edited or deleted since it was collected stands here as it was: nothing has been asked again."
	if len(checked) == 1 && checked[0] != "" {
		recheck = "What was collected was last asked for again on " + checked[0] + "; later edits and deletions are unknown to this report."
	}
	items := []string{
		fmt.Sprintf("**Not scored.** %s in a language that does not count or that no model reads, and %s without enough words (pictures, links, single words): "+
			"what is not scored is in no share above.", sentence(count(unscored, "post is", "posts are")), count(wordless, "post is", "posts are")),
		fmt.Sprintf("**Irony.** %s likely not to be meant as the words stand. Irony that goes unnoticed is counted by its words; no share is corrected for it.",
			sentence(count(ironic, "post is", "posts are"))),
		"**Accuracy.** It differs between languages and kinds of text, and errors of the model are not part of the intervals, but for those of shares that were corrected by hand labels.",
		"**Coverage.** Every server shows only what reached it. Posts that were deleted before they were collected are unknown to this report. " + recheck,
		"**Time.** Times of files that say “2 months ago” are approximate. Votes and counts are as last seen.",
		"**Who is there.** Instances were chosen by the study. Other instances may have spoken differently, or not at all.",
	}
	if left := d.facts.posts.minus(d.facts.exact); left.n > 0 && d.facts.exact.n > 0 {
		items = append(items, fmt.Sprintf("**Approximate times.** %s not dated to the day.", count(left, "post is", "posts are")))
	}
	d.list(items)
	return nil
}
