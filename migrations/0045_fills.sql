-- Badges and challenges that go live count what was before, member by member, in the same way. A fill begins when every
-- transaction is over that may not know yet what it is for: `watermark` is the first transaction that does.
create table fills (
    kind text not null check (kind in ('badge', 'challenge')),
    name text not null,
    started_at timestamptz not null,
    watermark bigint,
    -- The members up to this one are done, in this phase.
    done_until uuid,
    done bigint not null default 0,
    total bigint not null default 0,
    given bigint not null default 0,
    finished_at timestamptz,
    primary key (kind, name)
);
insert into fills (kind, name, started_at, watermark, done_until, done, total, given, finished_at)
    select 'badge', badge, started_at, watermark, done_until, done, total, awarded, finished_at from badge_fills;
insert into fills (kind, name, started_at, watermark, done_until, finished_at)
    select 'challenge', challenge, coalesce(finished_at, now()), watermark, done_until, finished_at from challenge_fills;
drop table badge_fills;
drop table challenge_fills;
