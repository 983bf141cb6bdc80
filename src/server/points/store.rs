//! The statements of adjustments and the requests for them.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Adjustment;
use crate::{
    domain::ids::{AccountId, MemberId},
    server::{error::Result, identity::Staff},
};

/// An adjustment that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustmentRequest {
    pub request_id: Uuid,
    pub member_id: MemberId,
    pub member_name: String,
    pub wallet: String,
    pub points: i64,
    pub reason: String,
    pub requested_by: AccountId,
    pub requested_by_name: String,
    pub requested_at: Timestamp,
}

/// From how many points on a second person is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// For everybody.
    pub points: i64,
    /// For one person: whoever raised the limit is held to the one before.
    pub own: i64,
}

pub async fn limit(conn: &mut PgConnection, staff: &Staff) -> Result<Limit> {
    let row = sqlx::query!(
        r#"select adjustment_limit,
             least(adjustment_limit,
                 case when adjustment_limit_by = $1 then adjustment_limit_before end) as "own!"
         from programs"#,
        staff.account_id.0
    )
    .fetch_one(conn)
    .await?;
    Ok(Limit { points: row.adjustment_limit, own: row.own })
}

/// Sets the limit; whoever does it keeps their own where it is lower.
pub async fn set_limit(conn: &mut PgConnection, staff: &Staff, limit: i64, own: i64) -> Result<()> {
    sqlx::query!(
        "update programs set adjustment_limit = $1, adjustment_limit_by = $2, adjustment_limit_before = $3",
        limit,
        staff.account_id.0,
        own
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many points a person has given to a member, or taken, without a second person since an instant.
pub async fn moved_alone(
    conn: &mut PgConnection,
    staff: &Staff,
    member: MemberId,
    since: Timestamp,
) -> Result<i64> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(abs((new->>'points')::bigint)), 0)::bigint as "sum!" from audit_events
         where subject = $1 and at > $2 and account_id = $3 and action = 'points.adjust'"#,
        format!("member {member}"),
        since.to_sqlx() as _,
        staff.account_id.0
    );
    Ok(sum.fetch_one(conn).await?)
}

pub async fn insert(
    conn: &mut PgConnection,
    staff: &Staff,
    request_id: Uuid,
    adjustment: Adjustment<'_>,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into adjustment_requests (member_id, adjustment_request_id, wallet, points, reason,
             requested_by, requested_by_name, requested_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        adjustment.member.0,
        request_id,
        adjustment.wallet,
        adjustment.points,
        adjustment.reason,
        staff.account_id.0,
        staff.name,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks a request; and whether it was decided.
pub async fn lock(
    conn: &mut PgConnection,
    member: MemberId,
    request_id: Uuid,
) -> Result<Option<(AdjustmentRequest, bool)>> {
    let row = sqlx::query!(
        r#"select wallet, points, reason, requested_by, requested_by_name, requested_at,
             decided_at is not null as "decided!"
         from adjustment_requests where member_id = $1 and adjustment_request_id = $2 for update"#,
        member.0,
        request_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let request = AdjustmentRequest {
            request_id,
            member_id: member,
            member_name: String::new(),
            wallet: row.wallet,
            points: row.points,
            reason: row.reason,
            requested_by: AccountId(row.requested_by),
            requested_by_name: row.requested_by_name,
            requested_at: row.requested_at.to_jiff(),
        };
        (request, row.decided)
    }))
}

pub async fn decide(
    conn: &mut PgConnection,
    staff: &Staff,
    (member, request_id): (MemberId, Uuid),
    approved: bool,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update adjustment_requests
         set decided_by = $3, decided_by_name = $4, decided_at = $5, approved = $6
         where member_id = $1 and adjustment_request_id = $2",
        member.0,
        request_id,
        staff.account_id.0,
        staff.name,
        now.to_sqlx() as _,
        approved
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn waiting(conn: &mut PgConnection) -> Result<Vec<AdjustmentRequest>> {
    let rows = sqlx::query!(
        r#"select r.adjustment_request_id, r.member_id, coalesce(p.display_name, '') as "member_name!",
             r.wallet, r.points, r.reason, r.requested_by, r.requested_by_name, r.requested_at
         from adjustment_requests r left join member_profiles p using (member_id)
         where r.decided_at is null order by r.requested_at limit 200"#
    )
    .fetch_all(conn)
    .await?;
    let requests = rows.into_iter().map(|row| AdjustmentRequest {
        request_id: row.adjustment_request_id,
        member_id: MemberId(row.member_id),
        member_name: row.member_name,
        wallet: row.wallet,
        points: row.points,
        reason: row.reason,
        requested_by: AccountId(row.requested_by),
        requested_by_name: row.requested_by_name,
        requested_at: row.requested_at.to_jiff(),
    });
    Ok(requests.collect())
}
