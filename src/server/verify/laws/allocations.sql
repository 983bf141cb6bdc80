with by_lot as (
    select member_id, wallet, lot_no, sum(points) as points from lot_allocations group by member_id, wallet, lot_no
), by_entry as (
    select member_id, wallet, entry_no, sum(points) as points from lot_allocations group by member_id, wallet, entry_no
)
select format('member %s lot %s', l.member_id, l.lot_no) as "subject!",
    format('%s of %s', l.amount - coalesce(t.points, 0), l.amount) as "expected!",
    format('%s of %s', l.remaining + l.held, l.amount) as "found!"
from lots l left join by_lot t using (member_id, wallet, lot_no)
where l.remaining + l.held <> l.amount - coalesce(t.points, 0)
union all
select format('member %s entry %s', e.member_id, e.entry_no),
    format('lots change by %s', e.available_delta + e.held_delta + e.pending_delta),
    format('lots change by %s', coalesce(l.amount, 0) - coalesce(t.points, 0))
from ledger_entries e
    left join lots l on (l.member_id, l.wallet, l.lot_no) = (e.member_id, e.wallet, e.entry_no)
    left join by_entry t on (t.member_id, t.wallet, t.entry_no) = (e.member_id, e.wallet, e.entry_no)
where e.available_delta + e.held_delta + e.pending_delta <> coalesce(l.amount, 0) - coalesce(t.points, 0)
