package report

import "context"

// countedSQL puts what counts into temporary tables, once: the posts, without their
// words; the themes that they speak of, but for the want of one; whom they are most
// about; and the pairs of author and thread that have more than one post. Authors and
// threads have hashes for names, which are half as long as pseudonyms. Posts without an
// author are authors of their own.
var countedSQL = []string{`
create or replace temp table counted as
select r.post, if(r.author is null, null, hash(r.author)) as author, hash(r.thread) as thread, hash(coalesce(r.author, r.post)) as of_author, hash(coalesce(r.author, r.post), r.thread) as of_both,
  r.platform, r.instance, r.community, r.language, r.created, r.day, r.approximate, least(r.depth, ` + deepest + `) as depth,
  above.sentiment as answered, r.sentiment::enum('negative', 'neutral', 'positive') as sentiment,
  r.p_negative, r.p_neutral, r.p_positive, r.irony, r.votes,
  len(list_filter(r.themes, lambda t: t <> 'off_topic')) > 0 as speaks, list_contains(r.themes, 'off_topic') as off_topic,
  r.words, w.letters, r.content_warning, w.hash_of_words,
  md5_number_lower(row(r.platform, r.instance, r.community, r.created, r.language, r.sentiment, r.themes, r.votes)::varchar) as fingerprint
from reactions r
join (select post, length(plain) as letters, hash(plain) as hash_of_words from annotations) w on w.post = r.post -- words take no part in a join
left join (select post, sentiment::enum('negative', 'neutral', 'positive') as sentiment from reactions) above on above.post = r.parent`, `
create or replace temp table themed as
select t.theme, t.sentiment::enum('negative', 'neutral', 'positive') as theme_sentiment, c.post, c.author, c.of_author, c.thread, c.of_both
from theme_tags t join counted c on c.post = t.post where t.theme <> 'off_topic'`, `
create or replace temp table aimed as
select t.target, t.sentiment::enum('negative', 'neutral', 'positive') as target_sentiment, c.author, c.of_author, c.thread, c.of_both
from target_tags t join counted c on c.post = t.post where t.main`, `
create or replace temp table repeated as
select of_both from counted group by of_both having count(*) > 1`}

// prepare makes the tables of countedSQL, and names what counts.
func (d *draft) prepare(ctx context.Context) error {
	for _, query := range countedSQL {
		var rows int64
		if err := one(ctx, d, query, &rows); err != nil {
			return err
		}
	}
	return one(ctx, d, snapshotSQL, &d.snapshot)
}
