-- Those below a member, in order.
with me as materialized (
    select -score as place, reached_at, member_id from leaderboard_scores
    where leaderboard = $1 and period = $2 and segment = $3 and member_id = $4
)
select s.member_id, s.score, s.reached_at, case when p.named_on_boards then p.display_name else m.pseudonym end as "name!"
from leaderboard_scores s join members m using (member_id) left join member_profiles p using (member_id)
where s.leaderboard = $1 and s.period = $2 and s.segment = $3
    and (-s.score, s.reached_at, s.member_id) > ((select place from me), (select reached_at from me), (select member_id from me))
order by -s.score, s.reached_at, s.member_id limit $5
