//! One member's counters in the shape in which metrics read them: by the place of the counter, the period and
//! the value. Looked at for every activity, so nothing here is found by text.

mod cells;

use std::collections::BTreeMap;

use jiff::civil::Date;

use self::cells::{Cell, Cells};
use super::{Metric, Period, Read, What, Window, event::Adds, period::Ordinals};

/// Where a counter stands among those of the engine.
pub type Place = u16;

/// Grain and number of a period; the whole membership is `(None, 0)`.
pub type When = (Option<Period>, i32);

#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Over the whole membership, without a value.
    plain: Vec<i64>,
    cells: Vec<Cells>,
    changes: Vec<Change>,
    /// How often a counter came up from nothing.
    risen: usize,
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
        let (plain, cells) = (vec![0; places], vec![Cells::default(); places]);
        Self { plain, cells, changes: Vec::new(), risen: 0 }
    }

    /// Takes in a stored value.
    pub fn load(&mut self, place: Place, when: When, value: &str, amount: i64) {
        *self.cell(place, when, value) += amount;
    }

    fn cell(&mut self, place: Place, when: When, value: &str) -> &mut i64 {
        let index = usize::from(place);
        if when == (None, 0) && value.is_empty() {
            return &mut self.plain[index];
        }
        self.cells[index].entry(when).amount(value)
    }

    /// Adds to a counter, and remembers that.
    pub fn add(&mut self, place: Place, when: When, value: &str, amount: i64) {
        if amount != 0 {
            let cell = self.cell(place, when, value);
            let had = *cell;
            *cell += amount;
            self.risen += usize::from(had <= 0 && had + amount > 0);
            self.changes.push(Change { place, when, value: value.into(), amount });
        }
    }

    /// Makes a counter at least this.
    fn raise(&mut self, place: Place, when: When, value: &str, amount: i64) {
        let have = *self.cell(place, when, value);
        if amount > have {
            self.add(place, when, value, amount - have);
        }
    }

    /// Counts what an activity adds, in each of these grains.
    pub fn count(
        &mut self,
        place: Place,
        (grains, is_max): (&[Option<Period>], bool),
        ordinals: Ordinals,
        adds: &Adds<'_>,
    ) -> Touch {
        let (changes, risen) = (self.changes.len(), self.risen);
        for grain in grains {
            let when = (*grain, grain.map_or(0, |grain| ordinals.get(grain)));
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
    pub fn take(&mut self, place: Place, grains: &[Option<Period>], ordinals: Ordinals, adds: &Adds<'_>) {
        for grain in grains {
            let when = (*grain, grain.map_or(0, |grain| ordinals.get(grain)));
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
        let index = usize::from(place);
        let mut amounts: BTreeMap<(When, String), i64> = BTreeMap::new();
        if self.plain[index] != 0 {
            amounts.insert(((None, 0), String::new()), -self.plain[index]);
        }
        for cell in self.cells[index].iter() {
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

    /// What was added since this was asked last.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    pub fn forget_changes(&mut self) {
        self.changes.clear();
    }

    /// What a metric had reached in the period of a day, at most.
    #[must_use]
    pub fn reached(&self, reader: &Reader, ordinals: Ordinals) -> i64 {
        match (reader.read, reader.window, reader.grain) {
            (Read::Run(_), _, Some(grain)) => self.run_around(reader, grain, ordinals.get(grain)),
            (_, Window::RollingDays(days), _) => {
                let day = ordinals.get(Period::Day);
                // A window that ends later holds this day too; where nothing is known of later days, there is
                // one window only.
                let later = (Some(Period::Day), day + 1)..=(Some(Period::Day), day + days.max(1) - 1);
                let later = self.cells[usize::from(reader.place)].range(later);
                let ends = std::iter::once(day).chain(later.map(|cell| cell.when.1));
                ends.map(|end| self.window(reader, end - days + 1, end)).max().unwrap_or(0)
            }
            (_, _, grain) => self.at(reader, (grain, grain.map_or(0, |grain| ordinals.get(grain)))),
        }
    }

    /// How far a member has come on a day: in the period that is open, or since `since`.
    #[must_use]
    pub fn now(&self, reader: &Reader, today: Date, since: Option<Date>) -> i64 {
        let ordinals = Ordinals::of(today);
        let day = ordinals.get(Period::Day);
        match (reader.read, reader.window) {
            (Read::Run(_), _) => self.longest(reader.place, reader.grain.unwrap_or(Period::Day)),
            (_, Window::RollingDays(days)) => self.window(reader, day - days + 1, day),
            (_, Window::SinceEnrolment) => {
                let first = since.map_or(i32::MIN, |since| Period::Day.ordinal(since));
                self.window(reader, first, i32::MAX)
            }
            _ => self.reached(reader, ordinals),
        }
    }

    /// The most that was ever reached in one period.
    #[must_use]
    pub fn best(&self, reader: &Reader) -> i64 {
        let periods = |places: &mut dyn FnMut(i32)| {
            for cell in self.cells[usize::from(reader.place)].iter() {
                if cell.when.0 == reader.grain {
                    places(cell.when.1);
                }
            }
        };
        let mut best = 0;
        match (reader.read, reader.window, reader.grain) {
            (_, _, None) => best = self.at(reader, (None, 0)),
            (Read::Run(_), _, Some(grain)) => best = self.longest(reader.place, grain),
            (_, Window::RollingDays(days), _) => {
                periods(&mut |end| best = best.max(self.window(reader, end - days + 1, end)));
            }
            (_, Window::SinceEnrolment, _) => best = self.window(reader, i32::MIN, i32::MAX),
            (_, _, grain) => periods(&mut |ordinal| best = best.max(self.at(reader, (grain, ordinal)))),
        }
        best
    }

    /// The most that was reached in those periods that lie in a longer one, which is named by its key.
    #[must_use]
    pub fn best_in(&self, reader: &Reader, longer: Period, key: &str) -> i64 {
        let periods = self.cells[usize::from(reader.place)].iter().map(|cell| cell.when);
        let periods = periods.filter(|(grain, _)| *grain == reader.grain);
        let inside = periods.filter(|(grain, ordinal)| {
            grain.is_some_and(|grain| longer.key(longer.ordinal(grain.first_day(*ordinal))) == key)
        });
        inside.map(|when| self.at(reader, when)).max().unwrap_or(0)
    }

    /// What a metric amounts to in one period.
    #[must_use]
    pub fn at(&self, reader: &Reader, when: When) -> i64 {
        match reader.read {
            Read::Total | Read::Run(_) => self.total(reader.place, when),
            Read::Best => self.amounts(reader.place, when).max().unwrap_or(0),
            Read::Values => {
                let there = self.amounts(reader.place, when).filter(|amount| *amount > 0).count();
                i64::try_from(there).unwrap_or(i64::MAX)
            }
            Read::Share(least) => {
                let whole = reader.whole.map_or(0, |place| self.total(place, when));
                let part = self.total(reader.place, when);
                if whole < least.max(1) { 0 } else { part.saturating_mul(100) / whole }
            }
        }
    }

    fn total(&self, place: Place, when: When) -> i64 {
        if when == (None, 0) {
            return self.plain[usize::from(place)];
        }
        self.cells[usize::from(place)].get(when).map_or(0, |cell| cell.plain)
    }

    /// By value.
    fn amounts(&self, place: Place, when: When) -> impl Iterator<Item = i64> {
        let cell = self.cells[usize::from(place)].get(when);
        cell.into_iter().flat_map(Cell::amounts)
    }

    /// What a metric amounts to over some days.
    fn window(&self, reader: &Reader, first: i32, last: i32) -> i64 {
        let day = |ordinal| (Some(Period::Day), ordinal);
        let days = self.cells[usize::from(reader.place)].range(day(first)..=day(last));
        if reader.read == Read::Total {
            let amounts = days.flat_map(Cell::amounts);
            return if reader.is_max { amounts.max().unwrap_or(0) } else { amounts.sum() };
        }
        let mut sums: Vec<(&str, i64)> = Vec::new();
        for (value, amount) in days.flat_map(|cell| &cell.values) {
            match sums.iter_mut().find(|(known, _)| *known == &**value) {
                Some((_, sum)) if reader.is_max => *sum = (*sum).max(*amount),
                Some((_, sum)) => *sum += amount,
                None => sums.push((value, *amount)),
            }
        }
        match reader.read {
            Read::Values => {
                i64::try_from(sums.iter().filter(|(_, sum)| *sum > 0).count()).unwrap_or(i64::MAX)
            }
            _ => sums.iter().map(|(_, sum)| *sum).max().unwrap_or(0),
        }
    }

    /// The first day on which so much was counted from a day on; for what is counted by day.
    #[must_use]
    pub fn day_of(&self, reader: &Reader, first: i32, enough: i64) -> Option<i32> {
        if self.window(reader, first, i32::MAX) < enough {
            return None;
        }
        let from = (Some(Period::Day), first)..=(Some(Period::Day), i32::MAX);
        let days = self.cells[usize::from(reader.place)].range(from).map(|cell| cell.when.1);
        let days: Vec<i32> = days.collect();
        let before = days.partition_point(|day| self.window(reader, first, *day) < enough);
        days.get(before).copied()
    }

    fn has(&self, place: Place, grain: Period, ordinal: i32) -> bool {
        self.cells[usize::from(place)].get((Some(grain), ordinal)).is_some_and(Cell::is_there)
    }

    /// How many periods in a row, this one among them; no more are looked for than the levels ask for.
    fn run_around(&self, reader: &Reader, grain: Period, ordinal: i32) -> i64 {
        let has = |ordinal| self.has(reader.place, grain, ordinal);
        if !has(ordinal) {
            return 0;
        }
        let (mut first, mut last) = (ordinal, ordinal);
        let run = |first: i32, last: i32| i64::from(last - first) + 1;
        while run(first, last) < reader.enough && has(first - 1) {
            first -= 1;
        }
        while run(first, last) < reader.enough && has(last + 1) {
            last += 1;
        }
        run(first, last)
    }

    fn longest(&self, place: Place, grain: Period) -> i64 {
        let (mut longest, mut run, mut last) = (0, 0, None);
        for cell in self.cells[usize::from(place)].iter() {
            let (found, ordinal) = cell.when;
            if found != Some(grain) || !cell.is_there() {
                continue;
            }
            run = if last.map(|last: i32| last + 1) == Some(ordinal) { run + 1 } else { 1 };
            longest = longest.max(run);
            last = Some(ordinal);
        }
        longest
    }
}
