//! One member in a challenge: how far the round that is open has come, and on which day it is done.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use super::{Challenge, ChallengeRule, Join, Progress, State};
use crate::domain::{
    badge::{Game, Member},
    metric::{
        Period,
        event::Event,
        tally::{Reader, Tally},
    },
};

/// A challenge with what was worked out beforehand.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    pub challenge: Challenge,
    /// One for each step.
    pub readers: Vec<Reader>,
}

/// How a member takes part: the round that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What happened from this local day on counts.
    pub from: Date,
    pub round: i32,
    /// How often the member has completed it.
    pub done: i32,
}

/// The challenges in which a member takes part.
pub type Entries = BTreeMap<String, Entry>;

/// A round that was completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    pub round: i32,
    pub from: Date,
    pub on: Date,
    pub is_revoked: bool,
}

/// A round that is completed now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub challenge: String,
    pub round: i32,
    /// The days of the round, both included.
    pub from: Date,
    pub on: Date,
    /// When that happened which completed it.
    pub at: Timestamp,
}

impl Entry {
    /// How a member takes part who joined on a day; none: not at all. `past` is in the order of the rounds.
    #[must_use]
    pub fn of(rule: &ChallengeRule, joined: Option<Date>, past: &[Past]) -> Option<Self> {
        let first = match (rule.join, rule.progress) {
            (Join::Automatic, _) => rule.from,
            (Join::OptIn, Progress::Window) => joined.map(|_| rule.from)?,
            (Join::OptIn, Progress::Enrolment) => joined?.max(rule.from),
        };
        let done = past.iter().filter(|round| !round.is_revoked).count();
        let from = past.last().map_or(first, |last| if last.is_revoked { last.from } else { after(last.on) });
        let round = past.last().map_or(1, |last| last.round + 1);
        Some(Self { from, round, done: i32::try_from(done).unwrap_or(i32::MAX) })
    }

    /// Whether there is a round to complete.
    #[must_use]
    pub const fn is_open(&self, rule: &ChallengeRule) -> bool {
        self.done < rule.rounds
    }
}

/// The next round begins on the day after: no day counts twice.
fn after(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

impl Compiled {
    /// How far each step of the open round has come.
    #[must_use]
    pub fn progress(&self, tally: &Tally, entry: &Entry) -> Vec<i64> {
        self.readers.iter().map(|reader| tally.now(reader, entry.from, Some(entry.from))).collect()
    }

    /// Completes as many rounds as there are in what was counted.
    pub fn complete(&self, tally: &Tally, entry: &mut Entry, at: Timestamp) -> Vec<Completion> {
        let rule = &self.challenge.rule;
        let mut completed = Vec::new();
        while entry.is_open(rule) {
            let Some(on) = self.done_on(tally, entry.from) else { break };
            let challenge = self.challenge.challenge.clone();
            completed.push(Completion { challenge, round: entry.round, from: entry.from, on, at });
            *entry = Entry { from: after(on), round: entry.round + 1, done: entry.done + 1 };
        }
        completed
    }

    /// The first day on which every step had what it asks for, counted from a day on. Numbers only grow with
    /// the days, so each step has one such day, and the last of these is it.
    #[must_use]
    pub fn done_on(&self, tally: &Tally, from: Date) -> Option<Date> {
        let first = Period::Day.ordinal(from);
        let steps = self.challenge.rule.steps.iter().zip(&self.readers);
        let days = steps.map(|(step, reader)| tally.day_of(reader, first, step.target));
        let days: Option<Vec<i32>> = days.collect();
        Some(Period::Day.first_day(days?.into_iter().max()?))
    }

    /// Whether what is counted between two days, both included, is enough.
    #[must_use]
    pub fn holds(&self, tally: &Tally, from: Date, on: Date) -> bool {
        self.done_on(tally, from).is_some_and(|done| done <= on)
    }

    /// Whether something of this kind, on this day, can matter at a time.
    fn concerns(&self, event: &Event<'_>, today: Date) -> bool {
        let Challenge { rule, state, .. } = &self.challenge;
        *state == State::Live
            && rule.has(event.local.date())
            && today < rule.closes()
            && rule.steps.iter().any(|step| step.metric.on.iter().any(|kind| kind == event.kind))
    }
}

/// What an activity completes that was counted just now; `today` is the local day on which it is told.
pub fn completions(
    (game, tally): (&Game, &Tally),
    event: &Event<'_>,
    member: Member<'_>,
    entries: &mut Entries,
    (at, today): (Timestamp, Date),
) -> Vec<Completion> {
    let mut completed = Vec::new();
    for compiled in game.challenges() {
        if !compiled.concerns(event, today) || !compiled.challenge.rule.audience.has(member) {
            continue;
        }
        if let Some(entry) = entries.get_mut(&compiled.challenge.challenge) {
            completed.extend(compiled.complete(tally, entry, at));
        }
    }
    completed
}
