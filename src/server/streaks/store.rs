//! The statements of streaks.

mod dates;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::{Given, Milestones};
use crate::{
    domain::{
        ids::MemberId,
        metric::Period,
        streak::{Milestone, StreakPolicy, StreakTerms},
    },
    server::error::{Error, Result},
};

pub use dates::{add, recount};

/// Why a milestone was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    pub began_on: Date,
    pub reached_on: Date,
    /// The first days of the periods that freezes covered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frozen: Vec<Date>,
}

/// A milestone whose points are still to be given.
#[derive(Debug, Clone)]
pub struct Unpaid {
    pub member: MemberId,
    pub unit: Period,
    pub periods: i64,
    pub points: i64,
    pub trace: Trace,
}

struct PolicyRow {
    version: i32,
    unit: String,
    kinds: Vec<String>,
    freeze_every: i16,
    freeze_most: i16,
    milestones: serde_json::Value,
    created_at: jiff_sqlx::Timestamp,
}

impl PolicyRow {
    fn policy(self) -> Result<StreakPolicy> {
        let terms = StreakTerms {
            unit: unit(&self.unit)?,
            kinds: self.kinds,
            freeze_every: i64::from(self.freeze_every),
            freeze_most: i64::from(self.freeze_most),
            milestones: serde_json::from_value(self.milestones)?,
        };
        Ok(StreakPolicy { version: self.version, terms, since: self.created_at.to_jiff() })
    }
}

fn unit(text: &str) -> Result<Period> {
    let found = Period::ALL.into_iter().find(|period| period.as_str() == text);
    found.ok_or_else(|| Error::broken("a streak of no unit"))
}

fn ids(members: &[MemberId]) -> Vec<Uuid> {
    members.iter().map(|member| member.0).collect()
}

fn jiff_days(days: Vec<jiff_sqlx::Date>) -> Vec<Date> {
    days.into_iter().map(jiff_sqlx::Date::to_jiff).collect()
}

/// The version that counts.
pub async fn policy(conn: &mut PgConnection) -> Result<StreakPolicy> {
    sqlx::query_as!(
        PolicyRow,
        r#"select version, unit, kinds, freeze_every, freeze_most, milestones, created_at as "created_at: _"
           from streak_policies order by version desc limit 1"#
    )
    .fetch_one(conn)
    .await?
    .policy()
}

/// The same, and nobody else lays out dates or makes another version until the transaction ends.
pub async fn lock_policy(conn: &mut PgConnection) -> Result<StreakPolicy> {
    query!("select from streak_policies where version = 1 for update").fetch_one(&mut *conn).await?;
    policy(conn).await
}

