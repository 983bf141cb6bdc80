//! What every server does besides answering.

use std::time::Duration;

use super::{
    badges, challenges,
    context::Context,
    dispatcher, fills, identity,
    jobs::{Job, Step},
    leaderboards, ledger, mail,
    members::erasing,
    replay, returns, streaks, tiers,
};

/// Every background task of a server.
#[must_use]
pub fn timetable() -> Vec<Job> {
    vec![
        job("dispatcher", Duration::from_millis(500), |ctx| Box::pin(dispatcher::step(ctx))),
        job("filling of boards", Duration::from_secs(5), |ctx| Box::pin(leaderboards::fill_due(ctx))),
        job("closing of boards", Duration::from_secs(30), |ctx| {
            Box::pin(leaderboards::closing::close_due(ctx))
        }),
        job("check of boards", Duration::from_mins(10), |ctx| Box::pin(leaderboards::check::check_due(ctx))),
        job("returns", Duration::from_millis(500), |ctx| Box::pin(returns::apply_parked(ctx))),
        job("replays", Duration::from_secs(1), |ctx| Box::pin(replay::runs::step(ctx))),
        job("tiers", Duration::from_hours(1), |ctx| Box::pin(tiers::falls::step(ctx))),
        job("sweeper", Duration::from_mins(10), |ctx| Box::pin(ledger::sweep_step(ctx))),
        job("leavers", Duration::from_mins(10), |ctx| Box::pin(erasing::sweep(ctx))),
        job("anchor", Duration::from_mins(5), |ctx| Box::pin(ledger::anchors::anchor_step(ctx))),
        job("badges", Duration::from_millis(500), |ctx| Box::pin(fills::step::<badges::fills::Badges>(ctx))),
        job("challenges", Duration::from_millis(500), |ctx| {
            Box::pin(fills::step::<challenges::fills::Challenges>(ctx))
        }),
        job("end of challenges", Duration::from_mins(5), |ctx| Box::pin(challenges::editing::end_due(ctx))),
        job("streaks", Duration::from_secs(5), |ctx| Box::pin(streaks::fill_step(ctx))),
        job("milestones", Duration::from_millis(500), |ctx| Box::pin(streaks::pay_step(ctx))),
        job("rarity", Duration::from_mins(15), |ctx| Box::pin(badges::count_step(ctx))),
        job("sweeping of counters", Duration::from_mins(10), |ctx| Box::pin(badges::sweep_step(ctx))),
        job("mail", Duration::from_secs(2), |ctx| Box::pin(mail::jobs::send_due(ctx))),
        job("forget", Duration::from_mins(10), |ctx| Box::pin(identity::jobs::clean(ctx))),
    ]
}

const fn job(name: &'static str, every: Duration, step: fn(Context) -> Step) -> Job {
    Job { name, every, step }
}
