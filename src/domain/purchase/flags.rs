//! What a line is, where it is no ordinary thing that was bought: such lines earn nothing.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Why a line does not count for points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Money put on a gift card: what is bought with it earns.
    GiftCard,
    Shipping,
    /// Tax that the source tells as a line of its own.
    Tax,
    /// Anything else that the shop does not want to earn.
    Excluded,
}

/// The flags of a line, stored as one small number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags(u8);

impl Flag {
    pub const ALL: [Self; 4] = [Self::GiftCard, Self::Shipping, Self::Tax, Self::Excluded];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GiftCard => "gift_card",
            Self::Shipping => "shipping",
            Self::Tax => "tax",
            Self::Excluded => "excluded",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.as_str() == text)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl Flags {
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub const fn with(self, flag: Flag) -> Self {
        Self(self.0 | flag.bit())
    }

    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.into_iter().filter(move |flag| self.0 & flag.bit() != 0)
    }

    /// As stored.
    #[must_use]
    pub const fn bits(self) -> i16 {
        self.0 as i16
    }

    /// From what is stored; bits that mean nothing are left out.
    #[must_use]
    pub fn of_bits(bits: i16) -> Self {
        Self(u8::try_from(bits & 0b1111).unwrap_or_default())
    }
}

impl FromIterator<Flag> for Flags {
    fn from_iter<I: IntoIterator<Item = Flag>>(flags: I) -> Self {
        flags.into_iter().fold(Self::default(), Self::with)
    }
}

/// On the wire: a list of words.
impl Serialize for Flags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Flag::as_str))
    }
}

impl<'de> Deserialize<'de> for Flags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        let flag = |word: &String| {
            let known = "gift_card, shipping, tax or excluded";
            Flag::parse(word).ok_or_else(|| D::Error::custom(format!("unknown flag {word}; one of {known}")))
        };
        words.iter().map(flag).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_read_back_from_words_and_from_what_is_stored() {
        for number in 0..16 {
            let flags = Flags::of_bits(number);
            let json = serde_json::to_string(&flags).expect("json");
            assert_eq!(serde_json::from_str::<Flags>(&json).expect("flags"), flags);
            assert_eq!(Flags::of_bits(flags.bits()), flags);
        }
        assert_eq!(serde_json::to_string(&Flags::default().with(Flag::Tax)).expect("json"), r#"["tax"]"#);
        assert!(serde_json::from_str::<Flags>(r#"["free"]"#).is_err());
    }
}
