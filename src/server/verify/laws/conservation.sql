with journal as (
    select wallet, coalesce(sum(delta) filter (where contra in ('issued', 'adjusted', 'moved')), 0) as issued,
        coalesce(-sum(delta) filter (where contra = 'spent'), 0) as spent,
        coalesce(-sum(delta) filter (where contra = 'expired'), 0) as expired,
        coalesce(-sum(delta) filter (where contra = 'revoked'), 0) as revoked,
        coalesce(sum(delta) filter (where contra = 'own'), 0) as own
    from (select wallet, contra, available_delta + held_delta + pending_delta - debt_delta as delta from ledger_entries) as e
    group by wallet
), had as (
    select wallet, sum(available + held + pending - debt) as outstanding from wallets group by wallet
)
select 'all ' || wallet as "subject!",
    format('issued %s = spent %s + expired %s + revoked %s + outstanding %s', issued, spent, expired, revoked,
        issued - spent - expired - revoked) as "expected!",
    format('outstanding %s, moved within wallets %s', outstanding, own) as "found!"
from journal full join had using (wallet)
where coalesce(issued - spent - expired - revoked, 0) <> coalesce(outstanding, 0) or coalesce(own, 0) <> 0
