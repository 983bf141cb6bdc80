-- Those below a place, in order. The limit within is more than a page has; it tells the planner that it is about a few rows.
select s.member_id, s.score, s.reached_at, coalesce(p.display_name, m.pseudonym) as "name!"
from leaderboard_lists t cross join lateral (
    select * from (
        select s.member_id, s.score, s.reached_at from leaderboard_scores s
        where s.list = t.list and (-s.score, s.reached_at, s.member_id) > (-($4::bigint), $5::timestamptz, $6::uuid)
        order by -s.score, s.reached_at, s.member_id limit 250
    ) below limit $7
) s join members m on m.member_id = s.member_id left join member_profiles p on p.member_id = s.member_id and p.named_on_boards
where t.leaderboard = $1 and t.period = $2 and t.segment = $3
order by -s.score, s.reached_at, s.member_id
