//! Laws of rounds: what a person would count by hand is what is counted.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::domain::{
    badge::Game,
    counters::{CounterKey, Counters},
    metric::{Field, Measure, Number, PURCHASE},
    program::day_key,
};

const FROM: Date = date(2026, 11, 1);

fn challenge(steps: Vec<Step>, rounds: i32) -> Challenge {
    Challenge {
        challenge: "c".to_owned(),
        version: 1,
        name: "Three in a month".to_owned(),
        description: "For trying".to_owned(),
        glyph: "star".to_owned(),
        state: State::Live,
        rule: ChallengeRule {
            steps,
            from: FROM,
            until: date(2026, 12, 1),
            join: Join::OptIn,
            progress: Progress::Enrolment,
            rounds,
            audience: Audience::default(),
            reward: Reward::Points(100),
            revoke: Revoke::Never,
        },
    }
}

fn step(measure: Measure, target: i64) -> Step {
    Step { title: "Purchases".to_owned(), metric: Metric::new(PURCHASE, measure), target }
}

/// What was counted on the days of November.
fn counted(challenge: &Challenge, days: &[Vec<i64>]) -> Counters {
    let mut counters = Counters::default();
    for (step, days) in challenge.rule.steps.iter().zip(days) {
        let name = challenge.rule.measured(step).counted()[0].name();
        for (place, amount) in days.iter().enumerate() {
            let day = FROM.saturating_add(i32::try_from(place).expect("small").days());
            let key = CounterKey { metric: name.clone(), dimension: String::new(), period: day_key(day) };
            if *amount > 0 {
                counters.load(key, *amount);
            }
        }
    }
    counters
}

/// Rounds as a person would count them, day by day.
fn by_hand(challenge: &Challenge, days: &[Vec<i64>], first: usize) -> Vec<(usize, usize)> {
    let (mut rounds, mut from) = (Vec::new(), first);
    let mut sums = vec![0; challenge.rule.steps.len()];
    for day in first..30 {
        for (sum, days) in sums.iter_mut().zip(days) {
            *sum += days[day];
        }
        let open = rounds.len() < usize::try_from(challenge.rule.rounds).expect("small");
        if open && sums.iter().zip(&challenge.rule.steps).all(|(sum, step)| *sum >= step.target) {
            rounds.push((from, day));
            sums.fill(0);
            from = day + 1;
        }
    }
    rounds
}

proptest! {
    #[test]
    fn rounds_are_what_a_person_counts_day_by_day(
        days in prop::collection::vec(prop::collection::vec(0_i64..4, 30), 2),
        targets in (1_i64..12, 1_i64..12), rounds in 1..5_i32, joined in 0_usize..30,
    ) {
        let steps = vec![step(Measure::Count, targets.0), step(Measure::Sum(Number::Quantity), targets.1)];
        let challenge = challenge(steps, rounds);
        let game = Game::default().with(std::slice::from_ref(&challenge));
        let counters = counted(&challenge, &days);
        let play = game.play(&counters, &std::collections::HashSet::new());
        let day = |place: usize| FROM.saturating_add(i32::try_from(place).expect("small").days());
        let mut entry = Entry::of(&challenge.rule, Some(day(joined)), &[]).expect("joined");
        let compiled = game.challenge("c").expect("live");
        let completed = compiled.complete(play.tally(), &mut entry, jiff::Timestamp::UNIX_EPOCH);
        let told: Vec<(Date, Date)> = completed.iter().map(|round| (round.from, round.on)).collect();
        let by_hand: Vec<(Date, Date)> =
            by_hand(&challenge, &days, joined).into_iter().map(|(from, on)| (day(from), day(on))).collect();
        prop_assert_eq!(told, by_hand);
        // Read back from what was stored, it goes on where it was.
        let past: Vec<Past> = completed
            .iter()
            .map(|one| Past { round: one.round, from: one.from, on: one.on, is_revoked: false })
            .collect();
        prop_assert_eq!(Entry::of(&challenge.rule, Some(day(joined)), &past), Some(entry));
        prop_assert!(compiled.complete(play.tally(), &mut entry, jiff::Timestamp::UNIX_EPOCH).is_empty());
        // Each round has what it asks for, and lost it would be open again.
        for one in &completed {
            prop_assert!(compiled.holds(play.tally(), one.from, one.on));
            let before = one.on.yesterday().expect("a day");
            prop_assert!(one.on == one.from || !compiled.holds(play.tally(), one.from, before));
        }
    }
}

