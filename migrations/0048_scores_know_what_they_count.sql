-- How far into the journal of its member a score of points has counted: the number of the entry. What came after is added to it instead
-- of counting all of a member's history again for every purchase. Zero: not known, so it is counted again from the beginning.
alter table leaderboard_scores add column counted bigint not null default 0 check (counted >= 0);
