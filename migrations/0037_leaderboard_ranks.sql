-- Boards are data, with periods that close, and a rank is the sum of a few short ranges of a digit tree instead of a count of rows.
alter table leaderboards
    add column metric text not null default 'points' constraint leaderboard_metric check (metric in ('points', 'visits', 'badges')),
    add column scope text not null default 'all' constraint leaderboard_scope check (scope in ('all', 'store', 'tier', 'cohort')),
    -- The first is the one that is shown unless another is asked for.
    add column periods text[] not null default '{month,week,all}' constraint leaderboard_periods_known
        check (periods <@ '{week,month,season,all}' and cardinality(periods) between 1 and 4),
    -- Of cohorts: how many members, how many of the first go up a league and of the last down, how many leagues.
    add column cohort_size smallint not null default 30 check (cohort_size between 5 and 100),
    add column promote smallint not null default 7 check (promote between 0 and 50),
    add column demote smallint not null default 5 check (demote between 0 and 50),
    add column leagues smallint not null default 5 check (leagues between 1 and 10),
    -- What was over before this has no prizes and takes history that is imported.
    add column opened_at timestamptz,
    -- Members who are on the board by now, in the order of their ids; null when it has not begun to be filled.
    add column filled_through uuid,
    add column filled_at timestamptz,
    add column ended_at timestamptz,
    -- When it was last counted again to see whether it is right.
    add column checked_at timestamptz,
    add column version integer not null default 1 check (version > 0),
    add constraint leaderboard_cohorts_move check (promote + demote <= cohort_size),
    add constraint leaderboard_name_length check (length(name) between 1 and 60);
update leaderboards set opened_at = applied_at;
alter table leaderboards alter column opened_at set not null;

create table seasons (
    season text primary key check (season ~ '^[a-z][a-z0-9-]{1,39}$' and season not in ('all', 'current', 'previous')),
    name text not null check (length(name) between 1 and 60),
    starts_on date not null,
    -- The last day that belongs to it.
    ends_on date not null,
    created_at timestamptz not null,
    check (ends_on >= starts_on and ends_on - starts_on <= 400)
);

-- A period of a board. What is received from closes_at on does not rewrite it; closed_at: it was closed and its prizes were given.
create table leaderboard_periods (
    leaderboard text collate "C" not null references leaderboards,
    period text collate "C" not null,
    kind text not null check (kind in ('week', 'month', 'season', 'all')),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    closes_at timestamptz not null check (closes_at >= ends_at),
    -- Over when the board began: imported history fills it, and it has no prizes.
    was_over boolean not null,
    closed_at timestamptz,
    primary key (leaderboard, period)
);
create index leaderboard_periods_to_close on leaderboard_periods (closes_at) where closed_at is null and not was_over;

-- Who competes with whom in a period of a board of tiers or cohorts: told when they first score, and for as long as the period.
create table leaderboard_seats (
    leaderboard text collate "C" not null,
    period text collate "C" not null,
    member_id uuid not null,
    segment text collate "C" not null check (length(segment) between 1 and 80),
    primary key (leaderboard, period, member_id)
);
create table leaderboard_cohorts (
    leaderboard text collate "C" not null,
    period text collate "C" not null,
    segment text collate "C" not null,
    league smallint not null check (league >= 0),
    members integer not null check (members >= 0),
    primary key (leaderboard, period, segment)
);
create table leaderboard_leagues (
    leaderboard text collate "C" not null,
    member_id uuid not null,
    league smallint not null check (league >= 0),
    primary key (leaderboard, member_id)
);

-- What the first of a period get, and what was given: once for each member and period.
create table leaderboard_prizes (
    leaderboard text collate "C" not null references leaderboards,
    kind text not null check (kind in ('week', 'month', 'season')),
    from_rank smallint not null check (from_rank between 1 and 100),
    to_rank smallint not null check (to_rank between from_rank and 100),
    points bigint not null check (points between 1 and 1000000),
    primary key (leaderboard, kind, from_rank)
);
create table leaderboard_winnings (
    leaderboard text collate "C" not null,
    period text collate "C" not null,
    member_id uuid not null,
    rank integer not null check (rank > 0),
    points bigint not null check (points > 0),
    given_at timestamptz not null,
    primary key (leaderboard, period, member_id)
);

-- Members whom staff keep off the boards, such as their own people.
alter table members add column excluded_at timestamptz;

