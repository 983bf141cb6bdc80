//! The number on a member's card: eight digits of chance and a check digit, so that one mistyped digit is
//! noticed at the till. The check digit is the Luhn digit of ISO/IEC 7812-1.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Nine digits, the last of which checks the others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CardNo(String);

impl CardNo {
    /// The card of a number drawn by chance; only its last eight digits count.
    #[must_use]
    pub fn drawn(chance: u64) -> Self {
        let payload = format!("{:08}", chance % 100_000_000);
        let check = check_digit(payload.bytes());
        Self(format!("{payload}{check}"))
    }

    /// Reads a card number as people write it, with or without spaces and dashes; `None` when a digit is
    /// wrong.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 40 {
            return None;
        }
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect();
        if digits.len() != 9 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (payload, check) = digits.split_at(8);
        (check == check_digit(payload.bytes()).to_string()).then_some(Self(digits))
    }

    /// The nine digits without spaces.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// As it stands on a card: 482 917 304.
impl fmt::Display for CardNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", &self.0[..3], &self.0[3..6], &self.0[6..])
    }
}

/// The digit that makes the Luhn sum a multiple of ten: from the right, every other digit is doubled.
fn check_digit(payload: impl DoubleEndedIterator<Item = u8>) -> u8 {
    let sum: u32 = payload
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            if place % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
        })
        .sum();
    u8::try_from((10 - sum % 10) % 10).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_drawn_card_reads_back(chance in any::<u64>()) {
            let card = CardNo::drawn(chance);
            prop_assert_eq!(CardNo::parse(&card.to_string()), Some(card.clone()));
            prop_assert_eq!(CardNo::parse(card.digits()), Some(card));
        }

        #[test]
        fn one_wrong_digit_is_noticed(chance in any::<u64>(), place in 0_usize..9, by in 1_u8..10) {
            let mut digits = CardNo::drawn(chance).digits().as_bytes().to_vec();
            digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
            prop_assert_eq!(CardNo::parse(std::str::from_utf8(&digits).expect("digits")), None);
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,60}") {
            let _ = CardNo::parse(&text);
        }
    }

    #[test]
    fn the_check_digit_is_luhns() {
        // The example of ISO/IEC 7812-1, annex B: 7992739871 is checked by 3.
        assert_eq!(check_digit(b"7992739871".iter().copied()), 3);
    }
}
