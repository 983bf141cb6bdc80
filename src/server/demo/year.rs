//! The whole year, told before anything is written: everybody's visits, and what they redeem of what these
//! earn them. The same evaluator decides here as in the write path, so no redemption comes to nothing.

use std::collections::HashMap;

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    chance::Chance,
    maya,
    people::{Person, people},
    shop::{OFFERS, Offer, rulebook},
    visits::{Visit, visits},
};
use crate::domain::{
    counters::window_start,
    earning::{Facts, Rulebook, evaluate},
    purchase::MemberRef,
};

/// Somebody takes a reward at the till.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redeeming {
    pub person: usize,
    pub day: Date,
    pub at: Timestamp,
    /// The place of the reward among the offers.
    pub offer: usize,
    /// When the voucher was used; none: it is still open, or ran out.
    pub used_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Year {
    pub rules: Rulebook,
    pub people: Vec<Person>,
    /// In the order of time.
    pub visits: Vec<Visit>,
    /// In the order of time.
    pub redemptions: Vec<Redeeming>,
    /// What each person ends with, as told beforehand.
    pub purses: Vec<Purse>,
}

/// What somebody has, as far as it matters here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purse {
    /// Points left of each day, with the day on which they run out.
    lots: Vec<(Date, i64)>,
    earned: Vec<(Date, i64)>,
    had: [u32; OFFERS.len()],
    goal: Option<usize>,
}

impl Purse {
    /// What can be spent on a day.
    #[must_use]
    pub fn balance(&self, day: Date) -> i64 {
        self.lots.iter().filter(|(until, _)| *until > day).map(|(_, points)| points).sum()
    }

    /// What counts for tiers on a day.
    #[must_use]
    pub fn qualifying(&self, day: Date) -> i64 {
        let after = window_start(day);
        self.earned
            .iter()
            .filter(|(earned, _)| *earned > after && *earned <= day)
            .map(|(_, points)| points)
            .sum()
    }

    fn gain(&mut self, day: Date, points: i64) {
        self.welcome(day, points);
        self.earned.push((day, points));
    }

    /// Points of a welcome are spent as all others are, and count for no tier.
    fn welcome(&mut self, day: Date, points: i64) {
        self.lots.push((day.saturating_add(12.months()), points));
    }

    fn spend(&mut self, day: Date, mut points: i64) {
        self.lots.retain(|(until, left)| *until > day && *left > 0);
        for (_, left) in &mut self.lots {
            let taken = points.min(*left);
            *left -= taken;
            points -= taken;
        }
    }
}

/// The year that ends with `today`, at whose end `now` it is: nothing lies in the future.
#[must_use]
pub fn year(seed: u64, today: Date, now: Timestamp) -> Year {
    let rules = rulebook(today);
    let zone = rules.zone();
    let mut people = people(seed);
    let mut all: Vec<Visit> = Vec::new();
    for (place, person) in people.iter().enumerate() {
        all.extend(visits(seed, place, person, today, &zone));
    }
    let maya = people.len();
    people.push(maya::person());
    all.extend(maya::visits(maya, today, &zone));
    all.retain(|visit| visit.at <= now);
    all.sort_by_key(|visit| (visit.at, visit.person));
    let mut told = Telling::new(seed, &rules, &people, &all, now);
    for visit in &all {
        let script = if visit.person == maya {
            maya::wish(today, visit.day).map_or(Script::Nothing, Script::Wishes)
        } else {
            Script::Free
        };
        told.follow(visit, script);
    }
    let Telling { mut redemptions, purses, .. } = told;
    redemptions.sort_by_key(|redeeming| (redeeming.at, redeeming.person));
    Year { rules, people, visits: all, redemptions, purses }
}

struct Telling<'a> {
    rules: &'a Rulebook,
    people: &'a [Person],
    now: Timestamp,
    purses: Vec<Purse>,
    chances: Vec<Chance>,
    /// When each person comes, to know when a voucher is brought back.
    comes: HashMap<usize, Vec<Timestamp>>,
    taken: [i64; OFFERS.len()],
    redemptions: Vec<Redeeming>,
}

/// What a visit is told to do about rewards.
enum Script {
    /// Whatever the person likes.
    Free,
    Nothing,
    Wishes(maya::Wish),
}

