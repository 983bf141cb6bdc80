//! The program of this deployment: created once, with the definitions that make a fresh one alive.

mod starter;
mod store;

use sqlx::PgConnection;
use tracing::{info, warn};

use super::{context::Context, error::Result};
use crate::domain::{
    leaderboard::board::Board,
    program::{Program, currency_digits},
};

/// What is decided when a program is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    pub name: String,
    /// IANA name, checked before.
    pub time_zone: String,
    /// ISO 4217.
    pub currency: String,
}

/// A tier as a fresh program has it.
#[derive(Debug, Clone, Copy)]
struct StarterTier {
    tier: &'static str,
    name: &'static str,
    rank: i16,
    threshold: i64,
    earn_percent: i32,
    benefits: &'static str,
}

const STARTER_TIERS: [StarterTier; 3] = [
    StarterTier {
        tier: "bronze",
        name: "Bronze",
        rank: 1,
        threshold: 0,
        earn_percent: 100,
        benefits: "Points on every purchase, and every reward in the catalogue.",
    },
    StarterTier {
        tier: "silver",
        name: "Silver",
        rank: 2,
        threshold: 800,
        earn_percent: 125,
        benefits: "A quarter more points on every purchase.",
    },
    StarterTier {
        tier: "gold",
        name: "Gold",
        rank: 3,
        threshold: 1_500,
        earn_percent: 150,
        benefits: "Half as many points again on every purchase.",
    },
];

/// Creates the program that the settings describe, if there is none yet.
pub async fn found_once(context: &Context) -> Result<()> {
    let config = &context.config;
    let founding = Founding {
        name: config.program_name.trim().to_owned(),
        time_zone: config.time_zone.clone(),
        currency: config.currency.clone(),
    };
    if found(context, &founding).await? {
        info!("Created the program \"{}\" ({}, {})", founding.name, founding.time_zone, founding.currency);
        return Ok(());
    }
    let known = show(context).await?;
    for (setting, given, unset, is) in [
        ("--program-name", &founding.name, "Our shop", &known.name),
        ("--time-zone", &founding.time_zone, "UTC", &known.time_zone),
        ("--currency", &founding.currency, "EUR", &known.currency),
    ] {
        if given != is && given != unset {
            warn!("{setting} {given} changes nothing: the first start made it {is}");
        }
    }
    Ok(())
}

/// Creates the program with its starter definitions; false when there is one already, which stays as it is.
pub async fn found(context: &Context, founding: &Founding) -> Result<bool> {
    let mut transaction = context.pool.begin().await?;
    let digits = currency_digits(&founding.currency);
    if !store::insert_program(&mut transaction, founding, digits, context.clock.now()).await? {
        return Ok(false);
    }
    store::insert_earning_rule(&mut transaction, "per-unit", &starter::rule()).await?;
    for tier in &STARTER_TIERS {
        store::insert_tier(&mut transaction, tier).await?;
    }
    for (badge, position) in starter::badges(digits).iter().zip(1..) {
        store::insert_badge(&mut transaction, badge, position).await?;
    }
    store::insert_leaderboard(&mut transaction, &Board::of_points(), context.clock.now()).await?;
    transaction.commit().await?;
    Ok(true)
}

/// The program of this deployment, for a page.
pub async fn show(ctx: &Context) -> Result<Program> {
    current(&mut *ctx.pool.acquire().await?).await
}

/// The program of this deployment.
pub async fn current(connection: &mut PgConnection) -> Result<Program> {
    store::find_program(connection).await
}