pub async fn insert_policy(
    conn: &mut PgConnection,
    policy: &StreakPolicy,
    filled_at: Option<Timestamp>,
) -> Result<()> {
    let StreakPolicy { version, terms, since } = policy;
    query!(
        "insert into streak_policies
             (version, unit, kinds, freeze_every, freeze_most, milestones, created_at, filled_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        version,
        terms.unit.as_str(),
        &terms.kinds,
        i16::try_from(terms.freeze_every).unwrap_or(0),
        i16::try_from(terms.freeze_most).unwrap_or(0),
        serde_json::to_value(&terms.milestones)?,
        since.to_sqlx() as _,
        filled_at.map(ToSqlx::to_sqlx) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn days(conn: &mut PgConnection, member: MemberId) -> Result<Vec<Date>> {
    let days = query_scalar!(
        r#"select days as "days: Vec<jiff_sqlx::Date>" from streaks where member_id = $1"#,
        member.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(days.map(jiff_days).unwrap_or_default())
}

/// Members in order, with their dates.
pub async fn days_after(
    conn: &mut PgConnection,
    after: Option<MemberId>,
    most: i64,
) -> Result<Vec<(MemberId, Vec<Date>)>> {
    let rows = query!(
        r#"select member_id, days as "days: Vec<jiff_sqlx::Date>" from streaks
           where $1::uuid is null or member_id > $1 order by member_id limit $2"#,
        after.map(|member| member.0),
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (MemberId(row.member_id), jiff_days(row.days))).collect())
}

/// From when on members lived elsewhere, in order.
pub async fn moves(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, Vec<(Timestamp, TimeZone)>>> {
    let rows = query!(
        r#"select member_id, since as "since: jiff_sqlx::Timestamp", zone from member_zones
           where member_id = any($1) order by member_id, since"#,
        &ids(members)
    )
    .fetch_all(conn)
    .await?;
    let mut moves: BTreeMap<MemberId, Vec<_>> = BTreeMap::new();
    for row in rows {
        let zone = TimeZone::get(&row.zone).map_err(Error::broken)?;
        moves.entry(MemberId(row.member_id)).or_default().push((row.since.to_jiff(), zone));
    }
    Ok(moves)
}

/// The newest zone of a member.
pub async fn zone(conn: &mut PgConnection, member: MemberId) -> Result<Option<String>> {
    let zone = query_scalar!(
        "select zone from member_zones where member_id = $1 order by since desc limit 1",
        member.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(zone)
}

/// Names of zones as people know them: those of regions.
pub async fn known_zones(conn: &mut PgConnection) -> Result<Vec<String>> {
    let zones = query_scalar!(
        r#"select name as "name!" from pg_timezone_names
           where name ~ '^(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/'
           order by name"#
    )
    .fetch_all(conn)
    .await?;
    Ok(zones)
}

pub async fn is_zone(conn: &mut PgConnection, zone: &str) -> Result<bool> {
    let is_zone = query_scalar!(
        r#"select exists (select from pg_timezone_names where name = $1 and length(name) <= 60)
             as "is_zone!""#,
        zone
    )
    .fetch_one(conn)
    .await?;
    Ok(is_zone)
}

/// One move at a time.
pub async fn lock_member(conn: &mut PgConnection, member: MemberId) -> Result<()> {
    query!("select from members where member_id = $1 for no key update", member.0)
        .fetch_optional(conn)
        .await?;
    Ok(())
}

pub async fn insert_move(
    conn: &mut PgConnection,
    member: MemberId,
    zone: &str,
    now: Timestamp,
) -> Result<()> {
    query!(
        "insert into member_zones (member_id, since, zone) values ($1, $2, $3)
         on conflict (member_id, since) do update set zone = excluded.zone",
        member.0,
        now.to_sqlx() as _,
        zone
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps what was reached; gives what is new by it.
pub async fn insert_milestones(
    conn: &mut PgConnection,
    policy: &StreakPolicy,
    all: &[Milestones],
) -> Result<Vec<Milestones>> {
    let members: Vec<Uuid> = all.iter().map(|one| one.member.0).collect();
    let of =
        |read: fn(&Milestone) -> i64| all.iter().map(|one| read(&one.reached.milestone)).collect::<Vec<_>>();
    let periods: Vec<i32> =
        of(|one| one.periods).into_iter().map(|periods| i32::try_from(periods).unwrap_or(i32::MAX)).collect();
    let trace = |one: &Milestones| {
        let (began_on, reached_on) = (one.reached.began_on, one.reached.reached_on);
        Ok(serde_json::to_value(Trace { began_on, reached_on, frozen: one.reached.frozen.clone() })?)
    };
    let traces: Vec<serde_json::Value> = all.iter().map(trace).collect::<Result<_>>()?;
    let times: Vec<_> = all.iter().map(|one| one.at.to_sqlx()).collect();
    let rows = query!(
        "insert into streak_milestones (member_id, unit, periods, version, points, trace, reached_at)
         select distinct on (t.member_id, t.periods) t.member_id, $1, t.periods, $2, t.points, t.trace,
             t.reached_at
         from unnest($3::uuid[], $4::int[], $5::bigint[], $6::jsonb[], $7::timestamptz[])
             as t (member_id, periods, points, trace, reached_at)
         order by t.member_id, t.periods, t.reached_at
         on conflict do nothing returning member_id, periods",
        policy.terms.unit.as_str(),
        policy.version,
        &members,
        &periods,
        &of(|one| one.points),
        &traces,
        &times as _
    )
    .fetch_all(conn)
    .await?;
    let found = |row: &(MemberId, i64)| {
        all.iter().find(|one| one.member == row.0 && one.reached.milestone.periods == row.1).cloned()
    };
    Ok(rows.iter().filter_map(|row| found(&(MemberId(row.member_id), i64::from(row.periods)))).collect())
}

/// The milestones of a member.
pub async fn given(conn: &mut PgConnection, member: MemberId, unit: &str) -> Result<Vec<Given>> {
    let rows = query!(
        r#"select periods, points, reached_at as "reached_at: jiff_sqlx::Timestamp" from streak_milestones
           where member_id = $1 and unit = $2 order by periods desc"#,
        member.0,
        unit
    )
    .fetch_all(conn)
    .await?;
    let given = rows.into_iter().map(|row| Given {
        milestone: Milestone { periods: i64::from(row.periods), points: row.points },
        reached_at: row.reached_at.to_jiff(),
    });
    Ok(given.collect())
}

/// Milestones to be paid; another server takes others.
pub async fn unpaid(conn: &mut PgConnection, most: i64) -> Result<Vec<Unpaid>> {
    let rows = query!(
        "select member_id, unit, periods, points, trace from streak_milestones
         where paid_at is null and points > 0 order by reached_at limit $1 for update skip locked",
        most
    )
    .fetch_all(conn)
    .await?;
    let unpaid = rows.into_iter().map(|row| {
        Ok(Unpaid {
            member: MemberId(row.member_id),
            unit: unit(&row.unit)?,
            periods: i64::from(row.periods),
            points: row.points,
            trace: serde_json::from_value(row.trace)?,
        })
    });
    unpaid.collect()
}

pub async fn set_paid(conn: &mut PgConnection, paid: &[Unpaid], now: Timestamp) -> Result<()> {
    let members: Vec<Uuid> = paid.iter().map(|one| one.member.0).collect();
    let units: Vec<&str> = paid.iter().map(|one| one.unit.as_str()).collect();
    let periods: Vec<i64> = paid.iter().map(|one| one.periods).collect();
    query!(
        "update streak_milestones m set paid_at = $4
         from unnest($1::uuid[], $2::text[], $3::bigint[]) as t (member_id, unit, periods)
         where (m.member_id, m.unit, m.periods) = (t.member_id, t.unit, t.periods)",
        &members,
        &units as &[&str],
        &periods,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether the version that counts has not reached everybody.
pub async fn is_to_fill(conn: &mut PgConnection) -> Result<bool> {
    let is_to_fill = query_scalar!(
        r#"select filled_at is null as "is_to_fill!" from streak_policies order by version desc limit 1"#
    )
    .fetch_one(conn)
    .await?;
    Ok(is_to_fill)
}

pub async fn next_to_fill(conn: &mut PgConnection, version: i32, most: i64) -> Result<Vec<MemberId>> {
    let rows = query_scalar!(
        "select m.member_id from members m join streak_policies p on p.version = $1
         where p.filled_through is null or m.member_id > p.filled_through order by m.member_id limit $2",
        version,
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(MemberId).collect())
}

pub async fn filled_through(conn: &mut PgConnection, version: i32, last: MemberId) -> Result<()> {
    query!("update streak_policies set filled_through = $2 where version = $1", version, last.0)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn filled(conn: &mut PgConnection, version: i32, now: Timestamp) -> Result<()> {
    query!("update streak_policies set filled_at = $2 where version = $1", version, now.to_sqlx() as _)
        .execute(conn)
        .await?;
    Ok(())
}
