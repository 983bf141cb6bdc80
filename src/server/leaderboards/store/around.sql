-- A member with so many neighbours each way, in order; how many are above the first of these and how many share that score (the tree is
-- that of rank.sql); and how many are on the list. All of one snapshot.
with me as materialized (
    select -score as place, reached_at, member_id from leaderboard_scores
    where leaderboard = $1 and period = $2 and segment = $3 and member_id = $4
), part as materialized (
    (select s.member_id, s.score, s.reached_at from leaderboard_scores s
    where s.leaderboard = $1 and s.period = $2 and s.segment = $3
        and (-s.score, s.reached_at, s.member_id) < ((select place from me), (select reached_at from me), (select member_id from me))
    order by -s.score desc, s.reached_at desc, s.member_id desc limit $5)
    union all
    (select s.member_id, s.score, s.reached_at from leaderboard_scores s
    where s.leaderboard = $1 and s.period = $2 and s.segment = $3
        and (-s.score, s.reached_at, s.member_id) >= ((select place from me), (select reached_at from me), (select member_id from me))
    order by -s.score, s.reached_at, s.member_id limit $5 + 1)
), levels as materialized (
    select t.list, l.level
    from leaderboard_lists t cross join lateral generate_series(0, case when exists (
        select from leaderboard_nodes n where n.list = t.list and n.level = 4
    ) then 9 else 3 end) as l (level)
    where t.leaderboard = $1 and t.period = $2 and t.segment = $3
)
select part.member_id as "member_id!", part.score as "score!", part.reached_at as "reached_at!",
    case when p.named_on_boards then p.display_name else m.pseudonym end as "name!",
    coalesce((
        select sum((
            select sum(n.count) from leaderboard_nodes n
            where n.list = l.list and n.level = l.level
                and n.node > first.score >> (6 * l.level) and n.node < (((first.score >> (6 * l.level)) >> 6) + 1) << 6
        ))
        from levels l cross join (select max(score) as score from part) first
    ), 0)::bigint as "higher!",
    coalesce((
        select n.count from leaderboard_nodes n
        where n.list = (select list from levels limit 1) and n.level = 0 and n.node = (select max(score) from part)
    ), 0) as "equal!",
    coalesce((
        select sum((
            select sum(n.count) from leaderboard_nodes n
            where n.list = l.list and n.level = l.level and n.node > 0 and n.node < 64
        ))
        from levels l
    ), 0)::bigint as "total!"
from part join members m using (member_id) left join member_profiles p using (member_id)
order by -part.score, part.reached_at, part.member_id
