//! Badges as staff make them: switched on from the library, seen first, made live, retired.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, badges::Currency, forms::Flash};
use crate::domain::{
    badge::{Level, LevelThreshold, State, Visibility, form::BadgeForm},
    form::Known,
    metric::Metric,
    refusal::Refusal,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StaffBadgesPage {
    pub flash: Flash,
    pub badges: Vec<StaffBadge>,
    /// What is not switched on, by what it goes with.
    pub library: Vec<(String, Vec<StaffBadge>)>,
    pub currency: Currency,
}

/// One badge as staff see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StaffBadge {
    pub badge: String,
    pub version: i32,
    pub name: String,
    pub description: String,
    pub glyph: String,
    pub state: State,
    pub visibility: Visibility,
    pub metric: Option<Metric>,
    pub levels: Vec<LevelThreshold>,
    /// How many members have it at its lowest level, of how many, as it was counted last.
    pub holders: Option<(i64, i64)>,
    /// While it is being filled: how many members of how many are done, and how many awards were given.
    pub filling: Option<(i64, i64, i64)>,
}

/// A badge to be made or changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BadgeEditor {
    pub flash: Flash,
    pub form: BadgeForm,
    /// As it is, if it is.
    pub known: Option<StaffBadge>,
    /// How many members would have each level, of how many; where something was typed that can be a badge.
    pub preview: Option<(Vec<(Level, i64)>, i64)>,
    /// What it names that nothing sent lately does, in sentences; with the preview.
    pub unheard: Vec<String>,
    pub refusal: Option<Refusal>,
    /// Tiers, and other badges with their levels, that can be chosen, with their names.
    pub tiers: Vec<(String, String)>,
    pub badges: Vec<(String, String)>,
    pub known_words: Known,
    pub currency: Currency,
    /// Of the purchases of an example.
    pub days: Vec<Date>,
}

#[server]
pub async fn load_staff_badges() -> Result<StaffBadgesPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::staff_badges::list(&ctx, &staff).await?)
}

/// A badge by its name, as it is or as the library has it, or what was typed with who would have it. `way` is
/// how the rule is to be shown: as `json`, as `fields`, or empty, as it was. Nothing is written.
#[server]
pub async fn load_badge_editor(
    badge: String,
    typed: Option<BadgeForm>,
    way: String,
) -> Result<BadgeEditor, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::staff_badges::editor(&ctx, &staff, &badge, typed, &way).await?)
}

/// Makes what was typed live, as a new version.
#[server]
pub async fn save_badge(form: BadgeForm) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms, views},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/badges/edit{}", crate::domain::form::typed::query(&form));
    let outcome = views::staff_badges::save(&ctx, &staff, &form).await;
    let done = |_| forms::Landing::saying("/staff/badges", "Saved. What was before is being counted now.");
    Ok(forms::finish("badge", &page, &[], outcome, done)?)
}

/// Switches a badge of the library on.
#[server]
pub async fn switch_on_badge(badge: String) -> Result<(), Failure> {
    use crate::server::{
        badges::editing,
        http::{self, forms, views::staff_badges::in_one_sentence},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let outcome = editing::switch_on(&ctx, &staff, &badge).await.map_err(in_one_sentence);
    let done =
        |_| forms::Landing::saying("/staff/badges", "Switched on. What was before is being counted now.");
    Ok(forms::finish("badges", "/staff/badges", &[], outcome, done)?)
}

/// Retires a badge: nobody gets it any more, and who has it keeps it.
#[server]
pub async fn retire_badge(badge: String) -> Result<(), Failure> {
    use crate::server::{
        badges::editing,
        http::{self, forms},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let outcome = editing::retire(&ctx, &staff, &badge).await;
    let done = |()| forms::Landing::saying("/staff/badges", "Retired. Who has the badge keeps it.");
    Ok(forms::finish("badges", "/staff/badges", &[], outcome, done)?)
}
