//! The streak as pages show it.

use jiff::civil::Date;

use super::Here;
use crate::{
    domain::{
        metric::Period,
        streak::{Leaf, form::StreakForm},
    },
    rpc::streak::{LeafView, StreakPage, StreakStrip, StreakView},
    server::{
        context::Context,
        error::{Error, Result},
        http::forms,
        identity::{Member, Staff},
        streaks::{self, Standing, editing},
    },
};

/// Leaves of a row.
const ROW: i32 = 7;
/// The shortest run that is told once it is over, and how many are.
const RUN: i64 = 2;
const RUNS: usize = 12;

pub fn strip(standing: &Standing) -> StreakStrip {
    let Standing { policy, streak, .. } = standing;
    let now = streak.now();
    StreakStrip {
        unit: policy.terms.unit,
        current: streak.current,
        longest: streak.longest,
        freezes: streak.freezes,
        leaves: (now - ROW + 1..=now).map(|period| leaf(standing, period)).collect(),
    }
}

fn leaf(standing: &Standing, period: i32) -> LeafView {
    let Standing { policy, streak, .. } = standing;
    let (day, leaf) = (policy.terms.unit.first_day(period), streak.leaf(period));
    LeafView { day, leaf, is_now: period == streak.now() }
}

pub async fn show(ctx: &Context, member: &Member) -> Result<StreakView> {
    let here = Here::of(ctx).await?;
    let zone = streaks::chosen_zone(ctx, member).await?;
    let mut conn = ctx.pool.acquire().await?;
    let standing = streaks::standing(&mut conn, member.member_id, here.now).await?;
    drop(conn);
    let (terms, streak) = (&standing.policy.terms, &standing.streak);
    let first_day = |period: i32| terms.unit.first_day(period);
    let over = streak.runs.iter().rev().filter(|run| streak.current == 0 || Some(*run) != streak.runs.last());
    let runs = over.filter(|run| run.periods >= RUN).take(RUNS);
    let given = standing.given.iter().map(|given| (given.milestone, here.day(given.reached_at)));
    let has_freezes = terms.freeze_every > 0 && terms.freeze_most > 0;
    Ok(StreakView {
        strip: strip(&standing),
        rows: rows(&standing),
        towards: has_freezes.then_some((streak.towards, terms.freeze_every)),
        most: terms.freeze_most,
        frozen: streak.frozen().map(first_day).take(RUNS).collect(),
        next: standing.next(),
        given: given.collect(),
        runs: runs.map(|run| (first_day(run.first), first_day(run.last), run.periods)).collect(),
        kinds: terms.kinds.clone(),
        zone: zone.unwrap_or(here.program.time_zone),
        today: standing.today,
    })
}

/// Eight weeks of days from Monday on, or as many weeks or months as fit a page.
fn rows(standing: &Standing) -> Vec<Vec<LeafView>> {
    let (unit, now) = (standing.policy.terms.unit, standing.streak.now());
    let (rows, last) = match unit {
        Period::Day => (8, now + 6 - monday_offset(unit.first_day(now))),
        Period::Week => (4, now),
        _ => (2, now),
    };
    let row = |back: i32| {
        let end = last - back * ROW;
        let periods = (end - ROW + 1..=end).filter(|period| *period <= now);
        periods.map(|period| leaf(standing, period)).collect()
    };
    let is_of_use = |row: &Vec<LeafView>| row.iter().any(|leaf| leaf.leaf != Leaf::Empty);
    let mut rows: Vec<Vec<LeafView>> = (0..rows).map(row).collect();
    while rows.len() > 1 && rows.last().is_some_and(|row| !is_of_use(row)) {
        rows.pop();
    }
    rows
}

fn monday_offset(day: Date) -> i32 {
    i32::from(day.weekday().to_monday_zero_offset())
}

/// The page on which staff set it.
pub async fn policy(ctx: &Context, staff: &Staff, typed: Option<StreakForm>) -> Result<StreakPage> {
    let here = Here::of(ctx).await?;
    let policy = editing::current(ctx, staff).await?;
    let (mut preview, mut refusal) = (None, None);
    match typed.as_ref().map(StreakForm::read) {
        Some(Ok(terms)) => match editing::preview(ctx, staff, &terms).await {
            Ok(seen) => preview = Some((seen.now, seen.then, seen.ended)),
            Err(Error::Refused(refused)) => refusal = Some(refused),
            Err(broken) => return Err(broken),
        },
        Some(Err(refused)) => refusal = Some(refused),
        None => {}
    }
    Ok(StreakPage {
        flash: forms::take_flash(),
        form: typed.unwrap_or_else(|| StreakForm::of(&policy.terms)),
        version: policy.version,
        since: here.day(policy.since),
        preview,
        refusal,
        today: here.today,
    })
}
