//! Boards as data: what they count, for which periods, who competes with whom, and what the first get.

use serde::{Deserialize, Serialize};

use super::{
    league::CohortTerms,
    period::{PeriodKind, Season},
};
use crate::domain::{
    challenge::Reward,
    refusal::{FieldError, Refusal},
    text::said,
};

/// The most points that one prize may be.
pub const MAX_PRIZE: i64 = 1_000_000;

/// The last rank that a prize may be for.
pub const LAST_PRIZE: i16 = 100;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $value:ident $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$of])* $value),+
        }

        impl $name {
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $text),+
                }
            }

            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$value),)+
                    _ => None,
                }
            }
        }
    };
}

words! {
    /// What a board counts.
    Metric {
        /// Points earned.
        Points "points",
        /// Local days with a purchase or a visit.
        Visits "visits",
        /// Levels of badges earned.
        Badges "badges",
        /// How far one has come in a challenge.
        Challenge "challenge",
    }
}

words! {
    /// Who competes with whom.
    Scope {
        /// Everybody.
        All "all",
        /// Those who bought at the same store; who buys at two is on both.
        Store "store",
        /// Those of one tier when they first scored in the period.
        Tier "tier",
        /// About thirty of the same league.
        Cohort "cohort",
    }
}

/// What the first of a period get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prize {
    pub kind: PeriodKind,
    pub from_rank: i16,
    pub to_rank: i16,
    /// Each of them.
    pub wins: Reward,
}

/// A board as staff make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// In addresses: `points`.
    pub leaderboard: String,
    pub name: String,
    pub metric: Metric,
    /// The challenge whose progress counts; only with that metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
    /// The days of the challenge, which says them: the only season of its board.
    #[serde(skip)]
    pub days: Option<Season>,
    pub scope: Scope,
    /// The first is shown unless another is asked for.
    pub periods: Vec<PeriodKind>,
    pub cohorts: CohortTerms,
    pub prizes: Vec<Prize>,
}

impl Board {
    /// The board that every program begins with.
    #[must_use]
    pub fn of_points() -> Self {
        Self {
            leaderboard: super::POINTS.to_owned(),
            name: "Points earned".to_owned(),
            metric: Metric::Points,
            challenge: None,
            days: None,
            scope: Scope::All,
            periods: vec![PeriodKind::Month, PeriodKind::Week, PeriodKind::All],
            cohorts: CohortTerms::default(),
            prizes: Vec::new(),
        }
    }

    /// Whether a score only grows with each entry of the journal, but for returns, so that it can go on from
    /// where it was counted to. What is bought at a store is no entry, and a visit may be one already.
    #[must_use]
    pub fn is_added_to(&self) -> bool {
        self.metric == Metric::Points && self.scope != Scope::Store
    }

    /// Its seasons: those that staff named, or the days of its challenge.
    #[must_use]
    pub fn seasons<'a>(&'a self, named: &'a [Season]) -> &'a [Season] {
        if self.challenge.is_some() { self.days.as_slice() } else { named }
    }

    /// What stands at a rank wins in a period of a kind; the first prize that fits.
    #[must_use]
    pub fn prize(&self, kind: PeriodKind, rank: i64) -> Option<&Reward> {
        let fits = |prize: &&Prize| {
            prize.kind == kind && (i64::from(prize.from_rank)..=i64::from(prize.to_rank)).contains(&rank)
        };
        self.prizes.iter().find(fits).map(|prize| &prize.wins)
    }

    /// The last rank that wins something in a period of a kind.
    #[must_use]
    pub fn last_prize(&self, kind: PeriodKind) -> i16 {
        let of_kind = self.prizes.iter().filter(|prize| prize.kind == kind);
        of_kind.map(|prize| prize.to_rank).max().unwrap_or_default()
    }

    /// Refuses `invalid` what can't be a board, with a word beside each field, by its name in the form.
    pub fn check(&self) -> Result<(), Refusal> {
        let mut wrong = Vec::new();
        let mut say = |field: &str, message: &str| wrong.push(FieldError::new(field, message));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.leaderboard.is_empty() || self.leaderboard.len() > 40 || !self.leaderboard.chars().all(plain)
        {
            say("leaderboard", "Use up to 40 small letters, digits and hyphens, such as spring-visits");
        }
        if said(&self.name, 60).is_none() {
            say("name", "Give it a name of up to 60 characters");
        }
        if self.periods.is_empty() {
            say("periods", "Choose at least one period");
        }
        let lasting = matches!(self.scope, Scope::Tier | Scope::Cohort);
        if lasting && self.periods.contains(&PeriodKind::All) {
            say("periods", "Tiers and cohorts compete for a time: leave all time out");
        }
        if self.scope == Scope::Cohort && self.periods.len() > 1 {
            say("periods", "Leagues move with one kind of period: choose one");
        }
        if (self.metric == Metric::Challenge) != self.challenge.is_some() {
            say("counts[challenge]", "Choose the challenge whose progress counts");
        }
        if self.challenge.is_some() && self.scope != Scope::All {
            say("scope", "All who are in a challenge compete with each other: choose everybody");
        }
        if self.challenge.is_some() && self.periods != [PeriodKind::Season] {
            say("periods", "The days of the challenge are the only period");
        }
        if self.scope == Scope::Store && self.metric == Metric::Badges {
            say("scope", "Badges belong to no store: count points or visits by store");
        }
        let CohortTerms { size, promote, demote, leagues } = self.cohorts;
        if !(5..=100).contains(&size) {
            say("cohorts[size]", "A cohort has 5 to 100 members");
        }
        if !(0..=50).contains(&promote) || !(0..=50).contains(&demote) || promote + demote > size {
            say("cohorts[promote]", "Who goes up and who goes down are no more than the cohort");
        }
        if !(1..=10).contains(&leagues) {
            say("cohorts[leagues]", "There are 1 to 10 leagues");
        }
        for at in 0..self.prizes.len() {
            if let Some((field, message)) = self.wrong_prize(at) {
                say(&prize_field(at, field), &format!("Prize {}: {message}", at + 1));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::invalid(wrong)) }
    }

