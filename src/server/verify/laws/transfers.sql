select format('member %s transfer %s', t.member_id, t.transfer_id) as "subject!",
    format('-%s of %s, %s of %s', t.from_points, t.from_wallet, t.to_points, t.to_wallet) as "expected!",
    format('%s, %s', coalesce(f.available_delta, 0), coalesce(i.available_delta + i.pending_delta - i.debt_delta, 0)) as "found!"
from transfers t
    left join ledger_entries f
        on (f.member_id, f.wallet, f.entry_no) = (t.member_id, t.from_wallet, t.from_entry_no) and f.kind = 'transfer'
    left join ledger_entries i
        on (i.member_id, i.wallet, i.entry_no) = (t.member_id, t.to_wallet, t.to_entry_no) and i.kind = 'transfer'
where f.available_delta is distinct from -t.from_points
    or i.available_delta + i.pending_delta - i.debt_delta is distinct from t.to_points
union all
select 'all transfers', format('%s entries', 2 * (select count(*) from transfers)),
    format('%s entries', (select count(*) from ledger_entries where kind = 'transfer'))
where 2 * (select count(*) from transfers) <> (select count(*) from ledger_entries where kind = 'transfer')
