//! A board and a season as staff type them.

use serde::{Deserialize, Serialize};

use super::{
    board::{Board, Metric, Prize, Scope, prize_field},
    league::CohortTerms,
    period::{PeriodKind, Season},
};
use crate::domain::{
    badge::Level,
    catalogue::whole_number,
    challenge::Reward,
    refusal::{FieldError, Refusal},
};

/// How many prizes the form has room for.
pub const PRIZES: usize = 5;

/// A board as it is typed into its form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardForm {
    pub leaderboard: String,
    pub name: String,
    #[serde(default)]
    pub metric: String,
    /// The challenge whose progress counts, for a board of one.
    #[serde(default)]
    pub challenge: String,
    #[serde(default)]
    pub scope: String,
    /// The period that is shown first.
    pub first: String,
    #[serde(default)]
    pub periods: PeriodsForm,
    pub cohorts: CohortForm,
    #[serde(default)]
    pub prizes: Vec<PrizeForm>,
}

/// The periods that are ticked: `true`; an unticked box sends nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PeriodsForm {
    pub week: String,
    pub month: String,
    pub season: String,
    pub all: String,
}

impl PeriodsForm {
    fn of(board: &Board) -> Self {
        let ticked = |kind| if board.periods.contains(&kind) { "true".to_owned() } else { String::new() };
        Self {
            week: ticked(PeriodKind::Week),
            month: ticked(PeriodKind::Month),
            season: ticked(PeriodKind::Season),
            all: ticked(PeriodKind::All),
        }
    }

    /// Those that are ticked.
    pub fn ticked(&self) -> impl Iterator<Item = PeriodKind> {
        let ticks = [
            (PeriodKind::Month, &self.month),
            (PeriodKind::Week, &self.week),
            (PeriodKind::Season, &self.season),
            (PeriodKind::All, &self.all),
        ];
        ticks.into_iter().filter(|(_, tick)| *tick == "true").map(|(kind, _)| kind)
    }
}

/// What a board counts, as it is typed; the challenge of a board of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountsForm {
    pub metric: String,
    #[serde(default)]
    pub challenge: String,
}

/// How cohorts work, as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CohortForm {
    pub size: String,
    pub promote: String,
    pub demote: String,
    pub leagues: String,
}

/// One prize as it is typed; without ranks it is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrizeForm {
    pub kind: String,
    pub from: String,
    pub to: String,
    /// `points`, "badge regular bronze" or "voucher" with the reward's id.
    #[serde(default)]
    pub wins: String,
    /// How many, of points.
    pub points: String,
}

impl PrizeForm {
    fn of(prize: &Prize) -> Self {
        let (wins, points) = match &prize.wins {
            Reward::Points(points) => ("points".to_owned(), points.to_string()),
            Reward::Badge { badge, level } => (format!("badge {badge} {}", level.as_str()), String::new()),
            Reward::Voucher(id) => (format!("voucher {id}"), String::new()),
        };
        let (kind, from, to) = (prize.kind.as_str(), prize.from_rank, prize.to_rank);
        Self { kind: kind.to_owned(), from: from.to_string(), to: to.to_string(), wins, points }
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let is_points = ["", "points"].contains(&self.wins.trim());
        is_points && [&self.from, &self.to, &self.points].iter().all(|typed| typed.trim().is_empty())
    }

    /// The prize at a place; those of a challenge's board are for its days.
    fn read(&self, at: usize, of_challenge: bool) -> Result<Prize, FieldError> {
        let wrong = |field: &str, message: &str| {
            FieldError::new(&prize_field(at, field), format!("Prize {}: {message}", at + 1))
        };
        let rank = |field: &str, text: &str| {
            whole_number(text).map(within).ok_or_else(|| wrong(field, "give the rank as a whole number"))
        };
        let from_rank = rank("from", &self.from)?;
        let to_rank = if self.to.trim().is_empty() { from_rank } else { rank("to", &self.to)? };
        let kind = PeriodKind::parse(&self.kind).unwrap_or(PeriodKind::All);
        let kind = if of_challenge { PeriodKind::Season } else { kind };
        let wins = self.reward().ok_or_else(|| wrong("wins", "choose what each wins"))?;
        Ok(Prize { kind, from_rank, to_rank, wins })
    }

