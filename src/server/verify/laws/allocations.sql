-- Taken: by spends and expiry. A cancelled redemption gave back what came from lots that were still alive then.
with taken as (
    select a.member_id, a.wallet, a.lot_no, sum(a.points) as points
    from lot_allocations a
        left join redemptions r on r.member_id = a.member_id and r.entry_no = a.entry_no and r.cancelled_at is not null
        join lots l on (l.member_id, l.wallet, l.lot_no) = (a.member_id, a.wallet, a.lot_no)
    where r.redemption_id is null or l.expires_at <= r.cancelled_at
    group by a.member_id, a.wallet, a.lot_no
)
select format('member %s lot %s', l.member_id, l.lot_no) as "subject!",
    format('%s of %s', l.amount - coalesce(t.points, 0), l.amount) as "expected!",
    format('%s of %s', l.remaining + l.held, e.available_delta + e.pending_delta - e.debt_delta) as "found!"
from lots l
    join ledger_entries e on (e.member_id, e.wallet, e.entry_no) = (l.member_id, l.wallet, l.lot_no)
    left join taken t on (t.member_id, t.wallet, t.lot_no) = (l.member_id, l.wallet, l.lot_no)
where l.remaining + l.held <> l.amount - coalesce(t.points, 0) + least(e.debt_delta, 0)
    or (e.kind <> 'reversal' and l.amount <> e.available_delta + e.pending_delta - e.debt_delta)
