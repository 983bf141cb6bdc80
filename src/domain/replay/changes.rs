//! What a draft would change, in words.

use super::{Draft, DraftCampaign, DraftRule};
use crate::domain::{
    earning::{
        Audience, Definition, Rounding, Rulebook, Settings, Stacking,
        schedule::Schedule,
        words::{conditions, effect, recurring},
    },
    points::grouped,
    words::Currency,
};

/// Each change in a sentence without its full stop.
#[must_use]
pub fn changes(draft: &Draft, live: &Rulebook) -> Vec<String> {
    let currency = Currency { code: live.program.currency.clone(), digits: live.program.currency_digits };
    let (rules, campaigns) = live.parts();
    let mut said = Vec::new();
    if draft.alone {
        said.push("Everything that is live ends".to_owned());
    }
    let rule_name = |rule: &str| rules.iter().rfind(|one| one.rule == rule).map(|one| &one.definition.name);
    let campaign_name =
        |name: &str| campaigns.iter().rfind(|one| one.campaign == name).map(|one| &one.settings.name);
    for gone in &draft.without {
        let name = campaign_name(gone).or_else(|| rule_name(gone)).unwrap_or(gone);
        said.push(format!("“{name}” ends"));
    }
    for DraftCampaign { campaign, settings } in &draft.campaigns {
        let before = campaigns.iter().rfind(|one| one.campaign == *campaign);
        let known = before.is_some();
        if before.is_some_and(|one| one.settings == *settings) {
            continue;
        }
        let what = if known { "Campaign" } else { "New campaign" };
        said.push(format!("{what} “{}”: {}", settings.name, about_campaign(settings).join("; ")));
    }
    for DraftRule { rule, definition, .. } in &draft.rules {
        let before = rules.iter().rfind(|one| one.rule == *rule);
        if before.is_some_and(|one| one.live_until.is_none() && one.definition == *definition) {
            continue;
        }
        let what = if before.is_some() { "Rule" } else { "New rule" };
        said.push(format!("{what} “{}”: {}", definition.name, about_rule(definition, &currency)));
    }
    said.extend(draft.rounding.map(|rounding| {
        let how = match rounding {
            Rounding::HalfUp => "to the nearest whole point, halves up",
            Rounding::Down => "down",
            Rounding::Up => "up",
        };
        format!("Points are rounded {how}")
    }));
    said
}

/// What a rule gives, and under which conditions.
#[must_use]
pub fn about_rule(rule: &Definition, currency: &Currency) -> String {
    let mut said = vec![effect(&rule.effect, currency)];
    said.extend(conditions(rule, currency));
    said.join("; ")
}

/// When a campaign runs, for whom, with how much, and how it goes with others.
#[must_use]
pub fn about_campaign(settings: &Settings) -> Vec<String> {
    let mut said = vec![runs(&settings.schedule)];
    said.extend(audience(&settings.audience));
    said.extend(settings.budget.map(|budget| format!("at most {} points in all", grouped(budget))));
    said.extend(stacking(settings.stacking).map(str::to_owned));
    said
}

/// "from 28 November 2026, 0:00 until 30 November 2026, 0:00, on Saturday and Sunday".
#[must_use]
pub fn runs(schedule: &Schedule) -> String {
    let at = |at: jiff::civil::DateTime| at.strftime("%-d %B %Y, %-H:%M").to_string();
    let mut said = match (schedule.from, schedule.until) {
        (None, None) => vec!["always".to_owned()],
        (Some(from), None) => vec![format!("from {}", at(from))],
        (None, Some(until)) => vec![format!("until {}", at(until))],
        (Some(from), Some(until)) => vec![format!("from {} until {}", at(from), at(until))],
    };
    said.extend(recurring(schedule.weekdays, schedule.hours));
    said.join(", ")
}

fn audience(audience: &Audience) -> Option<String> {
    let tiers = audience.tier.join(" or ");
    let tags = audience.tag.join(" or ");
    match (tiers.is_empty(), tags.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("for the tier {tiers}")),
        (true, false) => Some(format!("for the segment {tags}")),
        (false, false) => Some(format!("for the tier {tiers} in the segment {tags}")),
    }
}

const fn stacking(stacking: Stacking) -> Option<&'static str> {
    match stacking {
        Stacking::Add => None,
        Stacking::Best => Some("of several such, the best counts"),
        Stacking::Exclusive => Some("no other campaign counts beside it"),
    }
}
