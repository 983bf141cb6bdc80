-- How many are on each list and the trees of scores that are there already; what the dispatcher keeps up step by step.
with sizes as (
    update leaderboard_lists l set members = s.members
    from (select list, count(*) as members from leaderboard_scores group by list) s
    where s.list = l.list
)
insert into leaderboard_nodes (list, node, at_least)
select list, node, leaderboard_counted(array_fill(0, array[64]), array_agg(digit), array_agg(members))
from (
    select list, node, leaderboard_digit(score, node) as digit, count(*)::integer as members
    from leaderboard_scores cross join lateral unnest(leaderboard_path(score)) with ordinality as path (node, level)
    where level <= 4 or score >> 6 * (level::integer - 1) > 0
    group by 1, 2, 3
) counted
group by list, node
