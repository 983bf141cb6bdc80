//! Badges as staff make them.

use super::Here;
use crate::{
    domain::{
        badge::{Badge, State},
        refusal::{FieldError, Refusal},
    },
    rpc::staff_badges::{BadgeEditor, BadgeForm, StaffBadge, StaffBadgesPage},
    server::{
        badges::{
            self, Rarity,
            editing::{self, Draft},
        },
        context::Context,
        error::{Error, Result},
        fills::Fill,
        http::forms,
        identity::Staff,
    },
};

/// What a new badge begins with.
const EXAMPLE: &str = r#"{
  "metric": {
    "on": ["purchase"],
    "where": { "lines": { "category": ["tea"] } },
    "measure": { "sum": "quantity" }
  },
  "levels": [
    { "level": "bronze", "threshold": 10 },
    { "level": "silver", "threshold": 50 }
  ]
}"#;

pub async fn list(ctx: &Context, by: &Staff) -> Result<StaffBadgesPage> {
    let here = Here::of(ctx).await?;
    let (all, fills) = editing::list(ctx, by).await?;
    let rarity = badges::rarity(ctx).await?;
    let mut library: Vec<(String, Vec<StaffBadge>)> = Vec::new();
    for ready in editing::ready(ctx, by).await? {
        let is_on = |badge: &&Badge| badge.badge == ready.badge.badge && badge.state != State::Retired;
        if all.iter().find(is_on).is_some() {
            continue;
        }
        let badge = view(&ready.badge, &[], &Rarity::default());
        match library.iter_mut().find(|(group, _)| *group == ready.group) {
            Some((_, badges)) => badges.push(badge),
            None => library.push((ready.group, vec![badge])),
        }
    }
    let badges = all.iter().map(|badge| view(badge, &fills, &rarity)).collect();
    Ok(StaffBadgesPage { flash: forms::take_flash(), badges, library, currency: here.currency() })
}

fn view(badge: &Badge, fills: &[Fill], rarity: &Rarity) -> StaffBadge {
    let first = badge.rule.levels.first();
    let share = first.and_then(|step| rarity.of(&badge.badge, step.level));
    let fill = fills.iter().find(|fill| fill.name == badge.badge && !fill.is_finished);
    StaffBadge {
        badge: badge.badge.clone(),
        version: badge.version,
        name: badge.name.clone(),
        description: badge.description.clone(),
        glyph: badge.glyph.clone(),
        state: badge.state,
        visibility: badge.rule.visibility,
        metric: badge.rule.metric.clone(),
        levels: badge.rule.levels.clone(),
        holders: share.map(|share| (share.holders, share.members)),
        filling: fill.map(|fill| (fill.done, fill.total, fill.given)),
    }
}

pub async fn editor(ctx: &Context, by: &Staff, slug: &str, typed: Option<BadgeForm>) -> Result<BadgeEditor> {
    let (all, fills) = editing::list(ctx, by).await?;
    let known = all.iter().find(|badge| badge.badge == slug);
    let (mut preview, mut refusal) = (None, None);
    if let Some(form) = &typed {
        match editing::preview(ctx, by, &draft(form)).await.map_err(at_fields) {
            Ok(seen) => preview = Some((seen.levels, seen.members)),
            Err(Error::Refused(refused)) => refusal = Some(refused),
            Err(broken) => return Err(broken),
        }
    }
    let form = match (typed, known) {
        (Some(typed), _) => typed,
        (None, Some(known)) => written(known)?,
        (None, None) => match editing::ready(ctx, by).await?.iter().find(|ready| ready.badge.badge == slug) {
            Some(ready) => written(&ready.badge)?,
            None => BadgeForm { glyph: "leaf".to_owned(), rule: EXAMPLE.to_owned(), ..BadgeForm::default() },
        },
    };
    let known = known.map(|badge| view(badge, &fills, &Rarity::default()));
    Ok(BadgeEditor { flash: forms::take_flash(), form, known, preview, refusal })
}

fn draft(form: &BadgeForm) -> Draft {
    let BadgeForm { badge, name, description, glyph, rule } = form.clone();
    Draft { badge, name, description, glyph, rule }
}

/// A badge as staff would write it.
fn written(badge: &Badge) -> Result<BadgeForm> {
    Ok(BadgeForm {
        badge: badge.badge.clone(),
        name: badge.name.clone(),
        description: badge.description.clone(),
        glyph: badge.glyph.clone(),
        rule: serde_json::to_string_pretty(&badge.rule)?,
    })
}

/// What is wrong inside the rule stands beside its field, with the pointer.
pub fn at_fields(error: Error) -> Error {
    let Error::Refused(refusal) = error else { return error };
    let mut fields: Vec<FieldError> = Vec::new();
    for wrong in &refusal.fields {
        let name = wrong.field.trim_start_matches('/');
        let (name, message) = match name.strip_prefix("rule") {
            Some(_) => ("rule", format!("{}: {}", wrong.field, wrong.message)),
            None => (name, wrong.message.clone()),
        };
        match fields.iter_mut().find(|known| known.field == name) {
            Some(known) => known.message = format!("{}; {message}", known.message),
            None => fields.push(FieldError::new(name, &message)),
        }
    }
    Error::Refused(Refusal { fields, ..refusal })
}

/// A refusal where there are no fields to stand beside.
pub fn in_one_sentence(error: Error) -> Error {
    let Error::Refused(refusal) = error else { return error };
    let message = match refusal.fields.first() {
        Some(wrong) => format!("{}: {}", wrong.field, wrong.message),
        None => refusal.message.clone(),
    };
    Error::Refused(Refusal { message, fields: Vec::new(), ..refusal })
}
