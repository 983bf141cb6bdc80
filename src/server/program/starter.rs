//! The badges and the rule that a fresh program begins with.

use crate::domain::{
    badge::{Badge, library},
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

/// What a fresh program begins with, of the library.
const FIRST: [&str; 5] = ["first-purchase", "regular", "patron", "month-by-month", "collector"];

/// One for each kind of habit. Thresholds of money are in whole units of a currency with `digits` decimals.
pub fn badges(digits: i16) -> Vec<Badge> {
    let library = library(u32::try_from(digits).unwrap_or(2));
    let named = |name: &&str| library.iter().find(|ready| ready.badge.badge == **name);
    FIRST.iter().filter_map(named).map(|ready| ready.badge.clone()).collect()
}
