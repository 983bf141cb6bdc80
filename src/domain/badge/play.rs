//! One member in the game: activities come in, are counted, and win or lose awards.

use std::collections::HashSet;

use jiff::civil::Date;

use super::{
    Badge, Held, Level, Need, Revoke, State,
    game::{Compiled, Game, Kind, Member, Verdict, Watch, bit},
};
use crate::domain::{
    counters::CounterKey,
    metric::{
        PURCHASE, Read,
        event::{Adds, Event},
        period::Ordinals,
        tally::{Change, Place, Reader, Tally, Touch},
    },
};

/// One member's counters and awards while activities come in.
#[derive(Debug, Clone)]
pub struct Play<'g> {
    game: &'g Game,
    tally: Tally,
    /// The levels that the member has, as bits; of what repeats, none.
    held: Vec<u8>,
    periods: HashSet<(usize, u8, String)>,
    touched: Vec<Touch>,
}

impl<'g> Play<'g> {
    pub(super) fn new(game: &'g Game, tally: Tally) -> Self {
        let (held, touched) = (vec![0; game.badges.len()], vec![Touch::Nothing; game.counters.len()]);
        Self { game, tally, held, periods: HashSet::new(), touched }
    }

    pub(super) fn keep(&mut self, index: usize, level: u8, period: &str) {
        if period.is_empty() {
            self.held[index] |= level;
        } else {
            self.periods.insert((index, level, period.to_owned()));
        }
    }

    /// Counts an activity, and tells what it wins.
    pub fn record(&mut self, event: &Event<'_>, member: Member<'_>) -> Vec<Verdict> {
        let game = self.game;
        let Some(kind) = game.kinds.get(event.kind) else { return Vec::new() };
        let before = self.before(kind, event.ordinals);
        for step in &kind.steps {
            let adds = game.counter(step.place).counted.adds_by(event, step.looks);
            self.touched[usize::from(step.place)] = match adds {
                Adds::Nothing => Touch::Nothing,
                adds => self.tally.count(step.place, (step.grains, step.is_max), event.ordinals, &adds),
            };
        }
        let mut verdicts = Vec::new();
        for watch in &kind.watches {
            if !self.may_change(watch, event.ordinals) {
                continue;
            }
            let before = before.iter().find(|(of, _)| *of == watch.index).map(|(_, value)| *value);
            self.judge(watch.index, event.ordinals, (member, before), &mut verdicts);
        }
        self.judge_gated(event.ordinals, member, &mut verdicts);
        for place in &kind.counters {
            self.touched[usize::from(*place)] = Touch::Nothing;
        }
        verdicts
    }

    /// What badges that are being awarded had reached before: only what is reached now is awarded here.
    fn before(&self, kind: &Kind, ordinals: Ordinals) -> Vec<(usize, i64)> {
        kind.awarding.iter().map(|index| (*index, self.value(&self.game.badges[*index], ordinals))).collect()
    }

    /// Whether anything of a badge is still to be had, or could be lost.
    fn is_open(&self, index: usize, compiled: &Compiled) -> bool {
        let rule = &compiled.badge.rule;
        self.held[index] & compiled.levels != compiled.levels
            || rule.repeat.is_some()
            || rule.revoke == Revoke::WhileTrue
    }

    /// Whether what was counted can change what the member has of a badge: a run of periods, or the number of
    /// values, grows only by what is there for the first time.
    fn may_change(&mut self, watch: &Watch, ordinals: Ordinals) -> bool {
        let Watch { index, reader, levels, is_plain, .. } = watch;
        let touch = |place: Place| self.touched[usize::from(place)];
        let touched = match reader.read {
            Read::Run(_) | Read::Values if *is_plain => touch(reader.place) == Touch::Risen,
            _ => {
                touch(reader.place) != Touch::Nothing
                    || reader.whole.is_some_and(|place| touch(place) != Touch::Nothing)
            }
        };
        if !is_plain {
            let compiled = &self.game.badges[*index];
            let is_touched = touched || compiled.badge.rule.revoke == Revoke::WhileTrue;
            return is_touched && self.is_open(*index, compiled);
        }
        let held = self.held[*index];
        if !touched || held & levels == *levels {
            return false;
        }
        self.tally.run(reader, ordinals);
        watch.reaches(self.tally.reached(reader, ordinals), held)
    }

    fn judge_gated(&mut self, ordinals: Ordinals, member: Member<'_>, verdicts: &mut Vec<Verdict>) {
        // What one gives may open another; there are no circles, so this ends.
        for _ in 0..=self.game.gated.len() {
            let known = verdicts.len();
            for index in &self.game.gated {
                if self.is_open(*index, &self.game.badges[*index]) {
                    self.judge(*index, ordinals, (member, None), verdicts);
                }
            }
            if verdicts.len() == known {
                break;
            }
        }
    }

