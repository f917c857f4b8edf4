-- The tables. Rules that hold for all of them: no foreign keys, no secondary
-- indexes, constants only in defaults, TIMESTAMPTZ in UTC. A post that is gone
-- stays as a row without text.

create table project (
  key_check uuid not null,
  settled   boolean not null
);
comment on table project is 'One row: which key makes this project''s pseudonyms, and whether threads are in order.';
comment on column project.key_check is 'the key''s pseudonym of a fixed text; the key itself lies beside the file';
comment on column project.settled is 'false: posts came in whose place in their threads is still to be worked out';

create schema identity;
-- identity: what re-finds a person's post. Never exported, never shown in a report.

create table identity.posts (
  id  uuid not null,
  uri varchar not null,
  url varchar
);
comment on table identity.posts is 'Where each post lives. Joined only to ask its origin again.';
comment on column identity.posts.id is 'posts.id';
comment on column identity.posts.uri is 'ActivityPub id: the only key that all instances share';
comment on column identity.posts.url is 'page for people, where it differs from uri';

create table identity.locals (
  ref      uuid not null,
  post     uuid not null,
  instance varchar not null,
  local_id varchar not null
);
comment on table identity.locals is 'The id that an instance gives a post. A reply often names its parent only so.';
comment on column identity.locals.ref is 'keyed hash of instance and local id; posts.parent holds it until the parent is known';
comment on column identity.locals.post is 'posts.id';
comment on column identity.locals.instance is 'host that uses the id';
comment on column identity.locals.local_id is 'the id there';

create table posts (
  id           uuid not null,
  platform     varchar not null,
  kind         varchar not null,
  thread       uuid,
  parent       uuid,
  depth        integer,
  author       uuid,
  instance     varchar not null,
  community    varchar,
  created      timestamptz,
  approximate  boolean not null,
  edited       timestamptz,
  state        varchar not null,
  bot          boolean not null,
  language     varchar,
  title        varchar,
  content      varchar,
  format       varchar not null,
  warning      varchar,
  content_hash ubigint not null,
  score        bigint,
  upvotes      bigint,
  downvotes    bigint,
  boosts       bigint,
  replies      bigint,
  descendants  bigint,
  tags         varchar[],
  link_domain  varchar,
  quotes       uuid,
  first_seen   timestamptz not null,
  last_seen    timestamptz not null,
  stored       timestamptz not null,
  expired      boolean not null
);
comment on table posts is 'One row per post, however many instances show it.';
comment on column posts.id is 'keyed hash of the ActivityPub uri; means nothing outside this project';
comment on column posts.platform is 'lemmy, mastodon or other';
comment on column posts.kind is 'post (opens a Lemmy thread), comment, status, or article (the text that a copied thread is about; never a reaction)';
comment on column posts.thread is 'id of the post that opened the thread, or of the topmost known ancestor where that one is not held';
comment on column posts.parent is 'id of the post replied to; null for a root';
comment on column posts.depth is '0 for a root, 1 for a reply to it, and so on; null where an ancestor is missing';
comment on column posts.author is 'keyed pseudonym of the author; differs from project to project';
comment on column posts.instance is 'host that the post comes from';
comment on column posts.community is 'Lemmy community, name@host';
comment on column posts.created is 'when it was written; null where the source gives no believable time';
comment on column posts.approximate is 'created was worked out from words such as "2 months ago"';
comment on column posts.edited is 'when it was last edited, where known';
comment on column posts.state is 'live, edited, deleted (by its author), removed (by a moderator) or forgotten (on request)';
comment on column posts.bot is 'the account says that it is automated';
comment on column posts.language is 'as declared by author or platform; often missing or wrong';
comment on column posts.title is 'plain text';
comment on column posts.content is 'as served, in format; null once the post is gone';
comment on column posts.format is 'html, markdown or plain';
comment on column posts.warning is 'content warning, plain text';
comment on column posts.content_hash is 'of title, content, warning and format; annotations name it';
comment on column posts.score is 'upvotes less downvotes, as last seen';
comment on column posts.upvotes is 'Lemmy upvotes or Mastodon favourites, as last seen';
comment on column posts.downvotes is 'as last seen; null where the platform has none';
comment on column posts.boosts is 'as last seen';
comment on column posts.replies is 'direct replies that the server claims';
comment on column posts.descendants is 'replies at every depth that the server claims';
comment on column posts.tags is 'hashtags, lower case, without #';
comment on column posts.link_domain is 'host of the link that the post shares';
comment on column posts.quotes is 'id of the quoted post; its text is not part of this one';
comment on column posts.first_seen is 'when an instance first showed it to us';
comment on column posts.last_seen is 'when an instance last showed it to us';
comment on column posts.stored is 'when its text came into this file; keep_text_days counts from here';
comment on column posts.expired is 'the text was dropped after keep_text_days; the annotation stays';

