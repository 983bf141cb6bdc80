-- A score stands under the number of its list, which is shorter and quicker to compare than three texts, and the list knows how many members
-- are on it. A node of the tree holds its 64 children in one row, each as how many members are under it or under a later one: what a
-- rank needs of a node is one element of it.
alter table leaderboard_lists add column members integer not null default 0 check (members >= 0);
insert into leaderboard_lists (list, leaderboard, period, segment)
select (select coalesce(max(list), 0) from leaderboard_lists) + row_number() over (order by leaderboard, period, segment), leaderboard, period, segment
from (
    select distinct leaderboard, period, segment from leaderboard_scores
    except select leaderboard, period, segment from leaderboard_lists
) missing;

create table scores_by_list (
    list integer not null references leaderboard_lists,
    member_id uuid not null,
    score bigint not null constraint leaderboard_scores_score_check check (score between 1 and 1152921504606846975),
    reached_at timestamptz not null,
    -- How far into the journal of its member a score of points has counted: the number of the entry. Zero: not known.
    counted bigint not null default 0 constraint leaderboard_scores_counted_check check (counted >= 0)
);
insert into scores_by_list (list, member_id, score, reached_at, counted)
select l.list, s.member_id, s.score, s.reached_at, s.counted
from leaderboard_scores s join leaderboard_lists l using (leaderboard, period, segment)
order by s.member_id, l.list;
drop table leaderboard_scores;
alter table scores_by_list rename to leaderboard_scores;
-- It also serves whoever looks for a member's scores.
alter table leaderboard_scores add constraint leaderboard_scores_pkey primary key (member_id, list);
alter table leaderboard_scores rename constraint scores_by_list_list_fkey to leaderboard_scores_list_fkey;
-- The score stands in it as well, so that neighbours are read from it alone.
create index leaderboard_order on leaderboard_scores (list, (-score), reached_at, member_id) include (score);
update leaderboard_lists l set members = s.members
from (select list, count(*) as members from leaderboard_scores group by list) s
where s.list = l.list;

-- The nodes that count a score, one on each of ten levels: the level in the upper bits, and the score without its last `level + 1` digits to
-- the base 64. See domain/leaderboard/tree.rs.
create function leaderboard_path(score bigint) returns bigint[] language sql immutable parallel safe as $$
    select array[
        score >> 6, (1::bigint << 54) + (score >> 12), (2::bigint << 54) + (score >> 18), (3::bigint << 54) + (score >> 24),
        (4::bigint << 54) + (score >> 30), (5::bigint << 54) + (score >> 36), (6::bigint << 54) + (score >> 42),
        (7::bigint << 54) + (score >> 48), (8::bigint << 54) + (score >> 54), 9::bigint << 54
    ]
$$;
-- The child of a node that a score is under.
create function leaderboard_digit(score bigint, node bigint) returns integer language sql immutable parallel safe as $$
    select (score >> 6 * (node >> 54)::integer & 63)::integer
$$;
-- A node after so many members more (or fewer) under some of its children.
create function leaderboard_counted(at_least integer[], digits integer[], changes integer[]) returns integer[]
language plpgsql immutable parallel safe as $$
begin
    for i in 1..cardinality(digits) loop
        for child in 1..digits[i] + 1 loop
            at_least[child] := at_least[child] + changes[i];
        end loop;
    end loop;
    return at_least;
end $$;

drop table leaderboard_nodes;
create table leaderboard_nodes (
    list integer not null,
    node bigint not null check (node >= 0),
    -- How many members are under the child 0 or a later one, the child 1 or a later one, and so on.
    at_least integer[] not null check (cardinality(at_least) = 64),
    primary key (list, node)
) with (fillfactor = 50);
insert into leaderboard_nodes (list, node, at_least)
select list, node, leaderboard_counted(array_fill(0, array[64]), array_agg(digit), array_agg(members))
from (
    select list, node, leaderboard_digit(score, node) as digit, count(*)::integer as members
    from leaderboard_scores cross join lateral unnest(leaderboard_path(score)) with ordinality as path (node, level)
    where level <= 4 or score >> 6 * (level::integer - 1) > 0
    group by 1, 2, 3
) counted
group by list, node;
