//! Badges as staff make them: seen first (who would have them), then made live as a new version, and retired.
//! What was awarded stays.

use std::collections::HashSet;

use serde_json::json;
use sqlx::PgConnection;

use super::{
    fills::{Badges, earned},
    history, store,
};
use crate::{
    domain::{
        badge::{Badge, BadgeRule, Game, Level, Ready, State, check_badge, library},
        form::typed::too_long,
        ids::MemberId,
        misread::plain,
        refusal::{Code, FieldError, Refusal},
        tier::Tier,
    },
    server::{
        audit::{self, Change},
        context::Context,
        db,
        error::{Error, Result},
        fills::{self, Fill},
        identity::Staff,
        rules,
    },
};

/// Who would have a badge by what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// How many members would have each level.
    pub levels: Vec<(Level, i64)>,
    pub members: i64,
}

/// Every badge that there is or was, and how far those are that are being filled.
pub async fn list(ctx: &Context, _by: &Staff) -> Result<(Vec<Badge>, Vec<Fill>)> {
    let mut conn = ctx.pool.acquire().await?;
    Ok((store::badges(&mut conn).await?, fills::list::<Badges>(&mut conn).await?))
}

/// What the library has, for the program's currency.
pub async fn ready(ctx: &Context, _by: &Staff) -> Result<Vec<Ready>> {
    Ok(library(rules::program(&mut *ctx.pool.acquire().await?).await?.currency_digits))
}

/// Who would have this badge today. Nothing is written.
///
/// Refused: `invalid`, with the JSON pointer of each field.
pub async fn preview(ctx: &Context, _by: &Staff, badge: &Badge) -> Result<Preview> {
    let mut tx = db::snapshot(&ctx.pool).await?;
    let book = rules::rulebook(&mut tx).await?;
    refuse(found(&mut tx, badge, &book.badges).await?)?;
    let rule = &badge.rule;
    let zone = &book.program.time_zone;
    let is_plain = rule.metric.is_some() && rule.requires.is_empty() && rule.audience.is_all();
    let mut levels = if is_plain {
        history::count_reached(&mut tx, badge, zone).await?
    } else {
        let reached = earned(&mut tx, badge, None, (&book, ctx.clock.now())).await?;
        let having = |level: Level| {
            let members = reached.iter().filter(|one| one.level == level).map(|one| one.member);
            i64::try_from(members.collect::<HashSet<MemberId>>().len()).unwrap_or(i64::MAX)
        };
        rule.levels.iter().map(|step| (step.level, having(step.level))).collect()
    };
    for step in &rule.levels {
        if !levels.iter().any(|(level, _)| *level == step.level) {
            levels.push((step.level, 0));
        }
    }
    levels.sort_unstable();
    Ok(Preview { levels, members: store::members(&mut tx).await? })
}

/// All that is wrong with a badge, each with its JSON pointer. `changed` is as in [`save`].
pub async fn wrong(ctx: &Context, _by: &Staff, badge: &Badge, changed: i32) -> Result<Vec<FieldError>> {
    let mut conn = ctx.pool.acquire().await?;
    let all = store::badges(&mut conn).await?;
    let mut errors = found(&mut conn, badge, &live(&all)).await?;
    errors.extend(taken(badge, &all, changed));
    Ok(errors)
}

/// What is wrong with it whatever it is called.
async fn found(conn: &mut PgConnection, badge: &Badge, live: &[Badge]) -> Result<Vec<FieldError>> {
    let mut errors = check_badge(badge, live).err().map(|refused| refused.fields).unwrap_or_default();
    errors.extend(unknown_tiers(badge, &rules::tiers(conn).await?));
    Ok(errors)
}

fn taken(badge: &Badge, all: &[Badge], changed: i32) -> Option<FieldError> {
    let message = "There is, or was, a badge of this short name: choose another, or change that one";
    let is_taken = changed == 0 && all.iter().any(|one| one.badge == badge.badge);
    is_taken.then(|| FieldError::new("/badge", message))
}

fn refuse(errors: Vec<FieldError>) -> Result<()> {
    if errors.is_empty() { Ok(()) } else { Err(Refusal::invalid(errors).into()) }
}

fn live(all: &[Badge]) -> Vec<Badge> {
    all.iter().filter(|one| one.state != State::Retired).cloned().collect()
}

/// Makes a badge live, or a new version of it: what was before is counted and awarded by a job. `changed` is
/// the version that was changed, 0 for a new badge. Gives the version.
///
/// Refused: `invalid`, with the JSON pointer of each field, also where a new badge has the name of another;
/// `stale` when somebody changed it meanwhile.
pub async fn save(ctx: &Context, by: &Staff, badge: Badge, changed: i32) -> Result<Badge> {
    put(ctx, by, badge, Some(changed)).await
}

/// Switches a badge of the library on. Refused: `not_found`, or `invalid` when it needs others that are not
/// live, with their names.
pub async fn switch_on(ctx: &Context, by: &Staff, slug: &str) -> Result<Badge> {
    let ready = ready(ctx, by).await?;
    let found = ready.iter().find(|ready| ready.badge.badge == slug);
    let badge = found.ok_or_else(|| Error::not_found("This badge"))?.badge.clone();
    let live = rules::live_badges(&mut *ctx.pool.acquire().await?).await?;
    let needs = badge.rule.all_of.iter().chain(&badge.rule.requires);
    let missing = needs.filter(|need| !live.iter().any(|live| live.badge == need.badge));
    let name =
        |slug: &str| ready.iter().find(|ready| ready.badge.badge == slug).map(|ready| &ready.badge.name);
    let missing: Vec<&str> = missing.map(|need| name(&need.badge).unwrap_or(&need.badge).as_str()).collect();
    if !missing.is_empty() {
        let message =
            format!("{} is won by other badges. Switch these on first: {}", badge.name, missing.join(", "));
        return Err(Error::refused(Code::Invalid, message));
    }
    put(ctx, by, badge, None).await
}