create table sightings (
  post        uuid not null,
  instance    varchar not null,
  first_seen  timestamptz not null,
  last_seen   timestamptz not null,
  score       bigint,
  upvotes     bigint,
  downvotes   bigint,
  boosts      bigint,
  replies     bigint,
  descendants bigint
);
comment on table sightings is 'Which instance showed which post, when, with which counts: every server counts only what reached it.';
comment on column sightings.post is 'posts.id';
comment on column sightings.instance is 'host that showed it; empty for a file that does not say';
comment on column sightings.first_seen is 'first time there';
comment on column sightings.last_seen is 'last time there; the counts are of then';
comment on column sightings.score is 'as that instance counts';
comment on column sightings.upvotes is 'as that instance counts';
comment on column sightings.downvotes is 'as that instance counts';
comment on column sightings.boosts is 'as that instance counts';
comment on column sightings.replies is 'as that instance counts';
comment on column sightings.descendants is 'as that instance counts';

create table revisions (
  post         uuid not null,
  content_hash ubigint not null,
  replaced     timestamptz not null
);
comment on table revisions is 'That a post''s text was another one before. The old words themselves are not kept.';
comment on column revisions.post is 'posts.id';
comment on column revisions.content_hash is 'of the text that was replaced';
comment on column revisions.replaced is 'when we saw the new text';

create table runs (
  id       uuid not null,
  command  varchar not null,
  version  varchar not null,
  started  timestamptz not null,
  ended    timestamptz,
  outcome  varchar
);
comment on table runs is 'Every time that this program wrote to the file.';
comment on column runs.id is 'random';
comment on column runs.command is 'ingest or annotate';
comment on column runs.version is 'of fedipulse';
comment on column runs.started is 'UTC';
comment on column runs.ended is 'null: it was cut off';
comment on column runs.outcome is 'the summary line of the stage';

create table pages (
  run      uuid not null,
  source   varchar not null,
  stream   varchar not null,
  name     varchar not null,
  instance varchar not null,
  seen     timestamptz not null,
  sha256   varchar,
  posts    bigint not null,
  fresh    bigint not null,
  rejected bigint not null,
  excluded bigint not null
);
comment on table pages is 'Every answer or part of a file that was taken in; written in one transaction with its posts and its cursor.';
comment on column pages.run is 'runs.id';
comment on column pages.source is 'which [[source]] of the study';
comment on column pages.stream is 'file or timeline';
comment on column pages.name is 'which part of the stream';
comment on column pages.instance is 'host that gave the answer; empty where not known';
comment on column pages.seen is 'when it gave it';
comment on column pages.sha256 is 'of the bytes, hex';
comment on column pages.posts is 'posts on it that were stored, new or not';
comment on column pages.fresh is 'posts that were not held before';
comment on column pages.rejected is 'records that could not be read: see quarantine';
comment on column pages.excluded is 'posts left out on principle: see exclusions';

create table cursors (
  source   varchar not null,
  stream   varchar not null,
  position varchar not null
);
comment on table cursors is 'How far each source has come.';
comment on column cursors.source is 'which [[source]] of the study';
comment on column cursors.stream is 'file or timeline';
comment on column cursors.position is 'the source''s own note';

create table quarantine (
  source varchar not null,
  stream varchar not null,
  page   varchar not null,
  item   varchar not null,
  reason varchar not null,
  sha256 varchar
);
comment on table quarantine is 'Records that could not be read. Their content is not kept.';
comment on column quarantine.source is 'which [[source]] of the study';
comment on column quarantine.stream is 'file or timeline';
comment on column quarantine.page is 'pages.name';
comment on column quarantine.item is 'which record';
comment on column quarantine.reason is 'why it could not be read';
comment on column quarantine.sha256 is 'of the record''s bytes, so that it can be found again';

