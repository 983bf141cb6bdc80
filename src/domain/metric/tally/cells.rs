//! What one counter has by period, in order.

use std::ops::RangeInclusive;

use super::{Period, When};

/// What a counter has by period. Most activities are of the latest period, so that one stands here and not
/// behind a pointer, and all of it fills one line of the processor's cache.
#[derive(Debug, Clone, Default)]
#[repr(align(64))]
pub struct Cells {
    latest: Option<Cell>,
    /// Those before it, in order: a window is read in one go.
    #[expect(clippy::box_collection, reason = "a list takes three words, and there is room for one")]
    before: Option<Box<Vec<Cell>>>,
    running: Running,
}

/// The sum over the last window of days that was asked for, kept up to date: the next activity of that day
/// asks for it again.
#[derive(Debug, Clone, Copy, Default)]
struct Running {
    last: i32,
    /// None: nothing was asked for yet.
    days: u32,
    sum: i64,
}

#[derive(Debug, Clone)]
pub struct Cell {
    pub when: When,
    /// Without a value.
    pub plain: i64,
    pub values: Vec<(Box<str>, i64)>,
}

impl Cell {
    pub fn amounts(&self) -> impl Iterator<Item = i64> {
        std::iter::once(self.plain).chain(self.values.iter().map(|(_, amount)| *amount))
    }

    pub fn is_there(&self) -> bool {
        self.amounts().any(|amount| amount > 0)
    }

    fn amount(&mut self, value: &str) -> &mut i64 {
        if value.is_empty() {
            return &mut self.plain;
        }
        let found = self.values.iter().position(|(known, _)| **known == *value).unwrap_or_else(|| {
            self.values.push((value.into(), 0));
            self.values.len() - 1
        });
        &mut self.values[found].1
    }
}

impl Cells {
    fn before(&self) -> &[Cell] {
        self.before.as_deref().map_or(&[], Vec::as_slice)
    }

    pub fn get(&self, when: When) -> Option<&Cell> {
        match &self.latest {
            Some(latest) if latest.when == when => Some(latest),
            Some(latest) if latest.when > when => {
                let before = self.before();
                before.binary_search_by_key(&when, |cell| cell.when).ok().map(|index| &before[index])
            }
            _ => None,
        }
    }

    fn entry(&mut self, when: When) -> &mut Cell {
        let new = || Cell { when, plain: 0, values: Vec::new() };
        let latest = self.latest.get_or_insert_with(new);
        if latest.when == when {
            return latest;
        }
        let before = self.before.get_or_insert_default();
        if latest.when < when {
            before.push(std::mem::replace(latest, new()));
            return latest;
        }
        let index = before.binary_search_by_key(&when, |cell| cell.when).unwrap_or_else(|index| {
            before.insert(index, new());
            index
        });
        &mut before[index]
    }

    /// Adds to what stands under a period and a value; gives what was there.
    pub fn add(&mut self, when: When, value: &str, amount: i64) -> i64 {
        if self.running.holds(when) {
            self.running.sum += amount;
        }
        let found = self.entry(when).amount(value);
        let had = *found;
        *found += amount;
        had
    }

    pub fn iter(&self) -> impl Iterator<Item = &Cell> {
        self.before().iter().chain(&self.latest)
    }

    pub fn range(&self, range: RangeInclusive<When>) -> impl Iterator<Item = &Cell> {
        let (first, last) = range.into_inner();
        let before = self.before();
        let since = before.partition_point(|cell| cell.when < first);
        let latest = self.latest.iter().filter(move |cell| first <= cell.when);
        before[since..].iter().chain(latest).take_while(move |cell| cell.when <= last)
    }

    /// What all values of so many days add up to, remembered for the next time.
    pub fn run(&mut self, last: i32, days: i32) {
        let day = |ordinal| (Some(Period::Day), ordinal);
        let asked = u32::try_from(days).unwrap_or(0);
        if (self.running.last, self.running.days) != (last, asked) {
            let sum = self.range(day(last - days + 1)..=day(last)).flat_map(Cell::amounts).sum();
            self.running = Running { last, days: asked, sum };
        }
    }

    /// What was remembered of so many days.
    pub fn ran(&self, last: i32, days: i32) -> Option<i64> {
        let Running { last: of, days: known, sum } = self.running;
        (known > 0 && of == last && i64::from(known) == i64::from(days)).then_some(sum)
    }
}

impl Running {
    fn holds(self, (grain, ordinal): When) -> bool {
        let ago = i64::from(self.last) - i64::from(ordinal);
        grain == Some(Period::Day) && (0..i64::from(self.days)).contains(&ago)
    }
}