    fn judge(
        &mut self,
        index: usize,
        ordinals: Ordinals,
        (member, before): (Member<'_>, Option<i64>),
        verdicts: &mut Vec<Verdict>,
    ) {
        let compiled = &self.game.badges[index];
        let Badge { rule, state, .. } = &compiled.badge;
        if *state == State::Counting {
            return;
        }
        let value = self.value(compiled, ordinals);
        let may = || self.may(compiled, member);
        if rule.revoke == Revoke::WhileTrue && self.held[index] != 0 {
            let stays = may();
            self.revoke(index, |threshold| stays && value >= threshold, verdicts);
        }
        let Some(first) = rule.levels.first() else { return };
        if value < first.threshold || !self.may(compiled, member) {
            return;
        }
        let period = rule.repeat.map_or_else(String::new, |repeat| repeat.key(ordinals.get(repeat)));
        self.give(index, (before, value), &period, verdicts);
    }

    /// The levels up to a value that the member does not have, but for those that it had reached before.
    fn give(
        &mut self,
        index: usize,
        (before, value): (Option<i64>, i64),
        period: &str,
        verdicts: &mut Vec<Verdict>,
    ) {
        let compiled = &self.game.badges[index];
        for step in compiled.badge.rule.levels.iter().filter(|step| step.threshold <= value) {
            let was_there = before.is_some_and(|before| before >= step.threshold);
            if !was_there && !self.has(index, bit(step.level), period) {
                self.keep(index, bit(step.level), period);
                verdicts.push(verdict(compiled, step.level, period, true));
            }
        }
    }

    fn has(&self, index: usize, level: u8, period: &str) -> bool {
        if period.is_empty() {
            return self.held[index] & level != 0;
        }
        self.periods.contains(&(index, level, period.to_owned()))
    }

    fn revoke(&mut self, index: usize, stays: impl Fn(i64) -> bool, verdicts: &mut Vec<Verdict>) {
        let compiled = &self.game.badges[index];
        for step in &compiled.badge.rule.levels {
            if self.held[index] & bit(step.level) != 0 && !stays(step.threshold) {
                self.held[index] &= !bit(step.level);
                verdicts.push(verdict(compiled, step.level, "", false));
            }
        }
    }

    /// How far the member has come in the period of a day.
    fn value(&self, compiled: &Compiled, ordinals: Ordinals) -> i64 {
        match &compiled.reader {
            Some(reader) => self.tally.reached(reader, ordinals),
            None => self.fulfilled(&compiled.badge.rule.all_of),
        }
    }

    fn fulfilled(&self, needs: &[Need]) -> i64 {
        let met = needs.iter().filter(|need| self.meets(need)).count();
        i64::try_from(met).unwrap_or(i64::MAX)
    }

    fn meets(&self, need: &Need) -> bool {
        let Some(index) = self.game.slugs.get(&need.badge) else { return false };
        let enough = !(need.level.map_or(1, bit) - 1);
        self.held[*index] & enough != 0
            || self.periods.iter().any(|(of, level, _)| of == index && level & enough != 0)
    }

    fn may(&self, compiled: &Compiled, member: Member<'_>) -> bool {
        let rule = &compiled.badge.rule;
        rule.audience.has(member) && rule.requires.iter().all(|need| self.meets(need))
    }

    /// Takes away what a purchase had added and puts in what is left of it. Gives the counters from which
    /// nothing can be taken away: they have to be counted again over the history.
    pub fn take_back(&mut self, before: Option<&Event<'_>>, left: Option<&Event<'_>>) -> Vec<Place> {
        let game = self.game;
        let Some(kind) = game.kinds.get(PURCHASE) else { return Vec::new() };
        let mut again = Vec::new();
        for place in &kind.counters {
            let counter = game.counter(*place);
            let had = before.map_or(Adds::Nothing, |event| counter.counted.adds(event));
            let has = left.map_or(Adds::Nothing, |event| counter.counted.adds(event));
            if had == has {
                continue;
            }
            if counter.is_max || !counter.is_whole {
                again.push(*place);
                continue;
            }
            let Some(ordinals) = before.or(left).map(|event| event.ordinals) else { continue };
            self.tally.take(*place, counter.grains, ordinals, &had);
            self.tally.count(*place, (counter.grains, false), ordinals, &has);
        }
        again
    }

    /// The counters that have more than before.
    #[must_use]
    pub fn risen(&self) -> Vec<Place> {
        self.tally.risen().collect()
    }

    /// What a return changes: awards that are not held any more, those of badges that are held while they are
    /// true, and what is reached by counters that it made rise (`risen`, on the day of the purchase): a share
    /// when something else comes back, or what is left where the whole was too much to count.
    pub fn judge_return(
        &mut self,
        member: Member<'_>,
        (risen, ordinals): (&[Place], Ordinals),
    ) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        for _ in 0..=self.game.badges.len() {
            let known = verdicts.len();
            for (index, compiled) in self.game.badges.iter().enumerate() {
                let Badge { rule, state, .. } = &compiled.badge;
                if *state != State::Live {
                    continue;
                }
                if has_risen(compiled, risen, known > 0) && self.may(compiled, member) {
                    self.give_back(index, compiled, ordinals, &mut verdicts);
                }
                if rule.revoke.is_never() {
                    continue;
                }
                let needs = rule.requires.iter().all(|need| self.meets(need));
                let stays = match rule.revoke {
                    Revoke::WhileTrue => self.may(compiled, member),
                    _ => needs,
                };
                let best = self.best(compiled);
                self.revoke(index, |threshold| stays && best >= threshold, &mut verdicts);
                self.revoke_periods(index, compiled, &mut verdicts);
                if rule.revoke == Revoke::WhileTrue && stays {
                    self.give(index, (None, best), "", &mut verdicts);
                }
            }
            if verdicts.len() == known {
                break;
            }
        }
        verdicts
    }

