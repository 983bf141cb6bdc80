-- The lists and the trees of scores that are there already; what the dispatcher keeps up step by step.
with lists as (
    insert into leaderboard_lists (list, leaderboard, period, segment)
    select coalesce((select max(list) from leaderboard_lists), 0) + row_number() over (order by leaderboard, period, segment), l.*
    from (select distinct leaderboard, period, segment from leaderboard_scores) l
    returning *
)
insert into leaderboard_nodes (list, level, node, count)
select list, level, score >> (6 * level), count(*)
from leaderboard_scores join lists using (leaderboard, period, segment) cross join generate_series(0, 9) as l (level)
where level < 4 or score >> (6 * level) > 0
group by list, level, score >> (6 * level)
