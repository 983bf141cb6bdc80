-- Makes the scores of members what the journal says, and the tree of each board what its scores say: only what differs is written, and
-- each counter once. Members are counted from the beginning ($2, in the periods $3 or in all). Pairs of a member and a period ($4, $5), for
-- boards of points, go on from where their scores had counted to; who has no such score is counted from the beginning as well.
with pair as materialized (
    select p.member_id, p.period, s.segment, s.score, s.reached_at, s.counted,
        bool_or(s.counted is null) over (partition by p.member_id) as is_anew
    from unnest($4::uuid[], $5::text[]) as p (member_id, period)
        -- Pair by pair, by their key: while what is known of the table is some minutes old, all of a board was read and sorted instead.
        left join lateral (
            select * from leaderboard_scores s
            where s.leaderboard = $1 and s.member_id = p.member_id and s.period = p.period and s.counted > 0 offset 0
        ) s on true
), anew as materialized (
    select coalesce(array_agg(member_id), '{}') as members
    from (select unnest($2::uuid[]) as member_id union select member_id from pair where is_anew) m
), journal as materialized (
    -- Entries have no gaps, and those of a member are committed in their order.
    select e.member_id, max(e.entry_no) as counted from anew a join ledger_entries e on e.member_id = any (a.members) and e.wallet = 'points'
    where exists (select from leaderboards b where b.leaderboard = $1 and b.metric = 'points' and b.scope <> 'store')
    group by e.member_id
), derived as materialized (
    select d.period, d.segment, d.member_id, d.score, d.reached_at, coalesce(j.counted, 0) as counted
    from anew a cross join lateral leaderboard_derived($1, a.members) d left join journal j using (member_id)
    where $3::text[] is null or d.period = any ($3)
), stored as materialized (
    select s.period, s.segment, s.member_id, s.score, s.reached_at, s.counted
    from anew a cross join unnest(a.members) as m (member_id) cross join lateral (
        select * from leaderboard_scores s where s.leaderboard = $1 and s.member_id = m.member_id offset 0
    ) s
    where $3::text[] is null or s.period = any ($3)
), changed as materialized (
    select period, segment, member_id, s.score as old, d.score as new, d.reached_at, d.counted
    from stored s full join derived d using (period, segment, member_id)
    where s.score is distinct from d.score or s.reached_at is distinct from d.reached_at or s.counted is distinct from d.counted
    union all
    select p.period, p.segment, p.member_id, p.score, least(p.score + f.amount, 1152921504606846975)::bigint,
        greatest(p.reached_at, f.reached_at), f.counted
    from pair p join leaderboard_periods l on l.leaderboard = $1 and l.period = p.period cross join lateral (
        select sum(e.available_delta + e.pending_delta - e.debt_delta) as amount, max(e.effective_at) as reached_at, max(e.entry_no) as counted
        from ledger_entries e
        where e.member_id = p.member_id and e.wallet = 'points' and e.entry_no > p.counted and e.kind = 'accrual'
            and e.effective_at >= l.starts_at and e.effective_at < l.ends_at and (e.recorded_at < l.closes_at or l.was_over)
    ) f
    where not p.is_anew and f.counted is not null
), removed as (
    delete from leaderboard_scores s using changed c
    where s.leaderboard = $1 and s.period = c.period and s.segment = c.segment and s.member_id = c.member_id and c.new is null
), written as (
    insert into leaderboard_scores (leaderboard, period, segment, member_id, score, reached_at, counted)
    select $1, period, segment, member_id, new, reached_at, counted from changed where new is not null
    on conflict (leaderboard, period, segment, member_id) do update
        set score = excluded.score, reached_at = excluded.reached_at, counted = excluded.counted
), steps as (
    select period, segment, old as score, -1 as change from changed where old is distinct from new and old is not null
    union all
    select period, segment, new, 1 from changed where new is distinct from old and new is not null
), touched as materialized (
    select t.period, t.segment, l.list
    from (select distinct period, segment from steps) t left join leaderboard_lists l on l.leaderboard = $1 and l.period = t.period and l.segment = t.segment
), made as (
    -- One writer at a time: whoever counts has the boards for itself.
    insert into leaderboard_lists (list, leaderboard, period, segment)
    select coalesce((select max(list) from leaderboard_lists), 0) + row_number() over (order by period, segment), $1, period, segment
    from touched where list is null
    returning list, period, segment
)
insert into leaderboard_nodes as n (list, level, node, count)
select t.list, level, score >> (6 * level), sum(change)
from steps join (select period, segment, list from touched where list is not null union all select period, segment, list from made) t using (period, segment)
    cross join generate_series(0, 9) as l (level)
where level < 4 or score >> (6 * level) > 0
group by t.list, level, score >> (6 * level)
having sum(change) <> 0
on conflict (list, level, node) do update set count = n.count + excluded.count
