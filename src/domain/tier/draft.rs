//! Tiers and their policy as staff write them, and what makes them acceptable.

use serde::{Deserialize, Serialize};

use super::{
    Tier,
    policy::{Basis, Downgrade, TierPolicy, Window},
};
use crate::domain::{
    catalogue::whole_number,
    refusal::{FieldError, Refusal},
};

/// A ladder as it is typed into its form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TiersForm {
    pub basis: String,
    pub window: String,
    pub months: String,
    pub grace_days: String,
    pub downgrade: String,
    pub tiers: Vec<TierForm>,
}

/// One tier as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierForm {
    pub tier: String,
    pub name: String,
    /// Points, or whole units of the currency where spend counts.
    pub threshold: String,
    pub earn_percent: String,
    pub benefits: String,
    /// Ticked: `true`; an unticked box sends nothing.
    #[serde(default)]
    pub free_shipping: String,
    /// Empty: none.
    #[serde(default)]
    pub early_days: String,
}

impl TiersForm {
    /// The form that shows a draft. `unit` is how many minor units make a whole one.
    #[must_use]
    pub fn of(draft: &TierDraft, unit: i64) -> Self {
        let TierPolicy { basis, window, grace_days, downgrade } = draft.policy;
        let (window, months) = match window {
            Window::Rolling(months) => ("rolling", months),
            Window::CalendarYear => ("calendar_year", 12),
            Window::Anniversary => ("anniversary", 12),
            Window::Lifetime => ("lifetime", 12),
        };
        let per = if basis == Basis::Spend { unit } else { 1 };
        let tiers = draft.tiers.iter().map(|terms| TierForm {
            tier: terms.tier.clone(),
            name: terms.name.clone(),
            threshold: (terms.threshold / per).to_string(),
            earn_percent: terms.earn_percent.to_string(),
            benefits: terms.benefits.clone(),
            free_shipping: if terms.free_shipping { "true".to_owned() } else { String::new() },
            early_days: terms.early_days.to_string(),
        });
        Self {
            basis: if basis == Basis::Spend { "spend" } else { "points" }.to_owned(),
            window: window.to_owned(),
            months: months.to_string(),
            grace_days: grace_days.to_string(),
            downgrade: if downgrade == Downgrade::OneStep { "one_step" } else { "to_fit" }.to_owned(),
            tiers: tiers.collect(),
        }
    }

    /// What was typed, if it makes a ladder; every field that does not is named.
    pub fn read(&self, unit: i64) -> Result<TierDraft, Refusal> {
        let mut errors = Vec::new();
        let mut number = |field: String, text: &str| {
            whole_number(text).unwrap_or_else(|| {
                errors.push(FieldError::new(&field, "Give a whole number, such as 800"));
                0
            })
        };
        let months = number("months".to_owned(), &self.months);
        let grace_days = number("grace_days".to_owned(), &self.grace_days);
        let per = if self.basis == "spend" { unit } else { 1 };
        let mut tiers = Vec::with_capacity(self.tiers.len());
        for typed in &self.tiers {
            let threshold = number(format!("{}.threshold", typed.tier), &typed.threshold);
            let percent = number(format!("{}.earn_percent", typed.tier), &typed.earn_percent);
            let early = match typed.early_days.trim() {
                "" => 0,
                days => number(format!("{}.early_days", typed.tier), days),
            };
            tiers.push(TierTerms {
                tier: typed.tier.clone(),
                name: typed.name.trim().to_owned(),
                threshold: threshold.saturating_mul(per),
                earn_percent: i32::try_from(percent).unwrap_or(0),
                benefits: typed.benefits.trim().to_owned(),
                free_shipping: typed.free_shipping == "true",
                early_days: i16::try_from(early).unwrap_or(-1),
            });
        }
        if !errors.is_empty() {
            return Err(Refusal::invalid(errors));
        }
        let window = match self.window.as_str() {
            "calendar_year" => Window::CalendarYear,
            "anniversary" => Window::Anniversary,
            "lifetime" => Window::Lifetime,
            _ => Window::Rolling(i16::try_from(months).unwrap_or(0)),
        };
        let policy = TierPolicy {
            basis: if self.basis == "spend" { Basis::Spend } else { Basis::Points },
            window,
            grace_days: i16::try_from(grace_days).unwrap_or(-1),
            downgrade: if self.downgrade == "one_step" { Downgrade::OneStep } else { Downgrade::ToFit },
        };
        let draft = TierDraft { policy, tiers };
        draft.check()?;
        Ok(draft)
    }
}

/// The highest threshold: a hundred million points, or a million in money.
const HIGHEST: i64 = 100_000_000;

/// A whole ladder with the way it is earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierDraft {
    pub policy: TierPolicy,
    /// Up by rank; the first is where everybody starts.
    pub tiers: Vec<TierTerms>,
}

