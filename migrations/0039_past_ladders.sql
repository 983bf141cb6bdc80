-- The ladder of tiers as it was until it was edited, so that a tier that ended before an edit is dated by what was in force on that
-- day: see server/tiers/falls.rs. What staff changed until now stands in the audit log.
create table past_ladders (
    until timestamptz primary key,
    -- The tiers and their policy: see domain/tier/draft.rs.
    ladder jsonb not null
);
insert into past_ladders (until, ladder)
select at, old from audit_events where action = 'tiers.edit' and old is not null
order by audit_event_id on conflict do nothing;
