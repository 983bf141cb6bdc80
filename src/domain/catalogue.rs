//! The catalogue as staff edit it: what a reward is made of, as typed and as checked.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::domain::{
    ids::RewardId,
    refusal::{FieldError, Refusal},
    text,
};

/// What a reward may be, and the words for it.
pub const CATEGORIES: [(&str, &str); 5] = [
    ("drink", "Drinks"),
    ("food", "Food"),
    ("thing", "Things"),
    ("event", "Events"),
    ("good", "Good causes"),
];

/// The pictures that are drawn, and what they show.
pub const PICTURES: [(&str, &str); 9] = [
    ("coffee", "A cup of coffee"),
    ("milk", "Milk being poured"),
    ("cake", "A slice of cake"),
    ("loaf", "A loaf of bread"),
    ("beans", "A bag of beans"),
    ("mug", "A mug"),
    ("tote", "A tote bag"),
    ("event", "An evening together"),
    ("tree", "A tree"),
];

/// A reward as typed into the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardForm {
    pub name: String,
    pub description: String,
    pub category: String,
    pub picture: String,
    pub price: String,
    /// Empty: as often as one likes.
    pub limit_per_member: String,
    /// Empty: every member.
    pub minimum_tier: String,
    pub voucher_days: String,
    /// Local date and time; empty: open to all as soon as it is published.
    #[serde(default)]
    pub public_from: String,
}

/// A reward as checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardTerms {
    pub name: String,
    pub description: String,
    pub category: String,
    pub picture: String,
    pub price: i64,
    pub limit_per_member: Option<i32>,
    pub minimum_tier: Option<String>,
    pub voucher_days: i16,
    /// When it opens to all, in local time; tiers with early access can have it some days before.
    #[serde(default)]
    pub public_from: Option<DateTime>,
}

/// Where a reward stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RewardState {
    Draft,
    Live,
    LowStock,
    SoldOut,
    Withdrawn,
}

/// A reward as staff see it in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub reward_id: RewardId,
    pub terms: RewardTerms,
    pub minimum_tier_name: Option<String>,
    pub version: i32,
    pub state: RewardState,
    /// Left, of how many; none: no limit.
    pub stock: Option<(i64, i64)>,
    /// Redemptions of the last 30 days.
    pub redeemed_recently: i64,
    /// Local to the program.
    pub updated_at: DateTime,
}

/// What is looked for in the list; every part may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    pub words: String,
    /// The name of a state.
    pub state: String,
    /// `name`, `price` or `newest`; else by redemptions of late.
    pub sort: String,
    /// The last reward of the page before.
    pub after: Option<RewardId>,
}

