//! What one counter has by period, in order.

use std::ops::RangeInclusive;

use super::When;

/// What a counter has by period. Most activities are of the latest period, so that one stands here and not
/// behind a pointer.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    latest: Option<Cell>,
    /// Those before it, in order: a window is read in one go.
    before: Vec<Cell>,
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

    pub fn amount(&mut self, value: &str) -> &mut i64 {
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
    pub fn get(&self, when: When) -> Option<&Cell> {
        match &self.latest {
            Some(latest) if latest.when == when => Some(latest),
            Some(latest) if latest.when > when => self
                .before
                .binary_search_by_key(&when, |cell| cell.when)
                .ok()
                .map(|index| &self.before[index]),
            _ => None,
        }
    }

    pub fn entry(&mut self, when: When) -> &mut Cell {
        let new = || Cell { when, plain: 0, values: Vec::new() };
        let latest = self.latest.get_or_insert_with(new);
        if latest.when == when {
            return latest;
        }
        if latest.when < when {
            self.before.push(std::mem::replace(latest, new()));
            return latest;
        }
        let index = self.before.binary_search_by_key(&when, |cell| cell.when).unwrap_or_else(|index| {
            self.before.insert(index, new());
            index
        });
        &mut self.before[index]
    }

    pub fn iter(&self) -> impl Iterator<Item = &Cell> {
        self.before.iter().chain(&self.latest)
    }

    pub fn range(&self, range: RangeInclusive<When>) -> impl Iterator<Item = &Cell> {
        let (first, last) = range.into_inner();
        let since = self.before.partition_point(|cell| cell.when < first);
        let latest = self.latest.iter().filter(move |cell| first <= cell.when);
        self.before[since..].iter().chain(latest).take_while(move |cell| cell.when <= last)
    }
}
