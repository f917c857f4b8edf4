-- The views are the promise to SQL users: they change only with a note in the README.

create view reactions as
select
  p.id as post, p.thread, p.parent, p.depth, p.platform, p.kind, p.instance, p.community, p.author,
  p.created, p.approximate, a.day, a.language,
  a.sentiment, a.score as sentiment_score, a.p_negative, a.p_neutral, a.p_positive, a.irony,
  coalesce(a.themes, []::varchar[]) as themes,
  p.score as votes, p.upvotes, p.downvotes, p.boosts,
  p.warning is not null as content_warning, p.state = 'edited' as edited, p.tags,
  a.words, a.plain as text, a.model
from posts p
join annotations a on a.post = p.id and a.content_hash = p.content_hash
cross join study s
where a.scored and not p.bot and p.state in ('live', 'edited')
  and (s.since is null or p.created >= s.since)
  and (s.until is null or p.created < s.until)
  and (s.languages is null or list_contains(s.languages, a.language));
comment on view reactions is 'One row per post that counts: by a person, in the window and languages of the study, with words that were scored.';
comment on column reactions.post is 'posts.id';
comment on column reactions.thread is 'id of the thread''s first post; posts of a thread are not independent';
comment on column reactions.parent is 'id of the post replied to; null for a root';
comment on column reactions.depth is '0 for a root, 1 for a reply to it, and so on';
comment on column reactions.platform is 'lemmy, mastodon or other';
comment on column reactions.kind is 'post, comment or status';
comment on column reactions.instance is 'host that the post comes from';
comment on column reactions.community is 'Lemmy community, name@host';
comment on column reactions.author is 'keyed pseudonym; posts of an author are not independent';
comment on column reactions.created is 'when it was written, UTC';
comment on column reactions.approximate is 'created is a guess from words such as "2 months ago"';
comment on column reactions.day is 'UTC day of created';
comment on column reactions.language is 'language that was found';
comment on column reactions.sentiment is 'negative, neutral or positive';
comment on column reactions.sentiment_score is '-1 (negative) to 1 (positive)';
comment on column reactions.p_negative is 'probability, 0 to 1';
comment on column reactions.p_neutral is 'probability, 0 to 1';
comment on column reactions.p_positive is 'probability, 0 to 1';
comment on column reactions.irony is 'probability that the words are not meant as they stand';
comment on column reactions.themes is 'themes that the post speaks of, in alphabetical order';
comment on column reactions.votes is 'upvotes less downvotes, as last seen';
comment on column reactions.upvotes is 'Lemmy upvotes or Mastodon favourites';
comment on column reactions.downvotes is 'as last seen';
comment on column reactions.boosts is 'as last seen';
comment on column reactions.content_warning is 'the author put it behind a warning';
comment on column reactions.edited is 'the author changed it after posting';
comment on column reactions.tags is 'hashtags';
comment on column reactions.words is 'in text';
comment on column reactions.text is 'the author''s own words. Quoting them identifies their author.';
comment on column reactions.model is 'model version that scored it';

create view theme_reactions as
select
  t.theme, t.sentiment as theme_sentiment, t.score as theme_score, t.confidence,
  list_transform(t.evidence, lambda e: substring(r.text, e."start" + 1, e.stop - e."start")) as evidence,
  r.*
from theme_tags t
join reactions r on r.post = t.post;
comment on view theme_reactions is 'One row per counting post and theme; posts with several themes appear several times.';
comment on column theme_reactions.theme is 'name in the codebook';
comment on column theme_reactions.theme_sentiment is 'tone of the sentences that speak of the theme';
comment on column theme_reactions.theme_score is 'of those sentences, -1 to 1';
comment on column theme_reactions.confidence is 'of the theme, 0 to 1';
comment on column theme_reactions.evidence is 'the words that show the theme';
-- The other columns are those of reactions.
comment on column theme_reactions.post is 'posts.id';
comment on column theme_reactions.thread is 'id of the thread''s first post; posts of a thread are not independent';
comment on column theme_reactions.parent is 'id of the post replied to; null for a root';
comment on column theme_reactions.depth is '0 for a root, 1 for a reply to it, and so on';
comment on column theme_reactions.platform is 'lemmy, mastodon or other';
comment on column theme_reactions.kind is 'post, comment or status';
comment on column theme_reactions.instance is 'host that the post comes from';
comment on column theme_reactions.community is 'Lemmy community, name@host';
comment on column theme_reactions.author is 'keyed pseudonym; posts of an author are not independent';
comment on column theme_reactions.created is 'when it was written, UTC';
comment on column theme_reactions.approximate is 'created is a guess from words such as "2 months ago"';
comment on column theme_reactions.day is 'UTC day of created';
comment on column theme_reactions.language is 'language that was found';
comment on column theme_reactions.sentiment is 'negative, neutral or positive';
comment on column theme_reactions.sentiment_score is '-1 (negative) to 1 (positive)';
comment on column theme_reactions.p_negative is 'probability, 0 to 1';
comment on column theme_reactions.p_neutral is 'probability, 0 to 1';
comment on column theme_reactions.p_positive is 'probability, 0 to 1';
comment on column theme_reactions.irony is 'probability that the words are not meant as they stand';
comment on column theme_reactions.themes is 'themes that the post speaks of, in alphabetical order';
comment on column theme_reactions.votes is 'upvotes less downvotes, as last seen';
comment on column theme_reactions.upvotes is 'Lemmy upvotes or Mastodon favourites';
comment on column theme_reactions.downvotes is 'as last seen';
comment on column theme_reactions.boosts is 'as last seen';
comment on column theme_reactions.content_warning is 'the author put it behind a warning';
comment on column theme_reactions.edited is 'the author changed it after posting';
comment on column theme_reactions.tags is 'hashtags';
comment on column theme_reactions.words is 'in text';
comment on column theme_reactions.text is 'the author''s own words. Quoting them identifies their author.';
comment on column theme_reactions.model is 'model version that scored it';