    /// What is wrong with a prize, and with which of its fields.
    fn wrong_prize(&self, at: usize) -> Option<(&'static str, &'static str)> {
        let prize = &self.prizes[at];
        if prize.kind == PeriodKind::All {
            return Some(("kind", "all time never ends, so it has no prizes"));
        }
        if !self.periods.contains(&prize.kind) {
            return Some(("kind", "the board has no such period; tick it above, or choose another"));
        }
        if !(1..=LAST_PRIZE).contains(&prize.from_rank) {
            return Some(("from", "prizes are for ranks 1 to 100"));
        }
        if !(prize.from_rank..=LAST_PRIZE).contains(&prize.to_rank) {
            return Some(("to", "ranks go from the better to the lesser, up to 100"));
        }
        if matches!(prize.wins, Reward::Points(points) if !(1..=MAX_PRIZE).contains(&points)) {
            return Some(("points", "give 1 to 1,000,000 points"));
        }
        let meets = |other: &Prize| {
            other.kind == prize.kind && other.from_rank <= prize.to_rank && prize.from_rank <= other.to_rank
        };
        self.prizes[..at].iter().any(meets).then_some(("from", "a prize above is for the same rank"))
    }
}

/// What a field of a prize is called in the form.
#[must_use]
pub fn prize_field(at: usize, field: &str) -> String {
    format!("prizes[{at}][{field}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(board: &Board) -> Vec<String> {
        board.check().expect_err("refused").fields.into_iter().map(|field| field.field).collect()
    }

    #[test]
    fn the_board_that_a_program_begins_with_is_one() {
        assert_eq!(Board::of_points().check(), Ok(()));
    }

    #[test]
    fn what_makes_no_sense_is_refused_at_its_field() {
        let good = Board::of_points();
        assert_eq!(refused(&Board { scope: Scope::Tier, ..good.clone() }), ["periods"]);
        assert_eq!(
            refused(&Board { name: " ".into(), periods: vec![], ..good.clone() }),
            ["name", "periods"]
        );
        assert_eq!(refused(&Board { leaderboard: "A b".into(), ..good.clone() }), ["leaderboard"]);
        let by_store = Board { scope: Scope::Store, metric: Metric::Badges, ..good.clone() };
        assert_eq!(refused(&by_store), ["scope"]);
        let greedy = CohortTerms { size: 10, promote: 6, demote: 5, leagues: 0 };
        assert_eq!(refused(&Board { cohorts: greedy, ..good }), ["cohorts[promote]", "cohorts[leagues]"]);
    }

    #[test]
    fn a_board_of_a_challenge_has_its_days_and_nothing_else() {
        let points = Board::of_points();
        let of = |challenge: Option<&str>, scope, periods: &[PeriodKind]| Board {
            metric: Metric::Challenge,
            challenge: challenge.map(str::to_owned),
            scope,
            periods: periods.to_vec(),
            ..points.clone()
        };
        assert_eq!(of(Some("two"), Scope::All, &[PeriodKind::Season]).check(), Ok(()));
        assert_eq!(refused(&of(None, Scope::All, &[PeriodKind::Season])), ["counts[challenge]"]);
        assert_eq!(refused(&of(Some("two"), Scope::Tier, &[PeriodKind::Month])), ["scope", "periods"]);
        assert_eq!(
            refused(&Board { challenge: Some("two".into()), ..points.clone() }),
            ["counts[challenge]", "periods"]
        );
    }

    #[test]
    fn each_rank_has_one_prize() {
        let wins = Reward::Points;
        let prize =
            |from_rank, to_rank| Prize { kind: PeriodKind::Month, from_rank, to_rank, wins: wins(100) };
        let with = |prizes| Board { prizes, ..Board::of_points() };
        let good = with(vec![prize(1, 1), Prize { wins: wins(50), ..prize(2, 10) }]);
        assert_eq!(good.check(), Ok(()));
        let won = |rank| good.prize(PeriodKind::Month, rank);
        assert_eq!(
            (won(1), won(2), won(10), won(11)),
            (Some(&wins(100)), Some(&wins(50)), Some(&wins(50)), None)
        );
        assert_eq!((good.prize(PeriodKind::Week, 1), good.last_prize(PeriodKind::Month)), (None, 10));
        let of = |kind| Prize { kind, ..prize(1, 1) };
        for (prizes, field) in [
            (vec![prize(1, 3), prize(3, 4)], "prizes[1][from]"),
            (vec![prize(0, 1)], "prizes[0][from]"),
            (vec![prize(4, 3)], "prizes[0][to]"),
            (vec![prize(90, 101)], "prizes[0][to]"),
            (vec![Prize { wins: wins(0), ..prize(1, 1) }], "prizes[0][points]"),
            (vec![of(PeriodKind::All)], "prizes[0][kind]"),
            (vec![prize(1, 1), of(PeriodKind::Season)], "prizes[1][kind]"),
        ] {
            assert_eq!(refused(&with(prizes)), [field]);
        }
        let errors = with(vec![prize(0, 1), prize(9, 3)]).check().expect_err("refused").fields;
        let told: Vec<&str> = errors.iter().map(|error| &*error.message).collect();
        assert!(told[0].starts_with("Prize 1: ") && told[1].starts_with("Prize 2: "), "{told:?}");
    }
}