impl RewardState {
    pub const ALL: [Self; 5] = [Self::Live, Self::LowStock, Self::SoldOut, Self::Draft, Self::Withdrawn];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Live => "live",
            Self::LowStock => "low_stock",
            Self::SoldOut => "sold_out",
            Self::Withdrawn => "withdrawn",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl RewardForm {
    /// The form of a reward as it is.
    #[must_use]
    pub fn of(terms: &RewardTerms) -> Self {
        Self {
            name: terms.name.clone(),
            description: terms.description.clone(),
            category: terms.category.clone(),
            picture: terms.picture.clone(),
            price: terms.price.to_string(),
            limit_per_member: terms.limit_per_member.map(|limit| limit.to_string()).unwrap_or_default(),
            minimum_tier: terms.minimum_tier.clone().unwrap_or_default(),
            voucher_days: terms.voucher_days.to_string(),
            public_from: terms
                .public_from
                .map(|at| at.strftime("%Y-%m-%dT%H:%M").to_string())
                .unwrap_or_default(),
        }
    }

    /// What was typed, by the names of the fields.
    #[must_use]
    pub fn typed(&self) -> [(&str, &str); 9] {
        [
            ("name", &self.name),
            ("description", &self.description),
            ("category", &self.category),
            ("picture", &self.picture),
            ("price", &self.price),
            ("limit_per_member", &self.limit_per_member),
            ("minimum_tier", &self.minimum_tier),
            ("voucher_days", &self.voucher_days),
            ("public_from", &self.public_from),
        ]
    }

    /// Reads the form; every field that is wrong is named, with what to do.
    pub fn check(&self) -> Result<RewardTerms, Refusal> {
        let mut wrong = Vec::new();
        let name = text::said(&self.name, 80).unwrap_or_default().to_owned();
        if name.is_empty() {
            wrong.push(FieldError::new("name", "Name the reward in 1 to 80 characters that can be shown"));
        }
        let description = self.description.trim().to_owned();
        if description.chars().count() > 300 || !text::is_plain(&description) {
            let message = "Describe it in 300 characters or fewer, all of which can be shown";
            wrong.push(FieldError::new("description", message));
        }
        if !CATEGORIES.iter().any(|(known, _)| *known == self.category) {
            wrong.push(FieldError::new("category", "Choose a kind from the list"));
        }
        if !PICTURES.iter().any(|(known, _)| *known == self.picture) {
            wrong.push(FieldError::new("picture", "Choose a picture from the list"));
        }
        let mut number = |field: &str, text: &str, most: i64, message: &str| {
            let found = whole_number(text).filter(|number| (1..=most).contains(number));
            if found.is_none() {
                wrong.push(FieldError::new(field, message));
            }
            found.unwrap_or_default()
        };
        let price = number("price", &self.price, 100_000_000, "Give a price of 1 to 100,000,000 points");
        let limit_per_member = (!self.limit_per_member.trim().is_empty()).then(|| {
            let message = "Give a limit of 1 to 10,000, or leave it empty for none";
            number("limit_per_member", &self.limit_per_member, 10_000, message)
        });
        let voucher_days =
            number("voucher_days", &self.voucher_days, 3_660, "A voucher is good for 1 to 3,660 days");
        let public_from = moment(self.public_from.trim());
        if public_from.is_err() {
            let message = "Give a date and a time from 2000 to 2199, or leave it empty";
            wrong.push(FieldError::new("public_from", message));
        }
        if !wrong.is_empty() {
            return Err(Refusal::invalid(wrong));
        }
        Ok(RewardTerms {
            name,
            description,
            category: self.category.clone(),
            picture: self.picture.clone(),
            price,
            limit_per_member: limit_per_member.and_then(|limit| i32::try_from(limit).ok()),
            minimum_tier: Some(self.minimum_tier.clone()).filter(|tier| !tier.is_empty()),
            voucher_days: i16::try_from(voucher_days).unwrap_or(30),
            public_from: public_from.unwrap_or_default(),
        })
    }
}

/// A local time as the field of a form sends it, to the minute; empty is none.
fn moment(text: &str) -> Result<Option<DateTime>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let found: DateTime = text.parse().map_err(|_| ())?;
    if (2000..2200).contains(&found.year()) { Ok(Some(found)) } else { Err(()) }
}

/// A whole number as people type it, with or without separators: "1,400", "-20", "+5".
#[must_use]
pub fn whole_number(text: &str) -> Option<i64> {
    let plain: String = text.trim().chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '_')).collect();
    plain.replace('−', "-").strip_prefix('+').unwrap_or(&plain.replace('−', "-")).parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mug() -> RewardForm {
        RewardForm {
            name: " Stoneware mug ".into(),
            description: "No two alike.".into(),
            category: "thing".into(),
            picture: "mug".into(),
            price: "1,400".into(),
            limit_per_member: "1".into(),
            minimum_tier: String::new(),
            voucher_days: "30".into(),
            public_from: "2026-11-28T09:00".into(),
        }
    }

    #[test]
    fn a_form_reads_as_it_was_meant() {
        let terms = mug().check().expect("a reward");
        assert_eq!(
            (terms.name.as_str(), terms.price, terms.limit_per_member),
            ("Stoneware mug", 1_400, Some(1))
        );
        assert_eq!(RewardForm::of(&terms).check(), Ok(terms));
    }

    #[test]
    fn every_wrong_field_is_named() {
        let form = RewardForm {
            price: "a lot".into(),
            limit_per_member: "0".into(),
            public_from: "soon".into(),
            ..RewardForm::default()
        };
        let refusal = form.check().expect_err("refused");
        let fields: Vec<&str> = refusal.fields.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            ["name", "category", "picture", "price", "limit_per_member", "voucher_days", "public_from"]
        );
    }

    #[test]
    fn what_cannot_be_shown_is_refused() {
        for wrong in ["Mug\u{0}", "Mug\u{202e}", "\u{200b}"] {
            let form = RewardForm { name: wrong.into(), ..mug() };
            assert_eq!(form.check().expect_err("refused").fields[0].field, "name", "{wrong:?}");
        }
        let form = RewardForm { description: "No\u{0}two alike.".into(), ..mug() };
        assert_eq!(form.check().expect_err("refused").fields[0].field, "description");
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, number) in [("1,400", 1_400), ("+5", 5), ("-20", -20), ("−20", -20), (" 12 ", 12)] {
            assert_eq!(whole_number(text), Some(number), "{text}");
        }
        assert_eq!((whole_number(""), whole_number("1.5"), whole_number("--1")), (None, None, None));
    }

    proptest! {
        #[test]
        fn reading_a_number_never_panics(text in "\\PC{0,30}") {
            let _ = whole_number(&text);
        }
    }
}
