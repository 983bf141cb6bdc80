//! The statements of rewards, stock, redemptions and vouchers.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, civil::DateTime};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{
        ids::{MemberId, RedemptionId, RewardId},
        reward::{Terms, opening::Opening},
        tier::Tier,
    },
    server::error::{Error, Result},
};

/// A reward as the catalogue has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reward {
    pub reward_id: RewardId,
    pub name: String,
    pub description: String,
    pub category: String,
    pub picture: String,
    pub price: i64,
    pub limit_per_member: Option<i32>,
    pub minimum_tier: Option<String>,
    pub minimum_tier_name: Option<String>,
    pub minimum_tier_rank: Option<i16>,
    pub voucher_days: i16,
    /// When it opens to all, in local time.
    pub public_from: Option<DateTime>,
    pub published_at: Option<Timestamp>,
    pub withdrawn_at: Option<Timestamp>,
    /// `None`: no limit on stock.
    pub capacity: Option<i64>,
    pub remaining: Option<i64>,
}

impl Reward {
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.published_at.is_some() && self.withdrawn_at.is_none()
    }

    /// What decides whether it can be had; `ladder` goes up by rank.
    #[must_use]
    pub fn terms(&self, ladder: &[Tier]) -> Terms<'_> {
        Terms {
            opening: self.public_from.map(|from| Opening::of(from, ladder)),
            live: self.is_live(),
            price: self.price,
            remaining: self.remaining,
            limit_per_member: self.limit_per_member,
            minimum_tier: self.minimum_tier_rank.zip(self.minimum_tier_name.as_deref()),
        }
    }
}

/// A redemption with its voucher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redemption {
    pub redemption_id: RedemptionId,
    pub member_id: MemberId,
    pub reward_id: RewardId,
    pub reward_name: String,
    pub picture: String,
    pub price: i64,
    pub entry_no: i64,
    pub took_stock: bool,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub cancelled_at: Option<Timestamp>,
    pub cancel_reason: Option<String>,
    pub code: String,
}

/// One row of the catalogue's statement.
struct RewardRow {
    reward_id: uuid::Uuid,
    name: String,
    description: String,
    category: String,
    picture: String,
    price: i64,
    limit_per_member: Option<i32>,
    minimum_tier: Option<String>,
    minimum_tier_name: Option<String>,
    minimum_tier_rank: Option<i16>,
    voucher_days: i16,
    public_from: Option<jiff_sqlx::DateTime>,
    published_at: Option<jiff_sqlx::Timestamp>,
    withdrawn_at: Option<jiff_sqlx::Timestamp>,
    capacity: Option<i64>,
    remaining: Option<i64>,
}

impl From<RewardRow> for Reward {
    fn from(row: RewardRow) -> Self {
        Self {
            reward_id: RewardId(row.reward_id),
            name: row.name,
            description: row.description,
            category: row.category,
            picture: row.picture,
            price: row.price,
            limit_per_member: row.limit_per_member,
            minimum_tier: row.minimum_tier,
            minimum_tier_name: row.minimum_tier_name,
            minimum_tier_rank: row.minimum_tier_rank,
            voucher_days: row.voucher_days,
            public_from: row.public_from.map(jiff_sqlx::DateTime::to_jiff),
            published_at: row.published_at.map(jiff_sqlx::Timestamp::to_jiff),
            withdrawn_at: row.withdrawn_at.map(jiff_sqlx::Timestamp::to_jiff),
            capacity: row.capacity,
            remaining: row.remaining,
        }
    }
}

pub async fn reward(conn: &mut PgConnection, id: RewardId) -> Result<Option<Reward>> {
    let row = sqlx::query_as!(
        RewardRow,
        r#"select r.reward_id, r.name, r.description, r.category, r.picture, r.price, r.limit_per_member,
             r.minimum_tier, t.name as "minimum_tier_name?", t.rank as "minimum_tier_rank?", r.public_from,
             r.voucher_days, r.published_at, r.withdrawn_at, s.capacity as "capacity?",
             s.remaining as "remaining?"
         from rewards r left join tiers t on t.tier = r.minimum_tier
             left join reward_stock s on s.reward_id = r.reward_id and s.slot = 0
         where r.reward_id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Reward::from))
}

