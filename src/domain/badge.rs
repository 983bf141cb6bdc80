//! Badges: a rule is data. What is measured, over which lines, and the thresholds of the levels.

use serde::{Deserialize, Serialize};

use crate::domain::{
    counters::{self, CounterKey, Counters},
    purchase::{Line, Purchase},
    streak::month_streak,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Badge {
    pub badge: String,
    pub version: i32,
    pub name: String,
    pub description: String,
    pub glyph: String,
    pub rule: BadgeRule,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BadgeRule {
    pub measure: Measure,
    /// Only lines that match count; without it, every purchase does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#where: Option<LineFilter>,
    /// Ascending.
    pub levels: Vec<LevelThreshold>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Purchases made (with a matching line).
    Purchases,
    /// Money spent, in minor units.
    Spend,
    /// Things bought.
    Quantity,
    /// Local calendar months in a row with a purchase: the longest run.
    MonthStreak,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineFilter {
    Category(String),
    Sku(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Bronze,
    Silver,
    Gold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelThreshold {
    pub level: Level,
    pub threshold: i64,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::Bronze, Self::Silver, Self::Gold];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bronze => "bronze",
            Self::Silver => "silver",
            Self::Gold => "gold",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

impl LineFilter {
    fn matches(&self, line: &Line) -> bool {
        match self {
            Self::Category(category) => line.category.as_ref() == Some(category),
            Self::Sku(sku) => line.sku.as_ref() == Some(sku),
        }
    }

    fn dimension(&self) -> String {
        match self {
            Self::Category(category) => format!("category:{category}"),
            Self::Sku(sku) => format!("sku:{sku}"),
        }
    }
}

impl BadgeRule {
    /// The counter that this rule reads; a streak reads months instead.
    #[must_use]
    pub fn counter(&self) -> CounterKey {
        let metric = match self.measure {
            Measure::Purchases | Measure::MonthStreak => counters::PURCHASES,
            Measure::Spend => counters::SPEND,
            Measure::Quantity => counters::QUANTITY,
        };
        CounterKey::lifetime(metric, &self.r#where.as_ref().map(LineFilter::dimension).unwrap_or_default())
    }

    /// What a purchase adds to this rule's counter.
    #[must_use]
    pub fn increment(&self, purchase: &Purchase) -> i64 {
        let Some(filter) = &self.r#where else {
            return match self.measure {
                Measure::Purchases | Measure::MonthStreak => 1,
                Measure::Spend => purchase.amount.0,
                Measure::Quantity => purchase.quantity(),
            };
        };
        let mut matching = purchase.lines.iter().filter(|line| filter.matches(line)).peekable();
        match self.measure {
            Measure::Purchases | Measure::MonthStreak => i64::from(matching.peek().is_some()),
            Measure::Spend => matching.map(|line| line.amount.0).sum(),
            Measure::Quantity => matching.map(|line| line.quantity).sum(),
        }
    }

    /// How far a member has come, in the unit of the thresholds.
    #[must_use]
    pub fn progress(&self, counters: &Counters, today: jiff::civil::Date) -> i64 {
        match self.measure {
            Measure::MonthStreak => month_streak(&counters.months(counters::PURCHASES), today).longest,
            _ => counters.get(&self.counter()),
        }
    }

    /// The levels that some progress has reached.
    pub fn reached(&self, progress: i64) -> impl Iterator<Item = Level> + '_ {
        self.levels.iter().filter(move |step| step.threshold <= progress).map(|step| step.level)
    }

    /// The next level to reach, if any is left.
    #[must_use]
    pub fn next(&self, progress: i64) -> Option<LevelThreshold> {
        self.levels.iter().copied().find(|step| step.threshold > progress)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};

    use super::*;
    use crate::domain::{
        points::Money,
        purchase::{Flags, MemberRef},
    };

    fn basket() -> Purchase {
        let line = |category: &str, quantity, amount| Line {
            sku: None,
            category: Some(category.to_owned()),
            quantity,
            amount: Money(amount),
            flags: Flags::default(),
        };
        Purchase {
            source: "till".into(),
            document_id: "1".into(),
            member: MemberRef::ExternalId("a".into()),
            store: None,
            purchased_at: Timestamp::UNIX_EPOCH,
            amount: Money(900),
            lines: vec![line("tea", 2, 400), line("cake", 1, 500)],
        }
    }

    fn rule(measure: Measure, category: Option<&str>) -> BadgeRule {
        BadgeRule {
            measure,
            r#where: category.map(|name| LineFilter::Category(name.to_owned())),
            levels: Vec::new(),
        }
    }

    #[test]
    fn a_filter_counts_only_its_lines() {
        for (measure, tea, coffee, all) in
            [(Measure::Purchases, 1, 0, 1), (Measure::Spend, 400, 0, 900), (Measure::Quantity, 2, 0, 3)]
        {
            assert_eq!(rule(measure, Some("tea")).increment(&basket()), tea);
            assert_eq!(rule(measure, Some("coffee")).increment(&basket()), coffee);
            assert_eq!(rule(measure, None).increment(&basket()), all);
        }
    }

    #[test]
    fn a_rule_reads_back_from_its_data() {
        let text = concat!(
            r#"{"measure":"quantity","where":{"category":"tea"},"#,
            r#""levels":[{"level":"bronze","threshold":5}]}"#
        );
        let rule: BadgeRule = serde_json::from_str(text).expect("a rule");
        assert_eq!(rule.counter(), CounterKey::lifetime("quantity", "category:tea"));
        assert_eq!(serde_json::to_string(&rule).expect("json"), text);
        assert!(serde_json::from_str::<BadgeRule>(r#"{"measure":"quantity","wher":1,"levels":[]}"#).is_err());
    }

    #[test]
    fn levels_are_reached_one_by_one() {
        let step = |level, threshold| LevelThreshold { level, threshold };
        let rule = BadgeRule {
            levels: vec![step(Level::Bronze, 1), step(Level::Silver, 10), step(Level::Gold, 50)],
            ..rule(Measure::Purchases, None)
        };
        let mut counters = Counters::default();
        counters.add(rule.counter(), 10);
        let progress = rule.progress(&counters, date(2026, 1, 1));
        assert_eq!(rule.reached(progress).collect::<Vec<_>>(), vec![Level::Bronze, Level::Silver]);
        assert_eq!(rule.next(progress).map(|next| next.threshold), Some(50));
    }
}