create table exclusions (
  source varchar not null,
  stream varchar not null,
  page   varchar not null,
  reason varchar not null,
  posts  bigint not null
);
comment on table exclusions is 'Posts left out on principle before anything of them was written: a count per reason, nothing else.';
comment on column exclusions.source is 'which [[source]] of the study';
comment on column exclusions.stream is 'file or timeline';
comment on column exclusions.page is 'pages.name';
comment on column exclusions.reason is 'not public, author opted out, author limited by the instance, ...';
comment on column exclusions.posts is 'how many';

create table permissions (
  host     varchar not null,
  basis    varchar not null,
  given_by varchar not null,
  given    date,
  note     varchar
);
comment on table permissions is 'The [permission] tables of the study, as of the last ingest.';
comment on column permissions.host is 'instance';
comment on column permissions.basis is 'on what ground data may be taken';
comment on column permissions.given_by is 'who gave it';
comment on column permissions.given is 'when';
comment on column permissions.note is 'free text';

create table study (
  title     varchar not null,
  question  varchar not null,
  since     timestamptz,
  until     timestamptz,
  languages varchar[],
  sha256    varchar not null
);
comment on table study is 'The question that this file answers: one row, as of the last ingest.';
comment on column study.title is 'of the study';
comment on column study.question is 'in words';
comment on column study.since is 'start of the window, inclusive; null: open';
comment on column study.until is 'end of the window, exclusive; null: open';
comment on column study.languages is 'base languages that count; null: all that a model can score';
comment on column study.sha256 is 'of the study file';

create table annotations (
  post         uuid not null,
  content_hash ubigint not null,
  model        varchar not null,
  day          date,
  platform     varchar not null,
  instance     varchar not null,
  language     varchar not null,
  confidence   float not null,
  plain        varchar,
  words        integer not null,
  scored       boolean not null,
  reason       varchar,
  sentiment    varchar,
  score        float,
  p_negative   float,
  p_neutral    float,
  p_positive   float,
  irony        float,
  evidence     struct("start" integer, stop integer)[],
  themes       varchar[]
);
comment on table annotations is 'What the model made of each post: one row per post, of the model version named.';
comment on column annotations.post is 'posts.id';
comment on column annotations.content_hash is 'of the text that was read; where it differs from posts.content_hash the row is stale';
comment on column annotations.model is 'version of every part that had a say';
comment on column annotations.day is 'UTC day of posts.created';
comment on column annotations.platform is 'posts.platform';
comment on column annotations.instance is 'posts.instance';
comment on column annotations.language is 'base language that was found; und: not known';
comment on column annotations.confidence is 'of language, 0 to 1';
comment on column annotations.plain is 'the author''s own words: no mark-up, quotes or code';
comment on column annotations.words is 'in plain';
comment on column annotations.scored is 'whether sentiment was scored';
comment on column annotations.reason is 'why not: gone, article, empty, too short, language';
comment on column annotations.sentiment is 'negative, neutral or positive';
comment on column annotations.score is 'p_positive less p_negative, -1 to 1';
comment on column annotations.p_negative is '0 to 1; the three sum to 1';
comment on column annotations.p_neutral is '0 to 1';
comment on column annotations.p_positive is '0 to 1';
comment on column annotations.irony is 'probability that the words are not meant as they stand, 0 to 1';
comment on column annotations.evidence is 'stretches [start, stop) of plain, in characters from 0, that moved the score';
comment on column annotations.themes is 'names of the themes in theme_tags, in alphabetical order';

create table theme_tags (
  post       uuid not null,
  theme      varchar not null,
  sentiment  varchar,
  score      float,
  confidence float not null,
  evidence   struct("start" integer, stop integer)[]
);
comment on table theme_tags is 'Which themes a post speaks of, in what tone, and the words that show it.';
comment on column theme_tags.post is 'posts.id';
comment on column theme_tags.theme is 'name in the codebook';
comment on column theme_tags.sentiment is 'tone of the sentences that speak of the theme; null where not scored';
comment on column theme_tags.score is 'of those sentences, -1 to 1';
comment on column theme_tags.confidence is '0 to 1';
comment on column theme_tags.evidence is 'stretches [start, stop) of annotations.plain, in characters from 0';
