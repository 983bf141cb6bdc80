//! What counters amount to: in a period, over a window of days, in a row.

use jiff::civil::Date;

use super::{
    super::{Period, Read, Window, period::Ordinals},
    Cell, Place, Reader, Tally, When,
};

impl Tally {
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
                let later = self.cells(reader.place).range(later);
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
            for cell in self.cells(reader.place).iter() {
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
        let periods = self.cells(reader.place).iter().map(|cell| cell.when);
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
            return self.plain(place);
        }
        self.cells(place).get(when).map_or(0, |cell| cell.plain)
    }

    /// By value.
    fn amounts(&self, place: Place, when: When) -> impl Iterator<Item = i64> {
        let cell = self.cells(place).get(when);
        cell.into_iter().flat_map(Cell::amounts)
    }

    /// What a metric amounts to over some days.
    fn window(&self, reader: &Reader, first: i32, last: i32) -> i64 {
        let cells = self.cells(reader.place);
        if reader.read == Read::Total
            && !reader.is_max
            && let Some(sum) = cells.ran(last, last.saturating_sub(first).saturating_add(1))
        {
            return sum;
        }
        let day = |ordinal| (Some(Period::Day), ordinal);
        let days = cells.range(day(first)..=day(last));
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
        let days = self.cells(reader.place).range(from).map(|cell| cell.when.1);
        let days: Vec<i32> = days.collect();
        let before = days.partition_point(|day| self.window(reader, first, *day) < enough);
        days.get(before).copied()
    }

    fn has(&self, place: Place, grain: Period, ordinal: i32) -> bool {
        self.cells(place).get((Some(grain), ordinal)).is_some_and(Cell::is_there)
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
        for cell in self.cells(place).iter() {
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
