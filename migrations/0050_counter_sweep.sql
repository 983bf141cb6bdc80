-- Counters that no rule reads any more are thrown away, some members at a time: every purchase reads all counters of its member. This is how
-- far that has come, and for which edition of the rules.
create table counter_sweep (
    the_only boolean primary key default true check (the_only),
    edition bigint not null default 0,
    -- The members up to this one are done.
    done_until uuid,
    is_finished boolean not null default false
);
insert into counter_sweep default values;
