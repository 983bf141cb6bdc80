//! The SQL of the program and of the definitions that it starts with.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::{Founding, StarterTier};
use crate::{
    domain::{
        badge::Badge, earning::Definition, expiry::Expiry, leaderboard::board::Board, program::Program,
    },
    server::error::Result,
};

/// False when there is a program already; servers that start at once wait here for one another.
pub async fn insert_program(
    connection: &mut PgConnection,
    founding: &Founding,
    currency_digits: i16,
    at: Timestamp,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into programs (name, time_zone, currency, currency_digits, created_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
        founding.name,
        founding.time_zone,
        founding.currency,
        currency_digits,
        at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A first version that is live since ever, so that purchases from before the program earn when they are
/// imported.
pub async fn insert_earning_rule(
    connection: &mut PgConnection,
    rule: &str,
    definition: &Definition,
) -> Result<()> {
    sqlx::query!(
        "insert into rules (rule_no, rule, version, definition, live_from)
         values (1, $1, 1, $2, '1900-01-01T00:00:00Z') on conflict do nothing",
        rule,
        serde_json::to_value(definition)?,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn insert_tier(connection: &mut PgConnection, tier: &StarterTier) -> Result<()> {
    sqlx::query!(
        "insert into tiers (tier, name, rank, threshold, earn_percent, benefits)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        tier.tier,
        tier.name,
        tier.rank,
        tier.threshold,
        tier.earn_percent,
        tier.benefits,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn insert_leaderboard(
    connection: &mut PgConnection,
    board: &Board,
    opened_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into leaderboards (leaderboard, name, applied_at, opened_at, filled_at)
         values ($1, $2, $3, $3, $3)
         on conflict do nothing",
        board.leaderboard,
        board.name,
        opened_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn find_program(connection: &mut PgConnection) -> Result<Program> {
    let row = sqlx::query!(
        "select p.name, tagline, address, time_zone, currency, currency_digits, expiry, expiry_span,
                pending_days, welcome_points, is_demo
         from programs p join wallet_kinds on wallet = 'points'"
    )
    .fetch_one(connection)
    .await?;
    Ok(Program {
        name: row.name,
        tagline: row.tagline,
        address: row.address,
        time_zone: row.time_zone,
        currency: row.currency,
        currency_digits: u32::from(row.currency_digits.unsigned_abs()),
        points_expiry: Expiry::from_stored(&row.expiry, row.expiry_span).unwrap_or_default(),
        pending_days: row.pending_days,
        welcome_points: row.welcome_points,
        is_demo: row.is_demo,
    })
}

pub async fn insert_badge(connection: &mut PgConnection, badge: &Badge, position: i16) -> Result<()> {
    sqlx::query!(
        "insert into badges (badge, version, name, description, glyph, position, rule)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        badge.badge,
        badge.version,
        badge.name,
        badge.description,
        badge.glyph,
        position,
        serde_json::to_value(&badge.rule)?,
    )
    .execute(connection)
    .await?;
    Ok(())
}
