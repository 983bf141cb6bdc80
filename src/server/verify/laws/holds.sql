with parts as (
    select h.member_id, h.wallet, a.lot_no, sum(a.points) as points
    from holds h join hold_allocations a using (member_id, hold_id)
    where h.captured_at is null and h.released_at is null group by h.member_id, h.wallet, a.lot_no
), whole as (
    select member_id, hold_id, sum(points) as points from hold_allocations group by member_id, hold_id
)
select format('member %s lot %s', coalesce(l.member_id, p.member_id), coalesce(l.lot_no, p.lot_no)) as "subject!",
    format('%s held', coalesce(p.points, 0)) as "expected!", format('%s held', coalesce(l.held, 0)) as "found!"
from (select * from lots where held > 0) as l full join parts p using (member_id, wallet, lot_no)
where coalesce(l.held, 0) <> coalesce(p.points, 0)
union all
select format('member %s hold %s', h.member_id, h.hold_id), format('%s of its lots, an entry of %s', h.points, h.points),
    format('%s of its lots, an entry of %s', coalesce(w.points, 0), coalesce(e.held_delta, 0))
from holds h
    left join whole w using (member_id, hold_id)
    left join ledger_entries e on (e.member_id, e.wallet, e.entry_no) = (h.member_id, h.wallet, h.entry_no) and e.kind = 'hold'
where w.points is distinct from h.points or e.held_delta is distinct from h.points
