//! The members of Juniper & Rye: who they are, since when, and how they come by. A few come nearly every
//! day, most now and then, and some no longer.

use super::{
    chance::Chance,
    names::{FAMILY, GIVEN},
};

/// How many members the shop has.
pub const PEOPLE: usize = 2_000;
/// How many days back the shop began its programme: a year, and some weeks so that first points have run out.
pub const DAYS: i32 = 395;

/// The two shops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    CanalStreet,
    Harbour,
}

impl Store {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CanalStreet => "Canal Street",
            Self::Harbour => "Harbour",
        }
    }

    /// What its till is called as a source of documents.
    #[must_use]
    pub fn till(self) -> &'static str {
        match self {
            Self::CanalStreet => "till-canal-street",
            Self::Harbour => "till-harbour",
        }
    }

    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::CanalStreet => Self::Harbour,
            Self::Harbour => Self::CanalStreet,
        }
    }
}

/// On which days, at which hours somebody comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// On the way to work.
    Commuter,
    /// Saturdays and Sundays, with time.
    Weekender,
    /// From the offices around, after lunch.
    Afternoon,
    Anytime,
}

/// What somebody usually takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taste {
    Coffee,
    Bakery,
    Tea,
    Beans,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// From 1, in the order of joining.
    pub number: u32,
    /// None: they took a card at the till and said no more.
    pub name: Option<String>,
    pub named_on_boards: bool,
    pub unlisted: bool,
    /// Days back from today.
    pub joined: i32,
    /// Days back from today on which they came last; 0 when they still come.
    pub left: i32,
    pub weekly_visits: f64,
    pub rhythm: Rhythm,
    pub taste: Taste,
    pub home: Store,
    /// Would rather keep points than spend them.
    pub saves: bool,
}

impl Person {
    /// The outside id by which tills know them.
    #[must_use]
    pub fn external_id(&self) -> String {
        format!("JR-{:04}", self.number)
    }
}

/// Everybody, in the order of joining.
#[must_use]
pub fn people(seed: u64) -> Vec<Person> {
    let mut joined: Vec<i32> =
        (0..PEOPLE).map(|place| joined(&mut Chance::new(seed, place as u64))).collect();
    joined.sort_unstable_by(|a, b| b.cmp(a));
    let numbered = joined.into_iter().zip(1_u32..);
    numbered
        .map(|(joined, number)| person(&mut Chance::new(seed, u64::from(number) << 20), number, joined))
        .collect()
}

/// The programme grows: each month a few more join than in the month before.
fn joined(chance: &mut Chance) -> i32 {
    if chance.happens(0.06) {
        // The first fortnight, when it was new.
        return DAYS - whole(chance.unit() * 14.0);
    }
    whole(f64::from(DAYS) * (1.0 - chance.unit().powf(0.85)))
}

fn person(chance: &mut Chance, number: u32, joined: i32) -> Person {
    let rhythm = *chance.pick(&[
        (Rhythm::Commuter, 34),
        (Rhythm::Weekender, 30),
        (Rhythm::Afternoon, 16),
        (Rhythm::Anytime, 20),
    ]);
    let name = chance.happens(0.35).then(|| format!("{} {}", chance.one_of(&GIVEN), chance.one_of(&FAMILY)));
    Person {
        number,
        named_on_boards: name.is_some() && chance.happens(0.12),
        name,
        unlisted: chance.happens(0.03),
        joined,
        left: left(chance, joined),
        weekly_visits: weekly_visits(chance, rhythm),
        rhythm,
        taste: *chance.pick(&[(Taste::Coffee, 54), (Taste::Bakery, 28), (Taste::Tea, 10), (Taste::Beans, 8)]),
        home: *chance.pick(&[(Store::CanalStreet, 62), (Store::Harbour, 38)]),
        saves: chance.happens(0.35),
    }
}

/// Some come once, some drift away after a while, most stay.
fn left(chance: &mut Chance, joined: i32) -> i32 {
    match chance.unit() {
        once if once < 0.12 => joined,
        lapsed if lapsed < 0.34 => {
            let stayed = whole(-(1.0 - chance.unit()).ln() * 90.0);
            (joined - 7 - stayed).max(0)
        }
        _ => 0,
    }
}

/// Very uneven, as it is: the median comes every few weeks, the keenest nearly every day.
fn weekly_visits(chance: &mut Chance, rhythm: Rhythm) -> f64 {
    let (usual, most) = match rhythm {
        Rhythm::Commuter => (0.60, 5.0),
        Rhythm::Weekender => (0.46, 1.8),
        Rhythm::Afternoon => (0.48, 4.0),
        Rhythm::Anytime => (0.46, 4.5),
    };
    (usual * (chance.bell() * 0.70).exp()).clamp(0.03, most)
}

#[expect(clippy::cast_possible_truncation, reason = "days of a year fit")]
fn whole(days: f64) -> i32 {
    days as i32
}
