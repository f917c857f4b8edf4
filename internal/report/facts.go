package report

import (
	"context"
	"fmt"
)

// facts are the numbers that more than one section needs.
type facts struct {
	posts, authors, threads, instances num
	exact                              num // posts whose time is known to the day
	repeated                           num // posts by authors with more than one
	largest                            num // posts in the largest thread
	wordless, unscored                 num // posts by people that count but for that
	quarantined, leftOut               num // records; posts left out on principle
	hand                               hand
	models                             []string // that scored the posts
	first, last                        string
	lastSeen                           string // day of the newest answer
	tone                               counts
	platforms                          []platform // in order of name
	themes                             []theme    // most frequent first
	coverage                           []cover    // in order of state
	groups                             map[shareOf]grouped
}

// counts are posts by tone: negative, neutral, positive.
type counts [3]num

func (c counts) total() num { return c[0].plus(c[1]).plus(c[2]) }

// plain are the numbers alone.
func (c counts) plain() [3]int64 { return [3]int64{c[0].n, c[1].n, c[2].n} }

// of is the share of one tone.
func (c counts) of(tone int) part { return of(c[tone], c.total()) }

// toneNames are the tones in the order of counts.
var toneNames = [3]string{"negative", "neutral", "positive"}

const factsSQL = `
select
  count(*), count(distinct author), count(distinct thread), count(distinct instance),
  count(*) filter (not approximate and day is not null),
  coalesce(strftime(min(day), '%Y-%m-%d'), ''), coalesce(strftime(max(day), '%Y-%m-%d'), ''),
  count(*) filter (sentiment = 'negative'), count(*) filter (sentiment = 'neutral'), count(*) filter (sentiment = 'positive')
from counted`

const clustersSQL = `
select
  coalesce((select sum(n) from (select count(*) as n from counted where author is not null group by author having n > 1)), 0)::bigint,
  coalesce((select max(n) from (select count(*) as n from counted group by thread)), 0)::bigint,
  coalesce((select strftime(max(seen)::date, '%Y-%m-%d') from pages), '')`

const lossesSQL = `
select
  coalesce(max(lost) filter (name = 'with words'), 0)::bigint,
  coalesce(max(lost) filter (name = 'scored'), 0)::bigint
from exclusion_flow`

// gather asks for the facts and fills the summary's counts.
func (d *draft) gather(ctx context.Context) error {
	f := &d.facts
	if err := one(ctx, d, factsSQL, &f.posts, &f.authors, &f.threads, &f.instances, &f.exact,
		&f.first, &f.last, &f.tone[0], &f.tone[1], &f.tone[2]); err != nil {
		return fmt.Errorf("count posts: %w", err)
	}
	if err := one(ctx, d, clustersSQL, &f.repeated, &f.largest, &f.lastSeen); err != nil {
		return fmt.Errorf("count clusters: %w", err)
	}
	var err error
	if f.platforms, err = collect(ctx, d, scanPlatform, platformsSQL); err != nil {
		return fmt.Errorf("count platforms: %w", err)
	}
	if f.themes, err = collect(ctx, d, scanTheme, themesSQL); err != nil {
		return fmt.Errorf("count themes: %w", err)
	}
	if f.coverage, err = collect(ctx, d, scanCover, coverSQL); err != nil {
		return fmt.Errorf("count threads: %w", err)
	}
	if f.models, err = strs(ctx, d, `select distinct model from annotations a semi join counted c on c.post = a.post order by model limit 10`); err != nil {
		return fmt.Errorf("list models: %w", err)
	}
	if err := one(ctx, d, lossesSQL, &f.wordless, &f.unscored); err != nil {
		return fmt.Errorf("count what is not scored: %w", err)
	}
	if err := d.readLabels(ctx); err != nil {
		return fmt.Errorf("read labels: %w", err)
	}
	if err := d.group(ctx); err != nil {
		return fmt.Errorf("count authors and threads: %w", err)
	}
	if err := one(ctx, d, `select coalesce((select count(*) from quarantine), 0)::bigint, coalesce((select sum(posts) from exclusions), 0)::bigint`,
		&f.quarantined, &f.leftOut); err != nil {
		return err
	}
	d.summary = Summary{Posts: f.posts.n, Authors: f.authors.n, Threads: f.threads.n, Negative: f.tone[0].n, Neutral: f.tone[1].n, Positive: f.tone[2].n,
		Quarantined: f.quarantined.n, LeftOutOnPurpose: f.leftOut.n}
	held, claimed := claims(f.coverage)
	d.summary.RepliesHeld, d.summary.RepliesClaimed = held.n, claimed.n
	return nil
}

// empty says in place of a section's content why there is none, and reports
// whether it did.
func (d *draft) empty() bool {
	if d.facts.posts.n > 0 {
		return false
	}
	d.para("Not shown: no post counts as a reaction.")
	return true
}

// platform is the tone of one platform's posts.
type platform struct {
	name    string
	authors num
	tone    counts
}

const platformsSQL = `
select platform, count(distinct author),
  count(*) filter (sentiment = 'negative'), count(*) filter (sentiment = 'neutral'), count(*) filter (sentiment = 'positive')
from counted group by platform order by platform`

func scanPlatform(r *row, p *platform) error {
	return r.Scan(&p.name, &p.authors, &p.tone[0], &p.tone[1], &p.tone[2])
}
