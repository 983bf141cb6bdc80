//! What rules may read that is not in the document itself: the member and the moment. A trace carries them,
//! so that the same document can be evaluated again years later.

use serde::{Deserialize, Serialize};

use crate::domain::tier::Tier;

/// The keys are short and what is usual is left out, because every ledger entry keeps this.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The tier that counted, and its rate then: 125 means a quarter more points.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<(String, i32)>,
    /// Nothing was bought before.
    #[serde(rename = "n", default, skip_serializing_if = "is_false")]
    pub first_purchase: bool,
    /// The windows around their birthday in which the member was, as days before and after. Never the date:
    /// the ledger holds no personal data.
    #[serde(rename = "b", default, skip_serializing_if = "Vec::is_empty")]
    pub birthday: Vec<(i16, i16)>,
    /// The segments that the member was in, sorted.
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What was used of limits and budgets before, by their names: millionths of a point, or times.
    #[serde(rename = "u", default, skip_serializing_if = "Vec::is_empty")]
    pub used: Vec<(String, i64)>,
}

impl Facts {
    /// Facts about a member of a tier, and nothing else.
    #[must_use]
    pub fn of_tier(tier: Option<&Tier>) -> Self {
        Self { tier: tier.map(|tier| (tier.tier.clone(), tier.earn_percent)), ..Self::default() }
    }

    /// What was used of a limit or budget before.
    #[must_use]
    pub fn used_of(&self, name: &str) -> i64 {
        self.used.iter().find(|(known, _)| known == name).map_or(0, |(_, used)| *used)
    }

    /// Nothing but what everybody begins with.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
