package report

import (
	"context"
	"fmt"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// cover sums the threads in one state of coverage.
type cover struct {
	state                       string
	threads                     num
	claimed, held, missing      num
	gone, orphans, claimedThere num // claimedThere: of the claimed replies, those held
	leftOut                     num // of the claimed replies, those not kept on principle
}

const coverSQL = `
select coverage, count(*), coalesce(sum(claimed), 0)::bigint, sum(held)::bigint,
  coalesce(sum(missing) filter (claimed is not null), 0)::bigint, sum(gone)::bigint, sum(orphans)::bigint,
  coalesce(sum(claimed - missing - least(coalesce(left_out, 0), claimed - missing)) filter (claimed is not null), 0)::bigint, coalesce(sum(left_out), 0)::bigint
from thread_coverage group by coverage order by coverage`

func scanCover(r *row, c *cover) error {
	return r.Scan(&c.state, &c.threads, &c.claimed, &c.held, &c.missing, &c.gone, &c.orphans, &c.claimedThere, &c.leftOut)
}

// thread is one line of the coverage ledger.
type thread struct {
	title, platform, community, instance, first string
	claimed, held, missing, leftOut             num // claimed and leftOut are below 0 where they are not known
	state                                       string
}

const threadsSQL = `
select coalesce(title, ''), platform, coalesce(community, ''), instance, coalesce(strftime(first_post::date, '%Y-%m-%d'), ''),
  coalesce(claimed, -1), held, coalesce(missing, 0), coalesce(left_out, -1), coverage
from thread_coverage order by greatest(coalesce(claimed, 0), held) desc, first_post, title, community, instance, thread limit 20`

func scanThread(r *row, t *thread) error {
	return r.Scan(&t.title, &t.platform, &t.community, &t.instance, &t.first, &t.claimed, &t.held, &t.missing, &t.leftOut, &t.state)
}

// claims sums over threads whose server claims a number: replies that are held,
// and replies that are claimed.
func claims(all []cover) (held, claimed num) {
	for _, c := range all {
		held, claimed = held.plus(c.claimedThere), claimed.plus(c.claimed)
	}
	return held, claimed
}

// coverage is the ledger of replies that exist by the servers' own count and
// replies that are held.
func coverage(ctx context.Context, d *draft) error {
	all := d.facts.coverage
	if len(all) == 0 {
		d.para("Not shown: no thread is held.")
		return nil
	}
	var sum cover
	for _, c := range all {
		sum.threads, sum.claimed, sum.held = sum.threads.plus(c.threads), sum.claimed.plus(c.claimed), sum.held.plus(c.held)
		sum.missing, sum.leftOut = sum.missing.plus(c.missing), sum.leftOut.plus(c.leftOut)
		sum.gone, sum.orphans = sum.gone.plus(c.gone), sum.orphans.plus(c.orphans)
	}
	d.para("%s", coverageSentence(all))
	d.para("Threads are counted whole here, whatever the study’s window and languages. Replies are missing where a server did not hand them out: "+
		"they may be hidden, never have reached that server, or lie beyond the part that was asked for. Left out are those that were not kept on principle; of threads from files it is not known how many that are, and they count as missing. More can be held than claimed, since servers’ "+
		"counts lag behind. %s held as deleted, removed or forgotten; %s held without the post that %s.",
		sentence(count(sum.gone, "post is", "posts are")), count(sum.orphans, "reply is", "replies are"), verb(sum.orphans, "it answers", "they answer"))
	list, err := collect(ctx, d, scanThread, threadsSQL)
	if err != nil {
		return err
	}
	d.table([]string{"Thread", "Platform", "First post", "#Claimed", "#Held", "#Left out", "#Missing", "Coverage"}, d.threadRows(list, sum))
	if !d.asked() {
		d.para("Titles are not shown, since the study does not ask for quotes.")
	}
	return d.whyMissing(ctx)
}

const missingSQL = `
select reason, count(*), sum(missing)::bigint from thread_coverage
where reason is not null and missing > 0 group by reason order by 3 desc, reason limit 12`

// whyMissing says why replies are missing, as far as that is known.
func (d *draft) whyMissing(ctx context.Context) error {
	type cause struct {
		reason           string
		threads, replies num
	}
	scan := func(r *row, c *cause) error { return r.Scan(&c.reason, &c.threads, &c.replies) }
	list, err := collect(ctx, d, scan, missingSQL)
	if err != nil || len(list) == 0 {
		return err
	}
	var rows [][]string
	for _, c := range list {
		rows = append(rows, []string{markdown.Inline(shorten(markdown.Clean(c.reason), 200)), number(c.threads), number(c.replies)})
	}
	d.table([]string{"Why replies are missing", "#Threads", "#Replies"}, rows)
	return nil
}

// coverageSentence says how many of the claimed replies are held.
func coverageSentence(all []cover) string {
	held, claimed := claims(all)
	var threads, unknown num
	for _, c := range all {
		threads = threads.plus(c.threads)
		if c.state == "unknown" || c.state == "root missing" && c.claimed.n == 0 {
			unknown = unknown.plus(c.threads)
		}
	}
	if claimed.n == 0 {
		return fmt.Sprintf("No server’s count of replies is known for %s, so coverage is not known.", count(threads, "thread", "threads"))
	}
	s := fmt.Sprintf("Of %s that the servers claim, %s (%s) %s held.", count(claimed, "reply", "replies"), number(held),
		ratio(held, claimed), verb(held, "is", "are"))
	if unknown.n > 0 {
		s += fmt.Sprintf(" For %s no count is known.", count(unknown, "thread", "threads"))
	}
	return s
}

func (d *draft) threadRows(list []thread, sum cover) [][]string {
	var rows [][]string
	rest := sum
	for _, t := range list {
		claimed, missing, leftOut := "not known", "not known", "not known"
		if t.leftOut.n >= 0 {
			leftOut = number(t.leftOut)
			rest.leftOut = rest.leftOut.minus(t.leftOut)
		}
		if t.claimed.n >= 0 {
			claimed, missing = number(t.claimed), number(t.missing)
			rest.missing, rest.claimed = rest.missing.minus(t.missing), rest.claimed.minus(t.claimed)
		}
		rest.threads, rest.held = rest.threads.minus(given(1)), rest.held.minus(t.held)
		rows = append(rows, []string{d.threadName(t), platformName(t.platform), orDash(t.first), claimed, number(t.held), leftOut, missing, t.state})
	}
	if rest.threads.n > 0 {
		rows = append(rows, []string{count(rest.threads, "smaller thread", "smaller threads"), "", "", number(rest.claimed), number(rest.held), number(rest.leftOut), number(rest.missing), ""})
	}
	return append(rows, []string{"**All " + count(sum.threads, "thread", "threads") + "**", "", "",
		number(sum.claimed), number(sum.held), number(sum.leftOut), number(sum.missing), ""})
}

// threadName names a thread by its title, where titles may be shown, and its
// place.
func (d *draft) threadName(t thread) string {
	place := t.community
	if place == "" {
		place = t.instance
	}
	place = orDash(markdown.Inline(place))
	if t.title == "" || !d.asked() {
		return place
	}
	return markdown.Inline(shorten(markdown.Clean(t.title), 90)) + " (" + place + ")"
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