/// The rewards that members see, cheapest first.
pub async fn live_rewards(conn: &mut PgConnection) -> Result<Vec<Reward>> {
    let rows = sqlx::query_as!(
        RewardRow,
        r#"select r.reward_id, r.name, r.description, r.category, r.picture, r.price, r.limit_per_member,
             r.minimum_tier, t.name as "minimum_tier_name?", t.rank as "minimum_tier_rank?", r.public_from,
             r.voucher_days, r.published_at, r.withdrawn_at, s.capacity as "capacity?",
             s.remaining as "remaining?"
         from rewards r left join tiers t on t.tier = r.minimum_tier
             left join reward_stock s on s.reward_id = r.reward_id and s.slot = 0
         where r.published_at is not null and r.withdrawn_at is null order by r.price, r.name"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Reward::from).collect())
}

/// How often a member redeemed a reward, cancelled ones not counted.
pub async fn times_redeemed(conn: &mut PgConnection, member: MemberId, reward: RewardId) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from redemptions
         where member_id = $1 and reward_id = $2 and cancelled_at is null"#,
        member.0,
        reward.0
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}

/// How often a member redeemed each reward, cancelled ones not counted.
pub async fn redeemed_counts(conn: &mut PgConnection, member: MemberId) -> Result<HashMap<RewardId, i64>> {
    let rows = sqlx::query!(
        r#"select reward_id, count(*) as "count!" from redemptions
         where member_id = $1 and cancelled_at is null group by reward_id"#,
        member.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (RewardId(row.reward_id), row.count)).collect())
}

/// Takes up to so many units, and gives how many there were.
pub async fn take_stock(conn: &mut PgConnection, reward: RewardId, units: i64) -> Result<i64> {
    let taken = sqlx::query_scalar!(
        r#"with stock as (
             select reward_id, slot, least(remaining, $2) as units from reward_stock
             where reward_id = $1 and slot = 0 and remaining > 0 for update
         )
         update reward_stock s set remaining = s.remaining - stock.units
         from stock where (s.reward_id, s.slot) = (stock.reward_id, stock.slot)
         returning stock.units as "units!""#,
        reward.0,
        units
    )
    .fetch_optional(conn)
    .await?;
    Ok(taken.unwrap_or_default())
}

