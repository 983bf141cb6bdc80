//! What staff want to know about the program, in numbers.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The program as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub members: i64,
    /// Members with a purchase in the last 30 days.
    pub active_members: i64,
    /// Members with a purchase at all, and with more than one.
    pub buyers: i64,
    pub repeat_buyers: i64,
    pub purchases: i64,
    /// What all purchases came to, in minor units.
    pub spend: i64,
    pub issued: i64,
    pub spent: i64,
    pub expired: i64,
    /// Given less taken by hand.
    pub adjusted: i64,
    /// What members still have: the liability.
    pub outstanding: i64,
    /// Oldest first.
    pub months: Vec<Month>,
}

/// One calendar month, in the program's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// Its first day.
    pub month: Date,
    pub purchases: i64,
    pub active_members: i64,
    pub new_members: i64,
    pub issued: i64,
    pub spent: i64,
}

impl Overview {
    /// Points that were redeemed of those that were issued, in percent; none while nothing was issued.
    #[must_use]
    pub fn redemption_percent(&self) -> Option<i64> {
        percent(self.spent, self.issued)
    }

    /// Buyers who came back, in percent.
    #[must_use]
    pub fn repeat_percent(&self) -> Option<i64> {
        percent(self.repeat_buyers, self.buyers)
    }

    /// What a purchase comes to on average, in minor units, halves up.
    #[must_use]
    pub fn average_basket(&self) -> Option<i64> {
        (self.purchases > 0).then(|| (self.spend + self.purchases / 2) / self.purchases)
    }
}

fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part * 100 + whole / 2) / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_and_nothing_is_divided_by_nothing() {
        let overview = Overview {
            issued: 300,
            spent: 200,
            buyers: 0,
            purchases: 2,
            spend: 1_101,
            ..Overview::default()
        };
        assert_eq!(overview.redemption_percent(), Some(67));
        assert_eq!(overview.repeat_percent(), None);
        assert_eq!(overview.average_basket(), Some(551));
        assert_eq!(Overview::default().average_basket(), None);
    }
}
