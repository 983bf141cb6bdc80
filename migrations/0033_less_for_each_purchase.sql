-- Less work and less disk for each purchase: its lines stand in its own row, counters are updated in place, and boards have one index less.

-- Each line as [sku, category, quantity, amount, flags]. What a purchase says is read whole; SQL that asks for single lines has a view.
alter table purchases add column lines json;
update purchases set lines = stored.lines
from (
    select member_id, purchase_id, json_agg(json_build_array(sku, category, quantity, amount, flags) order by line_no) as lines
    from purchase_lines group by member_id, purchase_id
) as stored
where (purchases.member_id, purchases.purchase_id) = (stored.member_id, stored.purchase_id);
-- As jsonb it refuses the one character that SQL could not read again.
alter table purchases add constraint purchase_lines_are_a_list check (jsonb_typeof(lines::jsonb) = 'array');
drop table purchase_lines;
create view purchase_lines as
select member_id, purchase_id, line_no::smallint as line_no, line ->> 0 as sku, line ->> 1 as category,
    (line ->> 2)::bigint as quantity, (line ->> 3)::bigint as amount, (line ->> 4)::smallint as flags
from purchases, json_array_elements(lines) with ordinality as listed (line, line_no);

-- A counter is counted up again and again: room on its page lets that happen in place, without a new entry in the index.
alter table counters set (fillfactor = 75);

-- The key serves whoever looks for a member's scores, too.
alter table leaderboard_scores drop constraint leaderboard_scores_pkey;
alter table leaderboard_scores add primary key (member_id, leaderboard, period);
drop index leaderboard_scores_by_member;

-- The rulebook that a server keeps has the program in it: who asks for its edition has asked for both.
create trigger edition after insert or update or delete or truncate on programs
    for each statement execute function begin_new_edition();
create trigger edition after insert or update or delete or truncate on wallet_kinds
    for each statement execute function begin_new_edition();
