-- Once an hour the heads of all chains are put into one hash, itself chained and told in the log: who rewrites a member's
-- chain with all the hashes that follow can't rewrite what was written down elsewhere.
create table ledger_anchors (
    -- It covers the entries recorded before this hour began.
    anchored_until timestamptz primary key,
    anchored_at timestamptz not null,
    wallets bigint not null check (wallets >= 0),
    entries bigint not null check (entries >= 0),
    root bytea not null check (length(root) = 32),
    -- sha256 of the anchor before and of this one.
    hash bytea not null check (length(hash) = 32)
);
create trigger anchors_are_immutable before update or delete on ledger_anchors
    for each row execute function refuse_ledger_change();
create trigger anchors_are_never_truncated before truncate on ledger_anchors
    for each statement execute function refuse_ledger_change();