    fn give_back(
        &mut self,
        index: usize,
        compiled: &Compiled,
        ordinals: Ordinals,
        verdicts: &mut Vec<Verdict>,
    ) {
        let (period, value) = match (compiled.badge.rule.repeat, &compiled.reader) {
            (Some(repeat), Some(reader)) => {
                let period = repeat.key(ordinals.get(repeat));
                let value = self.tally.best_in(reader, repeat, &period);
                (period, value)
            }
            _ => (String::new(), self.best(compiled)),
        };
        self.give(index, (None, value), &period, verdicts);
    }

    /// Of what repeats, the awards of periods in which it is not reached any more.
    fn revoke_periods(&mut self, index: usize, compiled: &Compiled, verdicts: &mut Vec<Verdict>) {
        let rule = &compiled.badge.rule;
        let (Some(repeat), Some(reader)) = (rule.repeat, compiled.reader) else { return };
        for step in &rule.levels {
            let of = |(one, level, _): &&(usize, u8, String)| *one == index && *level == bit(step.level);
            let held: Vec<_> = self.periods.iter().filter(of).cloned().collect();
            for award in held {
                if self.tally.best_in(&reader, repeat, &award.2) < step.threshold {
                    verdicts.push(verdict(compiled, step.level, &award.2, false));
                    self.periods.remove(&award);
                }
            }
        }
    }

    /// The most that was ever reached.
    fn best(&self, compiled: &Compiled) -> i64 {
        match &compiled.reader {
            Some(reader) => self.tally.best(reader),
            None => self.fulfilled(&compiled.badge.rule.all_of),
        }
    }

    /// How far the member has come with each badge on a day, in the order of the badges.
    #[must_use]
    pub fn progress(&self, today: Date) -> Vec<i64> {
        let of = |compiled: &Compiled| match &compiled.reader {
            Some(reader) => self.tally.now(reader, today, None),
            None => self.fulfilled(&compiled.badge.rule.all_of),
        };
        self.game.badges.iter().map(of).collect()
    }

    /// The most that was ever reached of each badge, in the order of the badges.
    #[must_use]
    pub fn bests(&self) -> Vec<i64> {
        self.game.badges.iter().map(|compiled| self.best(compiled)).collect()
    }

    /// What was counted.
    #[must_use]
    pub const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// What has to be written: what was added since this was asked last.
    pub fn take_changes(&mut self) -> Vec<(CounterKey, i64)> {
        let game = self.game;
        let key = |change: Change| {
            let (grain, ordinal) = change.when;
            let period = grain.map_or_else(String::new, |grain| grain.key(ordinal));
            let (metric, dimension) = (game.counter(change.place).name.clone(), change.value.into_string());
            (CounterKey { metric, dimension, period }, change.amount)
        };
        self.tally.take_changes().into_iter().map(key).collect()
    }

    pub fn forget_changes(&mut self) {
        self.tally.forget_changes();
    }
}

/// Whether a badge may be reached by what a return made rise: by its own counter, or by other badges.
fn has_risen(compiled: &Compiled, risen: &[Place], was_given: bool) -> bool {
    let follows = was_given && (compiled.reader.is_none() || !compiled.badge.rule.requires.is_empty());
    let of = |reader: &Reader| risen.contains(&reader.place);
    follows || compiled.reader.as_ref().is_some_and(of)
}

fn verdict(compiled: &Compiled, level: Level, period: &str, is_given: bool) -> Verdict {
    let (badge, period) = (compiled.badge.badge.clone(), period.to_owned());
    Verdict { held: Held { badge, level, period }, is_given }
}
