-- Those below a member, in order. The limit within is more than a page has; it tells the planner that it is about a few rows.
select s.member_id, s.score, s.reached_at, coalesce(p.display_name, m.pseudonym) as "name!"
from leaderboard_lists t join leaderboard_scores me on me.list = t.list and me.member_id = $4 cross join lateral (
    select * from (
        select s.member_id, s.score, s.reached_at from leaderboard_scores s
        where s.list = t.list and (-s.score, s.reached_at, s.member_id) > (-me.score, me.reached_at, me.member_id)
        order by -s.score, s.reached_at, s.member_id limit 250
    ) below limit $5
) s join members m on m.member_id = s.member_id left join member_profiles p on p.member_id = s.member_id and p.named_on_boards
where t.leaderboard = $1 and t.period = $2 and t.segment = $3
order by -s.score, s.reached_at, s.member_id
