//! What makes a badge acceptable. Each error names the field by its JSON pointer.

use std::collections::{HashMap, HashSet};

use super::{Badge, BadgeRule, Need, Revoke};
use crate::domain::{
    metric::{self, Measure, Window},
    refusal::{FieldError, Refusal},
};

/// How many badges may be live at once.
pub const MOST_BADGES: usize = 1_000;
const MOST_NEEDS: usize = 50;
const MOST_THRESHOLD: i64 = 1_000_000_000_000;

/// The errors of a metric, and of everything else of a badge.
use metric::Errors;

/// Refuses a badge that could not mean anything. `live` are the others that are live.
pub fn check_badge(badge: &Badge, live: &[Badge]) -> Result<(), Refusal> {
    let mut errors = Errors(check_alone(badge));
    check_needs(badge, live, &mut errors);
    let full = live.iter().filter(|one| one.badge != badge.badge).count() >= MOST_BADGES;
    errors.unless(!full, "/badge", "There are 1,000 live badges; retire one first");
    if errors.0.is_empty() { Ok(()) } else { Err(Refusal::invalid(errors.0)) }
}

/// What is wrong with a badge whatever other badges there are.
#[must_use]
pub fn check_alone(badge: &Badge) -> Vec<FieldError> {
    let mut errors = Errors(Vec::new());
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let slug = (1..=60).contains(&badge.badge.len()) && badge.badge.bytes().all(letter);
    errors.unless(slug, "/badge", "Name it with 1 to 60 lower case letters, digits or dashes");
    let named = |text: &str, most| (1..=most).contains(&text.trim().chars().count()) && !text.contains('\0');
    errors.unless(named(&badge.name, 60), "/name", "Name the badge in 1 to 60 characters; members read it");
    let how = "Say in 1 to 200 characters what it is for; members read it";
    errors.unless(named(&badge.description, 200), "/description", how);
    let glyph = badge.glyph.len() <= 40 && badge.glyph.bytes().all(letter);
    errors.unless(glyph, "/glyph", "Choose one of the glyphs");
    check_rule(&badge.rule, &mut errors);
    errors.0
}

fn check_rule(rule: &BadgeRule, errors: &mut Errors) {
    let one = rule.metric.is_some() == rule.all_of.is_empty();
    errors.unless(one, "/rule/metric", "Give either what is measured or the badges it takes");
    errors.unless(!rule.levels.is_empty(), "/rule/levels", "Give at least one level");
    let mut before = None;
    for (place, step) in rule.levels.iter().enumerate() {
        let pointer = format!("/rule/levels/{place}/threshold");
        let fits = (1..=MOST_THRESHOLD).contains(&step.threshold);
        errors.unless(fits, &pointer, "A threshold is 1 or more");
        let rises = before.is_none_or(|(level, threshold)| level < step.level && threshold < step.threshold);
        errors.unless(rises, &pointer, "Each level is above the one before it, and asks for more");
        before = Some((step.level, step.threshold));
    }
    if let Some(metric) = &rule.metric {
        metric::check(metric, "/rule/metric", errors);
        let how = "A badge has no day on which a member enrols; choose another window";
        errors.unless(metric.window != Window::SinceEnrolment, "/rule/metric/window", how);
        let share = matches!(metric.measure, Measure::Ratio(_));
        errors.unless(!share || rule.most() <= 100, "/rule/levels", "A share is at most 100 per cent");
        let streak = matches!(metric.measure, Measure::Streak(_));
        errors.unless(!streak || rule.most() <= 1_000, "/rule/levels", "A streak has at most 1,000 periods");
    }
    if let Some(repeat) = rule.repeat {
        let window = rule.metric.as_ref().map(|metric| metric.window);
        let fits = matches!(window, Some(Window::Calendar(period)) if repeat.holds(period));
        let how = "What repeats is measured in a calendar period that lies in the one in which it repeats";
        errors.unless(fits, "/rule/repeat", how);
    }
    let lifetime = rule
        .metric
        .as_ref()
        .is_none_or(|metric| metric.window.is_lifetime() && !matches!(metric.measure, Measure::Streak(_)));
    let how = "What is held only while it is true is measured over the whole membership, and is no streak";
    errors.unless(rule.revoke != Revoke::WhileTrue || lifetime, "/rule/revoke", how);
    for (list, pointer) in
        [(&rule.audience.tier, "/rule/audience/tier"), (&rule.audience.tag, "/rule/audience/tag")]
    {
        let fits = list.len() <= 50 && list.iter().all(|word| (1..=60).contains(&word.len()));
        errors.unless(fits, pointer, "At most 50, each of 1 to 60 characters");
    }
}

fn check_needs(badge: &Badge, live: &[Badge], errors: &mut Errors) {
    let rule = &badge.rule;
    for (needs, name) in [(&rule.all_of, "all_of"), (&rule.requires, "requires")] {
        let pointer = format!("/rule/{name}");
        errors.unless(needs.len() <= MOST_NEEDS, &pointer, "At most 50 badges");
        let mut seen = HashSet::new();
        for (place, need) in needs.iter().enumerate() {
            let pointer = format!("{pointer}/{place}/badge");
            let other = live.iter().find(|one| one.badge == need.badge && one.badge != badge.badge);
            errors.unless(other.is_some(), &pointer, "No live badge has this name");
            errors.unless(seen.insert(&need.badge), &pointer, "Name each badge once");
            let has = other.is_none_or(|other| {
                need.level.is_none_or(|level| other.rule.levels.iter().any(|step| step.level >= level))
            });
            errors.unless(has, &format!("/rule/{name}/{place}/level"), "That badge has no such level");
        }
    }
    let most = i64::try_from(rule.all_of.len()).unwrap_or(i64::MAX);
    let enough = rule.all_of.is_empty() || rule.most() <= most;
    errors.unless(enough, "/rule/levels", "A level asks for more badges than are named");
    let mut all: Vec<&Badge> = live.iter().filter(|one| one.badge != badge.badge).collect();
    all.push(badge);
    let how = "These badges need one another in a circle; nobody could get them";
    errors.unless(!circle(&all), if rule.all_of.is_empty() { "/rule/requires" } else { "/rule/all_of" }, how);
}

/// Whether some of these badges need one another in a circle.
#[must_use]
pub fn circle(badges: &[&Badge]) -> bool {
    let needs = |badge: &Badge| {
        let Badge { rule, .. } = badge;
        rule.all_of.iter().chain(&rule.requires).map(|need: &Need| need.badge.clone()).collect::<Vec<_>>()
    };
    let mut open: HashMap<String, Vec<String>> =
        badges.iter().map(|badge| (badge.badge.clone(), needs(badge))).collect();
    loop {
        let names: HashSet<String> = open.keys().cloned().collect();
        let before = open.len();
        open.retain(|_, needs| needs.iter().any(|need| names.contains(need)));
        if open.is_empty() || open.len() == before {
            return !open.is_empty();
        }
    }
}

/// One error under a pointer, as a refusal.
impl From<FieldError> for Refusal {
    fn from(error: FieldError) -> Self {
        Self::invalid(vec![error])
    }
}
