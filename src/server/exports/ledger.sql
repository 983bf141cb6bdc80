-- Entries after number $3 of the wallet $2 of the member $1.
select format('%s %s %s', member_id, wallet, entry_no) as "key!", jsonb_build_object(
    'member_id', member_id, 'wallet', wallet, 'entry_no', entry_no, 'kind', kind, 'contra', contra,
    'points', available_delta + held_delta + pending_delta - debt_delta, 'available_after', available,
    'effective_at', effective_at, 'recorded_at', recorded_at, 'reason', reason) as "row!"
from ledger_entries where (member_id, wallet, entry_no) > ($1, $2, $3) order by member_id, wallet, entry_no limit $4
