//! When people come: day by day over the year, by their rhythm and the season, at the hours that a till sees.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use super::{
    baskets::basket,
    chance::Chance,
    people::{Person, Rhythm, Store},
};
use crate::domain::{
    points::Money,
    purchase::{Line, MemberRef, Purchase},
};

/// One purchase at a till.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// The place of the person among the people.
    pub person: usize,
    pub store: Store,
    pub day: Date,
    pub at: Timestamp,
    pub document_id: String,
    pub lines: Vec<Line>,
}

impl Visit {
    #[must_use]
    pub fn purchase(&self, member: MemberRef) -> Purchase {
        Purchase {
            source: self.store.till().to_owned(),
            document_id: self.document_id.clone(),
            member,
            store: Some(self.store.name().to_owned()),
            purchased_at: self.at,
            amount: Money(self.lines.iter().map(|line| line.amount.0).sum()),
            lines: self.lines.clone(),
        }
    }
}

/// All visits of one person up to and with `today`, in their order. The day of joining always has one.
#[must_use]
pub fn visits(seed: u64, place: usize, person: &Person, today: Date, zone: &TimeZone) -> Vec<Visit> {
    let mut visits = Vec::new();
    for back in (person.left..=person.joined).rev() {
        let day = today.saturating_sub(back.days());
        // A day is decided on its own, so that the same history is told on the next day too.
        let mut chance = Chance::new(seed, u64::from(person.number) << 20 | day_number(day));
        let joins = back == person.joined;
        if !joins && !chance.happens(likely(person, day)) {
            continue;
        }
        let Some(at) = at(&mut chance, person.rhythm, day, zone) else { continue };
        let store = if chance.happens(0.12) { person.home.other() } else { person.home };
        visits.push(Visit {
            person: place,
            store,
            day,
            at,
            document_id: format!("{}-{:04}", day.strftime("%Y%m%d"), person.number),
            lines: basket(&mut chance, person, day.month(), is_weekend(day)),
        });
    }
    visits
}

fn day_number(day: Date) -> u64 {
    u64::try_from(i64::from(day.year()) * 366 + i64::from(day.day_of_year())).unwrap_or(0)
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// How likely somebody comes on a day.
fn likely(person: &Person, day: Date) -> f64 {
    let (weekday, weekend) = match person.rhythm {
        Rhythm::Commuter => (0.19, 0.025),
        Rhythm::Weekender => (0.02, 0.45),
        Rhythm::Afternoon => (0.17, 0.075),
        Rhythm::Anytime => (0.13, 0.175),
    };
    let share = if is_weekend(day) { weekend } else { weekday };
    // People are away in high summer and come more often when it is cold.
    let season = match day.month() {
        7 => 0.85,
        8 => 0.75,
        11 | 1 => 1.1,
        12 => 1.2,
        _ => 1.0,
    };
    let closed = (day.month() == 12 && matches!(day.day(), 25 | 26)) || (day.month() == 1 && day.day() == 1);
    if closed { 0.0 } else { (person.weekly_visits * share * season).min(0.95) }
}

/// A minute of the opening hours, where that rhythm has its peaks.
fn at(chance: &mut Chance, rhythm: Rhythm, day: Date, zone: &TimeZone) -> Option<Timestamp> {
    let weekend = is_weekend(day);
    let peak = match rhythm {
        Rhythm::Commuter if !weekend => *chance.pick(&[(8 * 60 + 15, 7), (12 * 60 + 30, 1), (16 * 60, 1)]),
        Rhythm::Afternoon if !weekend => *chance.pick(&[(13 * 60, 4), (15 * 60 + 20, 5)]),
        Rhythm::Anytime if !weekend => {
            *chance.pick(&[(9 * 60 + 30, 3), (12 * 60 + 40, 3), (16 * 60 + 20, 3)])
        }
        _ => *chance.pick(&[(10 * 60 + 20, 6), (13 * 60, 2), (15 * 60 + 30, 2)]),
    };
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a day fit")]
    let minute = (f64::from(peak) + chance.bell() * 42.0) as i32;
    let (open, close) = if weekend { (8 * 60 + 30, 17 * 60) } else { (7 * 60 + 15, 18 * 60 + 20) };
    let second = i32::try_from(chance.between(0, 59)).unwrap_or(0);
    let local = day.at(0, 0, 0, 0).checked_add((minute.clamp(open, close) * 60 + second).seconds()).ok()?;
    Some(local.to_zoned(zone.clone()).ok()?.timestamp())
}
