-- How tiers are earned and kept is data: what counts, over which window, how long it is kept and how it falls. See
-- domain/tier/policy.rs. What was counted until now stays: points earned in the last 12 months.
alter table rulebook add column tier_policy jsonb not null
    default '{"basis": "points", "window": {"rolling": 12}, "grace_days": 0, "downgrade": "to_fit"}';
alter table tiers add column free_shipping boolean not null default false;
alter table tiers add column version integer not null default 1 check (version > 0);
