//! Rewards: what can be had for points, and why not.

pub mod opening;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};

use self::opening::{Opening, instant};

/// Why a member can't have a reward now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum WhyNot {
    /// Withdrawn or not published.
    Inactive,
    /// For members of a higher tier.
    TierTooLow {
        tier: String,
    },
    /// It has not opened to this member's tier.
    NotYet {
        /// When it does, in local time.
        from: DateTime,
        opening: Opening,
    },
    LimitReached {
        limit: i32,
    },
    OutOfStock,
    PointsMissing {
        points: i64,
    },
}

/// What decides whether a reward can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms<'a> {
    pub live: bool,
    pub price: i64,
    /// `None`: no limit on stock.
    pub remaining: Option<i64>,
    pub limit_per_member: Option<i32>,
    /// Rank and name of the lowest tier that may have it.
    pub minimum_tier: Option<(i16, &'a str)>,
    /// `None`: it is open to all as soon as it is live.
    pub opening: Option<Opening>,
}

/// Who asks for it, and when.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// Points that they can spend.
    pub available: i64,
    pub tier_rank: i16,
    /// How often they have had it.
    pub redeemed: i64,
    pub now: Timestamp,
    pub zone: &'a TimeZone,
}

/// The reason that stands in the way, the one that can't be helped first; `None`: it can be had.
#[must_use]
pub fn why_not(terms: &Terms<'_>, asking: Asking<'_>) -> Option<WhyNot> {
    let Asking { available, tier_rank, redeemed, now, zone } = asking;
    if !terms.live {
        return Some(WhyNot::Inactive);
    }
    if let Some((rank, name)) = terms.minimum_tier.filter(|(rank, _)| *rank > tier_rank) {
        debug_assert!(rank > 0);
        return Some(WhyNot::TierTooLow { tier: name.to_owned() });
    }
    if let Some(opening) = &terms.opening {
        let from = opening.for_rank(tier_rank);
        if now < instant(from, zone) {
            return Some(WhyNot::NotYet { from, opening: opening.clone() });
        }
    }
    if let Some(limit) = terms.limit_per_member.filter(|limit| redeemed >= i64::from(*limit)) {
        return Some(WhyNot::LimitReached { limit });
    }
    if terms.remaining == Some(0) {
        return Some(WhyNot::OutOfStock);
    }
    (available < terms.price).then(|| WhyNot::PointsMissing { points: terms.price - available })
}

/// Letters and digits that can't be mistaken for one another.
const CODE_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A voucher's code from 50 random bits and the reward's name: COF-7KQ4-M2XP-9R.
#[must_use]
pub fn voucher_code(reward_name: &str, random: u64) -> String {
    let mut prefix: String = reward_name
        .chars()
        .filter(char::is_ascii_alphabetic)
        .take(3)
        .collect::<String>()
        .to_ascii_uppercase();
    if prefix.len() < 3 {
        prefix.replace_range(.., "GET");
    }
    let digit = |place: u32| char::from(CODE_ALPHABET[((random >> (5 * place)) & 31) as usize]);
    let digits: String = (0..10).map(digit).collect();
    format!("{prefix}-{}-{}-{}", &digits[..4], &digits[4..8], &digits[8..])
}

/// The code that somebody typed, as it is kept: in capitals, with its dashes.
#[must_use]
pub fn read_code(text: &str) -> String {
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_uppercase();
    if letters.len() != 13 {
        return letters;
    }
    format!("{}-{}-{}-{}", &letters[..3], &letters[3..7], &letters[7..11], &letters[11..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_that_cannot_be_helped_comes_first() {
        let terms = Terms {
            live: true,
            price: 100,
            remaining: Some(0),
            limit_per_member: Some(1),
            minimum_tier: Some((2, "Silver")),
            opening: None,
        };
        let why_not = |terms: &Terms<'_>, available, tier_rank, redeemed| {
            let (now, zone) = (Timestamp::UNIX_EPOCH, &TimeZone::UTC);
            super::why_not(terms, Asking { available, tier_rank, redeemed, now, zone })
        };
        assert_eq!(why_not(&terms, 0, 1, 1), Some(WhyNot::TierTooLow { tier: "Silver".into() }));
        assert_eq!(why_not(&terms, 0, 2, 1), Some(WhyNot::LimitReached { limit: 1 }));
        assert_eq!(why_not(&terms, 0, 2, 0), Some(WhyNot::OutOfStock));
        let terms = Terms { remaining: None, ..terms };
        assert_eq!(why_not(&terms, 40, 2, 0), Some(WhyNot::PointsMissing { points: 60 }));
        assert_eq!(why_not(&terms, 100, 3, 0), None);
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in ["COF-7KQ4-M2XP-9R", " cof-7kq4-m2xp-9r\n", "cof7kq4m2xp9r", "COF 7KQ4 M2XP 9R"] {
            assert_eq!(read_code(typed), "COF-7KQ4-M2XP-9R", "{typed}");
        }
        assert_eq!((read_code(""), read_code("½\0!")), (String::new(), String::new()));
    }

    #[test]
    fn a_code_has_its_reward_and_no_mistakable_letters() {
        assert_eq!(voucher_code("Any coffee, on us", 0), "ANY-2222-2222-22");
        assert_eq!(voucher_code("½", u64::MAX), "GET-ZZZZ-ZZZZ-ZZ");
    }
}