    fn reward(&self) -> Option<Reward> {
        let words: Vec<&str> = self.wins.split_whitespace().collect();
        match words.as_slice() {
            [] | ["points"] => Some(Reward::Points(whole_number(&self.points).unwrap_or_default())),
            ["badge", badge, level] => {
                Some(Reward::Badge { badge: (*badge).to_owned(), level: Level::parse(level)? })
            }
            ["voucher", id] => Some(Reward::Voucher(id.parse().ok()?)),
            _ => None,
        }
    }
}

impl BoardForm {
    /// The form that shows a board.
    #[must_use]
    pub fn of(board: &Board) -> Self {
        Self {
            leaderboard: board.leaderboard.clone(),
            name: board.name.clone(),
            metric: board.metric.as_str().to_owned(),
            challenge: board.challenge.clone().unwrap_or_default(),
            scope: board.scope.as_str().to_owned(),
            first: board.periods.first().map_or("month", |kind| kind.as_str()).to_owned(),
            periods: PeriodsForm::of(board),
            cohorts: CohortForm {
                size: board.cohorts.size.to_string(),
                promote: board.cohorts.promote.to_string(),
                demote: board.cohorts.demote.to_string(),
                leagues: board.cohorts.leagues.to_string(),
            },
            prizes: board.prizes.iter().map(PrizeForm::of).collect(),
        }
    }

    /// Prizes of which nothing was typed are none.
    pub fn drop_empty_prizes(&mut self) {
        self.prizes.retain(|prize| !prize.is_empty());
    }

    /// The board that was typed, without empty prizes. Refused: `invalid`, with a word beside each field.
    pub fn read(&self) -> Result<Board, Refusal> {
        let mut wrong = Vec::new();
        let mut number = |field: &str, text: &str| {
            whole_number(text).map_or_else(
                || {
                    wrong.push(FieldError::new(field, "Give a whole number"));
                    0
                },
                within,
            )
        };
        let cohorts = CohortTerms {
            size: number("cohorts[size]", &self.cohorts.size),
            promote: number("cohorts[promote]", &self.cohorts.promote),
            demote: number("cohorts[demote]", &self.cohorts.demote),
            leagues: number("cohorts[leagues]", &self.cohorts.leagues),
        };
        let of_challenge = Metric::parse(&self.metric) == Some(Metric::Challenge);
        let mut prizes = Vec::new();
        for (at, typed) in self.prizes.iter().enumerate() {
            prizes.push(typed.read(at, of_challenge).unwrap_or_else(|error| {
                wrong.push(error);
                Prize { kind: PeriodKind::All, from_rank: 0, to_rank: 0, wins: Reward::Points(0) }
            }));
        }
        let metric = Metric::parse(&self.metric);
        let scope = Scope::parse(&self.scope);
        if metric.is_none() {
            wrong.push(FieldError::new("counts[metric]", "Choose what counts"));
        }
        if scope.is_none() {
            wrong.push(FieldError::new("scope", "Choose who competes"));
        }
        let (Some(metric), Some(scope)) = (metric, scope) else {
            return Err(Refusal::invalid(wrong));
        };
        let board = Board {
            leaderboard: self.leaderboard.trim().to_owned(),
            name: self.name.trim().to_owned(),
            metric,
            challenge: Some(self.challenge.trim().to_owned()).filter(|name| of_challenge && !name.is_empty()),
            days: None,
            scope,
            periods: if of_challenge { vec![PeriodKind::Season] } else { self.periods() },
            cohorts,
            prizes,
        };
        // Where something can't be read, nothing more is said of it.
        let unread: Vec<String> = wrong.iter().map(|error| place(&error.field).to_owned()).collect();
        let more = board.check().err().map(|refusal| refusal.fields).unwrap_or_default();
        wrong.extend(more.into_iter().filter(|error| unread.iter().all(|name| name != place(&error.field))));
        if wrong.is_empty() { Ok(board) } else { Err(Refusal::invalid(wrong)) }
    }

    /// Those that are ticked, the first first.
    fn periods(&self) -> Vec<PeriodKind> {
        let mut periods: Vec<PeriodKind> = self.periods.ticked().collect();
        periods.sort_by_key(|kind| kind.as_str() != self.first);
        periods
    }
}

/// As near as the type comes: what is far out of range is told as such.
fn within(number: i64) -> i16 {
    i16::try_from(number).unwrap_or(if number < 0 { i16::MIN } else { i16::MAX })
}

/// What is judged as one: a prize, `prizes[1]`; a cohort's size with who goes up and down; else a field.
fn place(field: &str) -> &str {
    match field {
        "cohorts[size]" | "cohorts[promote]" | "cohorts[demote]" => "cohorts",
        prize if prize.starts_with("prizes[") => prize.split_inclusive(']').next().unwrap_or(prize),
        other => other,
    }
}

