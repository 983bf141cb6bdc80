-- A list in its own order, all of it ascending: from anywhere on it, what follows and what comes before are one range each.
drop index leaderboard_order;
create index leaderboard_order on leaderboard_scores (leaderboard, period, segment, (-score), reached_at, member_id);
