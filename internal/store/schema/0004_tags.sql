-- Whom posts are about, short answers that take their theme from the post above
-- them, and what decided on all of it.

create table target_tags (
  post       uuid not null,
  target     varchar not null,
  main       boolean not null,
  sentiment  varchar,
  score      float,
  confidence float not null,
  evidence   struct("start" integer, stop integer)[]
);
comment on table target_tags is 'Whom or what a post is about, in what tone, and the words that show it.';
comment on column target_tags.post is 'posts.id';
comment on column target_tags.target is 'name in data/targets';
comment on column target_tags.main is 'whether the post is most about it; one target of a post at most';
comment on column target_tags.sentiment is 'tone towards it; null where not scored';
comment on column target_tags.score is 'of that tone, -1 to 1';
comment on column target_tags.confidence is 'that the post is most about it, 0 to 1';
comment on column target_tags.evidence is 'stretches [start, stop) of annotations.plain, in characters from 0';

create table taggers (
  name    varchar not null,
  version varchar not null
);
comment on table taggers is 'What decided on the tags that are here: a codebook entry, the code and what was learned.';
comment on column taggers.name is 'of the theme; empty for all targets';
comment on column taggers.version is 'of the entry, the code and what was learned';

alter table annotations add column answers boolean;
comment on column annotations.answers is 'it has no theme of its own, is short and begins as answers do';
comment on table annotations is 'What the model made of each post: one row per post, of the model version named. What decided on tags is in taggers.';
comment on column annotations.model is 'version of what read the words and the tone';

create view target_reactions as
select
  t.target, t.main, t.sentiment as target_sentiment, t.score as target_score, t.confidence,
  list_transform(t.evidence, lambda e: substring(r.text, e."start" + 1, e.stop - e."start")) as evidence,
  r.*
from target_tags t
join reactions r on r.post = t.post;
comment on view target_reactions is 'One row per counting post and target; posts about several appear several times: filter by main for one row a post.';
comment on column target_reactions.target is 'whom or what the post is about: name in data/targets';
comment on column target_reactions.main is 'whether the post is most about it';
comment on column target_reactions.target_sentiment is 'tone towards it: of the clauses that name it, where there are several targets';
comment on column target_reactions.target_score is 'of that tone, -1 to 1';
comment on column target_reactions.confidence is 'that the post is most about it, 0 to 1';
comment on column target_reactions.evidence is 'the words that show it';
comment on column target_reactions.post is 'posts.id';
comment on column target_reactions.thread is 'id of the thread''s first post; posts of a thread are not independent';
comment on column target_reactions.parent is 'id of the post replied to; null for a root';
comment on column target_reactions.depth is '0 for a root, 1 for a reply to it, and so on';
comment on column target_reactions.platform is 'lemmy, mastodon or other';
comment on column target_reactions.kind is 'post, comment or status';
comment on column target_reactions.instance is 'host that the post comes from';
comment on column target_reactions.community is 'Lemmy community, name@host';
comment on column target_reactions.author is 'keyed pseudonym; posts of an author are not independent';
comment on column target_reactions.created is 'when it was written, UTC';
comment on column target_reactions.approximate is 'created is a guess from words such as "2 months ago"';
comment on column target_reactions.day is 'UTC day of created';
comment on column target_reactions.language is 'language that was found';
comment on column target_reactions.sentiment is 'negative, neutral or positive';
comment on column target_reactions.sentiment_score is '-1 (negative) to 1 (positive)';
comment on column target_reactions.p_negative is 'probability, 0 to 1';
comment on column target_reactions.p_neutral is 'probability, 0 to 1';
comment on column target_reactions.p_positive is 'probability, 0 to 1';
comment on column target_reactions.irony is 'probability that the words are not meant as they stand';
comment on column target_reactions.themes is 'themes that the post speaks of, in alphabetical order';
comment on column target_reactions.votes is 'upvotes less downvotes, as last seen';
comment on column target_reactions.upvotes is 'Lemmy upvotes or Mastodon favourites';
comment on column target_reactions.downvotes is 'as last seen';
comment on column target_reactions.boosts is 'as last seen';
comment on column target_reactions.content_warning is 'the author put it behind a warning';
comment on column target_reactions.edited is 'the author changed it after posting';
comment on column target_reactions.tags is 'hashtags';
comment on column target_reactions.words is 'in text';
comment on column target_reactions.text is 'the author''s own words. Quoting them identifies their author.';
comment on column target_reactions.model is 'model version that scored it';

create view theme_answers as
select t.theme, t.confidence, a.post as answered, r.*
from reactions r
join annotations own on own.post = r.post and own.answers
join annotations a on a.post = r.parent
join theme_tags t on t.post = a.post
where t.theme not in ('humor', 'info_technical', 'off_topic');
comment on view theme_answers is 'One row per counting reply without a theme of its own and theme of the post that it answers: themes that are inherited, and are in no other view.';
comment on column theme_answers.theme is 'of the post that is answered';
comment on column theme_answers.confidence is 'of that theme in that post, 0 to 1';
comment on column theme_answers.answered is 'posts.id of the post that is answered';
comment on column theme_answers.post is 'posts.id';
comment on column theme_answers.thread is 'id of the thread''s first post; posts of a thread are not independent';
comment on column theme_answers.parent is 'id of the post replied to; null for a root';
comment on column theme_answers.depth is '0 for a root, 1 for a reply to it, and so on';
comment on column theme_answers.platform is 'lemmy, mastodon or other';
comment on column theme_answers.kind is 'post, comment or status';
comment on column theme_answers.instance is 'host that the post comes from';
comment on column theme_answers.community is 'Lemmy community, name@host';
comment on column theme_answers.author is 'keyed pseudonym; posts of an author are not independent';
comment on column theme_answers.created is 'when it was written, UTC';
comment on column theme_answers.approximate is 'created is a guess from words such as "2 months ago"';
comment on column theme_answers.day is 'UTC day of created';
comment on column theme_answers.language is 'language that was found';
comment on column theme_answers.sentiment is 'negative, neutral or positive';
comment on column theme_answers.sentiment_score is '-1 (negative) to 1 (positive)';
comment on column theme_answers.p_negative is 'probability, 0 to 1';
comment on column theme_answers.p_neutral is 'probability, 0 to 1';
comment on column theme_answers.p_positive is 'probability, 0 to 1';
comment on column theme_answers.irony is 'probability that the words are not meant as they stand';
comment on column theme_answers.themes is 'themes that the post speaks of, in alphabetical order';
comment on column theme_answers.votes is 'upvotes less downvotes, as last seen';
comment on column theme_answers.upvotes is 'Lemmy upvotes or Mastodon favourites';
comment on column theme_answers.downvotes is 'as last seen';
comment on column theme_answers.boosts is 'as last seen';
comment on column theme_answers.content_warning is 'the author put it behind a warning';
comment on column theme_answers.edited is 'the author changed it after posting';
comment on column theme_answers.tags is 'hashtags';
comment on column theme_answers.words is 'in text';
comment on column theme_answers.text is 'the author''s own words. Quoting them identifies their author.';
comment on column theme_answers.model is 'model version that scored it';