/// A season as it is typed. Refused: `invalid`.
pub fn season(address: &str, name: &str, starts_on: &str, ends_on: &str) -> Result<Season, Refusal> {
    let mut wrong = Vec::new();
    let mut day = |field: &str, text: &str| {
        text.trim().parse().unwrap_or_else(|_| {
            wrong.push(FieldError::new(field, "Give a day, such as 2026-12-01"));
            jiff::civil::Date::default()
        })
    };
    let (starts_on, ends_on) = (day("starts_on", starts_on), day("ends_on", ends_on));
    if wrong.is_empty() {
        let (season, name) = (address.trim().to_owned(), name.trim().to_owned());
        Ok(Season { season, name, starts_on, ends_on, closes_on: None })
    } else {
        Err(Refusal::invalid(wrong))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::RewardId;

    #[test]
    fn a_board_can_be_typed_as_it_is_shown() {
        let prize = |from_rank, to_rank, wins| Prize { kind: PeriodKind::Week, from_rank, to_rank, wins };
        let badge = Reward::Badge { badge: "regular".to_owned(), level: Level::Gold };
        let voucher = Reward::Voucher(RewardId(uuid::Uuid::from_u128(7)));
        let prizes = vec![prize(1, 1, badge), prize(2, 5, Reward::Points(1_000)), prize(6, 6, voucher)];
        let periods = vec![PeriodKind::Week, PeriodKind::Month];
        let board = Board { periods, prizes, ..Board::of_points() };
        assert_eq!(BoardForm::of(&board).read(), Ok(board));
    }

    #[test]
    fn a_board_of_a_challenge_needs_no_periods_chosen() {
        let prize = |kind| Prize { kind, from_rank: 1, to_rank: 1, wins: Reward::Points(100) };
        let typed = BoardForm {
            metric: "challenge".into(),
            challenge: "two".into(),
            ..BoardForm::of(&Board { prizes: vec![prize(PeriodKind::Month)], ..Board::of_points() })
        };
        let read = typed.read().expect("a board");
        assert_eq!(read.periods, [PeriodKind::Season]);
        assert_eq!(read.prizes, [prize(PeriodKind::Season)]);
        assert_eq!(BoardForm::of(&read).read(), Ok(read));
    }

    #[test]
    fn prizes_are_told_by_their_place() {
        let prize = |from: &str, wins: &str| PrizeForm {
            kind: "month".into(),
            from: from.into(),
            wins: wins.into(),
            points: "10".into(),
            ..PrizeForm::default()
        };
        let empty = PrizeForm { kind: "week".into(), ..PrizeForm::default() };
        let prizes = vec![prize("1", "points"), empty, prize("second", ""), prize("3", "a car")];
        let mut form = BoardForm { prizes, ..BoardForm::of(&Board::of_points()) };
        form.drop_empty_prizes();
        let refused = form.read().expect_err("refused").fields;
        let told: Vec<(&str, &str)> =
            refused.iter().map(|error| (&*error.field, &error.message[..8])).collect();
        assert_eq!(told, [("prizes[1][from]", "Prize 2:"), ("prizes[2][wins]", "Prize 3:")]);

        // Everything is told at once, and what is far out of range as such.
        form.leaderboard = "Bad Slug!".into();
        form.cohorts.leagues = "99999999999".into();
        form.prizes[0].to = "99999999999".into();
        let refused = form.read().expect_err("refused").fields;
        let told: Vec<&str> = refused.iter().map(|error| &*error.field).collect();
        let also = ["leaderboard", "cohorts[leagues]", "prizes[0][to]"];
        assert_eq!(told, [&["prizes[1][from]", "prizes[2][wins]"], &also[..]].concat());
        assert!(refused[3].message.contains("1 to 10"), "{refused:?}");
    }

    #[test]
    fn what_is_no_number_is_told_at_its_field() {
        let good = BoardForm::of(&Board::of_points());
        let cohorts = CohortForm { size: "many".into(), ..good.cohorts.clone() };
        let form = BoardForm { cohorts, scope: String::new(), ..good };
        let fields: Vec<String> =
            form.read().expect_err("refused").fields.into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["cohorts[size]", "scope"]);
        assert!(season("winter", "Winter", "1 December", "2026-12-31").is_err());
        assert!(season("winter", "Winter", "2026-12-01", "2026-12-31").is_ok());
    }
}
