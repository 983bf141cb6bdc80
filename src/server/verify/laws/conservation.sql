with journal as (
    select coalesce(sum(available_delta + held_delta + pending_delta - debt_delta) filter (where contra in ('issued', 'adjusted')), 0) as issued,
        coalesce(-sum(available_delta + held_delta + pending_delta - debt_delta) filter (where contra = 'spent'), 0) as spent,
        coalesce(-sum(available_delta + held_delta + pending_delta - debt_delta) filter (where contra = 'expired'), 0) as expired,
        coalesce(-sum(available_delta + held_delta + pending_delta - debt_delta) filter (where contra = 'revoked'), 0) as revoked,
        coalesce(sum(available_delta + held_delta + pending_delta - debt_delta) filter (where contra = 'own'), 0) as own
    from ledger_entries
), held as (
    select coalesce(sum(available + held + pending - debt), 0) as outstanding from wallets
)
select 'all points' as "subject!",
    format('issued %s = spent %s + expired %s + revoked %s + outstanding %s', issued, spent, expired, revoked,
        issued - spent - expired - revoked) as "expected!",
    format('outstanding %s, moved within wallets %s', outstanding, own) as "found!"
from journal, held where issued <> spent + expired + revoked + outstanding or own <> 0
