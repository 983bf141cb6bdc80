//! The badges that are live, made ready to be asked for every activity: found by its kind, with the counters
//! they share counted once. What is counted depends on the activities alone and not on their order, so that
//! counting again over the stored history gives the same.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, civil::Date};

use super::{Award, Badge, Held, Level, Play, Revoke, State};
use crate::domain::{
    challenge::{self, Challenge},
    counters::Counters,
    metric::{
        Counted, Period, What,
        event::Looks,
        period::Grains,
        tally::{Place, Reader, Tally},
    },
};

/// Everything that is counted and everything that it wins.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Game {
    pub(super) counters: Vec<Counter>,
    names: HashMap<String, Place>,
    pub(super) kinds: HashMap<String, Kind>,
    pub(super) badges: Vec<Compiled>,
    pub(super) slugs: HashMap<String, usize>,
    /// Those that look at other badges.
    pub(super) gated: Vec<usize>,
    challenges: Vec<challenge::Compiled>,
}

/// What one counter counts, in which periods.
#[derive(Debug, Clone, PartialEq)]
pub struct Counter {
    pub name: String,
    pub counted: Counted,
    pub grains: Grains,
    /// Whether all that was before is in it.
    pub is_whole: bool,
    pub(super) is_max: bool,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Kind {
    pub(super) counters: Vec<Place>,
    pub(super) badges: Vec<usize>,
    /// The same, with what every activity asks of them side by side.
    pub(super) steps: Vec<Step>,
    pub(super) watches: Vec<Watch>,
    /// Of these, those of which history is being awarded.
    pub(super) awarding: Vec<usize>,
}

/// Of a counter, what every activity of its kind asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub(super) place: Place,
    pub(super) grains: Grains,
    pub(super) looks: Looks,
    pub(super) is_max: bool,
}

/// Of a badge, what every activity of its kind asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Watch {
    pub(super) index: usize,
    pub(super) reader: Reader,
    pub(super) levels: u8,
    /// For everybody, once and for ever: nothing but what is counted decides, and only upwards.
    pub(super) is_plain: bool,
    /// By the bits of the levels; of a level that there is not, more than anybody reaches.
    thresholds: [i64; 3],
}

impl Watch {
    fn new(index: usize, compiled: &Compiled) -> Option<Self> {
        let rule = &compiled.badge.rule;
        let is_plain = compiled.is_open && rule.requires.is_empty() && rule.revoke != Revoke::WhileTrue;
        let mut thresholds = [i64::MAX; 3];
        for step in &rule.levels {
            thresholds[step.level as usize] = step.threshold;
        }
        let watch = |reader| Self { index, reader, levels: compiled.levels, is_plain, thresholds };
        (!compiled.is_gated).then_some(compiled.reader?).map(watch)
    }

    /// Whether a value reaches a level that is not among those held.
    pub(super) fn reaches(&self, value: i64, held: u8) -> bool {
        (0..3).any(|level| held & 1 << level == 0 && self.thresholds[level] <= value)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Compiled {
    pub(super) badge: Badge,
    pub(super) reader: Option<Reader>,
    /// The levels that there are, as bits.
    pub(super) levels: u8,
    /// For everybody and once: nothing but what is counted decides.
    pub(super) is_open: bool,
    pub(super) is_gated: bool,
}

/// What may be asked about the member, when an award is decided.
#[derive(Debug, Clone, Copy, Default)]
pub struct Member<'a> {
    pub tier: Option<&'a str>,
    pub tags: &'a [String],
}

/// An award that is given or taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub held: Held,
    pub is_given: bool,
}

impl Verdict {
    /// The award of what is given.
    #[must_use]
    pub fn award(&self, awarded_at: Timestamp) -> Award {
        let Held { badge, level, period } = self.held.clone();
        Award { badge, level, period, awarded_at }
    }
}

impl Game {
    /// Of all badges that are not retired.
    #[must_use]
    pub fn new(badges: &[Badge]) -> Self {
        let mut game = Self::default();
        game.count(&Counted::purchases(), None, true);
        game.count(&Counted::purchases(), Some(Period::Month), true);
        let running = || badges.iter().filter(|badge| badge.state != State::Retired);
        // Counters of one kind side by side: what an activity touches is read in one go.
        let mut by_kind: Vec<&Badge> = running().collect();
        by_kind.sort_by_key(|badge| badge.rule.metric.as_ref().and_then(|metric| metric.on.first()));
        for badge in by_kind {
            game.count_for(badge);
        }
        for badge in running() {
            game.add(badge);
        }
        game.gated = (0..game.badges.len()).filter(|index| game.badges[*index].is_gated).collect();
        game.lay_out();
        game
    }

    /// Puts side by side what every activity of a kind asks.
    fn lay_out(&mut self) {
        let (counters, badges) = (&self.counters, &self.badges);
        let step = |place: &Place| {
            let counter = &counters[usize::from(*place)];
            let looks = Looks::of(&counter.counted.filter);
            Step { place: *place, grains: counter.grains, looks, is_max: counter.is_max }
        };
        for kind in self.kinds.values_mut() {
            kind.steps = kind.counters.iter().map(step).collect();
            kind.watches =
                kind.badges.iter().filter_map(|index| Watch::new(*index, &badges[*index])).collect();
        }
    }

    fn count_for(&mut self, badge: &Badge) -> Vec<Place> {
        let is_whole = badge.state != State::Counting;
        let metric = badge.rule.metric.iter();
        let counted = metric.flat_map(|metric| metric.counted().into_iter().map(|one| (one, metric.grain())));
        counted.map(|(counted, grain)| self.count(&counted, grain, is_whole)).collect()
    }

