with journal as (
    select member_id, wallet, count(*) as version, sum(available_delta) as available, sum(held_delta) as held,
        sum(pending_delta) as pending, sum(debt_delta) as debt,
        coalesce(sum(available_delta + held_delta + pending_delta - debt_delta) filter (where contra in ('issued', 'revoked')), 0) as earned
    from ledger_entries group by member_id, wallet
)
select 'member ' || w.member_id as "subject!",
    format('version %s available %s held %s pending %s debt %s earned %s', coalesce(j.version, 0), coalesce(j.available, 0),
        coalesce(j.held, 0), coalesce(j.pending, 0), coalesce(j.debt, 0), coalesce(j.earned, 0)) as "expected!",
    format('version %s available %s held %s pending %s debt %s earned %s', w.version, w.available, w.held, w.pending,
        w.debt, w.earned) as "found!"
from wallets w left join journal j using (member_id, wallet)
where (w.version, w.available, w.held, w.pending, w.debt, w.earned) is distinct from
    (coalesce(j.version, 0), coalesce(j.available, 0), coalesce(j.held, 0), coalesce(j.pending, 0), coalesce(j.debt, 0),
     coalesce(j.earned, 0))
