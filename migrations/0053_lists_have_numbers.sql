-- A list has a number, and its tree is found by that: three texts were compared at every step down the index, which was a fifth of a rank.
create table leaderboard_lists (
    list integer primary key,
    leaderboard text collate "C" not null references leaderboards,
    period text collate "C" not null,
    segment text collate "C" not null,
    unique (leaderboard, period, segment)
);
insert into leaderboard_lists (list, leaderboard, period, segment)
select row_number() over (order by leaderboard, period, segment), leaderboard, period, segment
from (select distinct leaderboard, period, segment from leaderboard_nodes) n;

create table nodes_by_number (
    list integer not null,
    level smallint not null check (level between 0 and 9),
    node bigint not null check (node >= 0),
    count bigint not null,
    primary key (list, level, node)
) with (fillfactor = 50);
insert into nodes_by_number (list, level, node, count)
select l.list, n.level, n.node, n.count from leaderboard_nodes n join leaderboard_lists l using (leaderboard, period, segment);
drop table leaderboard_nodes;
alter table nodes_by_number rename to leaderboard_nodes;
alter index nodes_by_number_pkey rename to leaderboard_nodes_pkey;
