//! Badges as staff make them.

use jiff::ToSpan;

use super::{Here, known as words};
use crate::{
    domain::{
        badge::{
            Badge, BadgeRule, Level, Need, State,
            form::{BadgeForm, need_text},
        },
        refusal::{Code, FieldError, Refusal},
    },
    rpc::staff_badges::{BadgeEditor, StaffBadge, StaffBadgesPage},
    server::{
        badges::{self, Rarity, editing},
        context::Context,
        error::{Error, Result},
        fills::Fill,
        http::forms,
        identity::Staff,
        rules,
    },
};

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

/// The form: what was typed, with who would have it or what is wrong with it; or the badge as it is.
pub async fn editor(
    ctx: &Context,
    by: &Staff,
    slug: &str,
    sent: Option<BadgeForm>,
    way: &str,
) -> Result<BadgeEditor> {
    let here = Here::of(ctx).await?;
    let digits = here.program.currency_digits;
    let (all, fills) = editing::list(ctx, by).await?;
    let is_typed = sent.is_some();
    let slug = sent.as_ref().map_or(slug, |form| form.badge.trim()).to_owned();
    let known = all.iter().find(|badge| badge.badge == slug);
    let (mut preview, mut refusal) = (None, None);
    let mut form = match (sent, known) {
        (Some(sent), _) => sent,
        (None, Some(known)) => {
            BadgeForm { version: known.version.to_string(), ..BadgeForm::of(known, digits) }
        }
        (None, None) => {
            let ready = editing::ready(ctx, by).await?.into_iter().find(|ready| ready.badge.badge == slug);
            ready.map_or_else(BadgeForm::empty, |ready| BadgeForm::of(&ready.badge, digits))
        }
    };
    let outcome = match way {
        "json" | "fields" => turned(&form, digits, way == "json").map(|turned| form = turned),
        _ if is_typed => seen(ctx, by, &form, digits).await.map(|seen| preview = Some(seen)),
        _ => Ok(()),
    };
    match outcome {
        Err(Error::Refused(refused)) => refusal = Some(refused),
        other => other?,
    }
    form.make_room();
    let live = |badge: &&Badge| badge.state != State::Retired && badge.badge != slug;
    let badges = all.iter().filter(live).flat_map(choices).collect();
    let mut conn = ctx.pool.acquire().await?;
    let tiers = rules::tiers(&mut conn).await?;
    let known_words = words::known(&mut conn).await?;
    let unheard = match &preview {
        Some(_) => {
            typed(&form, digits)?.0.rule.metric.map_or_else(Vec::new, |metric| known_words.unheard(&metric))
        }
        None => Vec::new(),
    };
    Ok(BadgeEditor {
        flash: forms::take_flash(),
        form,
        known: known.map(|badge| view(badge, &fills, &Rarity::default())),
        preview,
        unheard,
        refusal,
        tiers: tiers.into_iter().map(|tier| (tier.tier, tier.name)).collect(),
        badges,
        known_words,
        currency: here.currency(),
        days: (0..4).rev().map(|weeks| here.today.saturating_sub(weeks.weeks())).collect(),
    })
}

/// A badge at any level and at each of its own, as the form writes it and in words.
fn choices(badge: &Badge) -> Vec<(String, String)> {
    let need = |level| need_text(&Need { badge: badge.badge.clone(), level });
    let any = (need(None), format!("{}, any level", badge.name));
    let levels = badge.rule.levels.iter().skip(1);
    let levels =
        levels.map(|step| (need(Some(step.level)), format!("{}, {}", badge.name, step.level.as_str())));
    std::iter::once(any).chain(levels).collect()
}

/// The same badge with its rule in JSON or in fields.
fn turned(form: &BadgeForm, digits: u32, is_json: bool) -> Result<BadgeForm> {
    let rule = if form.rule.trim().is_empty() { form.rule(digits)? } else { read_rule(form)? };
    let badge = form.with(rule);
    let mut turned = BadgeForm { version: form.version.clone(), ..BadgeForm::of(&badge, digits) };
    if is_json {
        turned.rule = serde_json::to_string_pretty(&badge.rule)?;
    } else if !turned.rule.is_empty() {
        return Err(Error::refused(Code::Invalid, "The fields have no room for this rule; it stays in JSON"));
    }
    Ok(turned)
}

async fn seen(ctx: &Context, by: &Staff, form: &BadgeForm, digits: u32) -> Result<(Vec<(Level, i64)>, i64)> {
    let badge = sound(ctx, by, form, digits).await?;
    let seen = editing::preview(ctx, by, &badge).await.map_err(|error| at_fields(form, error))?;
    Ok((seen.levels, seen.members))
}

/// Makes what was typed live.
///
/// Refused: `invalid`, with the fields of the form.
pub async fn save(ctx: &Context, by: &Staff, form: &BadgeForm) -> Result<Badge> {
    let digits = Here::of(ctx).await?.program.currency_digits;
    let badge = sound(ctx, by, form, digits).await?;
    editing::save(ctx, by, badge, changed(form)).await.map_err(|error| at_fields(form, error))
}

/// Which version is changed. What is no number was never shown by a page of ours.
fn changed(form: &BadgeForm) -> i32 {
    if form.version.is_empty() { 0 } else { form.version.parse().unwrap_or(i32::MAX) }
}

/// What was typed, if it makes a badge; refused with everything that is wrong, whoever finds it.
async fn sound(ctx: &Context, by: &Staff, form: &BadgeForm, digits: u32) -> Result<Badge> {
    let (badge, unread) = typed(form, digits)?;
    let wrong = editing::wrong(ctx, by, &badge, changed(form)).await?;
    let told = one_each(form.told(unread, &wrong));
    if told.is_empty() { Ok(badge) } else { Err(Refusal::invalid(told).into()) }
}

/// What was typed, and what of it can't be read.
fn typed(form: &BadgeForm, digits: u32) -> Result<(Badge, Vec<FieldError>)> {
    let (fields, unread) = form.typed(digits);
    if form.rule.trim().is_empty() {
        return Ok((fields, unread));
    }
    match read_rule(form) {
        Ok(rule) => Ok((form.with(rule), Vec::new())),
        Err(Error::Refused(refusal)) => Ok((fields, refusal.fields)),
        Err(broken) => Err(broken),
    }
}

fn read_rule(form: &BadgeForm) -> Result<BadgeRule> {
    editing::read_rule(&form.rule).map_err(|error| at_fields(form, error))
}

/// What is wrong with a badge, at the fields of the form that say it.
fn at_fields(form: &BadgeForm, error: Error) -> Error {
    let Error::Refused(refusal) = error else { return error };
    let fields = one_each(form.told(Vec::new(), &refusal.fields));
    Error::Refused(Refusal { fields, ..refusal })
}

/// What is wrong with the same field in one sentence.
fn one_each(errors: Vec<FieldError>) -> Vec<FieldError> {
    let mut fields: Vec<FieldError> = Vec::new();
    for wrong in errors {
        match fields.iter_mut().find(|known| known.field == wrong.field) {
            Some(known) => known.message = format!("{}; {}", known.message, wrong.message),
            None => fields.push(wrong),
        }
    }
    fields
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
