-- Boards of badges had not heard of awards that were given from history, and a move of zone could leave a date out of a streak: what is kept
-- of both is laid out again by the jobs that fill them.
update leaderboards set filled_through = null, filled_at = null where metric = 'badges' and ended_at is null;
update streak_policies set filled_through = null, filled_at = null
where version = (select max(version) from streak_policies) and exists (select from streaks);
