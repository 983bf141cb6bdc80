//! One member's counters in the shape in which metrics read them: by the place of the counter, the period and
//! the value. Looked at for every activity, so nothing here is found by text.

mod cells;
mod read;

use std::collections::BTreeMap;

use self::cells::{Cell, Cells};
use super::{
    Metric, Period, Read, What, Window,
    event::Adds,
    period::{Grains, Ordinals},
};

/// Where a counter stands among those of the engine.
pub type Place = u16;

/// Grain and number of a period; the whole membership is `(None, 0)`.
pub type When = (Option<Period>, i32);

/// It takes room for what a member has, not for all that is counted.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// By place: where a counter stands below.
    slots: Vec<Slot>,
    /// Over the whole membership, without a value; the first is of who has nothing.
    plain: Vec<i64>,
    /// The first is of who has nothing.
    cells: Vec<Cells>,
    changes: Vec<Change>,
    /// How often a counter came up from nothing.
    risen: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    plain: u16,
    cells: u16,
}

/// What counting an activity did to a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    Nothing,
    Changed,
    /// Something is there that was not: in a period, or of a value.
    Risen,
}

/// What was added to one counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub place: Place,
    pub when: When,
    pub value: Box<str>,
    pub amount: i64,
}

/// How a metric reads counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    pub place: Place,
    /// All of it, where the first is a part.
    pub whole: Option<Place>,
    pub grain: Option<Period>,
    pub window: Window,
    pub read: Read,
    pub is_max: bool,
    /// The most that any level asks for.
    pub enough: i64,
}

impl Reader {
    #[must_use]
    pub fn new(metric: &Metric, (place, whole): (Place, Option<Place>), enough: i64) -> Self {
        let is_max = metric.counted().first().is_some_and(|one| matches!(one.what, What::Max(_)));
        let (grain, window, read) = (metric.grain(), metric.window, metric.read());
        Self { place, whole, grain, window, read, is_max, enough }
    }

    /// How many days before and after an activity may matter, where days are counted at all: `reach` is the
    /// longest run that any level asks for.
    #[must_use]
    pub fn days(&self, reach: i64) -> Option<i64> {
        match (self.grain, self.read, self.window) {
            (Some(Period::Day), Read::Run(_), _) => Some(reach),
            (Some(Period::Day), _, Window::RollingDays(days)) => Some(i64::from(days)),
            (Some(Period::Day), _, Window::SinceEnrolment) => Some(i64::from(i32::MAX)),
            (Some(Period::Day), ..) => Some(0),
            _ => None,
        }
    }
}

impl Tally {
    #[must_use]
    pub fn new(places: usize) -> Self {
        let (plain, cells) = (vec![0], vec![Cells::default()]);
        Self { slots: vec![Slot::default(); places], plain, cells, changes: Vec::new(), risen: 0 }
    }

    /// Takes in a stored value.
    pub fn load(&mut self, place: Place, when: When, value: &str, amount: i64) {
        self.put(place, when, value, amount);
    }

    /// Adds, and gives what was there.
    fn put(&mut self, place: Place, when: When, value: &str, amount: i64) -> i64 {
        let slot = &mut self.slots[usize::from(place)];
        if when == (None, 0) && value.is_empty() {
            let plain = room(&mut slot.plain, &mut self.plain);
            let had = *plain;
            *plain += amount;
            return had;
        }
        room(&mut slot.cells, &mut self.cells).add(when, value, amount)
    }

    fn cells(&self, place: Place) -> &Cells {
        &self.cells[usize::from(self.slots[usize::from(place)].cells)]
    }

    fn plain(&self, place: Place) -> i64 {
        self.plain[usize::from(self.slots[usize::from(place)].plain)]
    }

    /// Adds to a counter, and remembers that.
    pub fn add(&mut self, place: Place, when: When, value: &str, amount: i64) {
        if amount != 0 {
            let had = self.put(place, when, value, amount);
            self.risen += usize::from(had <= 0 && had + amount > 0);
            self.changes.push(Change { place, when, value: value.into(), amount });
        }
    }

