//! What every server does besides answering.

use std::time::Duration;

use super::{
    badges, challenges, dispatcher, fills, identity, jobs::Job, leaderboards, ledger, mail, members::erasing,
    replay, returns, streaks, tiers,
};

/// Every background task of a server.
#[must_use]
pub fn timetable() -> Vec<Job> {
    vec![
        Job {
            name: "dispatcher",
            every: Duration::from_millis(500),
            step: |ctx| Box::pin(dispatcher::step(ctx)),
        },
        Job {
            name: "filling of boards",
            every: Duration::from_secs(5),
            step: |ctx| Box::pin(leaderboards::fill_due(ctx)),
        },
        Job {
            name: "closing of boards",
            every: Duration::from_secs(30),
            step: |ctx| Box::pin(leaderboards::closing::close_due(ctx)),
        },
        Job {
            name: "check of boards",
            every: Duration::from_mins(10),
            step: |ctx| Box::pin(leaderboards::check::check_due(ctx)),
        },
        Job {
            name: "returns",
            every: Duration::from_millis(500),
            step: |ctx| Box::pin(returns::apply_parked(ctx)),
        },
        Job { name: "replays", every: Duration::from_secs(1), step: |ctx| Box::pin(replay::runs::step(ctx)) },
        Job { name: "tiers", every: Duration::from_hours(1), step: |ctx| Box::pin(tiers::falls::step(ctx)) },
        Job {
            name: "sweeper",
            every: Duration::from_mins(10),
            step: |ctx| Box::pin(ledger::sweep_step(ctx)),
        },
        Job { name: "leavers", every: Duration::from_mins(10), step: |ctx| Box::pin(erasing::sweep(ctx)) },
        Job {
            name: "anchor",
            every: Duration::from_mins(5),
            step: |ctx| Box::pin(ledger::anchors::anchor_step(ctx)),
        },
        Job {
            name: "badges",
            every: Duration::from_millis(500),
            step: |ctx| Box::pin(fills::step::<badges::fills::Badges>(ctx)),
        },
        Job {
            name: "challenges",
            every: Duration::from_millis(500),
            step: |ctx| Box::pin(fills::step::<challenges::fills::Challenges>(ctx)),
        },
        Job {
            name: "end of challenges",
            every: Duration::from_mins(5),
            step: |ctx| Box::pin(challenges::editing::end_due(ctx)),
        },
        Job { name: "streaks", every: Duration::from_secs(5), step: |ctx| Box::pin(streaks::fill_step(ctx)) },
        Job {
            name: "milestones",
            every: Duration::from_millis(500),
            step: |ctx| Box::pin(streaks::pay_step(ctx)),
        },
        Job { name: "rarity", every: Duration::from_mins(15), step: |ctx| Box::pin(badges::count_step(ctx)) },
        Job {
            name: "sweeping of counters",
            every: Duration::from_mins(10),
            step: |ctx| Box::pin(badges::sweep_step(ctx)),
        },
        Job { name: "mail", every: Duration::from_secs(2), step: |ctx| Box::pin(mail::jobs::send_due(ctx)) },
        Job {
            name: "forget",
            every: Duration::from_mins(10),
            step: |ctx| Box::pin(identity::jobs::clean(ctx)),
        },
    ]
}
