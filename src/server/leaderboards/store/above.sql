-- Those above a member, nearest first: who shares the score and came earlier, then higher scores. Each part follows the index from where
-- the member stands, which takes values and not a join.
with me as materialized (
    select score, reached_at, member_id from leaderboard_scores
    where leaderboard = $1 and period = $2 and segment = $3 and member_id = $4
), part as (
    (select s.member_id, s.score, s.reached_at from leaderboard_scores s
    where s.leaderboard = $1 and s.period = $2 and s.segment = $3 and s.score = (select score from me)
        and (s.reached_at, s.member_id) < ((select reached_at from me), (select member_id from me))
    order by s.reached_at desc, s.member_id desc limit $5)
    union all
    (select s.member_id, s.score, s.reached_at from leaderboard_scores s
    where s.leaderboard = $1 and s.period = $2 and s.segment = $3 and s.score > (select score from me)
    order by s.score, s.reached_at desc, s.member_id desc limit $5)
)
select part.member_id as "member_id!", part.score as "score!", part.reached_at as "reached_at!",
    case when p.named_on_boards then p.display_name else m.pseudonym end as "name!"
from part join members m using (member_id) left join member_profiles p using (member_id)
order by part.score, part.reached_at desc, part.member_id desc limit $5
