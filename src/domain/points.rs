//! Points are whole numbers; money is whole minor units. Both print with thousands separated.

use serde::{Deserialize, Serialize};

/// A number of points, or a change of one. Whole, signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(pub i64);

/// An amount in minor units (cents) of the program's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

impl Money {
    /// Reads a plain decimal ("12.30", "-1", ".5") into minor units; `None` when it is not one, has more
    /// decimals than the currency, or does not fit.
    #[must_use]
    pub fn parse(text: &str, digits: u32) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction = fraction.trim_end_matches('0');
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && !text.starts_with('.'))
            || text == "."
            || !all_digits(whole)
            || !all_digits(fraction)
        {
            return None;
        }
        if fraction.len() > digits as usize {
            return None;
        }
        let mut minor: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        minor = minor.checked_mul(10_i64.pow(digits))?;
        if !fraction.is_empty() {
            let padded: i64 = fraction.parse().ok()?;
            minor = minor.checked_add(padded * 10_i64.pow(digits - u32::try_from(fraction.len()).ok()?))?;
        }
        Some(Self(if negative { -minor } else { minor }))
    }

    /// The plain decimal that `parse` reads back: "12.30".
    #[must_use]
    pub fn decimal(self, digits: u32) -> String {
        let unit = 10_u64.pow(digits);
        let (sign, minor) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        if digits == 0 {
            return format!("{sign}{minor}");
        }
        format!("{sign}{}.{:0width$}", minor / unit, minor % unit, width = digits as usize)
    }
}

impl Money {
    /// For people: 227,047.79.
    #[must_use]
    pub fn grouped(self, digits: u32) -> String {
        let unit = 10_i64.pow(digits);
        let whole = grouped(self.0 / unit);
        let sign = if self.0 < 0 && self.0 > -unit { "−" } else { "" };
        if digits == 0 {
            return whole;
        }
        format!("{sign}{whole}.{:0width$}", (self.0 % unit).abs(), width = digits as usize)
    }
}

/// A whole number with thousands separated by commas: 1,234,567.
#[must_use]
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        out.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn money_reads_back_what_it_prints(minor in -1_000_000_000_i64..1_000_000_000, digits in 0_u32..4) {
            prop_assert_eq!(Money::parse(&Money(minor).decimal(digits), digits), Some(Money(minor)));
        }

        #[test]
        fn reading_money_never_panics(text in "\\PC{0,30}") {
            let _ = Money::parse(&text, 2);
        }
    }

    #[test]
    fn money_refuses_what_is_not_a_plain_decimal() {
        for text in ["", ".", "-", "1,5", "1.234", "1e3", "€1", " 1", "NaN", "1.2.3", "99999999999999999999"]
        {
            assert_eq!(Money::parse(text, 2), None, "{text:?}");
        }
        assert_eq!(Money::parse(".5", 2), Some(Money(50)));
        assert_eq!(Money::parse("7.500", 2), Some(Money(750)));
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(-1_000), "−1,000");
        assert_eq!(Money(22_704_779).grouped(2), "227,047.79");
        assert_eq!(Money(-5).grouped(2), "−0.05");
        assert_eq!(Money(1_234).grouped(0), "1,234");
    }
}
