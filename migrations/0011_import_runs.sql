-- An import waits for its turn, and counts what a shop compares with its own books: new members and money.
alter table imports drop constraint imports_state_check;
alter table imports add constraint imports_state_check
    check (state in ('waiting', 'queued', 'running', 'done', 'failed', 'cancelled'));
alter table imports add column members_new bigint not null default 0;
-- Minor units, of the purchases that landed now or before.
alter table imports add column amount bigint not null default 0;
create index imports_by_time on imports (created_at desc, import_id desc);
