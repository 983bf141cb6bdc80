//! The statements behind the staff's catalogue.

use jiff::{Timestamp, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_as};
use uuid::Uuid;

use crate::{
    domain::{
        catalogue::{Listed, RewardState, RewardTerms, Search},
        ids::RewardId,
    },
    server::error::Result,
};

struct Row {
    reward_id: Uuid,
    name: String,
    description: String,
    category: String,
    picture: String,
    price: i64,
    limit_per_member: Option<i32>,
    minimum_tier: Option<String>,
    minimum_tier_name: Option<String>,
    voucher_days: i16,
    public_from: Option<jiff_sqlx::DateTime>,
    version: i32,
    state: String,
    capacity: Option<i64>,
    remaining: Option<i64>,
    recent: i64,
    updated_at: jiff_sqlx::Timestamp,
    total: i64,
}

impl Row {
    fn listed(self, zone: &TimeZone) -> Listed {
        Listed {
            reward_id: RewardId(self.reward_id),
            terms: RewardTerms {
                name: self.name,
                description: self.description,
                category: self.category,
                picture: self.picture,
                price: self.price,
                limit_per_member: self.limit_per_member,
                minimum_tier: self.minimum_tier,
                voucher_days: self.voucher_days,
                public_from: self.public_from.map(jiff_sqlx::DateTime::to_jiff),
            },
            minimum_tier_name: self.minimum_tier_name,
            version: self.version,
            state: RewardState::parse(&self.state).unwrap_or(RewardState::Draft),
            stock: self.remaining.zip(self.capacity),
            redeemed_recently: self.recent,
            updated_at: zone.to_datetime(self.updated_at.to_jiff()),
        }
    }
}

/// One page of what matches, and how many match in all.
pub async fn list(
    conn: &mut PgConnection,
    search: &Search,
    limit: i64,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<(Vec<Listed>, i64)> {
    let rows = rows(conn, search, None, limit, now).await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(|row| row.listed(zone)).collect(), total))
}

