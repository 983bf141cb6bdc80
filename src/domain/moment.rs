//! Moments: what a member should hear of, in words that stay as they were.

use jiff::Timestamp;

use crate::domain::{
    badge::{Badge, Level},
    challenge::{Challenge, Reward},
    leaderboard::league::league_name,
    metric::Period,
    points::grouped,
    streak::units,
    tier::Tier,
    words::points as points_in_words,
};

/// What the moment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MomentKind {
    /// A badge, or a higher level of it.
    Badge,
    /// A higher tier; a lower one is no moment.
    Tier,
    /// A challenge was completed.
    Challenge,
    /// A run came to a milestone.
    Streak,
    /// A league up.
    Promotion,
    /// A league down: kept in the inbox, never celebrated.
    Demotion,
    /// Points for a rank.
    Prize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    pub kind: MomentKind,
    pub heading: String,
    pub words: String,
    /// The medal beside it.
    pub glyph: String,
    pub metal: Level,
    pub happened_at: Timestamp,
}

impl MomentKind {
    pub const ALL: [Self; 7] = [
        Self::Badge,
        Self::Tier,
        Self::Challenge,
        Self::Streak,
        Self::Promotion,
        Self::Demotion,
        Self::Prize,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Badge => "badge",
            Self::Tier => "tier",
            Self::Challenge => "challenge",
            Self::Streak => "streak",
            Self::Promotion => "promotion",
            Self::Demotion => "demotion",
            Self::Prize => "prize",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What stands above the heading.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Badge => "New badge",
            Self::Tier => "New tier",
            Self::Challenge => "Challenge completed",
            Self::Streak => "Streak",
            Self::Promotion => "A league up",
            Self::Demotion => "A new league",
            Self::Prize => "Prize",
        }
    }

    /// Kept in the inbox without a sheet on the open page.
    #[must_use]
    pub fn is_quiet(self) -> bool {
        self == Self::Demotion
    }
}

impl Moment {
    /// A badge was awarded.
    #[must_use]
    pub fn of_badge(badge: &Badge, level: Level, happened_at: Timestamp) -> Self {
        Self {
            kind: MomentKind::Badge,
            heading: format!("{}, {}", badge.name, level.as_str()),
            words: badge.description.clone(),
            glyph: badge.glyph.clone(),
            metal: level,
            happened_at,
        }
    }

    /// A challenge was completed; `missed` says why nothing could be given for it.
    #[must_use]
    pub fn of_challenge(challenge: &Challenge, missed: Option<&str>, happened_at: Timestamp) -> Self {
        let words = match (missed, &challenge.rule.reward) {
            (Some(why), _) => format!("The challenge is yours. Its reward could not be given: {why}"),
            (None, Reward::Points(points)) => format!("{} points are in your wallet.", grouped(*points)),
            (None, Reward::Badge { .. }) => "A badge is yours.".to_owned(),
            (None, Reward::Voucher(_)) => "A voucher waits among your rewards.".to_owned(),
        };
        Self {
            kind: MomentKind::Challenge,
            heading: format!("{} completed", challenge.name),
            words,
            glyph: challenge.glyph.clone(),
            metal: Level::Gold,
            happened_at,
        }
    }

    /// A tier was reached; `None` when it is no higher than the one before.
    #[must_use]
    pub fn of_tier(tiers: &[Tier], from: &str, to: &str, happened_at: Timestamp) -> Option<Self> {
        let rank = |name: &str| tiers.iter().find(|tier| tier.tier == name).map_or(0, |tier| tier.rank);
        let tier = tiers.iter().find(|tier| tier.tier == to)?;
        (tier.rank > rank(from)).then(|| Self {
            kind: MomentKind::Tier,
            heading: format!("You are {} now", tier.name),
            words: tier.benefits.clone(),
            glyph: "crown".to_owned(),
            metal: metal_of_rank(tier.rank),
            happened_at,
        })
    }

    /// A run came to a milestone. `frozen`: how many periods freezes covered on the way.
    #[must_use]
    pub fn of_streak(
        (unit, periods): (Period, i64),
        points: i64,
        frozen: i64,
        metal: Level,
        happened_at: Timestamp,
    ) -> Self {
        let mut words = match points {
            0 => "Every one of them a leaf on your twig.".to_owned(),
            points => format!("{} for it are yours.", points_in_words(points)),
        };
        if frozen > 0 {
            words.push_str(" A freeze lent a hand on the way.");
        }
        let heading = format!("{} in a row", units(unit, periods));
        Self { kind: MomentKind::Streak, heading, words, glyph: "flame".to_owned(), metal, happened_at }
    }

    /// A league up or down, when a period of a board was closed. `place` is the one in the cohort.
    #[must_use]
    pub fn of_league(board: &str, (from, to): (i16, i16), place: i64, happened_at: Timestamp) -> Self {
        let league = league_name(to);
        let (kind, heading, words) = if to > from {
            let words = format!("Place {place} of your group in {board} took you a league up.");
            (MomentKind::Promotion, format!("You are in the {league} league now"), words)
        } else {
            let words = format!("A new round of {board} begins in it, and the way up is open to everybody.");
            (MomentKind::Demotion, format!("You play in the {league} league now"), words)
        };
        Self { kind, heading, words, glyph: "mountain".to_owned(), metal: metal_of_rank(to), happened_at }
    }

    /// What was won for a rank of a board's period, in words.
    #[must_use]
    pub fn of_prize(reason: &str, rank: i64, words: String, happened_at: Timestamp) -> Self {
        let metal = match rank {
            1 => Level::Gold,
            2 => Level::Silver,
            _ => Level::Bronze,
        };
        Self {
            kind: MomentKind::Prize,
            heading: reason.to_owned(),
            words,
            glyph: "gift".to_owned(),
            metal,
            happened_at,
        }
    }
}

/// The first tier is where everybody starts; what is above the third shines no more than gold.
fn metal_of_rank(rank: i16) -> Level {
    match rank {
        ..=1 => Level::Bronze,
        2 => Level::Silver,
        _ => Level::Gold,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tier::tests::ladder;

    #[test]
    fn only_a_higher_tier_is_a_moment() {
        let at = Timestamp::UNIX_EPOCH;
        let up = Moment::of_tier(&ladder(), "bronze", "gold", at).expect("a moment");
        assert_eq!((up.heading.as_str(), up.metal), ("You are gold now", Level::Gold));
        assert_eq!(Moment::of_tier(&ladder(), "gold", "silver", at), None);
        assert_eq!(Moment::of_tier(&ladder(), "silver", "silver", at), None);
        assert_eq!(Moment::of_tier(&ladder(), "silver", "no such tier", at), None);
    }
}
