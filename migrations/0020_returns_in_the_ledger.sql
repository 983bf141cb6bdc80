-- Returns take points back: a contra of their own, and allocations that also say what an entry gave back to a lot, so that
-- a lot is always what it was made with less its allocations. Holds and transfers get their words with it.
alter table ledger_entries drop constraint ledger_entries_contra_check;
alter table ledger_entries add constraint ledger_entries_contra_check
    check (contra in ('issued', 'spent', 'expired', 'revoked', 'adjusted', 'moved', 'own'));
alter table ledger_entries drop constraint ledger_entries_kind_check;
alter table ledger_entries add constraint ledger_entries_kind_check
    check (kind in ('accrual', 'activation', 'hold', 'release', 'redemption', 'expiration', 'reversal', 'adjustment', 'transfer',
        'forfeiture'));
alter table documents drop constraint documents_kind_check;
alter table documents add constraint documents_kind_check
    check (kind in ('purchase', 'return', 'void', 'activity', 'redemption', 'cancellation', 'adjustment', 'welcome', 'hold',
        'capture', 'release', 'transfer'));

alter table lot_allocations drop constraint lot_allocations_points_check;
alter table lot_allocations add constraint lot_allocations_points_check check (points <> 0);
insert into lot_allocations (member_id, wallet, entry_no, lot_no, points)
    select a.member_id, a.wallet, e.entry_no, a.lot_no, -a.points
    from redemptions r
        join ledger_entries e on e.member_id = r.member_id and e.kind = 'reversal' and e.effective_at = r.cancelled_at
        join lot_allocations a on (a.member_id, a.wallet, a.entry_no) = (r.member_id, e.wallet, r.entry_no)
        join lots l on (l.member_id, l.wallet, l.lot_no) = (a.member_id, a.wallet, a.lot_no)
    where l.expires_at is null or l.expires_at > r.cancelled_at;

-- Whatever becomes spendable pays the debt first: who owes has nothing to spend.
alter table wallets add constraint wallet_debt_is_paid_first check (available = 0 or debt = 0);
