-- Mail is queued in the transaction that causes it and sent afterwards: at least once, or visibly dead.
create table mails (
    mail_id uuid primary key,
    recipient text not null check (length(recipient) <= 254),
    subject text not null check (length(subject) <= 200),
    body text not null check (length(body) <= 20000),
    created_at timestamptz not null,
    attempts integer not null default 0,
    next_attempt_at timestamptz,
    -- How it left: smtp, or file while no SMTP server is set.
    sent_by text check (sent_by in ('smtp', 'file')),
    sent_at timestamptz,
    dead_at timestamptz,
    last_error text check (length(last_error) <= 1000)
);
create index mails_waiting on mails (next_attempt_at) where next_attempt_at is not null;

-- Everything that staff did, with old and new values.
create table audit_events (
    audit_event_id uuid primary key,
    at timestamptz not null,
    account_id uuid not null,
    staff_name text not null,
    action text not null check (length(action) <= 80),
    subject text not null check (length(subject) <= 200),
    old jsonb,
    new jsonb,
    reason text check (length(reason) <= 300)
);
create index audit_events_by_subject on audit_events (subject, at);