/// `None`: from the library, whatever was before.
async fn put(ctx: &Context, by: &Staff, mut badge: Badge, changed: Option<i32>) -> Result<Badge> {
    let mut tx = ctx.pool.begin().await?;
    // Whoever else makes rules or badges waits.
    rules::lock(&mut tx).await?;
    let all = store::badges(&mut tx).await?;
    let live = live(&all);
    let mut errors = found(&mut tx, &badge, &live).await?;
    errors.extend(changed.and_then(|changed| taken(&badge, &all, changed)));
    refuse(errors)?;
    let old = all.iter().find(|one| one.badge == badge.badge);
    let before = old.map_or(0, |old| old.version);
    if changed.is_some_and(|version| version != before) {
        let message = "Somebody changed this badge meanwhile. Open the page again";
        return Err(Error::refused(Code::Stale, message));
    }
    badge.version = before + 1;
    badge.state = if is_counted(&live, &badge) { State::Awarding } else { State::Counting };
    let rule = serde_json::to_value(&badge.rule)?;
    store::put(&mut tx, &badge, &rule).await?;
    let now = ctx.clock.now();
    fills::begin::<Badges>(&mut tx, &badge.badge, now).await?;
    let told = |badge: &Badge| Ok::<_, Error>(json!({ "name": badge.name, "rule": badge.rule }));
    let change = Change {
        action: if changed.is_some() { "badge.save" } else { "badge.switch_on" },
        subject: format!("badge {}", badge.badge),
        old: old.map(told).transpose()?,
        new: Some(told(&badge)?),
        reason: None,
    };
    audit::record(&mut tx, by, now, change).await?;
    tx.commit().await?;
    Ok(badge)
}

/// An audience of a tier that there is not: nobody would ever get the badge.
fn unknown_tiers(badge: &Badge, tiers: &[Tier]) -> Vec<FieldError> {
    let asked = badge.rule.audience.tier.iter().enumerate();
    let unknown = asked.filter(|(_, asked)| !tiers.iter().any(|tier| tier.tier == **asked));
    let wrong = |(at, asked): (usize, &String)| {
        let known: Vec<&str> = tiers.iter().map(|tier| tier.tier.as_str()).collect();
        let message = format!("There is no tier {asked}; there are {}", known.join(", "));
        FieldError::new(&format!("/rule/audience/tier/{at}"), message)
    };
    unknown.map(wrong).collect()
}

/// Whether everything that a badge reads is counted for others already, as far back as there is anything.
fn is_counted(live: &[Badge], badge: &Badge) -> bool {
    let Some(metric) = &badge.rule.metric else { return true };
    let game = Game::new(live);
    metric.counted().iter().all(|counted| {
        let name = counted.name();
        let known = game.counters().iter().find(|counter| counter.name == name);
        known.is_some_and(|counter| counter.is_whole && counter.grains.contains(metric.grain()))
    })
}

/// Retires a badge: nobody gets it any more, and who has it keeps it. Refused: `not_found`, and `invalid`
/// while another badge asks for it.
pub async fn retire(ctx: &Context, by: &Staff, slug: &str) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    rules::lock(&mut tx).await?;
    let live = rules::live_badges(&mut tx).await?;
    let badge = live.iter().find(|one| one.badge == slug).ok_or_else(|| Error::not_found("This badge"))?;
    let needs =
        |other: &&Badge| other.rule.all_of.iter().chain(&other.rule.requires).any(|need| need.badge == slug);
    if let Some(other) = live.iter().find(needs) {
        let message = format!("{} asks for this badge; retire that first", other.name);
        return Err(Error::refused(Code::Invalid, message));
    }
    store::set_state(&mut tx, slug, State::Retired).await?;
    let change = Change {
        action: "badge.retire",
        subject: format!("badge {slug}"),
        old: Some(json!({ "name": badge.name })),
        ..Change::default()
    };
    audit::record(&mut tx, by, ctx.clock.now(), change).await?;
    tx.commit().await?;
    Ok(())
}

/// A rule out of JSON. Refused: `invalid`, at the JSON pointer where it can't be read.
pub fn read_rule(json: &str) -> Result<BadgeRule> {
    if let Some(how) = too_long(json) {
        return Err(Error::field("/rule", how));
    }
    let mut reader = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut reader).map_err(unreadable)
}

fn unreadable(error: serde_path_to_error::Error<serde_json::Error>) -> Error {
    use serde_path_to_error::Segment;
    let pointer: String = error.path().iter().fold("/rule".to_owned(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { variant } => format!("{pointer}/{variant}"),
        Segment::Unknown => pointer,
    });
    let inner = error.inner();
    // Where it is no JSON at all, the line and the column say more than the field.
    let message =
        if inner.is_data() { plain(&inner.to_string()) } else { format!("This is not JSON: {inner}") };
    Error::Refused(Refusal::invalid(vec![FieldError::new(&pointer, &message)]))
}
