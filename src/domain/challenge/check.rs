//! What makes a challenge acceptable. Each error names the field by its JSON pointer.

use jiff::Unit;

use super::{Challenge, ChallengeRule, Reward};
use crate::domain::{
    badge::Revoke,
    form::LAST_DAY,
    metric::{self, Errors, Measure, Window},
    refusal::Refusal,
};

pub(super) const MOST_STEPS: usize = 10;
const MOST_TARGET: i64 = 1_000_000_000_000;
const MOST_DAYS: i32 = 1_100;
const MOST_ROUNDS: i32 = 1_000;
const MOST_POINTS: i64 = 1_000_000;

/// Refuses a challenge that could not mean anything.
pub fn check_challenge(challenge: &Challenge) -> Result<(), Refusal> {
    let mut errors = Errors(Vec::new());
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let slug = (1..=60).contains(&challenge.challenge.len()) && challenge.challenge.bytes().all(letter);
    errors.unless(slug, "/challenge", "Name it with 1 to 60 lower case letters, digits or dashes");
    let named = |text: &str, most| (1..=most).contains(&text.trim().chars().count()) && !text.contains('\0');
    errors.unless(named(&challenge.name, 60), "/name", "Name it in 1 to 60 characters; members read it");
    let how = "Say in 1 to 200 characters what it is about; members read it";
    errors.unless(named(&challenge.description, 200), "/description", how);
    let glyph = challenge.glyph.len() <= 40 && challenge.glyph.bytes().all(letter);
    errors.unless(glyph, "/glyph", "Choose one of the emblems");
    check_rule(&challenge.rule, &mut errors);
    if errors.0.is_empty() { Ok(()) } else { Err(Refusal::invalid(errors.0)) }
}

fn check_rule(rule: &ChallengeRule, errors: &mut Errors) {
    let steps = (1..=MOST_STEPS).contains(&rule.steps.len());
    errors.unless(steps, "/rule/steps", "Give 1 to 10 steps");
    for (place, step) in rule.steps.iter().enumerate() {
        let at = format!("/rule/steps/{place}");
        let title = (1..=60).contains(&step.title.trim().chars().count()) && !step.title.contains('\0');
        errors.unless(title, &format!("{at}/title"), "Say in 1 to 60 characters what is to be done");
        let target = (1..=MOST_TARGET).contains(&step.target);
        errors.unless(target, &format!("{at}/target"), "Ask for 1 or more");
        metric::check(&step.metric, &format!("{at}/metric"), errors);
        let measure = !matches!(step.metric.measure, Measure::Streak(_) | Measure::Ratio(_));
        let how = "A step counts, adds up, or looks for the largest number or for different values";
        errors.unless(measure, &format!("{at}/metric/measure"), how);
        let window = matches!(step.metric.window, Window::Lifetime | Window::SinceEnrolment);
        errors.unless(window, &format!("{at}/metric/window"), "The days of the challenge are the window");
    }
    errors.unless(rule.from < rule.until, "/rule/until", "It ends after it begins");
    let far = rule.until <= LAST_DAY;
    errors.unless(far, "/rule/until", "It ends in the year 9990 or before");
    let days = (rule.until - rule.from).total((Unit::Day, jiff::SpanRelativeTo::days_are_24_hours()));
    let short = days.is_ok_and(|days| days <= f64::from(MOST_DAYS));
    errors.unless(short, "/rule/until", "A challenge lasts three years at most");
    let rounds = (1..=MOST_ROUNDS).contains(&rule.rounds);
    errors.unless(rounds, "/rule/rounds", "It can be completed 1 to 1,000 times");
    check_reward(rule, errors);
    for (list, pointer) in
        [(&rule.audience.tier, "/rule/audience/tier"), (&rule.audience.tag, "/rule/audience/tag")]
    {
        let fits = list.len() <= 50 && list.iter().all(|word| (1..=60).contains(&word.len()));
        errors.unless(fits, pointer, "At most 50, each of 1 to 60 characters");
    }
}

fn check_reward(rule: &ChallengeRule, errors: &mut Errors) {
    if let Reward::Points(points) = rule.reward {
        let fits = (1..=MOST_POINTS).contains(&points);
        errors.unless(fits, "/rule/reward/points", "Give 1 to 1,000,000 points");
    }
    let how = "A challenge is kept, or taken back when a return takes away what it was for";
    errors.unless(rule.revoke != Revoke::WhileTrue, "/rule/revoke", how);
    let voucher = matches!(rule.reward, Reward::Voucher(_));
    let how = "A voucher that was given can't be taken back; choose points or a badge, or let it be kept";
    errors.unless(!voucher || rule.revoke.is_never(), "/rule/revoke", how);
    let badge = matches!(rule.reward, Reward::Badge { .. });
    let how = "A badge is given once; choose points or a voucher for what repeats";
    errors.unless(!badge || rule.rounds == 1, "/rule/rounds", how);
}
