-- What instances say of their threads, and views that use it. A post of an
-- author who has refused since counts among those left out, and nowhere else.

create table coverage (
  thread   uuid not null,
  instance varchar not null,
  seen     timestamptz not null,
  claimed  bigint,
  shown    bigint not null,
  listed   bigint not null,
  lacking  bigint not null,
  orphans  bigint not null,
  left_out bigint not null,
  reason   varchar
);
comment on table coverage is 'The coverage ledger: how much of a thread each instance showed when it was last asked, by its own counts.';
comment on column coverage.thread is 'id of the post that opens the thread';
comment on column coverage.instance is 'host that was asked';
comment on column coverage.seen is 'when';
comment on column coverage.claimed is 'live replies that it counts; null where it does not say';
comment on column coverage.shown is 'live replies that it showed';
comment on column coverage.listed is 'all replies that it showed, with those that are deleted or removed';
comment on column coverage.lacking is 'replies that its comments count below themselves and that it did not show';
comment on column coverage.orphans is 'replies whose parent it did not show';
comment on column coverage.left_out is 'of shown, those not kept on principle: see exclusions';
comment on column coverage.reason is 'why anything is missing; null where nothing is';

create table refusals (
  author uuid not null,
  seen   timestamptz not null
);
comment on table refusals is 'Authors whose profile refuses, so that a copy with an older profile does not bring them back. Their own instance lifts it.';
comment on column refusals.author is 'keyed pseudonym, as posts.author';
comment on column refusals.seen is 'when their profile last said so';

create or replace view thread_coverage as
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
), best as (
  -- the community's own instance knows its threads best, elsewhere that of the
  -- first post, then whoever showed most
  select c.thread, c.instance as at_instance, c.seen as at_time, c.claimed as counted, c.left_out as set_aside, c.reason as why
  from coverage c left join posts root on root.id = c.thread
  qualify row_number() over (
    partition by c.thread
    order by c.instance = coalesce(nullif(split_part(coalesce(root.community, ''), '@', 2), ''), root.instance, '') desc, c.shown desc, c.instance) = 1
)
select
  t.thread, root.title, coalesce(root.platform, t.platform) as platform, root.community, coalesce(root.instance, '') as instance, t.first_post,
  case
    when b.thread is not null then b.counted
    when coalesce(root.platform, t.platform) = 'lemmy' then root.descendants
    else t.replies_claimed
  end as claimed,
  t.live_held as held,
  case when claimed is not null then greatest(claimed - t.live_held - coalesce(b.set_aside, 0), 0) end as missing,
  coalesce(o.orphans, 0) as orphans,
  t.gone,
  case
    when root.id is null and b.thread is null then 'root missing' -- else it was seen, and left out on principle
    when claimed is null then 'unknown'
    when t.live_held + coalesce(b.set_aside, 0) >= claimed then 'complete'
    else 'partial'
  end as coverage,
  b.set_aside as left_out,
  case when coverage = 'partial' then coalesce(b.why, case
    when b.thread is not null then 'gone from the instance since it was asked, or from the file'
    else 'not in the files that were read, or left out on principle: of a file that is not known by thread' end) end as reason,
  b.at_instance as asked,
  b.at_time as seen
from per_thread t
left join posts root on root.id = t.thread
left join parents_missing o on o.thread = t.thread
left join best b on b.thread = t.thread;
comment on view thread_coverage is 'One row per thread: how many replies the server claims, how many are held, and why any are missing.';
comment on column thread_coverage.thread is 'id of the thread''s first post';
comment on column thread_coverage.title is 'of the thread, where its platform has titles';
comment on column thread_coverage.platform is 'of the thread';
comment on column thread_coverage.community is 'Lemmy community, name@host';
comment on column thread_coverage.instance is 'host that the thread comes from';
comment on column thread_coverage.first_post is 'time of the earliest post that is held';
comment on column thread_coverage.claimed is 'live replies that the server claims; null where it claims nothing';
comment on column thread_coverage.held is 'live replies that are held';
comment on column thread_coverage.missing is 'claimed less held and left out, at least 0; null where nothing is claimed';
comment on column thread_coverage.orphans is 'replies whose parent is not held';
comment on column thread_coverage.gone is 'posts held as tombstones: deleted, removed or forgotten';
comment on column thread_coverage.coverage is 'complete (but for those left out on principle), partial, unknown (no claim), or root missing';
comment on column thread_coverage.left_out is 'live replies that were not kept on principle; null for files, where that is not known by thread';
comment on column thread_coverage.reason is 'why replies are missing; null where none are';
comment on column thread_coverage.asked is 'instance whose count is shown: the community''s or first post''s own if that was asked; null for files';
comment on column thread_coverage.seen is 'when it was asked; null for files';

create or replace view exclusion_flow as
with seen as (select count(*) as n from sightings g semi join posts p on p.id = g.post and p.state <> 'forgotten'),
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
  where p.state <> 'forgotten'
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
