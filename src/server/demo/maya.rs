//! Maya Lindqvist, whom visitors of the demonstration sign in as: her year is written down, so that every
//! page has something to show. She comes on working days only, which keeps campaigns out of her arithmetic.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use super::{
    baskets::{self, Good, add},
    people::{PEOPLE, Person, Rhythm, Store, Taste},
    shop::OFFERS,
    visits::Visit,
};

pub const NAME: &str = "Maya Lindqvist";
pub const PSEUDONYM: &str = "Quiet Juniper";

/// What she redeems, and whether she has used it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    pub offer: usize,
    pub is_used: bool,
}

/// How many days back she came, and what she had beside her flat white. The last eleven weeks are a run with
/// one week missed, which a freeze covered.
const CAME: [(i32, &[Good]); 25] = [
    (322, &[]),
    (300, &[baskets::ROLL]),
    (281, &[]),
    (262, &[]),
    (244, &[baskets::KNOT]),
    (225, &[]),
    (207, &[baskets::ROLL]),
    (188, &[]),
    (169, &[]),
    (151, &[baskets::CROISSANT]),
    (132, &[]),
    (114, &[]),
    (101, &[baskets::ROLL]),
    (89, &[]),
    (71, &[baskets::RYE_LOAF]),
    (64, &[]),
    (57, &[baskets::KNOT]),
    (50, &[]),
    (43, &[baskets::ROLL]),
    (29, &[]),
    (22, &[baskets::ROLL]),
    (15, &[]),
    (8, &[]),
    (4, &[]),
    (1, &[baskets::ROLL]),
];
/// The visits on which she redeemed, in days back: a slice of cake that she ate, and oat milk that she has
/// not had yet.
const REDEEMED: [(i32, &str, bool); 2] = [(57, "cake", true), (4, "milk", false)];

#[must_use]
pub fn person() -> Person {
    Person {
        number: u32::try_from(PEOPLE).unwrap_or(0) + 1,
        name: Some(NAME.to_owned()),
        named_on_boards: false,
        unlisted: false,
        joined: CAME[0].0,
        left: 0,
        weekly_visits: 0.6,
        rhythm: Rhythm::Commuter,
        taste: Taste::Coffee,
        home: Store::CanalStreet,
        saves: false,
    }
}

#[must_use]
pub fn visits(place: usize, today: Date, zone: &TimeZone) -> Vec<Visit> {
    let visit = |(back, beside): &(i32, &[Good])| {
        let day = working_day(today, *back);
        let minute = 8 * 60 + (back * 7) % 25;
        let local = day.at(0, 0, 0, 0).checked_add((minute * 60).seconds()).ok()?;
        let mut lines = Vec::new();
        add(&mut lines, baskets::FLAT_WHITE, 1);
        beside.iter().for_each(|good| add(&mut lines, *good, 1));
        Some(Visit {
            person: place,
            store: if back % 5 == 1 { Store::Harbour } else { Store::CanalStreet },
            day,
            at: local.to_zoned(zone.clone()).ok()?.timestamp(),
            document_id: format!("{}-maya", day.strftime("%Y%m%d")),
            lines,
        })
    };
    CAME.iter().filter_map(visit).collect()
}

/// What she redeems on one of her days.
#[must_use]
pub fn wish(today: Date, day: Date) -> Option<Wish> {
    let (_, key, is_used) = REDEEMED.iter().find(|(back, ..)| working_day(today, *back) == day)?;
    let offer = OFFERS.iter().position(|offer| offer.key == *key)?;
    Some(Wish { offer, is_used: *is_used })
}

/// That many days back, or the Friday before when that was a weekend.
fn working_day(today: Date, back: i32) -> Date {
    let day = today.saturating_sub(back.days());
    match day.weekday() {
        Weekday::Saturday => day.saturating_sub(1.days()),
        Weekday::Sunday => day.saturating_sub(2.days()),
        _ => day,
    }
}

/// When the demonstration's celebrations begin: what she reached since then has not been shown to her.
#[must_use]
pub fn uncelebrated_since(today: Date, zone: &TimeZone) -> Timestamp {
    crate::domain::program::day_start(working_day(today, 1), zone)
}
