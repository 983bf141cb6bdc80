//! A campaign as staff type it: a name and two days are enough for a weekend of double points.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{
    Audience, Definition, Effect, Settings, Stacking, When, check_campaign,
    schedule::{Days, Schedule},
};
use crate::domain::{
    form::{Wrong, chosen, field, hours_text, words},
    refusal::{FieldError, Refusal},
};

/// What doubles.
const DOUBLE: &str = "200";

/// Everything that was typed. Fields are called `form[name]` and so on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CampaignForm {
    /// What all versions are called; empty: a new campaign.
    pub campaign: String,
    pub name: String,
    /// A day, or a day and a time; local to the program.
    pub from: String,
    /// A day, which is the last one, or a day and a time at which it is over.
    pub until: String,
    /// 200 doubles the points; empty: the rules of the campaign stay as they are.
    pub percent: String,
    pub weekdays: Vec<String>,
    pub hours_from: String,
    pub hours_until: String,
    pub tier: Vec<String>,
    pub tag: String,
    pub budget: String,
    /// add, best or exclusive.
    pub stacking: String,
    pub priority: String,
}

impl CampaignForm {
    /// A form for a new campaign of double points.
    #[must_use]
    pub fn empty() -> Self {
        Self { percent: DOUBLE.to_owned(), stacking: "add".to_owned(), ..Self::default() }
    }

    /// The form that shows a campaign with its rules.
    #[must_use]
    pub fn of<'a>(campaign: &str, settings: &Settings, rules: impl Iterator<Item = &'a Definition>) -> Self {
        let Settings { name, schedule, audience, budget, stacking, priority } = settings;
        let (hours_from, hours_until) = hours_text(schedule.hours);
        let local = |at: DateTime| at.strftime("%Y-%m-%dT%H:%M").to_string();
        let stacking = match stacking {
            Stacking::Add => "add",
            Stacking::Best => "best",
            Stacking::Exclusive => "exclusive",
        };
        Self {
            campaign: campaign.to_owned(),
            name: name.clone(),
            from: schedule.from.map(local).unwrap_or_default(),
            until: schedule.until.map(local).unwrap_or_default(),
            percent: plain_multiplier(rules).map(|percent| percent.to_string()).unwrap_or_default(),
            weekdays: schedule.weekdays.words().map(str::to_owned).collect(),
            hours_from,
            hours_until,
            tier: audience.tier.clone(),
            tag: audience.tag.join(", "),
            budget: budget.map(|budget| budget.to_string()).unwrap_or_default(),
            stacking: stacking.to_owned(),
            priority: if *priority == 0 { String::new() } else { priority.to_string() },
        }
    }

    /// What was typed, if it makes a campaign, with by how much it multiplies; every field that is wrong is
    /// named.
    pub fn read(&self) -> Result<(Settings, Option<Definition>), Refusal> {
        let mut wrong = Wrong::new(0);
        let schedule = Schedule {
            from: wrong.instant("from", &self.from, false),
            until: wrong.instant("until", &self.until, true),
            weekdays: Days::of_words(self.weekdays.iter().map(String::as_str)).unwrap_or_default(),
            hours: wrong.hours(("hours_from", &self.hours_from), ("hours_until", &self.hours_until)),
        };
        let priority = wrong.optional("priority", &self.priority);
        let settings = Settings {
            name: self.name.trim().to_owned(),
            schedule,
            audience: Audience { tier: chosen(&self.tier), tag: words(&self.tag) },
            budget: wrong.optional("budget", &self.budget),
            stacking: match self.stacking.as_str() {
                "best" => Stacking::Best,
                "exclusive" => Stacking::Exclusive,
                _ => Stacking::Add,
            },
            priority: priority.map_or(0, |number| i32::try_from(number).unwrap_or(9_999)),
        };
        let percent = wrong.optional("percent", &self.percent);
        if percent.is_some_and(|percent| !(101..=1_000).contains(&percent)) {
            wrong.say("percent", "Give more than 100 per cent, up to 1,000; 200 doubles the points");
        }
        if wrong.errors.is_empty() {
            let refused = check_campaign(&settings).err().map(|refusal| refusal.fields).unwrap_or_default();
            wrong.errors.extend(refused.into_iter().map(|error| {
                let name = match error.field.as_str() {
                    "schedule.hours" => "hours_from",
                    other => other.rsplit('.').next().unwrap_or(other),
                };
                FieldError::new(&field(name), error.message)
            }));
        }
        if !wrong.errors.is_empty() {
            return Err(Refusal::invalid(wrong.errors));
        }
        let multiplier = percent.map(|percent| Definition {
            name: settings.name.clone(),
            on: super::Trigger::Purchase,
            when: When::default(),
            effect: Effect::Multiplier { percent: i32::try_from(percent).unwrap_or(200) },
            limits: Vec::new(),
            priority: 0,
        });
        Ok((settings, multiplier))
    }
}

/// By how much a campaign multiplies whose only rule does nothing else.
#[must_use]
pub fn plain_multiplier<'a>(mut rules: impl Iterator<Item = &'a Definition>) -> Option<i32> {
    let (only, None) = (rules.next()?, rules.next()) else { return None };
    let plain = only.when.is_always() && only.limits.is_empty() && only.on == super::Trigger::Purchase;
    match only.effect {
        Effect::Multiplier { percent } if plain => Some(percent),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_two_days_make_a_weekend_of_double_points() {
        let form = CampaignForm {
            name: "Double Points Weekend".to_owned(),
            from: "2026-11-28".to_owned(),
            until: "2026-11-29".to_owned(),
            ..CampaignForm::empty()
        };
        let (settings, rule) = form.read().expect("a campaign");
        assert_eq!(settings.schedule.from.map(|at| at.to_string()).as_deref(), Some("2026-11-28T00:00:00"));
        assert_eq!(settings.schedule.until.map(|at| at.to_string()).as_deref(), Some("2026-11-30T00:00:00"));
        let rule = rule.expect("a rule");
        assert_eq!(rule.effect, Effect::Multiplier { percent: 200 });
        let shown = CampaignForm::of("dpw", &settings, std::iter::once(&rule));
        assert_eq!(shown.read(), Ok((settings, Some(rule))), "a form reads back as what it shows");
    }

    #[test]
    fn what_is_no_campaign_is_told_at_its_field() {
        let form = CampaignForm {
            from: "2026-11-30".to_owned(),
            until: "2026-11-28".to_owned(),
            budget: "0".to_owned(),
            ..CampaignForm::empty()
        };
        let wrong = form.read().expect_err("wrong fields");
        let fields: Vec<_> = wrong.fields.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["form[name]", "form[until]", "form[budget]"]);
        let soon =
            CampaignForm { from: "soon".to_owned(), percent: "90".to_owned(), ..CampaignForm::empty() };
        let wrong = soon.read().expect_err("wrong fields");
        assert_eq!(wrong.fields.len(), 2, "{wrong:?}");
    }
}
