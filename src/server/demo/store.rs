//! The rows of the demonstration that no verb writes: the program's definitions, and names.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::{people::Person, shop::Offer};
use crate::{
    domain::{badge::Badge, ids::MemberId, program::Program, tier::Tier},
    server::error::Result,
};

/// Whether anything was ever done in this program: a member, a purchase, a reward, a sign-in.
pub async fn is_empty(conn: &mut PgConnection) -> Result<bool> {
    let used = query_scalar!(
        r#"select exists (select from members) or exists (select from purchases)
             or exists (select from rewards) or exists (select from accounts)
             or exists (select from imports) as "used!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(!used)
}

pub async fn has_staff(conn: &mut PgConnection) -> Result<bool> {
    let found =
        query_scalar!(r#"select exists (select from accounts where staff_name is not null) as "found!""#)
            .fetch_one(conn)
            .await?;
    Ok(found)
}

pub async fn update_program(conn: &mut PgConnection, program: &Program, began: Timestamp) -> Result<()> {
    query!(
        "update programs set name = $1, tagline = $2, address = $3, time_zone = $4, currency = $5,
            currency_digits = $6, pending_days = $7, welcome_points = $8, is_demo = $9, created_at = $10",
        program.name,
        program.tagline,
        program.address,
        program.time_zone,
        program.currency,
        i16::try_from(program.currency_digits).unwrap_or(2),
        program.pending_days,
        program.welcome_points,
        program.is_demo,
        began.to_sqlx() as _,
    )
    .execute(&mut *conn)
    .await?;
    let (expiry, span) = program.points_expiry.stored();
    query!("update wallet_kinds set expiry = $1, expiry_span = $2 where wallet = 'points'", expiry, span)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn put_tier(conn: &mut PgConnection, tier: &Tier) -> Result<()> {
    query!(
        "insert into tiers (tier, name, rank, threshold, earn_percent, benefits, free_shipping, early_days)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tier) do update set name = excluded.name, rank = excluded.rank,
            threshold = excluded.threshold, earn_percent = excluded.earn_percent,
            benefits = excluded.benefits, free_shipping = excluded.free_shipping,
            early_days = excluded.early_days",
        tier.tier,
        tier.name,
        tier.rank,
        tier.threshold,
        tier.earn_percent,
        tier.benefits,
        tier.free_shipping,
        tier.early_days,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A fresh program has badges of its own; the demonstration brings others.
pub async fn clear_badges(conn: &mut PgConnection) -> Result<()> {
    query!("delete from badges").execute(conn).await?;
    Ok(())
}

pub async fn put_badge(conn: &mut PgConnection, badge: &Badge, position: i16) -> Result<()> {
    query!(
        "insert into badges (badge, version, name, description, glyph, position, rule)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (badge) do update set name = excluded.name, description = excluded.description,
            glyph = excluded.glyph, position = excluded.position, rule = excluded.rule",
        badge.badge,
        badge.version,
        badge.name,
        badge.description,
        badge.glyph,
        position,
        serde_json::to_value(&badge.rule)?,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn insert_reward(
    conn: &mut PgConnection,
    reward_id: Uuid,
    offer: &Offer,
    since: Timestamp,
) -> Result<()> {
    query!(
        "insert into rewards (reward_id, name, description, category, picture, price, limit_per_member,
            minimum_tier, created_at, updated_at, published_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)",
        reward_id,
        offer.name,
        offer.description,
        offer.category,
        offer.key,
        offer.price,
        offer.limit_per_member,
        offer.minimum_tier,
        since.to_sqlx() as _,
        offer.published.then(|| since.to_sqlx()) as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn insert_stock(conn: &mut PgConnection, reward_id: Uuid, capacity: i64) -> Result<()> {
    query!(
        "insert into reward_stock (reward_id, capacity, remaining) values ($1, $2, $2)",
        reward_id,
        capacity,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives the people their own names where they have told them.
pub async fn name_profiles(conn: &mut PgConnection, people: &[(MemberId, &Person)]) -> Result<()> {
    let given: Vec<_> =
        people.iter().filter_map(|(id, person)| Some((id.0, person.name.as_deref()?, person))).collect();
    let ids: Vec<Uuid> = given.iter().map(|(id, ..)| *id).collect();
    let names: Vec<&str> = given.iter().map(|(_, name, _)| *name).collect();
    let on_boards: Vec<bool> = given.iter().map(|(.., person)| person.named_on_boards).collect();
    query!(
        "update member_profiles profile set display_name = given.name, named_on_boards = given.on_boards
         from unnest($1::uuid[], $2::text[], $3::boolean[]) as given (member_id, name, on_boards)
         where profile.member_id = given.member_id",
        &ids,
        &names as &[&str],
        &on_boards,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes those off the boards who would rather not be on them.
pub async fn unlist(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    query!("update members set listed = false where member_id = any($1)", &members).execute(conn).await?;
    Ok(())
}

pub async fn rename_on_boards(conn: &mut PgConnection, member: MemberId, pseudonym: &str) -> Result<()> {
    query!("update members set pseudonym = $2 where member_id = $1", member.0, pseudonym)
        .execute(conn)
        .await?;
    Ok(())
}

/// What was reached before an instant has been celebrated long ago.
pub async fn celebrate_until(conn: &mut PgConnection, until: Timestamp) -> Result<()> {
    query!(
        "update moments set told_at = happened_at, read_at = happened_at
         where told_at is null and happened_at < $1",
        until.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
