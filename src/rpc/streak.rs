//! The streak: of the member who asks, and as staff set it.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, forms::Flash};
use crate::domain::{
    metric::Period,
    refusal::Refusal,
    streak::{Leaf, Milestone, form::StreakForm},
};

/// One period: its first day, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeafView {
    pub day: Date,
    pub leaf: Leaf,
    pub is_now: bool,
}

/// The streak at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreakStrip {
    pub unit: Period,
    pub current: i64,
    pub longest: i64,
    pub freezes: i64,
    /// The last seven periods, this one last.
    pub leaves: Vec<LeafView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreakView {
    pub strip: StreakStrip,
    /// Seven periods each, the newest row first; what is still to come has no leaf.
    pub rows: Vec<Vec<LeafView>>,
    /// Periods kept towards the next freeze, of so many; none: there are no freezes.
    pub towards: Option<(i64, i64)>,
    /// How many freezes can be held.
    pub most: i64,
    /// First days of the periods that freezes covered, the newest first.
    pub frozen: Vec<Date>,
    pub next: Option<Milestone>,
    /// The milestones that the member has, with their days.
    pub given: Vec<(Milestone, Date)>,
    /// Runs of at least two that are over, the newest first: their first and last periods, and how long.
    pub runs: Vec<(Date, Date, i64)>,
    /// The kinds of activities that keep it.
    pub kinds: Vec<String>,
    /// Whose midnight it goes by.
    pub zone: String,
    pub today: Date,
}

/// The streak of the member who asks.
#[server]
pub async fn load_streak() -> Result<StreakView, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    Ok(http::views::streak::show(&ctx, &member).await?)
}

/// Says where the member lives from now on.
#[server]
pub async fn choose_zone(zone: String) -> Result<(), Failure> {
    use crate::server::{http, http::forms, identity, streaks};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    let moved = streaks::move_to(&ctx, &member, &zone).await;
    let typed = [("zone", zone.as_str())];
    let done = |()| forms::Landing::saying("/me", "Your days begin at that zone's midnight from now on.");
    Ok(forms::finish("zone", "/me", &typed, moved, done)?)
}

/// The streak as staff set it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StreakPage {
    pub flash: Flash,
    /// What was typed, or the streak as it is.
    pub form: StreakForm,
    /// Names the version that an edit is of.
    pub version: i32,
    pub since: Date,
    /// Members with a run now, with a run by what was typed, and those whose run would be over.
    pub preview: Option<(i64, i64, i64)>,
    pub refusal: Option<Refusal>,
    pub today: Date,
}

/// The streak as it is, or what was typed with what it would mean. Nothing is written.
#[server]
pub async fn load_streak_policy(typed: Option<StreakForm>) -> Result<StreakPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::streak::policy(&ctx, &staff, typed).await?)
}

/// Makes what was seen what streaks are counted by from now on.
#[server]
pub async fn save_streak(
    version: i32,
    unit: String,
    kinds: String,
    freeze_every: String,
    freeze_most: String,
    milestones: String,
) -> Result<(), Failure> {
    use crate::server::{error::Error, http, http::forms, identity, streaks::editing};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let form = StreakForm { unit, kinds, freeze_every, freeze_most, milestones };
    let saved = match form.read() {
        Ok(terms) => editing::publish(&ctx, &staff, &terms, version).await,
        Err(refused) => Err(Error::Refused(refused)),
    };
    let done = |()| forms::Landing::saying("/staff/streak", "Saved. Every streak is counted by it now.");
    Ok(forms::finish("streak", "/staff/streak", &[], saved, done)?)
}