#[test]
fn where_a_round_begins_follows_from_how_one_takes_part() {
    let mut rule = challenge(vec![step(Measure::Count, 1)], 2).rule;
    let from = |rule: &ChallengeRule, joined, past: &[Past]| Entry::of(rule, joined, past).map(|e| e.from);
    let noon = date(2026, 11, 12);
    assert_eq!(from(&rule, None, &[]), None, "nobody is in who did not join");
    assert_eq!(from(&rule, Some(noon), &[]), Some(noon), "all of the day of joining counts");
    assert_eq!(from(&rule, Some(date(2026, 10, 2)), &[]), Some(FROM), "and nothing before the first day");
    rule.progress = Progress::Window;
    assert_eq!(from(&rule, Some(noon), &[]), Some(FROM));
    rule.join = Join::Automatic;
    assert_eq!(from(&rule, None, &[]), Some(FROM));
    let done = |is_revoked| Past { round: 1, from: FROM, on: noon, is_revoked };
    let next = Entry { from: date(2026, 11, 13), round: 2, done: 1 };
    assert_eq!(Entry::of(&rule, None, &[done(false)]), Some(next), "a fresh baseline");
    let again = Entry { from: FROM, round: 2, done: 0 };
    assert_eq!(Entry::of(&rule, None, &[done(true)]), Some(again), "what was taken back can be done again");
}

#[test]
fn what_is_ready_can_be_made_live() {
    let ready = library(2, FROM);
    assert!(ready.len() >= 5);
    for one in &ready {
        check_challenge(&one.challenge)
            .unwrap_or_else(|refusal| panic!("{}: {refusal:?}", one.challenge.name));
    }
    let names: std::collections::HashSet<_> = ready.iter().map(|one| &one.challenge.challenge).collect();
    assert_eq!(names.len(), ready.len());
    let larder = ready.iter().find(|one| one.challenge.challenge == "stock-up").expect("there");
    assert_eq!(larder.challenge.rule.steps[1].target, 10_000, "money in minor units");
}

#[test]
fn what_means_nothing_is_refused_at_its_place() {
    let place = |change: &dyn Fn(&mut Challenge)| {
        let mut wrong = challenge(vec![step(Measure::Count, 1)], 1);
        change(&mut wrong);
        check_challenge(&wrong).map_err(|refusal| refusal.fields[0].field.clone())
    };
    assert_eq!(place(&|_| {}), Ok(()));
    let refused = |pointer: &str| Err(pointer.to_owned());
    assert_eq!(place(&|c| c.rule.steps.clear()), refused("/rule/steps"));
    assert_eq!(place(&|c| c.rule.steps[0].target = 0), refused("/rule/steps/0/target"));
    assert_eq!(place(&|c| c.rule.until = c.rule.from), refused("/rule/until"));
    assert_eq!(place(&|c| c.rule.rounds = 0), refused("/rule/rounds"));
    let streak = Measure::Streak(crate::domain::metric::Period::Day);
    assert_eq!(
        place(&|c| c.rule.steps[0].metric.measure = streak.clone()),
        refused("/rule/steps/0/metric/measure")
    );
    let voucher = |c: &mut Challenge| {
        c.rule.reward = Reward::Voucher(RewardId(uuid::Uuid::nil()));
        c.rule.revoke = Revoke::OnReversal;
    };
    assert_eq!(place(&voucher), refused("/rule/revoke"));
    let stars = Measure::Distinct(Field::Attribute(String::new()));
    assert_eq!(
        place(&|c| c.rule.steps[0].metric.measure = stars.clone()),
        refused("/rule/steps/0/metric/measure/distinct/attribute")
    );
}
