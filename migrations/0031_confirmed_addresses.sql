-- Whose address it is shows in a mailed link. Until then purchases that name the address are credited, but their
-- points can't be spent on the pages: somebody else may have joined with it.
alter table account_emails
    -- When its owner used a link that was mailed to it.
    add column confirmed_at timestamptz,
    -- When a purchase named it first while it was not confirmed.
    add column named_at timestamptz;

alter table account_links
    add column purpose text not null default 'password',
    add constraint link_has_a_purpose check (purpose in ('password', 'confirm'));

-- Who has chosen a password through a link has shown that the address is theirs; those links are not kept, so
-- nobody is known to have, and nobody is held up who was there before.
