-- How many are above a member, and how many have the very same score: a few short ranges of the digit tree
-- (domain/leaderboard/tree.rs), whatever the number of members. Levels above the fourth are there for scores that have so many digits.
with t as materialized (
    select list from leaderboard_lists where leaderboard = $1 and period = $2 and segment = $3
)
select s.score as "score!", coalesce((
    select sum((
        select sum(n.count) from leaderboard_nodes n
        where n.list = (select list from t) and n.level = l.level
            and n.node > s.score >> (6 * l.level) and n.node < (((s.score >> (6 * l.level)) >> 6) + 1) << 6
    ))
    from generate_series(0, case when exists (
        select from leaderboard_nodes n where n.list = (select list from t) and n.level = 4
    ) then 9 else 3 end) as l (level)
), 0)::bigint as "higher!", coalesce((
    select n.count from leaderboard_nodes n where n.list = (select list from t) and n.level = 0 and n.node = s.score
), 0) as "equal!"
from leaderboard_scores s
where s.leaderboard = $1 and s.period = $2 and s.segment = $3 and s.member_id = $4
