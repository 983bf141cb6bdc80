-- A period that was over when its board began takes history that is told later: and what is taken back of that. What was known in time is not
-- rewritten by a later return, as in any other period.
drop function leaderboard_facts(text, boolean, uuid[]);
create function leaderboard_facts(metric text, by_store boolean, of_members uuid[])
returns table (member_id uuid, store text, at timestamptz, received_at timestamptz, amount bigint, is_return boolean,
    -- Of a return: when we heard of its purchase.
    known_at timestamptz)
language sql stable as $$
    select e.member_id, null::text, e.effective_at, e.recorded_at, e.available_delta + e.pending_delta - e.debt_delta, false, null::timestamptz
    from ledger_entries e
    where metric = 'points' and not by_store and e.member_id = any (of_members) and e.wallet = 'points' and e.kind = 'accrual'
    union all
    select p.member_id, p.store, p.purchased_at, p.received_at, p.points, false, null
    from purchases p
    where metric = 'points' and by_store and p.member_id = any (of_members) and p.store is not null
    union all
    select r.member_id, p.store, p.purchased_at, r.received_at, -r.points, true, p.received_at
    from returns r join purchases p using (member_id, purchase_id)
    where metric = 'points' and r.member_id = any (of_members) and (not by_store or p.store is not null)
    union all
    -- A day with a purchase or a visit is one visit, whatever is returned later.
    select v.member_id, v.store, (v.day + time '12:00') at time zone v.zone, min(v.received_at), 1, false, null
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
    select a.member_id, null, a.awarded_at, a.recorded_at, 1, false, null
    from awards a where metric = 'badges' and not by_store and a.member_id = any (of_members)
$$;
create or replace function leaderboard_derived(board text, of_members uuid[])
returns table (period text, segment text, member_id uuid, score bigint, reached_at timestamptz)
language sql stable as $$
    with kept as materialized (
        select b.leaderboard, b.metric, b.scope, b.periods, b.periods || b.had as kinds, z.time_zone as zone
        from leaderboards b cross join programs z where b.leaderboard = board
    ), listed as materialized (
        select array_agg(m.member_id) as members from members m
        where m.member_id = any (of_members) and m.listed and m.excluded_at is null
    ), facts as materialized (
        select f.*, f.at at time zone b.zone as local
        from kept b cross join listed l cross join lateral leaderboard_facts(b.metric, b.scope = 'store', l.members) f
    ), told as materialized (
        select f.*, k.period
        from kept b cross join facts f cross join lateral (
            select 'all' as period where 'all' = any (b.kinds)
            union all select to_char(f.local, 'YYYY-MM') where 'month' = any (b.kinds)
            union all select to_char(f.local, 'IYYY-"W"IW') where 'week' = any (b.kinds)
            union all select season from seasons
                where 'season' = any (b.kinds) and f.local::date between starts_on and ends_on
        ) k
    )
    select f.period, case b.scope when 'all' then '' when 'store' then f.store else s.segment end, f.member_id,
        least(sum(f.amount), 1152921504606846975)::bigint, max(f.at) filter (where f.amount > 0)
    from kept b cross join told f
        join leaderboard_periods p on p.leaderboard = b.leaderboard and p.period = f.period
        left join leaderboard_seats s on s.leaderboard = b.leaderboard and s.period = f.period and s.member_id = f.member_id
    where (p.kind = any (b.periods) or p.closed_at is not null or p.was_over)
        and (f.received_at < p.closes_at or (p.was_over and (not f.is_return or f.known_at >= p.closes_at)))
        and (b.scope in ('all', 'store') or s.member_id is not null)
    group by 1, 2, 3
    having sum(f.amount) > 0
    union all
    select c.period, '', c.member_id, least(c.score, 1152921504606846975)::bigint, c.reached_at
    from leaderboard_of_challenge(board, of_members) c where c.score > 0
$$;
-- What had ended when a board began was over, also while its grace went on: it has no prizes and nobody moves up by it.
update leaderboard_periods p set was_over = true from leaderboards b
    where b.leaderboard = p.leaderboard and p.ends_at <= b.opened_at and not p.was_over and p.closed_at is null;
update leaderboards set filled_through = null, filled_at = null where metric = 'points' and ended_at is null;