create view thread_coverage as
with per_thread as (
  select
    thread,
    count(*) filter (parent is not null and state in ('live', 'edited')) as live_held,
    count(*) filter (state not in ('live', 'edited')) as gone,
    sum(replies) as replies_claimed,
    min(created) as first_post,
    min(platform) as platform
  from posts where thread is not null group by thread
), parents_missing as (
  select p.thread, count(*) as orphans
  from posts p anti join posts q on q.id = p.parent
  where p.parent is not null group by p.thread
)
select
  t.thread, root.title, coalesce(root.platform, t.platform) as platform, root.community, coalesce(root.instance, '') as instance, t.first_post,
  case when coalesce(root.platform, t.platform) = 'lemmy' then root.descendants else t.replies_claimed end as claimed,
  t.live_held as held,
  case when claimed is not null then greatest(claimed - t.live_held, 0) end as missing,
  coalesce(o.orphans, 0) as orphans,
  t.gone,
  case
    when root.id is null then 'root missing'
    when claimed is null then 'unknown'
    when t.live_held >= claimed then 'complete'
    else 'partial'
  end as coverage
from per_thread t
left join posts root on root.id = t.thread
left join parents_missing o on o.thread = t.thread;
comment on view thread_coverage is 'One row per thread: how many replies the server claims, how many are held.';
comment on column thread_coverage.thread is 'id of the thread''s first post';
comment on column thread_coverage.title is 'of the thread, where its platform has titles';
comment on column thread_coverage.platform is 'of the thread';
comment on column thread_coverage.community is 'Lemmy community, name@host';
comment on column thread_coverage.instance is 'host that the thread comes from';
comment on column thread_coverage.first_post is 'time of the earliest post that is held';
comment on column thread_coverage.claimed is 'live replies that the server claims; null where it claims nothing';
comment on column thread_coverage.held is 'live replies that are held';
comment on column thread_coverage.missing is 'claimed less held, at least 0; null where nothing is claimed';
comment on column thread_coverage.orphans is 'replies whose parent is not held';
comment on column thread_coverage.gone is 'posts held as tombstones: deleted, removed or forgotten';
comment on column thread_coverage.coverage is 'complete, partial, unknown (no claim), or root missing';

create view exclusion_flow as
with seen as (select count(*) as n from sightings),
left_out as (select coalesce(sum(posts), 0)::bigint as n from exclusions),
p as (
  select
    p.id,
    p.kind = 'article' or (s.since is null or p.created >= s.since) and (s.until is null or p.created < s.until) as in_window,
    p.state in ('live', 'edited') as stands,
    p.kind <> 'article' as own_words,
    not p.bot as human,
    coalesce(a.reason, '') not in ('empty', 'too short') as has_words,
    coalesce(a.scored, false) and (s.languages is null or list_contains(s.languages, a.language)) as scored
  from posts p cross join study s
  left join annotations a on a.post = p.id and a.content_hash = p.content_hash
), steps as (
  select 1 as step, 'collected' as name, (select n from seen) + (select n from left_out) as posts, 'every post of every answer' as meaning
  union all select 2, 'allowed', (select n from seen), 'public, and the author has not opted out'
  union all select 3, 'unique', count(*), 'each post once, however many instances show it' from p
  union all select 4, 'in window', count(*) filter (coalesce(in_window, false)), 'written between the study''s dates' from p
  union all select 5, 'standing', count(*) filter (coalesce(in_window, false) and stands), 'neither deleted nor removed' from p
  union all select 6, 'reaction', count(*) filter (coalesce(in_window, false) and stands and own_words), 'not the article that a thread is about' from p
  union all select 7, 'human', count(*) filter (coalesce(in_window, false) and stands and own_words and human), 'the account does not call itself a bot' from p
  union all select 8, 'with words', count(*) filter (coalesce(in_window, false) and stands and own_words and human and has_words), 'more than links, names and quotes' from p
  union all select 9, 'scored', count(*) filter (coalesce(in_window, false) and stands and own_words and human and has_words and scored), 'in a language of the study that has a model' from p
)
select step, name, posts, lag(posts) over (order by step) - posts as lost, meaning from steps;
comment on view exclusion_flow is 'From every post that was collected to those that count in reactions: nine steps and what each one loses.';
comment on column exclusion_flow.step is '1 to 9';
comment on column exclusion_flow.name is 'of the step';
comment on column exclusion_flow.posts is 'that are left after it';
comment on column exclusion_flow.lost is 'in this step; null for the first';
comment on column exclusion_flow.meaning is 'what passes';

create view daily as
select
  day, platform, count(*) as posts, count(distinct author) as authors,
  count(*) filter (sentiment = 'negative') as negative,
  count(*) filter (sentiment = 'neutral') as neutral,
  count(*) filter (sentiment = 'positive') as positive,
  avg(sentiment_score) as mean_score
from reactions group by day, platform;
comment on view daily is 'One row per day and platform with at least one counting post.';
comment on column daily.day is 'UTC';
comment on column daily.platform is 'lemmy, mastodon or other';
comment on column daily.posts is 'counting posts';
comment on column daily.authors is 'different pseudonyms';
comment on column daily.negative is 'posts';
comment on column daily.neutral is 'posts';
comment on column daily.positive is 'posts';
comment on column daily.mean_score is 'of sentiment_score, -1 to 1';
