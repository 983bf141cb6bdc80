-- Who left, or was erased, stays a number in the ledger and nothing else: what is personal is deleted, and what they
-- were called can't be taken up again unnoticed.
create table erasures (
    member_id uuid primary key references members,
    erased_at timestamptz not null,
    -- The member, or staff for one of a few reasons; who it was is in the audit log.
    asked_by text not null check (asked_by in ('member', 'staff')),
    reason text check (reason in ('asked', 'twice', 'idle', 'died')),
    -- The points that were given up, of all wallets.
    points bigint not null check (points >= 0),
    constraint erasure_by_staff_has_a_reason check ((asked_by = 'staff') = (reason is not null))
);

-- Numbers of cards and outside ids of those who left, as sha256 of 'card ' or 'external ' and the name. A till that
-- still sends one is told that nobody goes by it, instead of making a new member of it. Nothing leads from here to
-- whom it was.
create table given_up_names (
    name_hash bytea primary key check (length(name_hash) = 32)
);

-- Whose account a mail was about: whatever was written to an address that they had before goes too.
alter table mails add column account_id uuid;
update mails set account_id = e.account_id from account_emails e where e.email = mails.recipient;
create index mails_by_account on mails (account_id) where account_id is not null;
