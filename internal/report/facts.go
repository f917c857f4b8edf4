package report

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

// facts are the numbers that more than one section needs.
type facts struct {
	posts, authors, threads, instances int64
	exact                              int64 // posts whose time is known to the day
	repeated                           int64 // posts by authors with more than one
	largest                            int64 // posts in the largest thread
	first, last                        string
	lastSeen                           string // day of the newest answer
	tone                               counts
	platforms                          []platform                         // in order of name
	themes                             []theme                            // most frequent first
	coverage                           []cover                            // in order of state
	groups                             map[shareOf][3]statistics.Clusters // of authors, of threads, of both
}

// counts are posts by tone: negative, neutral, positive.
type counts [3]int64

func (c counts) total() int64 { return c[0] + c[1] + c[2] }

// of is the proportion of one tone.
func (c counts) of(tone int) statistics.Proportion {
	return statistics.Proportion{K: c[tone], N: c.total()}
}

// toneNames are the tones in the order of counts.
var toneNames = [3]string{"negative", "neutral", "positive"}

const factsSQL = `
select
  count(*), count(distinct author), count(distinct thread), count(distinct instance),
  count(*) filter (not approximate and day is not null),
  coalesce(strftime(min(day), '%Y-%m-%d'), ''), coalesce(strftime(max(day), '%Y-%m-%d'), ''),
  count(*) filter (sentiment = 'negative'), count(*) filter (sentiment = 'neutral'), count(*) filter (sentiment = 'positive')
from reactions`

const clustersSQL = `
select
  coalesce((select sum(n) from (select count(*) as n from reactions where author is not null group by author having n > 1)), 0)::bigint,
  coalesce((select max(n) from (select count(*) as n from reactions group by thread)), 0)::bigint,
  coalesce((select strftime(max(seen)::date, '%Y-%m-%d') from pages), '')`

// gather asks for the facts and fills the summary's counts.
func (d *draft) gather(ctx context.Context) error {
	f := &d.facts
	if err := one(ctx, d.q, factsSQL, &f.posts, &f.authors, &f.threads, &f.instances, &f.exact,
		&f.first, &f.last, &f.tone[0], &f.tone[1], &f.tone[2]); err != nil {
		return fmt.Errorf("count posts: %w", err)
	}
	if err := one(ctx, d.q, clustersSQL, &f.repeated, &f.largest, &f.lastSeen); err != nil {
		return fmt.Errorf("count clusters: %w", err)
	}
	var err error
	if f.platforms, err = collect(ctx, d.q, scanPlatform, platformsSQL); err != nil {
		return fmt.Errorf("count platforms: %w", err)
	}
	if f.themes, err = collect(ctx, d.q, scanTheme, themesSQL); err != nil {
		return fmt.Errorf("count themes: %w", err)
	}
	if f.coverage, err = collect(ctx, d.q, scanCover, coverSQL); err != nil {
		return fmt.Errorf("count threads: %w", err)
	}
	if err := d.group(ctx); err != nil {
		return fmt.Errorf("count authors and threads: %w", err)
	}
	d.summary = Summary{Posts: f.posts, Authors: f.authors, Threads: f.threads,
		Negative: f.tone[0], Neutral: f.tone[1], Positive: f.tone[2]}
	d.summary.RepliesHeld, d.summary.RepliesClaimed = claims(f.coverage)
	return one(ctx, d.q, `select coalesce((select count(*) from quarantine), 0)::bigint, coalesce((select sum(posts) from exclusions), 0)::bigint`,
		&d.summary.Quarantined, &d.summary.LeftOutOnPurpose)
}

// empty says in place of a section's content why there is none, and reports
// whether it did.
func (d *draft) empty() bool {
	if d.facts.posts > 0 {
		return false
	}
	d.para("Not shown: no post counts as a reaction.")
	return true
}

// platform is the tone of one platform's posts.
type platform struct {
	name    string
	authors int64
	tone    counts
}

const platformsSQL = `
select platform, count(distinct author),
  count(*) filter (sentiment = 'negative'), count(*) filter (sentiment = 'neutral'), count(*) filter (sentiment = 'positive')
from reactions group by platform order by platform`

func scanPlatform(r *sql.Rows, p *platform) error {
	return r.Scan(&p.name, &p.authors, &p.tone[0], &p.tone[1], &p.tone[2])
}
