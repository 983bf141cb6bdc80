-- Makes the scores of members what the journal says, and the tree of each board what its scores say: only what differs is written, and
-- each counter once.
with derived as materialized (
    select period, segment, member_id, score, reached_at
    from leaderboard_derived($1, $2) where $3::text[] is null or period = any ($3)
), stored as materialized (
    select period, segment, member_id, score, reached_at
    from leaderboard_scores
    where leaderboard = $1 and member_id = any ($2) and ($3::text[] is null or period = any ($3))
), changed as materialized (
    select period, segment, member_id, s.score as old, d.score as new, d.reached_at
    from stored s full join derived d using (period, segment, member_id)
    where s.score is distinct from d.score or s.reached_at is distinct from d.reached_at
), removed as (
    delete from leaderboard_scores s using changed c
    where s.leaderboard = $1 and s.period = c.period and s.segment = c.segment and s.member_id = c.member_id and c.new is null
), written as (
    insert into leaderboard_scores (leaderboard, period, segment, member_id, score, reached_at)
    select $1, period, segment, member_id, new, reached_at from changed where new is not null
    on conflict (leaderboard, period, segment, member_id) do update
        set score = excluded.score, reached_at = excluded.reached_at
), steps as (
    select period, segment, old as score, -1 as change from changed where old is not null
    union all
    select period, segment, new, 1 from changed where new is not null
)
insert into leaderboard_nodes as n (leaderboard, period, segment, level, node, count)
select $1, period, segment, level, score >> (6 * level), sum(change)
from steps cross join generate_series(0, 9) as l (level)
where level < 4 or score >> (6 * level) > 0
group by period, segment, level, score >> (6 * level)
having sum(change) <> 0
on conflict (leaderboard, period, segment, level, node) do update set count = n.count + excluded.count
