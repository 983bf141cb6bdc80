-- What is on the lists of a board and what their trees say of it, where these differ.
with scored as materialized (
    select t.list, s.score from leaderboard_lists t join leaderboard_scores s using (list) where t.leaderboard = $1
), counted as (
    select list, node, leaderboard_counted(array_fill(0, array[64]), array_agg(digit), array_agg(members)) as at_least
    from (
        select list, node, leaderboard_digit(score, node) as digit, count(*)::integer as members
        from scored cross join lateral unnest(leaderboard_path(score)) with ordinality as path (node, level)
        where level <= 4 or score >> 6 * (level::integer - 1) > 0
        group by 1, 2, 3
    ) digits
    group by list, node
), kept as (
    select list, n.node, n.at_least from leaderboard_lists t join leaderboard_nodes n using (list) where t.leaderboard = $1
)
select format('board %s period %s %s level %s node %s child %s', $1::text, t.period, t.segment, node >> 54, node & (1::bigint << 54) - 1, child)
        as "subject!",
    coalesce(c.at_least[child + 1], 0)::text as "expected!", coalesce(k.at_least[child + 1], 0)::text as "found!"
from counted c full join kept k using (list, node) join leaderboard_lists t using (list) cross join generate_series(0, 63) as child
where coalesce(c.at_least[child + 1], 0) <> coalesce(k.at_least[child + 1], 0)
union all
select format('board %s period %s %s', $1::text, period, segment), coalesce(s.members, 0)::text, t.members::text
from leaderboard_lists t left join (select list, count(*) as members from scored group by list) s using (list)
where t.leaderboard = $1 and t.members <> coalesce(s.members, 0)
