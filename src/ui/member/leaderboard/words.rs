//! What the leaderboard says in words: what counts, what a period and a score are called.

use jiff::{ToSpan, civil::Date};

use crate::{
    domain::{
        leaderboard::{
            board::Scope,
            period::{Period, PeriodKind},
        },
        points::grouped,
        words::span,
    },
    rpc::leaderboards::{BoardRow, LeaderboardView, RankedChallenge, Unit},
    ui::format::{counted, moment, month, points},
};

/// For those whom staff keep off.
pub const KEPT_OFF: &str = "The shop keeps this account off its leaderboards. Your points and badges count \
     as ever. If that seems wrong, ask the shop's staff.";

/// What counts, who competes, and whether it can still change.
pub fn lead(page: &LeaderboardView) -> String {
    let counts = page.challenge.as_ref().map_or_else(|| counts(&page.board.unit), of_challenge);
    let name =
        page.segments.iter().find(|(segment, _)| *segment == page.segment).map(|(_, name)| name.clone());
    let among = match (page.scope, name) {
        (Scope::Store, Some(name)) => format!(" At {name}."),
        (Scope::Tier, Some(name)) => {
            format!(" Among {name} members; who changes tier competes there from the next period on.")
        }
        (Scope::Cohort, Some(name)) => format!(
            " {name}: the first {} go up a league, the last {} go down.",
            page.cohorts.promote, page.cohorts.demote
        ),
        _ => String::new(),
    };
    let over = is_over(page);
    let state = match page.settles_until {
        Some(until) => format!(" It is over; what comes late counts until {}.", moment(until)),
        None if over => " It is over, and nothing changes it any more.".to_owned(),
        None => String::new(),
    };
    format!("{counts}{among}{state}")
}

/// Whether the period that is shown has ended.
pub fn is_over(page: &LeaderboardView) -> bool {
    page.period.over_on() <= page.board.today
}

fn counts(unit: &Unit) -> String {
    let counts = match unit {
        Unit::Points => "Points earned; redeeming never lowers a rank.",
        Unit::Visits => "Days with a purchase or a visit.",
        Unit::Badges => "Badges earned, each level for one.",
        Unit::Done | Unit::Money(_) | Unit::Progress => "",
    };
    counts.to_owned()
}

/// "How far members are in the challenge “Autumn”: “Two purchases”, and all beyond it."
fn of_challenge(challenge: &RankedChallenge) -> String {
    let RankedChallenge { name, steps, rounds, .. } = challenge;
    match steps.as_slice() {
        [step] => format!("How far members are in the challenge “{name}”: “{step}”, and all beyond it."),
        steps => {
            let often = if *rounds > 1 { " each time that it is done" } else { " when it is done" };
            let steps = steps.len();
            format!("How far members are in the challenge “{name}”: each of its {steps} steps is 100{often}.")
        }
    }
}

/// What a period is called.
pub fn title_of(period: &Period, today: Date) -> String {
    match period.kind {
        PeriodKind::All => "All time".to_owned(),
        PeriodKind::Month => month(period.first, today),
        PeriodKind::Season => period.name.clone().unwrap_or_else(|| period.key.clone()),
        PeriodKind::Week => {
            let days = span(period.first, period.end.saturating_sub(1.day()));
            // Of this year, the year goes without saying.
            let year = format!(" {}", today.year());
            days.strip_suffix(&year).map(str::to_owned).unwrap_or(days)
        }
    }
}

/// The head of a column of scores.
pub fn unit(unit: &Unit) -> &'static str {
    match unit {
        Unit::Points => "Points",
        Unit::Visits => "Visits",
        Unit::Badges => "Badges",
        Unit::Done => "Done",
        Unit::Money(_) => "Spent",
        Unit::Progress => "Progress",
    }
}

/// A score without its unit; money has its sign.
pub fn score(unit: &Unit, score: i64) -> String {
    match unit {
        Unit::Money(currency) => currency.money(score),
        _ => grouped(score),
    }
}

/// "13 points to rank 11."
pub fn to_next_rank(rows: &[BoardRow], unit: &Unit) -> String {
    let Some(me) = rows.iter().find(|row| row.is_me) else { return String::new() };
    let above = rows.iter().rev().find(|row| row.score > me.score);
    match above {
        Some(above) => {
            let missing = above.score - me.score;
            let words = match unit {
                Unit::Points => points(missing),
                Unit::Visits => counted(missing, "visit", "visits"),
                Unit::Badges => counted(missing, "badge", "badges"),
                Unit::Money(_) | Unit::Done | Unit::Progress => format!("{} more", score(unit, missing)),
            };
            format!("{words} to rank {}.", grouped(above.rank))
        }
        None if me.rank == 1 => "Nobody is ahead of you.".to_owned(),
        None => format!("You share rank {}.", grouped(me.rank)),
    }
}
