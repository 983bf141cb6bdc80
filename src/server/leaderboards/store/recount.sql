-- Makes the scores of members what the journal says, and the tree of each board what its scores say: only what differs is written, and
-- each counter once. Members are counted from the beginning ($2, in the periods $3 or in all). Pairs of a member and a period ($4, $5), for
-- boards of points, go on from where their scores had counted to, and who has none yet from the beginning of the period.
with asked as materialized (
    select p.member_id, l.period, l.kind, l.starts_at, coalesce(a.segment, '') as segment, s.list, s.score, s.reached_at, s.counted,
        -- Who has brought anything back may have had a score of which nothing was left: that is known from the beginning only.
        s.list is null and m.listed and m.excluded_at is null and (b.scope = 'all' or a.segment is not null)
            and not exists (select from returns r where r.member_id = p.member_id) as is_first
    from unnest($4::uuid[], $5::text[]) as p (member_id, period)
        join leaderboards b on b.leaderboard = $1
        join leaderboard_periods l on l.leaderboard = $1 and l.period = p.period
        join members m on m.member_id = p.member_id
        left join leaderboard_seats a on a.leaderboard = $1 and a.period = p.period and a.member_id = p.member_id
        -- Pair by pair, by their key: while what is known of the table is some minutes old, all of a board was read and sorted instead.
        left join lateral (
            select s.* from leaderboard_lists t join leaderboard_scores s on s.list = t.list and s.member_id = p.member_id
            where t.leaderboard = $1 and t.period = p.period and t.segment = coalesce(a.segment, '') offset 0
        ) s on true
), pair as materialized (
    select c.*, bool_or(c.since is null) over (partition by c.member_id) as is_anew
    from (
        select q.*, case
            when q.counted > 0 then q.counted
            when not q.is_first then null
            when q.kind = 'all' then 0
            -- What lies in a period was recorded in it or later, but for a day that it may be ahead of the clock, and for two to be sure.
            else coalesce((
                select e.entry_no from ledger_entries e
                where e.member_id = q.member_id and e.wallet = 'points' and e.recorded_at < q.starts_at - interval '2 days'
                order by e.entry_no desc limit 1
            ), 0) end as since
        from asked q
    ) c
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
    select s.*
    from anew a cross join unnest(a.members) as m (member_id) cross join lateral (
        select t.period, t.segment, s.* from leaderboard_lists t join leaderboard_scores s on s.list = t.list and s.member_id = m.member_id
        where t.leaderboard = $1 and ($3::text[] is null or t.period = any ($3)) offset 0
    ) s
), changed as materialized (
    select s.list, period, segment, member_id, s.score as old, d.score as new, d.reached_at, d.counted
    from stored s full join derived d using (period, segment, member_id)
    where s.score is distinct from d.score or s.reached_at is distinct from d.reached_at or s.counted is distinct from d.counted
    union all
    select p.list, p.period, p.segment, p.member_id, p.score, least(coalesce(p.score, 0) + f.amount, 1152921504606846975)::bigint,
        greatest(p.reached_at, f.reached_at), f.counted
    from pair p join leaderboard_periods l on l.leaderboard = $1 and l.period = p.period cross join lateral (
        select sum(e.amount) as amount, max(e.effective_at) filter (where e.amount > 0) as reached_at, max(e.entry_no) as counted
        from (select *, available_delta + pending_delta - debt_delta as amount from ledger_entries) e
        where e.member_id = p.member_id and e.wallet = 'points' and e.entry_no > p.since and e.kind = 'accrual'
            and e.effective_at >= l.starts_at and e.effective_at < l.ends_at and (e.recorded_at < l.closes_at or l.was_over)
    ) f
    where not p.is_anew and f.counted is not null and (p.score is not null or f.amount > 0)
), joined as materialized (
    -- Who comes to a list, or leaves it: what is known of the list is looked up for these alone.
    select period, segment, (count(new) - count(old))::integer as members from changed where (old is null) <> (new is null) group by period, segment
), known as materialized (
    select t.list, t.period, t.segment from joined j join leaderboard_lists t on t.leaderboard = $1 and t.period = j.period and t.segment = j.segment
), made as (
    -- One writer at a time: whoever counts has the boards for itself.
    insert into leaderboard_lists (list, leaderboard, period, segment, members)
    select coalesce((select max(list) from leaderboard_lists), 0) + row_number() over (order by period, segment), $1, period, segment, members
    from joined where (period, segment) not in (select period, segment from known)
    returning list, period, segment
), sized as (
    update leaderboard_lists t set members = t.members + j.members
    from known k join joined j using (period, segment) where t.list = k.list and j.members <> 0
), placed as materialized (
    select coalesce(c.list, t.list) as list, c.member_id, c.old, c.new, c.reached_at, c.counted
    from changed c left join (select * from known union all select * from made) t on c.list is null and t.period = c.period and t.segment = c.segment
), removed as (
    delete from leaderboard_scores s using placed p where s.member_id = p.member_id and s.list = p.list and p.new is null
), written as (
    insert into leaderboard_scores (list, member_id, score, reached_at, counted)
    select list, member_id, new, reached_at, counted from placed where new is not null
    on conflict (member_id, list) do update set score = excluded.score, reached_at = excluded.reached_at, counted = excluded.counted
), steps as (
    select list, old as score, -1 as change from placed where old is distinct from new and old is not null
    union all
    select list, new, 1 from placed where new is distinct from old and new is not null
), digits as (
    select list, node, leaderboard_digit(score, node) as digit, sum(change)::integer as change
    from steps cross join lateral unnest(leaderboard_path(score)) with ordinality as path (node, level)
    where level <= 4 or score >> 6 * (level::integer - 1) > 0
    group by 1, 2, 3
    having sum(change) <> 0
), nodes as (
    select list, node, array_agg(digit) as digits, array_agg(change) as changes from digits group by list, node
)
insert into leaderboard_nodes (list, node, at_least)
select list, d.node, leaderboard_counted(coalesce(n.at_least, array_fill(0, array[64])), d.digits, d.changes)
from nodes d left join leaderboard_nodes n using (list, node)
on conflict (list, node) do update set at_least = excluded.at_least