    /// Makes a counter at least this.
    fn raise(&mut self, place: Place, when: When, value: &str, amount: i64) {
        let have = self.put(place, when, value, 0);
        if amount > have {
            self.add(place, when, value, amount - have);
        }
    }

    /// Counts what an activity adds, in each of these grains.
    pub fn count(
        &mut self,
        place: Place,
        (grains, is_max): (Grains, bool),
        ordinals: Ordinals,
        adds: &Adds<'_>,
    ) -> Touch {
        let (changes, risen) = (self.changes.len(), self.risen);
        for grain in grains.iter() {
            let when = (grain, grain.map_or(0, |grain| ordinals.get(grain)));
            let mut one = |value: &str, amount: i64| {
                if is_max {
                    self.raise(place, when, value, amount);
                } else {
                    self.add(place, when, value, amount);
                }
            };
            match adds {
                Adds::Nothing => {}
                Adds::Plain(amount) => one("", *amount),
                Adds::One(value, amount) => one(value, *amount),
                Adds::Spread(values) => values.iter().for_each(|(value, amount)| one(value, *amount)),
            }
        }
        match (self.risen > risen, self.changes.len() > changes) {
            (true, _) => Touch::Risen,
            (false, true) => Touch::Changed,
            (false, false) => Touch::Nothing,
        }
    }

    /// Takes away what an activity had added.
    pub fn take(&mut self, place: Place, grains: Grains, ordinals: Ordinals, adds: &Adds<'_>) {
        for grain in grains.iter() {
            let when = (grain, grain.map_or(0, |grain| ordinals.get(grain)));
            match adds {
                Adds::Nothing => {}
                Adds::Plain(amount) => self.add(place, when, "", -amount),
                Adds::One(value, amount) => self.add(place, when, value, -amount),
                Adds::Spread(values) => {
                    for (value, amount) in values {
                        self.add(place, when, value, -amount);
                    }
                }
            }
        }
    }

    /// Puts what was counted again in the place of all that a counter has.
    pub fn replace(&mut self, place: Place, counted: &[(When, String, i64)]) {
        let mut amounts: BTreeMap<(When, String), i64> = BTreeMap::new();
        if self.plain(place) != 0 {
            amounts.insert(((None, 0), String::new()), -self.plain(place));
        }
        for cell in self.cells(place).iter() {
            *amounts.entry((cell.when, String::new())).or_default() -= cell.plain;
            for (value, amount) in &cell.values {
                *amounts.entry((cell.when, value.to_string())).or_default() -= amount;
            }
        }
        for (when, value, amount) in counted {
            *amounts.entry((*when, value.clone())).or_default() += amount;
        }
        for ((when, value), amount) in amounts {
            self.add(place, when, &value, amount);
        }
    }

    /// The counters that something was added to since that was asked last.
    pub fn risen(&self) -> impl Iterator<Item = Place> {
        self.changes.iter().filter(|change| change.amount > 0).map(|change| change.place)
    }

    /// What was added since this was asked last.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    pub fn forget_changes(&mut self) {
        self.changes.clear();
    }

    /// Makes the window that ends on a day quick to ask for, again and again.
    pub fn run(&mut self, reader: &Reader, ordinals: Ordinals) {
        if let (Window::RollingDays(days), Read::Total, false) = (reader.window, reader.read, reader.is_max) {
            let slot = self.slots[usize::from(reader.place)].cells;
            self.cells[usize::from(slot)].run(ordinals.get(Period::Day), days);
        }
    }
}

/// Where a counter stands; it gets a place when it has something for the first time.
fn room<'a, T: Default>(slot: &mut u16, all: &'a mut Vec<T>) -> &'a mut T {
    if *slot == 0 {
        // There are no more than places, which are numbered as slots are.
        *slot = u16::try_from(all.len()).unwrap_or(u16::MAX);
        all.push(T::default());
    }
    &mut all[usize::from(*slot)]
}