/// Puts back what was taken in the same transaction.
pub async fn put_back(conn: &mut PgConnection, reward: RewardId, units: i64) -> Result<()> {
    sqlx::query!(
        "update reward_stock set remaining = remaining + $2 where reward_id = $1 and slot = 0",
        reward.0,
        units
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts one unit back, unless staff have lowered the capacity below it meanwhile.
pub async fn give_stock_back(conn: &mut PgConnection, reward: RewardId) -> Result<()> {
    sqlx::query!(
        "update reward_stock set remaining = remaining + 1 where reward_id = $1 and slot = 0
         and remaining < capacity",
        reward.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes redemptions, each with the source and the id of what asked for it.
pub async fn insert_redemptions(
    conn: &mut PgConnection,
    given: &[&mut Redemption],
    documents: &[(&str, &str)],
) -> Result<()> {
    let (sources, documents): (Vec<&str>, Vec<&str>) = documents.iter().copied().unzip();
    let members: Vec<Uuid> = given.iter().map(|one| one.member_id.0).collect();
    let ids: Vec<Uuid> = given.iter().map(|one| one.redemption_id.0).collect();
    let rewards: Vec<Uuid> = given.iter().map(|one| one.reward_id.0).collect();
    let names: Vec<&str> = given.iter().map(|one| one.reward_name.as_str()).collect();
    let pictures: Vec<&str> = given.iter().map(|one| one.picture.as_str()).collect();
    let prices: Vec<i64> = given.iter().map(|one| one.price).collect();
    let entries: Vec<i64> = given.iter().map(|one| one.entry_no).collect();
    let took: Vec<bool> = given.iter().map(|one| one.took_stock).collect();
    let issued: Vec<_> = given.iter().map(|one| one.issued_at.to_sqlx()).collect();
    let expires: Vec<_> = given.iter().map(|one| one.expires_at.to_sqlx()).collect();
    sqlx::query!(
        "insert into redemptions (member_id, redemption_id, reward_id, reward_name, picture, price, entry_no,
             took_stock, issued_at, expires_at, source, document_id)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[],
             $7::bigint[], $8::bool[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[])",
        &members,
        &ids,
        &rewards,
        &names as _,
        &pictures as _,
        &prices,
        &entries,
        &took,
        issued as _,
        expires as _,
        &sources as _,
        &documents as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Issues codes, and tells whose were not taken.
pub async fn insert_codes(
    conn: &mut PgConnection,
    given: &[&mut Redemption],
) -> Result<HashSet<RedemptionId>> {
    let codes: Vec<&str> = given.iter().map(|one| one.code.as_str()).collect();
    let members: Vec<Uuid> = given.iter().map(|one| one.member_id.0).collect();
    let ids: Vec<Uuid> = given.iter().map(|one| one.redemption_id.0).collect();
    let rows = sqlx::query_scalar!(
        "insert into voucher_codes (code, member_id, redemption_id)
         select * from unnest($1::text[], $2::uuid[], $3::uuid[])
         on conflict (code) do nothing returning redemption_id",
        &codes as _,
        &members,
        &ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(RedemptionId).collect())
}

pub async fn by_code(conn: &mut PgConnection, code: &str) -> Result<Option<(MemberId, RedemptionId)>> {
    let row = sqlx::query!("select member_id, redemption_id from voucher_codes where code = $1", code)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| (MemberId(row.member_id), RedemptionId(row.redemption_id))))
}

/// One redemption, of this member only.
pub async fn redemption(conn: &mut PgConnection, member: MemberId, id: RedemptionId) -> Result<Redemption> {
    let found = redemptions_where(conn, member, Some(id), 1).await?;
    found.into_iter().next().ok_or_else(|| Error::not_found("This voucher"))
}

/// A member's redemptions, newest first.
pub async fn redemptions(conn: &mut PgConnection, member: MemberId, limit: i64) -> Result<Vec<Redemption>> {
    redemptions_where(conn, member, None, limit).await
}

async fn redemptions_where(
    conn: &mut PgConnection,
    member: MemberId,
    id: Option<RedemptionId>,
    limit: i64,
) -> Result<Vec<Redemption>> {
    let rows = sqlx::query!(
        "select r.redemption_id, r.reward_id, r.reward_name, r.picture, r.price, r.entry_no, r.took_stock,
         r.issued_at,
             r.expires_at, r.used_at, r.cancelled_at, r.cancel_reason, v.code
         from redemptions r join voucher_codes v using (member_id, redemption_id)
         where r.member_id = $1 and ($2::uuid is null or r.redemption_id = $2)
         order by r.issued_at desc, r.redemption_id limit $3",
        member.0,
        id.map(|id| id.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    let redemption = rows.into_iter().map(|row| Redemption {
        redemption_id: RedemptionId(row.redemption_id),
        member_id: member,
        reward_id: RewardId(row.reward_id),
        reward_name: row.reward_name,
        picture: row.picture,
        price: row.price,
        entry_no: row.entry_no,
        took_stock: row.took_stock,
        issued_at: row.issued_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
        used_at: row.used_at.map(jiff_sqlx::Timestamp::to_jiff),
        cancelled_at: row.cancelled_at.map(jiff_sqlx::Timestamp::to_jiff),
        cancel_reason: row.cancel_reason,
        code: row.code,
    });
    Ok(redemption.collect())
}

/// Marks a voucher as used; false when it was used or cancelled before, or has expired.
pub async fn mark_used(
    conn: &mut PgConnection,
    member: MemberId,
    id: RedemptionId,
    now: Timestamp,
) -> Result<bool> {
    let done = sqlx::query!(
        "update redemptions set used_at = $3
         where member_id = $1 and redemption_id = $2 and used_at is null and cancelled_at is null
             and expires_at > $3",
        member.0,
        id.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The document of a redemption that was cancelled; one from before these were kept has none.
pub struct Cancelled {
    pub source: Option<String>,
    pub document_id: Option<String>,
}

/// Marks a redemption as cancelled; false when it was used or cancelled before.
pub async fn mark_cancelled(
    conn: &mut PgConnection,
    member: MemberId,
    id: RedemptionId,
    now: Timestamp,
    reason: &str,
) -> Result<Option<Cancelled>> {
    let done = sqlx::query_as!(
        Cancelled,
        "update redemptions set cancelled_at = $3, cancel_reason = $4
         where member_id = $1 and redemption_id = $2 and used_at is null and cancelled_at is null
         returning source, document_id",
        member.0,
        id.0,
        now.to_sqlx(),
        reason
    )
    .fetch_optional(conn)
    .await?;
    Ok(done)
}
