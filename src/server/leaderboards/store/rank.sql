-- How many are above a member, and how many have the very same score: an element of each node of the digit tree that counts the score
-- (domain/leaderboard/tree.rs), whatever the number of members. Above the fourth level there are nodes only for scores of so many digits.
select tree.higher as "higher!", tree.equal as "equal!"
from leaderboard_lists t join leaderboard_scores s on s.list = t.list and s.member_id = $4 cross join lateral (
    select coalesce(sum(n.at_least[leaderboard_digit(s.score, n.node) + 2]), 0) as higher,
        coalesce(sum(n.at_least[(s.score & 63) + 1] - coalesce(n.at_least[(s.score & 63) + 2], 0)) filter (where n.node = s.score >> 6), 0) as equal
    from leaderboard_nodes n
    where n.list = t.list and n.node = any (leaderboard_path(s.score))
) tree
where t.leaderboard = $1 and t.period = $2 and t.segment = $3
