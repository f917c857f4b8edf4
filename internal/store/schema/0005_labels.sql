-- What people say of posts: a sample that was drawn to be labelled by hand, and
-- the labels of each coder.

create table label_sample (
  post         uuid not null,
  content_hash ubigint not null,
  stratum      varchar not null,
  size         bigint not null,
  place        integer not null,
  seed         bigint not null
);
comment on table label_sample is 'Posts drawn by fedipulse label: so many of each stratum, in random order.';
comment on column label_sample.post is 'posts.id';
comment on column label_sample.content_hash is 'of the words that were drawn: edited posts drop out';
comment on column label_sample.stratum is 'tone that the model found when the sample was drawn';
comment on column label_sample.size is 'counting posts in the stratum at that time';
comment on column label_sample.place is 'in the order in which posts are labelled, from 1';
comment on column label_sample.seed is 'that the draw follows from';

create table labels (
  post         uuid not null,
  content_hash ubigint not null,
  coder        varchar not null,
  sentiment    varchar not null,
  labelled     timestamptz not null
);
comment on table labels is 'The tone that a person found in a post of the sample; each coder labels a post once.';
comment on column labels.post is 'posts.id';
comment on column labels.content_hash is 'of the words that were read';
comment on column labels.coder is 'name that the coder chose; it stands in no report';
comment on column labels.sentiment is 'negative, neutral, positive, or unclear';
comment on column labels.labelled is 'when';

create view coded as
select s.post, s.stratum, s.size, s.place, l.coder, l.sentiment
from label_sample s
join labels l on l.post = s.post and l.content_hash = s.content_hash
join posts p on p.id = s.post and p.content_hash = s.content_hash and p.state in ('live', 'edited')
where l.sentiment <> 'unclear';
comment on view coded is 'One row per post of the sample and coder, where the post still stands as it was read.';
comment on column coded.post is 'posts.id';
comment on column coded.stratum is 'tone that the model found when the sample was drawn';
comment on column coded.size is 'counting posts in the stratum at that time';
comment on column coded.place is 'in the order in which posts are labelled, from 1';
comment on column coded.coder is 'name that the coder chose';
comment on column coded.sentiment is 'negative, neutral or positive';
