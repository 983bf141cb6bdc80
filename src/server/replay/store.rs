//! The statements of replay: they read a page of members and all that these did.

use std::collections::{BTreeMap, HashMap};

use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::Told;
use crate::{
    domain::{
        activity::Activity,
        ids::MemberId,
        points::Money,
        purchase::{MemberRef, Purchase},
    },
    server::{error::Result, purchases::lines},
};

/// One snapshot for all statements, which can write nothing and may take its time.
pub async fn only_read(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("set transaction isolation level repeatable read, read only").execute(&mut *conn).await?;
    sqlx::query!("set local statement_timeout = '30min'").execute(conn).await?;
    Ok(())
}

pub async fn members(conn: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "members!" from members"#).fetch_one(conn).await?)
}

/// The next members with their pseudonyms.
pub async fn page(
    conn: &mut PgConnection,
    after: Option<MemberId>,
    limit: i64,
) -> Result<Vec<(MemberId, String)>> {
    let rows = sqlx::query!(
        "select member_id, pseudonym from members where $1::uuid is null or member_id > $1
         order by member_id limit $2",
        after.map(|member| member.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (MemberId(row.member_id), row.pseudonym)).collect())
}

fn uuids(members: &[MemberId]) -> Vec<Uuid> {
    members.iter().map(|member| member.0).collect()
}

/// The purchases of these members, in their order, with their lines.
pub async fn purchases(
    conn: &mut PgConnection,
    members: &[MemberId],
    told: &mut HashMap<MemberId, Vec<Told>>,
) -> Result<()> {
    let rows = sqlx::query!(
        "select member_id, source, document_id, store, purchased_at, amount, points, lines::text as lines
         from purchases where member_id = any($1) order by member_id, purchased_at, purchase_id",
        &uuids(members)
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let purchase = Purchase {
            source: row.source,
            document_id: row.document_id,
            member: MemberRef::Id(MemberId(row.member_id)),
            store: row.store,
            purchased_at: row.purchased_at.to_jiff(),
            amount: Money(row.amount),
            lines: lines::unpack(row.lines.as_deref())?,
        };
        told.entry(MemberId(row.member_id)).or_default().push(Told::Purchase(purchase, row.points));
    }
    Ok(())
}

/// The other activities of these members.
pub async fn activities(
    conn: &mut PgConnection,
    members: &[MemberId],
    told: &mut HashMap<MemberId, Vec<Told>>,
) -> Result<()> {
    let rows = sqlx::query!(
        r#"select member_id, source, document_id, kind, occurred_at, points,
             attributes as "attributes: Json<BTreeMap<String, String>>"
         from activities where member_id = any($1) order by member_id, occurred_at, activity_id"#,
        &uuids(members)
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let activity = Activity {
            source: row.source,
            document_id: row.document_id,
            member: MemberRef::Id(MemberId(row.member_id)),
            kind: row.kind,
            occurred_at: row.occurred_at.to_jiff(),
            attributes: row.attributes.0,
        };
        told.entry(MemberId(row.member_id)).or_default().push(Told::Activity(activity, row.points));
    }
    Ok(())
}
