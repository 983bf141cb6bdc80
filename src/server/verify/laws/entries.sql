with chained as (
    select *, lag(entry_no, 1, 0::bigint) over chain as previous_no, lag(available, 1, 0::bigint) over chain as available_before,
        lag(held, 1, 0::bigint) over chain as held_before, lag(pending, 1, 0::bigint) over chain as pending_before,
        lag(debt, 1, 0::bigint) over chain as debt_before, lag(recorded_at, 1, recorded_at) over chain as recorded_before
    from ledger_entries window chain as (partition by member_id, wallet order by entry_no)
)
select format('member %s entry %s', member_id, entry_no) as "subject!",
    format('entry %s, available %s held %s pending %s debt %s, recorded from %s', previous_no + 1,
        available_before + available_delta, held_before + held_delta, pending_before + pending_delta,
        debt_before + debt_delta, recorded_before) as "expected!",
    format('entry %s, available %s held %s pending %s debt %s, recorded %s', entry_no, available, held, pending, debt,
        recorded_at) as "found!"
from chained
where entry_no <> previous_no + 1 or available <> available_before + available_delta or held <> held_before + held_delta
    or pending <> pending_before + pending_delta or debt <> debt_before + debt_delta or recorded_at < recorded_before
