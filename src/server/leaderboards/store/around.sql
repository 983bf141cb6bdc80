-- A member with so many neighbours each way (50 at most); how many are above the first of these and how many share that score (the tree is
-- that of rank.sql); and how many are on the list. All of one snapshot, in no order. The limits within tell the planner that it is about a
-- few rows, whatever is asked for: without them it expects a tenth of the list, and plans for that each time.
with part as materialized (
    select t.list, t.members, neighbour.*
    from leaderboard_lists t join leaderboard_scores me on me.list = t.list and me.member_id = $4 cross join lateral (
        (select * from (
            select s.member_id, s.score, s.reached_at from leaderboard_scores s
            where s.list = t.list and (-s.score, s.reached_at, s.member_id) < (-me.score, me.reached_at, me.member_id)
            order by -s.score desc, s.reached_at desc, s.member_id desc limit 50
        ) above limit $5)
        union all
        (select * from (
            select s.member_id, s.score, s.reached_at from leaderboard_scores s
            where s.list = t.list and (-s.score, s.reached_at, s.member_id) >= (-me.score, me.reached_at, me.member_id)
            order by -s.score, s.reached_at, s.member_id limit 51
        ) below limit $5 + 1)
    ) neighbour
    where t.leaderboard = $1 and t.period = $2 and t.segment = $3
)
select part.member_id as "member_id!", part.score as "score!", part.reached_at as "reached_at!",
    coalesce(p.display_name, m.pseudonym) as "name!",
    tree.higher as "higher!", tree.equal as "equal!", part.members as "total!"
from (
    select coalesce(sum(n.at_least[leaderboard_digit(first.score, n.node) + 2]), 0) as higher,
        coalesce(
            sum(n.at_least[(first.score & 63) + 1] - coalesce(n.at_least[(first.score & 63) + 2], 0)) filter (where n.node = first.score >> 6), 0
        ) as equal
    from (select max(score) as score, max(list) as list from part) first join leaderboard_nodes n
        on n.list = first.list and n.node = any (leaderboard_path(first.score))
) tree cross join part join members m using (member_id) left join member_profiles p on p.member_id = part.member_id and p.named_on_boards
