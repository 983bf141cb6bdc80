//! The statements that read the rules.

use sqlx::PgConnection;

use crate::{
    domain::{
        badge::Badge,
        earning::{Campaign, EarningRule},
        expiry::Expiry,
        program::Program,
        tier::Tier,
    },
    server::error::{Error, Result},
};

pub async fn program(conn: &mut PgConnection) -> Result<Program> {
    let row = sqlx::query!(
        "select p.name, tagline, address, time_zone, currency, currency_digits, expiry, expiry_span,
         pending_days, welcome_points, is_demo
         from programs p join wallet_kinds on wallet = 'points'"
    )
    .fetch_optional(conn)
    .await?;
    let row =
        row.ok_or_else(|| Error::broken("the program was not founded yet; start `laurel serve` once"))?;
    Ok(Program {
        name: row.name,
        tagline: row.tagline,
        address: row.address,
        time_zone: row.time_zone,
        currency: row.currency,
        currency_digits: u32::try_from(row.currency_digits).unwrap_or(2),
        points_expiry: Expiry::from_stored(&row.expiry, row.expiry_span).unwrap_or_default(),
        pending_days: row.pending_days,
        welcome_points: row.welcome_points,
        is_demo: row.is_demo,
    })
}

pub async fn earning_rules(conn: &mut PgConnection) -> Result<Vec<EarningRule>> {
    let rows = sqlx::query!(
        "select earning_rule_id, version, name, points_per_unit, live_from, live_until
         from earning_rules order by earning_rule_id, version"
    )
    .fetch_all(conn)
    .await?;
    let rule = rows.into_iter().map(|row| EarningRule {
        earning_rule_id: row.earning_rule_id,
        version: row.version,
        name: row.name,
        points_per_unit: row.points_per_unit,
        live_from: row.live_from.to_jiff(),
        live_until: row.live_until.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(rule.collect())
}

pub async fn campaigns(conn: &mut PgConnection) -> Result<Vec<Campaign>> {
    let rows = sqlx::query!(
        "select campaign_id, version, name, percent, starts_at, ends_at from campaigns order by starts_at,
         campaign_id"
    )
    .fetch_all(conn)
    .await?;
    let campaign = rows.into_iter().map(|row| Campaign {
        campaign_id: row.campaign_id,
        version: row.version,
        name: row.name,
        percent: row.percent,
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
    });
    Ok(campaign.collect())
}

pub async fn tiers(conn: &mut PgConnection) -> Result<Vec<Tier>> {
    let tiers = sqlx::query_as!(
        Tier,
        "select tier, name, rank, threshold, earn_percent, benefits from tiers order by rank"
    )
    .fetch_all(conn)
    .await?;
    Ok(tiers)
}

pub async fn live_badges(conn: &mut PgConnection) -> Result<Vec<Badge>> {
    let rows = sqlx::query!(
        "select badge, version, name, description, glyph, rule from badges where live order by position,
         badge"
    )
    .fetch_all(conn)
    .await?;
    let badge = rows.into_iter().map(|row| {
        Ok(Badge {
            badge: row.badge,
            version: row.version,
            name: row.name,
            description: row.description,
            glyph: row.glyph,
            rule: serde_json::from_value(row.rule)?,
        })
    });
    badge.collect()
}