    /// With the challenges that are running.
    #[must_use]
    pub fn with(mut self, challenges: &[Challenge]) -> Self {
        for challenge in challenges.iter().filter(|challenge| challenge.state.is_running()) {
            let is_whole = challenge.state == challenge::State::Live;
            let reader = |step: &challenge::Step| {
                let metric = challenge.rule.measured(step);
                let counted = metric.counted().into_iter().next();
                let place = counted.map_or(0, |counted| self.count(&counted, metric.grain(), is_whole));
                Reader::new(&metric, (place, None), step.target)
            };
            let readers = challenge.rule.steps.iter().map(reader).collect();
            self.challenges.push(challenge::Compiled { challenge: challenge.clone(), readers });
        }
        self.lay_out();
        self
    }

    fn add(&mut self, badge: &Badge) {
        let index = self.badges.len();
        let rule = &badge.rule;
        let places = self.count_for(badge);
        let reader = rule.metric.as_ref().map(|metric| {
            for kind in &metric.on {
                let kind = self.kinds.entry(kind.clone()).or_default();
                kind.badges.push(index);
                if badge.state == State::Awarding {
                    kind.awarding.push(index);
                }
            }
            Reader::new(metric, (places[0], places.get(1).copied()), rule.most())
        });
        let levels = rule.levels.iter().fold(0, |bits, step| bits | bit(step.level));
        let is_open = rule.audience.tier.is_empty() && rule.audience.tag.is_empty() && rule.repeat.is_none();
        let is_gated = !rule.all_of.is_empty() || !rule.requires.is_empty();
        self.slugs.insert(badge.badge.clone(), index);
        self.badges.push(Compiled { badge: badge.clone(), reader, levels, is_open, is_gated });
    }

    /// Finds the counter, or begins it.
    fn count(&mut self, counted: &Counted, grain: Option<Period>, is_whole: bool) -> Place {
        let name = counted.name();
        if let Some(place) = self.names.get(&name) {
            let known = &mut self.counters[usize::from(*place)];
            known.is_whole &= is_whole;
            known.grains.insert(grain);
            return *place;
        }
        let place = Place::try_from(self.counters.len()).unwrap_or(Place::MAX);
        for kind in &counted.on {
            self.kinds.entry(kind.clone()).or_default().counters.push(place);
        }
        self.names.insert(name.clone(), place);
        let is_max = matches!(counted.what, What::Max(_));
        let (counted, mut grains) = (counted.clone(), Grains::default());
        grains.insert(grain);
        self.counters.push(Counter { name, counted, grains, is_whole, is_max });
        place
    }

    #[must_use]
    pub fn counters(&self) -> &[Counter] {
        &self.counters
    }

    #[must_use]
    pub fn counter(&self, place: Place) -> &Counter {
        &self.counters[usize::from(place)]
    }

    #[must_use]
    pub fn badges(&self) -> impl ExactSizeIterator<Item = &Badge> {
        self.badges.iter().map(|compiled| &compiled.badge)
    }

    /// The challenges that are running.
    #[must_use]
    pub fn challenges(&self) -> &[challenge::Compiled] {
        &self.challenges
    }

    #[must_use]
    pub fn challenge(&self, name: &str) -> Option<&challenge::Compiled> {
        self.challenges.iter().find(|compiled| compiled.challenge.challenge == name)
    }

    /// Whether any badge or challenge is for some segments only.
    #[must_use]
    pub fn reads_tags(&self) -> bool {
        self.badges().any(|badge| !badge.rule.audience.tag.is_empty())
            || self.challenges.iter().any(|one| !one.challenge.rule.audience.tag.is_empty())
    }

    /// Whether a return can take an award back.
    #[must_use]
    pub fn revokes(&self) -> bool {
        self.badges().any(|badge| !badge.rule.revoke.is_never())
    }

    /// The first day that any running challenge counts.
    #[must_use]
    pub fn first_day(&self) -> Option<Date> {
        self.challenges.iter().map(|one| one.challenge.rule.from).min()
    }

    /// Between which days, days that are counted one by one may matter to activities from `first` to `last`.
    #[must_use]
    pub fn days_before(&self) -> i64 {
        let reach = |compiled: &Compiled| compiled.reader?.days(compiled.badge.rule.most());
        self.badges.iter().filter_map(reach).max().unwrap_or(0)
    }

    /// One member's part: what was counted, and what the member has.
    #[must_use]
    pub fn play<'g>(&'g self, counters: &Counters, awards: &HashSet<Held>) -> Play<'g> {
        let mut tally = Tally::new(self.counters.len());
        for (key, amount) in counters.values() {
            let Some(place) = self.names.get(&key.metric) else { continue };
            let when = if key.period.is_empty() { Some((None, 0)) } else { grained(&key.period) };
            let Some(when) = when else { continue };
            if self.counter(*place).grains.contains(when.0) {
                tally.load(*place, when, &key.dimension, *amount);
            }
        }
        tally.forget_changes();
        let mut play = Play::new(self, tally);
        for award in awards {
            if let Some(index) = self.slugs.get(&award.badge) {
                play.keep(*index, bit(award.level), &award.period);
            }
        }
        play
    }
}

fn grained(period: &str) -> Option<(Option<Period>, i32)> {
    Period::parse(period).map(|(grain, ordinal)| (Some(grain), ordinal))
}

pub(super) const fn bit(level: Level) -> u8 {
    1 << level as u8
}