impl<'a> Telling<'a> {
    fn new(seed: u64, rules: &'a Rulebook, people: &'a [Person], visits: &[Visit], now: Timestamp) -> Self {
        let mut comes: HashMap<usize, Vec<Timestamp>> = HashMap::new();
        for visit in visits {
            comes.entry(visit.person).or_default().push(visit.at);
        }
        let chances = people.iter().map(|person| Chance::new(seed, u64::from(person.number) << 40)).collect();
        Self {
            rules,
            people,
            now,
            purses: vec![Purse::default(); people.len()],
            chances,
            comes,
            taken: [0; OFFERS.len()],
            redemptions: Vec::new(),
        }
    }

    /// At the till: first perhaps a reward out of what was there before, then the points of this purchase.
    fn follow(&mut self, visit: &Visit, scripted: Script) {
        match scripted {
            Script::Wishes(wish) => self.redeem(visit, wish.offer, wish.is_used),
            Script::Nothing => {}
            Script::Free => self.perhaps_redeem(visit),
        }
        let welcome = self.rules.program.welcome_points;
        let purse = &mut self.purses[visit.person];
        if purse.earned.is_empty() {
            purse.welcome(visit.day, welcome);
        }
        let tier = self.rules.tier(purse.qualifying(visit.day));
        let facts = Facts::of_tier(tier);
        let trace = evaluate(self.rules, &facts, &visit.purchase(MemberRef::ExternalId(String::new())));
        purse.gain(visit.day, trace.points);
    }

    fn perhaps_redeem(&mut self, visit: &Visit) {
        let person = &self.people[visit.person];
        let goal = self.goal(visit);
        let affordable = self.purses[visit.person].balance(visit.day) >= OFFERS[goal].price;
        let chance = &mut self.chances[visit.person];
        if affordable && chance.happens(if person.saves { 0.12 } else { 0.55 }) {
            let is_used = chance.happens(0.93);
            self.purses[visit.person].goal = None;
            self.redeem(visit, goal, is_used);
        }
    }

    /// What this person saves for: it stays until they have it or it is gone.
    fn goal(&mut self, visit: &Visit) -> usize {
        let purse = &self.purses[visit.person];
        let rank = self.rules.tier(purse.qualifying(visit.day)).map_or(1, |tier| tier.rank);
        let wanted = |place: usize, offer: &Offer| {
            let left = offer.capacity.map_or(1, |capacity| capacity - offer.left - self.taken[place]);
            let may = offer.minimum_tier.is_none() || rank == 3;
            let again = offer.limit_per_member.is_none() || purse.had[place] == 0;
            if left > 0 && may && again && offer.published { offer.wanted } else { 0 }
        };
        let weights: Vec<(usize, u32)> =
            OFFERS.iter().enumerate().map(|(place, offer)| (place, wanted(place, offer))).collect();
        if let Some(goal) = purse.goal.filter(|goal| weights[*goal].1 > 0) {
            return goal;
        }
        let goal = *self.chances[visit.person].pick(&weights);
        self.purses[visit.person].goal = Some(goal);
        goal
    }

    fn redeem(&mut self, visit: &Visit, offer: usize, is_used: bool) {
        let at = visit.at.saturating_sub(40.seconds()).unwrap_or(visit.at);
        let used_at = if is_used { self.used_at(visit.person, offer, at) } else { None };
        self.purses[visit.person].spend(visit.day, OFFERS[offer].price);
        self.purses[visit.person].had[offer] += 1;
        self.taken[offer] += 1;
        self.redemptions.push(Redeeming { person: visit.person, day: visit.day, at, offer, used_at });
    }

    /// Most is taken along at once; some bring the voucher the next time, while it is still good.
    fn used_at(&mut self, person: usize, offer: usize, redeemed: Timestamp) -> Option<Timestamp> {
        let at_once = match OFFERS[offer].category {
            "event" => return None,
            "drink" | "food" => self.chances[person].happens(0.72),
            _ => true,
        };
        let next = if at_once {
            redeemed.saturating_add(25.seconds()).ok()?
        } else {
            let later = redeemed.saturating_add(1.hours()).ok()?;
            let next = self.comes.get(&person)?.iter().find(|at| **at > later)?;
            next.saturating_add(30.seconds()).ok()?
        };
        let good_until = redeemed.saturating_add((29 * 24).hours()).ok()?;
        (next <= self.now && next < good_until).then_some(next)
    }
}
