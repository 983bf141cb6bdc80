//! The statements that read the rules.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::{
    domain::{
        badge::{Badge, State},
        challenge::{self, Challenge},
        earning::{Campaign, Rounding, Rule},
        expiry::Expiry,
        program::Program,
        tier::{Tier, policy::TierPolicy},
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

/// The number of what decides about points, and how points are rounded.
pub async fn edition(conn: &mut PgConnection) -> Result<(i64, Rounding)> {
    let row = sqlx::query!("select edition, rounding from rulebook").fetch_one(conn).await?;
    Ok((row.edition, serde_json::from_value(row.rounding.into())?))
}

/// How tiers are earned and kept.
pub async fn tier_policy(conn: &mut PgConnection) -> Result<TierPolicy> {
    let policy = sqlx::query_scalar!("select tier_policy from rulebook").fetch_one(conn).await?;
    Ok(serde_json::from_value(policy)?)
}

/// Every version that is or was live, or will be.
pub async fn rules(conn: &mut PgConnection) -> Result<Vec<Rule>> {
    let rows = sqlx::query!(
        r#"select rule_no, rule, version, campaign_no, definition, live_from as "live_from!", live_until
           from rules where live_from is not null order by rule_no"#
    )
    .fetch_all(conn)
    .await?;
    let rule = rows.into_iter().map(|row| {
        Ok(Rule {
            rule_no: row.rule_no,
            rule: row.rule,
            version: row.version,
            campaign_no: row.campaign_no,
            live_from: row.live_from.to_jiff(),
            live_until: row.live_until.map(jiff_sqlx::Timestamp::to_jiff),
            definition: serde_json::from_value(row.definition)?,
        })
    });
    rule.collect()
}

pub async fn campaigns(conn: &mut PgConnection) -> Result<Vec<Campaign>> {
    let rows = sqlx::query!(
        r#"select campaign_no, campaign, version, settings, live_from as "live_from!", live_until
           from rule_campaigns where live_from is not null order by campaign_no"#
    )
    .fetch_all(conn)
    .await?;
    let campaign = rows.into_iter().map(|row| {
        Ok(Campaign {
            campaign_no: row.campaign_no,
            campaign: row.campaign,
            version: row.version,
            live_from: row.live_from.to_jiff(),
            live_until: row.live_until.map(jiff_sqlx::Timestamp::to_jiff),
            settings: serde_json::from_value(row.settings)?,
        })
    });
    campaign.collect()
}

pub async fn tiers(conn: &mut PgConnection) -> Result<Vec<Tier>> {
    let tiers = sqlx::query_as!(
        Tier,
        "select tier, name, rank, threshold, earn_percent, benefits, free_shipping, early_days
         from tiers order by rank"
    )
    .fetch_all(conn)
    .await?;
    Ok(tiers)
}

pub async fn live_badges(conn: &mut PgConnection) -> Result<Vec<Badge>> {
    let rows = sqlx::query!(
        "select badge, version, name, description, glyph, state, rule from badges where state <> 'retired'
         order by position, badge"
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
            state: State::parse(&row.state).unwrap_or(State::Retired),
            rule: serde_json::from_value(row.rule)?,
        })
    });
    badge.collect()
}

/// The challenges that are running.
pub async fn challenges(conn: &mut PgConnection) -> Result<Vec<Challenge>> {
    let rows = sqlx::query!(
        "select challenge, version, name, description, glyph, rule, state from challenges
         where state in ('counting', 'live') order by position, challenge"
    )
    .fetch_all(conn)
    .await?;
    let challenge = rows.into_iter().map(|row| {
        Ok(Challenge {
            challenge: row.challenge,
            version: row.version,
            name: row.name,
            description: row.description,
            glyph: row.glyph,
            state: challenge::State::parse(&row.state).unwrap_or(challenge::State::Ended),
            rule: serde_json::from_value(row.rule)?,
        })
    });
    challenge.collect()
}

pub async fn put_rule(conn: &mut PgConnection, rule: &Rule) -> Result<()> {
    sqlx::query!(
        "insert into rules (rule_no, rule, version, campaign_no, definition, live_from, live_until)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        rule.rule_no,
        rule.rule,
        rule.version,
        rule.campaign_no,
        serde_json::to_value(&rule.definition)?,
        rule.live_from.to_sqlx() as _,
        rule.live_until.map(ToSqlx::to_sqlx) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn put_campaign(conn: &mut PgConnection, campaign: &Campaign) -> Result<()> {
    sqlx::query!(
        "insert into rule_campaigns (campaign_no, campaign, version, settings, live_from, live_until)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        campaign.campaign_no,
        campaign.campaign,
        campaign.version,
        serde_json::to_value(&campaign.settings)?,
        campaign.live_from.to_sqlx() as _,
        campaign.live_until.map(ToSqlx::to_sqlx) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What these budgets have given, in millionths of a point.
pub async fn spent(conn: &mut PgConnection, budgets: &[String]) -> Result<BTreeMap<String, i64>> {
    if budgets.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = sqlx::query!(
        r#"select budget, sum(micro)::bigint as "micro!" from campaign_spending
           where budget = any($1) group by budget"#,
        budgets
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.budget, row.micro)).collect())
}

/// Adds what campaigns have given, in this connection's slot.
pub async fn spend(conn: &mut PgConnection, added: &BTreeMap<String, i64>) -> Result<()> {
    let (budgets, micros): (Vec<&str>, Vec<i64>) =
        added.iter().filter(|(_, micro)| **micro != 0).map(|(name, micro)| (name.as_str(), *micro)).unzip();
    if budgets.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into campaign_spending (budget, slot, micro)
         select budget, (pg_backend_pid() % 16)::smallint, micro
         from unnest($1::text[], $2::bigint[]) as t (budget, micro) order by budget
         on conflict (budget, slot) do update set micro = campaign_spending.micro + excluded.micro",
        &budgets as _,
        &micros
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whoever else makes rules waits here.
pub async fn lock(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("select edition from rulebook for update").fetch_one(conn).await?;
    Ok(())
}

pub async fn round(conn: &mut PgConnection, rounding: Rounding) -> Result<()> {
    let word = serde_json::to_value(rounding)?;
    sqlx::query!("update rulebook set rounding = $1", word.as_str()).execute(conn).await?;
    Ok(())
}

/// Ends those of these versions that would go on. What had not begun never will.
pub async fn end_rules(conn: &mut PgConnection, numbers: &[i32], at: Timestamp) -> Result<()> {
    sqlx::query!(
        "update rules set live_until = greatest(live_from, $2)
         where rule_no = any($1) and (live_until is null or live_until > $2)",
        numbers,
        at.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn end_campaigns(conn: &mut PgConnection, numbers: &[i32], at: Timestamp) -> Result<()> {
    sqlx::query!(
        "update rule_campaigns set live_until = greatest(live_from, $2)
         where campaign_no = any($1) and (live_until is null or live_until > $2)",
        numbers,
        at.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
