-- Who raises the limit from which a second person is needed is held to the one before, so that nobody needs one less alone.
alter table programs
    add column adjustment_limit_by uuid,
    add column adjustment_limit_before bigint check (adjustment_limit_before >= 0);

-- A till may name the use of a voucher, so that it can be sent again.
alter table documents drop constraint documents_kind_check;
alter table documents add constraint documents_kind_check
    check (kind in ('purchase', 'return', 'void', 'activity', 'redemption', 'cancellation', 'adjustment', 'welcome', 'hold',
        'capture', 'release', 'transfer', 'use'));
