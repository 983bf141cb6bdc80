-- The tree of scores that are there already; what the dispatcher keeps up step by step.
insert into leaderboard_nodes (leaderboard, period, segment, level, node, count)
select leaderboard, period, segment, level, score >> (6 * level), count(*)
from leaderboard_scores cross join generate_series(0, 9) as l (level)
where level < 4 or score >> (6 * level) > 0
group by leaderboard, period, segment, level, score >> (6 * level)
