-- Early access: a reward may open to all at a local date and time, and some days before that to the members of tiers that have
-- such days. See domain/reward/opening.rs.
alter table rewards add column public_from timestamp;
alter table tiers add column early_days smallint not null default 0 check (early_days between 0 and 60);