-- The scores are worked out again from the journal by every server that starts with this, under keys that also name the segment.
drop table leaderboard_scores;
create table leaderboard_scores (
    leaderboard text collate "C" not null references leaderboards,
    period text collate "C" not null,
    -- Of a board by store, tier or cohort: which one. Else empty.
    segment text collate "C" not null,
    member_id uuid not null,
    score bigint not null check (score between 1 and 1152921504606846975),
    reached_at timestamptz not null,
    -- It also serves whoever looks for a member's scores.
    primary key (member_id, leaderboard, period, segment)
);
create index leaderboard_order on leaderboard_scores (leaderboard, period, segment, score desc, reached_at, member_id);

-- How many members have a score whose digits to the base 64, without the last `level` ones, are `node`. See domain/leaderboard/tree.rs.
create table leaderboard_nodes (
    leaderboard text collate "C" not null,
    period text collate "C" not null,
    segment text collate "C" not null,
    level smallint not null check (level between 0 and 9),
    node bigint not null check (node >= 0),
    count bigint not null,
    primary key (leaderboard, period, segment, level, node)
) with (fillfactor = 50);

-- What counts on boards, from the journal alone: each fact belongs to the period of `at` and was known from `received_at` on.
create function leaderboard_facts(metric text, by_store boolean, of_members uuid[])
returns table (member_id uuid, store text, at timestamptz, received_at timestamptz, amount bigint, is_return boolean)
language sql stable as $$
    select e.member_id, null::text, e.effective_at, e.recorded_at, e.available_delta + e.pending_delta - e.debt_delta, false
    from ledger_entries e
    where metric = 'points' and not by_store and e.member_id = any (of_members) and e.wallet = 'points' and e.kind = 'accrual'
    union all
    select p.member_id, p.store, p.purchased_at, p.received_at, p.points, false
    from purchases p
    where metric = 'points' and by_store and p.member_id = any (of_members) and p.store is not null
    union all
    select r.member_id, p.store, p.purchased_at, r.received_at, -r.points, true
    from returns r join purchases p using (member_id, purchase_id)
    where metric = 'points' and r.member_id = any (of_members) and (not by_store or p.store is not null)
    union all
    -- A day with a purchase or a visit is one visit, whatever is returned later.
    select v.member_id, v.store, (v.day + time '12:00') at time zone v.zone, min(v.received_at), 1, false
    from (
        select p.member_id, case when by_store then p.store end as store, z.zone, (p.purchased_at at time zone z.zone)::date as day,
            p.received_at
        from purchases p cross join (select time_zone as zone from programs) z
        where metric = 'visits' and p.member_id = any (of_members) and (not by_store or p.store is not null)
        union all
        select a.member_id, null, z.zone, (a.occurred_at at time zone z.zone)::date, a.received_at
        from activities a cross join (select time_zone as zone from programs) z
        where metric = 'visits' and not by_store and a.kind = 'visit' and a.member_id = any (of_members)
    ) v
    group by v.member_id, v.store, v.day, v.zone
    union all
    select a.member_id, null, a.awarded_at, a.recorded_at, 1, false
    from awards a where metric = 'badges' and not by_store and a.member_id = any (of_members)
$$;

-- What members should have on a board. A period that is closed keeps what was known by then.
create function leaderboard_derived(board text, of_members uuid[])
returns table (period text, segment text, member_id uuid, score bigint, reached_at timestamptz)
language sql stable as $$
    select k.period, case b.scope when 'all' then '' when 'store' then f.store else s.segment end, f.member_id,
        least(sum(f.amount), 1152921504606846975)::bigint, max(f.at) filter (where not f.is_return)
    from leaderboards b
        cross join (select time_zone as zone from programs) z
        cross join lateral leaderboard_facts(b.metric, b.scope = 'store', of_members) f
        cross join lateral (
            select 'all' as period where 'all' = any (b.periods)
            union all select to_char(f.at at time zone z.zone, 'YYYY-MM') where 'month' = any (b.periods)
            union all select to_char(f.at at time zone z.zone, 'IYYY-"W"IW') where 'week' = any (b.periods)
            union all select season from seasons
                where 'season' = any (b.periods) and (f.at at time zone z.zone)::date between starts_on and ends_on
        ) k
        join leaderboard_periods p on p.leaderboard = b.leaderboard and p.period = k.period
        join members m on m.member_id = f.member_id and m.listed and m.excluded_at is null
        left join leaderboard_seats s on s.leaderboard = b.leaderboard and s.period = k.period and s.member_id = f.member_id
    where b.leaderboard = board and (f.received_at < p.closes_at or (p.was_over and not f.is_return))
        and (b.scope in ('all', 'store') or s.member_id is not null)
    group by 1, 2, 3
    having sum(f.amount) > 0
$$;
