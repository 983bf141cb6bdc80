//! The streak as staff write it.

use serde::{Deserialize, Serialize};

use super::{Milestone, StreakTerms};
use crate::domain::{
    catalogue::whole_number,
    metric::Period,
    refusal::{FieldError, Refusal},
    text::sentence,
};

const MOST_MILESTONES: usize = 20;
const LONGEST: i64 = 1_000;
const MOST_POINTS: i64 = 1_000_000;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreakForm {
    pub unit: String,
    /// Words with commas between them.
    pub kinds: String,
    pub freeze_every: String,
    pub freeze_most: String,
    /// A line each: a length, and the points for it if any.
    pub milestones: String,
}

impl StreakForm {
    #[must_use]
    pub fn of(terms: &StreakTerms) -> Self {
        let line = |milestone: &Milestone| match milestone.points {
            0 => milestone.periods.to_string(),
            points => format!("{}: {points}", milestone.periods),
        };
        Self {
            unit: terms.unit.as_str().to_owned(),
            kinds: terms.kinds.join(", "),
            freeze_every: terms.freeze_every.to_string(),
            freeze_most: terms.freeze_most.to_string(),
            milestones: terms.milestones.iter().map(line).collect::<Vec<_>>().join("\n"),
        }
    }

    /// What was typed, if it makes a streak; every field that does not is named.
    pub fn read(&self) -> Result<StreakTerms, Refusal> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, why: &str| errors.push(FieldError::new(field, why));
        let unit = match self.unit.as_str() {
            "day" => Period::Day,
            "month" => Period::Month,
            _ => Period::Week,
        };
        let kinds = kinds(&self.kinds).unwrap_or_else(|| {
            wrong("kinds", "Name one to twenty kinds, such as purchase, visit");
            Vec::new()
        });
        let freeze_every = within(&self.freeze_every, 366).unwrap_or_else(|| {
            wrong("freeze_every", "Give a number from 0 to 366; 0 means no freezes");
            0
        });
        let freeze_most = within(&self.freeze_most, 31).unwrap_or_else(|| {
            wrong("freeze_most", "Give a number from 0 to 31");
            0
        });
        let milestones = milestones(&self.milestones).unwrap_or_else(|why| {
            wrong("milestones", &why);
            Vec::new()
        });
        if errors.is_empty() {
            Ok(StreakTerms { unit, kinds, freeze_every, freeze_most, milestones })
        } else {
            Err(Refusal::invalid(errors))
        }
    }
}

fn within(text: &str, most: i64) -> Option<i64> {
    whole_number(text).filter(|number| (0..=most).contains(number))
}

fn kinds(text: &str) -> Option<Vec<String>> {
    let mut kinds: Vec<String> =
        text.split([',', '\n']).map(str::trim).filter(|kind| !kind.is_empty()).map(str::to_owned).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    let is_kind = |kind: &String| kind.len() <= 40 && kind.bytes().all(letter);
    ((1..=20).contains(&kinds.len()) && kinds.iter().all(is_kind)).then_some(kinds)
}

/// Each line, or what is wrong with which of them.
fn milestones(text: &str) -> Result<Vec<Milestone>, String> {
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
    let (mut read, mut wrong) = (Vec::<Milestone>::new(), Vec::new());
    for (place, line) in lines {
        let found = milestone(line).and_then(|found| match read.last() {
            Some(before) if before.periods >= found.periods => {
                Err(format!("{} does not go up from {}", found.periods, before.periods))
            }
            _ => Ok(found),
        });
        match found {
            Ok(found) => read.push(found),
            Err(why) => wrong.push(format!("line {}: {why}", place + 1)),
        }
    }
    if read.len() > MOST_MILESTONES {
        wrong.push(format!("there are {}, and at most {MOST_MILESTONES} can be", read.len()));
    }
    let how = "Write a length and, after a colon, its points, such as 12: 50";
    if wrong.is_empty() { Ok(read) } else { Err(format!("{}. {how}", sentence(&wrong.join("; ")))) }
}

fn milestone(line: &str) -> Result<Milestone, String> {
    let (periods, points) = line.split_once(':').unwrap_or((line, "0"));
    let shown = |text: &str| text.trim().chars().take(20).collect::<String>();
    let length = whole_number(periods.trim()).filter(|periods| (1..=LONGEST).contains(periods));
    let length = length.ok_or_else(|| format!("“{}” is no length from 1 to 1,000", shown(periods)))?;
    let worth = within(points.trim(), MOST_POINTS);
    let worth = worth.ok_or_else(|| format!("“{}” is no number of points up to 1,000,000", shown(points)))?;
    Ok(Milestone { periods: length, points: worth })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> StreakForm {
        StreakForm {
            unit: "week".to_owned(),
            kinds: "visit, purchase".to_owned(),
            freeze_every: "4".to_owned(),
            freeze_most: "2".to_owned(),
            milestones: "4\n12: 50".to_owned(),
        }
    }

    #[test]
    fn what_is_read_is_shown_again() {
        let terms = typed().read().expect("a streak");
        assert_eq!(terms.kinds, ["purchase", "visit"]);
        assert_eq!(terms.milestones[1], Milestone { periods: 12, points: 50 });
        assert_eq!(StreakForm::of(&terms).read().expect("a streak"), terms);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = StreakForm {
            kinds: "Visit!".to_owned(),
            freeze_every: "-1".to_owned(),
            freeze_most: "many".to_owned(),
            milestones: "12\n4".to_owned(),
            ..typed()
        };
        let refusal = wrong.read().expect_err("refused");
        let fields: Vec<&str> = refusal.fields.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["kinds", "freeze_every", "freeze_most", "milestones"]);
    }

    #[test]
    fn each_line_that_is_wrong_is_named() {
        let told = |text: &str| milestones(text).expect_err("refused");
        assert_eq!(
            told("4\n\n12: many\n8: 10\n6\nsoon: 5\n20: 2000000"),
            "Line 3: “many” is no number of points up to 1,000,000; line 5: 6 does not go up from 8; \
             line 6: “soon” is no length from 1 to 1,000; line 7: “2000000” is no number of points up to \
             1,000,000. Write a length and, after a colon, its points, such as 12: 50"
        );
        let many: Vec<String> = (1..=21).map(|number| number.to_string()).collect();
        assert!(told(&many.join("\n")).starts_with("There are 21, and at most 20 can be."));
    }
}