/// What staff may change of a tier; what it is called inside stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierTerms {
    pub tier: String,
    pub name: String,
    pub threshold: i64,
    pub earn_percent: i32,
    pub benefits: String,
    pub free_shipping: bool,
    /// Days before a reward opens to all on which these members can have it.
    #[serde(default)]
    pub early_days: i16,
}

impl From<Tier> for TierTerms {
    fn from(tier: Tier) -> Self {
        let Tier { tier, name, threshold, earn_percent, benefits, free_shipping, early_days, .. } = tier;
        Self { tier, name, threshold, earn_percent, benefits, free_shipping, early_days }
    }
}

impl TierDraft {
    /// Refuses what makes no ladder; a field is told with the tier it belongs to, such as `silver.threshold`.
    pub fn check(&self) -> Result<(), Refusal> {
        let mut errors = Vec::new();
        let mut wrong = |field: String, message: &str| errors.push(FieldError::new(&field, message));
        if !(0..=366).contains(&self.policy.grace_days) {
            wrong("grace_days".to_owned(), "Give 0 to 366 days");
        }
        if matches!(self.policy.window, Window::Rolling(months) if !(1..=60).contains(&months)) {
            wrong("months".to_owned(), "Give 1 to 60 months");
        }
        let mut below: Option<i64> = None;
        for tier in &self.tiers {
            let of = |field: &str| format!("{}.{field}", tier.tier);
            let name = tier.name.trim();
            if name.is_empty() || name.chars().count() > 40 || name.chars().any(char::is_control) {
                wrong(of("name"), "Name the tier in 1 to 40 characters");
            }
            match below {
                None if tier.threshold != 0 => {
                    wrong(of("threshold"), "Everybody starts in the first tier: it needs 0");
                }
                Some(before) if tier.threshold <= before => {
                    wrong(of("threshold"), "Needs more than the tier below it");
                }
                _ if tier.threshold > HIGHEST => wrong(of("threshold"), "That is more than anybody reaches"),
                _ => {}
            }
            below = Some(tier.threshold);
            if !(100..=1_000).contains(&tier.earn_percent) {
                wrong(of("earn_percent"), "Give 100 (the usual points) to 1000 (ten times as many)");
            }
            if !(0..=60).contains(&tier.early_days) {
                wrong(of("early_days"), "Give 0 to 60 days");
            }
            if tier.benefits.chars().count() > 300 || tier.benefits.chars().any(|c| c == '\0') {
                wrong(of("benefits"), "Say it in 300 characters or fewer");
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Refusal::invalid(errors)) }
    }

    /// The tiers as they would be.
    #[must_use]
    pub fn ladder(&self) -> Vec<Tier> {
        let tier = |(rank, terms): (i16, &TierTerms)| {
            let TierTerms { tier, name, threshold, earn_percent, benefits, free_shipping, early_days } =
                terms.clone();
            let (name, benefits) = (name.trim().to_owned(), benefits.trim().to_owned());
            Tier { tier, name, rank, threshold, earn_percent, benefits, free_shipping, early_days }
        };
        (1..).zip(&self.tiers).map(tier).collect()
    }
}

/// What a draft would do today: how many members each tier has and would have, and how many move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierPreview {
    /// Name, members now, members then.
    pub tiers: Vec<(String, i64, i64)>,
    pub up: i64,
    pub down: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tier::tests::ladder;

    fn draft() -> TierDraft {
        let tiers = ladder().into_iter().map(TierTerms::from).collect();
        TierDraft { policy: TierPolicy::default(), tiers }
    }

    fn wrong(draft: &TierDraft) -> Vec<String> {
        let refused = draft.check().expect_err("a ladder that is none");
        refused.fields.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_ladder_goes_up_from_nothing() {
        assert_eq!(draft().check(), Ok(()));
        let mut flat = draft();
        flat.tiers[2].threshold = flat.tiers[1].threshold;
        assert_eq!(wrong(&flat), ["gold.threshold"]);
        let mut high = draft();
        high.tiers[0].threshold = 1;
        assert_eq!(wrong(&high), ["bronze.threshold"]);
    }

    #[test]
    fn a_form_reads_back_as_the_draft_it_shows() {
        for basis in [Basis::Points, Basis::Spend] {
            let mut spend = draft();
            spend.policy.basis = basis;
            spend.tiers[2].free_shipping = true;
            spend.tiers[2].early_days = 7;
            assert_eq!(TiersForm::of(&spend, 1).read(1), Ok(spend));
        }
        let mut typed = TiersForm::of(&draft(), 100);
        typed.tiers[1].threshold = "eight hundred".to_owned();
        let refused = typed.read(100).expect_err("no number");
        assert_eq!(refused.fields[0].field, "silver.threshold");
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        let mut bad = draft();
        bad.policy.grace_days = -1;
        bad.policy.window = Window::Rolling(0);
        bad.tiers[1].name = " ".to_owned();
        bad.tiers[1].earn_percent = 99;
        bad.tiers[2].early_days = 61;
        let expected = ["grace_days", "months", "silver.name", "silver.earn_percent", "gold.early_days"];
        assert_eq!(wrong(&bad), expected);
    }
}
