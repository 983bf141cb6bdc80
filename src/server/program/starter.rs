//! The badges and the rule that a fresh program begins with.

use crate::domain::{
    badge::{Badge, BadgeRule, Level, LevelThreshold, Measure},
    earning::{Definition, Effect, Stage, Trigger, When},
};

/// Points per whole unit of currency that a fresh program gives.
const POINTS_PER_UNIT: i64 = 10;

/// Points for every purchase.
pub fn rule() -> Definition {
    Definition {
        name: "Points on every purchase".to_owned(),
        on: Trigger::Purchase,
        when: When::default(),
        effect: Effect::PerMoney { points: POINTS_PER_UNIT, per: None, stage: Stage::Base },
        limits: Vec::new(),
        priority: 0,
    }
}

/// One for each kind of habit. Thresholds of money are in whole units of a currency with `digits` decimals.
pub fn badges(digits: i16) -> Vec<Badge> {
    let unit = 10_i64.pow(u32::try_from(digits).unwrap_or(2));
    vec![
        badge("first-purchase", "Welcome", "Your first purchase with us.", "leaf", Measure::Purchases, &[1]),
        badge(
            "regular",
            "Regular",
            "Come back, again and again.",
            "calendar",
            Measure::Purchases,
            &[10, 50, 100],
        ),
        badge(
            "patron",
            "Patron",
            "What you have spent with us in all.",
            "crown",
            Measure::Spend,
            &[100 * unit, 500 * unit, 1_500 * unit],
        ),
        badge(
            "month-by-month",
            "Month by month",
            "A purchase in each of several months in a row.",
            "flame",
            Measure::MonthStreak,
            &[3, 6, 12],
        ),
        badge(
            "collector",
            "Collector",
            "How many things you have taken home.",
            "bag",
            Measure::Quantity,
            &[25, 100, 250],
        ),
    ]
}

fn badge(
    slug: &str,
    name: &str,
    description: &str,
    glyph: &str,
    measure: Measure,
    thresholds: &[i64],
) -> Badge {
    let levels = Level::ALL.iter().zip(thresholds);
    let levels = levels.map(|(level, threshold)| LevelThreshold { level: *level, threshold: *threshold });
    Badge {
        badge: slug.to_owned(),
        version: 1,
        name: name.to_owned(),
        description: description.to_owned(),
        glyph: glyph.to_owned(),
        rule: BadgeRule { measure, r#where: None, levels: levels.collect() },
    }
}
