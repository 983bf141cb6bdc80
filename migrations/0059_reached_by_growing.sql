-- A score is reached when it last grew: a purchase that earned nothing does not count, whichever way the score was counted. Boards are filled
-- again, for ties may stand in another order.
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
        and (f.received_at < p.closes_at or (p.was_over and not f.is_return))
        and (b.scope in ('all', 'store') or s.member_id is not null)
    group by 1, 2, 3
    having sum(f.amount) > 0
    union all
    select c.period, '', c.member_id, least(c.score, 1152921504606846975)::bigint, c.reached_at
    from leaderboard_of_challenge(board, of_members) c where c.score > 0
$$;
update leaderboards set filled_through = null, filled_at = null where metric = 'points' and ended_at is null;
