//! The statements of badges.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::{PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    Holders,
    rarity::{Rarity, Share},
};
use crate::{
    domain::{
        badge::{Award, Badge, Held, Level, State},
        counters::{CounterKey, Counters},
        ids::MemberId,
    },
    server::error::Result,
};

pub fn uuids(members: &[MemberId]) -> Vec<Uuid> {
    members.iter().map(|member| member.0).collect()
}

/// All counters of a member, but for the days that count for tiers.
pub async fn counters(conn: &mut PgConnection, member: MemberId) -> Result<Counters> {
    let rows = query!(
        "select metric, dimension, period, value from counters where member_id = $1
             and metric not in ('qualifying', 'limit')",
        member.0
    )
    .fetch_all(conn)
    .await?;
    let mut counters = Counters::default();
    for row in rows {
        let (metric, dimension, period) = (row.metric, row.dimension, row.period);
        counters.load(CounterKey { metric, dimension, period }, row.value);
    }
    Ok(counters)
}

/// The same of several members.
pub async fn counters_of(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<HashMap<MemberId, Counters>> {
    let rows = query!(
        "select member_id, metric, dimension, period, value from counters where member_id = any($1)
             and metric not in ('qualifying', 'limit')",
        &uuids(members)
    )
    .fetch_all(conn)
    .await?;
    let mut counters: HashMap<MemberId, Counters> = HashMap::new();
    for row in rows {
        let (metric, dimension, period) = (row.metric, row.dimension, row.period);
        let of = counters.entry(MemberId(row.member_id)).or_default();
        of.load(CounterKey { metric, dimension, period }, row.value);
    }
    Ok(counters)
}

pub async fn awards(conn: &mut PgConnection, member: MemberId) -> Result<Vec<(Held, Timestamp)>> {
    Ok(holders(conn, &[member]).await?.remove(&member).unwrap_or_default())
}

/// What each of these members holds, the oldest first.
pub async fn holders(conn: &mut PgConnection, members: &[MemberId]) -> Result<Holders> {
    let rows = query_as!(
        HeldRow,
        "select member_id, badge, level, period, awarded_at from awards where member_id = any($1)
         order by awarded_at",
        &uuids(members)
    );
    Ok(by_member(rows.fetch_all(conn).await?))
}

/// Everybody who holds one of these badges, each with these alone.
pub async fn holders_of(conn: &mut PgConnection, badges: &[String]) -> Result<Holders> {
    let rows = query_as!(
        HeldRow,
        "select member_id, badge, level, period, awarded_at from awards where badge = any($1)
         order by awarded_at",
        badges
    );
    Ok(by_member(rows.fetch_all(conn).await?))
}

struct HeldRow {
    member_id: Uuid,
    badge: String,
    level: String,
    period: String,
    awarded_at: jiff_sqlx::Timestamp,
}

fn by_member(rows: Vec<HeldRow>) -> Holders {
    let mut holders = Holders::new();
    for row in rows {
        let Some(level) = Level::parse(&row.level) else { continue };
        let held = Held { badge: row.badge, level, period: row.period };
        holders.entry(MemberId(row.member_id)).or_default().push((held, row.awarded_at.to_jiff()));
    }
    holders
}

pub async fn tags(conn: &mut PgConnection, member: MemberId) -> Result<Vec<String>> {
    let tags = query_scalar!("select tag from member_tags where member_id = $1 order by tag", member.0);
    Ok(tags.fetch_all(conn).await?)
}

/// Who of these members is in one of these segments.
pub async fn tagged(conn: &mut PgConnection, members: &[MemberId], tags: &[String]) -> Result<Vec<MemberId>> {
    let rows = query_scalar!(
        "select distinct member_id from member_tags where member_id = any($1) and tag = any($2)",
        &uuids(members),
        tags
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(MemberId).collect())
}

/// Takes awards back.
pub async fn take_back(conn: &mut PgConnection, lost: &[(MemberId, &Held)]) -> Result<()> {
    if lost.is_empty() {
        return Ok(());
    }
    let members: Vec<Uuid> = lost.iter().map(|(member, _)| member.0).collect();
    let badges: Vec<&str> = lost.iter().map(|(_, held)| held.badge.as_str()).collect();
    let levels: Vec<&str> = lost.iter().map(|(_, held)| held.level.as_str()).collect();
    let periods: Vec<&str> = lost.iter().map(|(_, held)| held.period.as_str()).collect();
    query!(
        "delete from awards a using unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
             as t (member_id, badge, level, period)
         where a.member_id = t.member_id and a.badge = t.badge and a.level = t.level and a.period = t.period",
        &members,
        &badges as _,
        &levels as _,
        &periods as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes awards and gives how many are new. A race decides the unique key, not a check.
pub async fn insert_awards(
    conn: &mut PgConnection,
    awards: &[(MemberId, &Award)],
    now: Timestamp,
) -> Result<u64> {
    if awards.is_empty() {
        return Ok(0);
    }
    let members: Vec<Uuid> = awards.iter().map(|(member, _)| member.0).collect();
    let badges: Vec<&str> = awards.iter().map(|(_, award)| award.badge.as_str()).collect();
    let levels: Vec<&str> = awards.iter().map(|(_, award)| award.level.as_str()).collect();
    let periods: Vec<&str> = awards.iter().map(|(_, award)| award.period.as_str()).collect();
    let times: Vec<_> = awards.iter().map(|(_, award)| award.awarded_at.to_sqlx()).collect();
    let written = query!(
        "insert into awards (member_id, badge, level, period, awarded_at, recorded_at)
         select member_id, badge, level, period, awarded_at, $6
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
             as t (member_id, badge, level, period, awarded_at)
         on conflict do nothing",
        &members,
        &badges as _,
        &levels as _,
        &periods as _,
        times as _,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(written.rows_affected())
}

/// Counts who holds what, anew; what can be had and nobody has yet, too.
pub async fn count_rarity(conn: &mut PgConnection, now: Timestamp) -> Result<()> {
    query!(
        "with counted as (
             select badge, level, count(distinct a.member_id) as holders
             from (select b.badge, step ->> 'level' as level
                     from badges b, jsonb_array_elements(b.rule -> 'levels') step where b.state <> 'retired'
                   union select badge, level from awards) levels
                 left join awards a using (badge, level)
             group by badge, level
         ), gone as (
             delete from badge_rarity r where not exists (
                 select from counted c where c.badge = r.badge and c.level = r.level)
         )
         insert into badge_rarity (badge, level, holders, members, counted_at)
         select badge, level, holders, (select count(*) from members), $1 from counted
         on conflict (badge, level) do update set holders = excluded.holders, members = excluded.members,
             counted_at = excluded.counted_at",
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn rarity(conn: &mut PgConnection) -> Result<Rarity> {
    let rows = query!("select badge, level, holders, members from badge_rarity").fetch_all(conn).await?;
    let share = rows.into_iter().filter_map(|row| {
        let share = Share { holders: row.holders, members: row.members };
        Some(((row.badge, Level::parse(&row.level)?), share))
    });
    Ok(Rarity(share.collect::<HashMap<_, _>>()))
}

pub async fn members(conn: &mut PgConnection) -> Result<i64> {
    Ok(query_scalar!(r#"select count(*) as "count!" from members"#).fetch_one(conn).await?)
}

/// Every badge that there is or was, in the order of the catalogue.
pub async fn badges(conn: &mut PgConnection) -> Result<Vec<Badge>> {
    let rows = query!(
        "select badge, version, name, description, glyph, state, rule from badges order by position, badge"
    );
    let badge = rows.fetch_all(conn).await?.into_iter().map(|row| {
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

/// Writes a version of a badge.
pub async fn put(conn: &mut PgConnection, badge: &Badge, rule: &Value) -> Result<()> {
    query!(
        "insert into badges (badge, version, name, description, glyph, state, rule, position)
         values ($1, $2, $3, $4, $5, $6, $7, (select coalesce(max(position), 0) + 1 from badges))
         on conflict (badge) do update set version = excluded.version, name = excluded.name,
             description = excluded.description, glyph = excluded.glyph, state = excluded.state,
             rule = excluded.rule",
        badge.badge,
        badge.version,
        badge.name,
        badge.description,
        badge.glyph,
        badge.state.as_str(),
        rule
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn set_state(conn: &mut PgConnection, badge: &str, state: State) -> Result<()> {
    query!("update badges set state = $2 where badge = $1", badge, state.as_str()).execute(conn).await?;
    Ok(())
}

/// After which member the sweep of counters goes on; `None` when it is done for the rules as they are. What
/// was done for older ones is done again.
pub async fn sweep(conn: &mut PgConnection) -> Result<Option<Uuid>> {
    query!(
        "update counter_sweep s set edition = r.edition, done_until = null, is_finished = false
         from rulebook r where s.edition <> r.edition"
    )
    .execute(&mut *conn)
    .await?;
    let open = query_scalar!("select done_until from counter_sweep where not is_finished");
    Ok(open.fetch_optional(conn).await?.map(Option::unwrap_or_default))
}

/// Throws away what the next members have beside these counters, and remembers how far it has come; how many
/// members, and how many counters are gone.
pub async fn sweep_members(
    conn: &mut PgConnection,
    after: Uuid,
    most: i64,
    read: &[String],
) -> Result<(i64, i64)> {
    let done = query!(
        r#"with part as materialized (
             select member_id from members where member_id > $1 order by member_id limit $2
         ), gone as (
             delete from counters c using part where c.member_id = part.member_id and c.metric <> all($3)
             returning 1
         ), marked as (
             update counter_sweep set is_finished = (select count(*) from part) < $2,
                 done_until
                     = coalesce((select member_id from part order by member_id desc limit 1), done_until)
         )
         select (select count(*) from part) as "members!", (select count(*) from gone) as "gone!""#,
        after,
        most,
        read
    )
    .fetch_one(conn)
    .await?;
    Ok((done.members, done.gone))
}