pub async fn find(
    conn: &mut PgConnection,
    reward_id: RewardId,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Option<Listed>> {
    let rows = rows(conn, &Search::default(), Some(reward_id), 1, now).await?;
    Ok(rows.into_iter().next().map(|row| row.listed(zone)))
}

async fn rows(
    conn: &mut PgConnection,
    search: &Search,
    only: Option<RewardId>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Row>> {
    let words = like(&search.words);
    let rows = query_as!(
        Row,
        r#"with listed as (
             select r.*, t.name as minimum_tier_name, s.capacity, s.remaining,
                 case when r.withdrawn_at is not null then 'withdrawn'
                     when r.published_at is null then 'draft'
                     when s.remaining = 0 then 'sold_out' when s.remaining * 5 <= s.capacity then 'low_stock'
                     else 'live' end as state,
                 (select count(*) from redemptions d
                     where d.reward_id = r.reward_id and d.cancelled_at is null
                         and d.issued_at > $1::timestamptz - interval '30 days') as recent
             from rewards r left join tiers t on t.tier = r.minimum_tier
                 left join reward_stock s on s.reward_id = r.reward_id and s.slot = 0
         ), keyed as (
             select *, case $2 when 'name' then 0 when 'price' then price
                     when 'newest' then -(extract(epoch from created_at) * 1000)::bigint
                     else -recent end as number_key,
                 lower(name) as text_key, count(*) over () as total
             from listed
             where ($3 = '' or name ilike $3 or description ilike $3)
                 and ($4 = '' or state = $4 or ($4 = 'live' and state in ('low_stock', 'sold_out')))
                 and ($5::uuid is null or reward_id = $5)
         )
         select reward_id, name, description, category, picture, price, limit_per_member, minimum_tier,
             minimum_tier_name as "minimum_tier_name?", voucher_days, public_from, version, state as "state!",
             capacity as "capacity?", remaining as "remaining?", recent as "recent!", updated_at,
             total as "total!"
         from keyed
         where $6::uuid is null or (number_key, text_key, reward_id) >
             (select number_key, text_key, reward_id from keyed where reward_id = $6)
         order by number_key, text_key, reward_id limit $7"#,
        now.to_sqlx() as _,
        search.sort,
        words,
        search.state,
        only.map(|id| id.0),
        search.after.map(|id| id.0),
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// The pattern of words that were typed; percent signs and underscores mean themselves.
fn like(words: &str) -> String {
    let words = words.trim();
    if words.is_empty() {
        return String::new();
    }
    let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// Members who have enough points, and vouchers that can still be used.
pub async fn reach(
    conn: &mut PgConnection,
    reward_id: RewardId,
    price: i64,
    now: Timestamp,
) -> Result<(i64, i64)> {
    let row = query!(
        r#"select (select count(*) from wallets where available >= $2) as "enough!",
             (select count(*) from redemptions
                 where reward_id = $1 and used_at is null and cancelled_at is null
                     and expires_at > $3) as "open!""#,
        reward_id.0,
        price,
        now.to_sqlx() as _,
    )
    .fetch_one(conn)
    .await?;
    Ok((row.enough, row.open))
}

/// Locks a reward against other staff; members redeem meanwhile.
pub async fn lock(conn: &mut PgConnection, reward_id: RewardId) -> Result<Option<(i32, RewardTerms)>> {
    let row = query!(
        "select version, name, description, category, picture, price, limit_per_member, minimum_tier,
             voucher_days, public_from
         from rewards where reward_id = $1 for no key update",
        reward_id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let terms = RewardTerms {
            name: row.name,
            description: row.description,
            category: row.category,
            picture: row.picture,
            price: row.price,
            limit_per_member: row.limit_per_member,
            minimum_tier: row.minimum_tier,
            voucher_days: row.voucher_days,
            public_from: row.public_from.map(jiff_sqlx::DateTime::to_jiff),
        };
        (row.version, terms)
    }))
}

/// False when there is a reward of this id: the same form was sent before.
pub async fn insert(
    conn: &mut PgConnection,
    reward_id: RewardId,
    terms: &RewardTerms,
    now: Timestamp,
) -> Result<bool> {
    let done = query!(
        "insert into rewards (reward_id, name, description, category, picture, price, limit_per_member,
             minimum_tier, voucher_days, public_from, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) on conflict (reward_id) do nothing",
        reward_id.0,
        terms.name,
        terms.description,
        terms.category,
        terms.picture,
        terms.price,
        terms.limit_per_member,
        terms.minimum_tier,
        terms.voucher_days,
        terms.public_from.map(ToSqlx::to_sqlx) as _,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn update(
    conn: &mut PgConnection,
    reward_id: RewardId,
    terms: &RewardTerms,
    now: Timestamp,
) -> Result<()> {
    query!(
        "update rewards set name = $2, description = $3, category = $4, picture = $5, price = $6,
             limit_per_member = $7, minimum_tier = $8, voucher_days = $9, public_from = $10, updated_at = $11,
             version = version + 1
         where reward_id = $1",
        reward_id.0,
        terms.name,
        terms.description,
        terms.category,
        terms.picture,
        terms.price,
        terms.limit_per_member,
        terms.minimum_tier,
        terms.voucher_days,
        terms.public_from.map(ToSqlx::to_sqlx) as _,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn publish(conn: &mut PgConnection, reward_id: RewardId, now: Timestamp) -> Result<()> {
    query!(
        "update rewards set published_at = coalesce(published_at, $2), withdrawn_at = null, updated_at = $2,
             version = version + 1
         where reward_id = $1",
        reward_id.0,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn withdraw(conn: &mut PgConnection, reward_id: RewardId, now: Timestamp) -> Result<()> {
    query!(
        "update rewards set withdrawn_at = $2, updated_at = $2, version = version + 1 where reward_id = $1",
        reward_id.0,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A new version, so that a form which was sent twice acts once.
pub async fn touch(conn: &mut PgConnection, reward_id: RewardId, now: Timestamp) -> Result<()> {
    query!(
        "update rewards set updated_at = $2, version = version + 1 where reward_id = $1",
        reward_id.0,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Changes what is left and what there is in all by the same number; none when nothing is limited, or when
/// that would leave less than nothing. Gives what is left, of how many.
pub async fn add_units(
    conn: &mut PgConnection,
    reward_id: RewardId,
    units: i64,
) -> Result<Option<(i64, i64)>> {
    let row = query!(
        "update reward_stock set capacity = capacity + $2, remaining = remaining + $2
         where reward_id = $1 and slot = 0 and remaining + $2 >= 0 returning remaining, capacity",
        reward_id.0,
        units,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.remaining, row.capacity)))
}

/// The first units of a reward that had no limit; false when it has one.
pub async fn insert_stock(conn: &mut PgConnection, reward_id: RewardId, units: i64) -> Result<bool> {
    let done = query!(
        "insert into reward_stock (reward_id, capacity, remaining) values ($1, $2, $2)
         on conflict do nothing",
        reward_id.0,
        units,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives what there was.
pub async fn delete_stock(conn: &mut PgConnection, reward_id: RewardId) -> Result<Option<(i64, i64)>> {
    let row =
        query!("delete from reward_stock where reward_id = $1 returning remaining, capacity", reward_id.0)
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|row| (row.remaining, row.capacity)))
}
