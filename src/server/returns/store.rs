//! The statements of returns.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::Receipt;
use crate::{
    domain::{
        counters::Counters,
        earning::Trace,
        ids::{MemberId, PurchaseId},
        ledger::Balances,
        points::Money,
        purchase::{MemberRef, Purchase},
        returns::{Part, Return, remaining},
    },
    server::{
        context::new_id,
        documents::{DocumentKey, stored},
        error::{Error, Result},
        purchases::lines,
    },
};

/// A purchase as it stands in the books.
#[derive(Debug)]
pub struct Booked {
    pub purchase_id: PurchaseId,
    pub purchase: Purchase,
    /// How its points came about.
    pub trace: Trace,
    /// The number of the accrual's entry.
    pub entry_no: i64,
    /// What it earned, less what returns took.
    pub points: i64,
    /// What came back before.
    pub returned: Vec<Part>,
    pub was_returned: bool,
}

impl Booked {
    /// What there was of it before this return.
    pub fn before(&self) -> Option<Purchase> {
        if self.was_returned {
            remaining(&self.purchase, &self.returned)
        } else {
            Some(self.purchase.clone())
        }
    }
}

/// Who bought what this document says.
pub async fn buyer(conn: &mut PgConnection, purchase: &DocumentKey) -> Result<Option<MemberId>> {
    let member = sqlx::query_scalar!(
        "select member_id from documents where document_key = $1 and kind = 'purchase'",
        &stored(purchase)[..]
    )
    .fetch_optional(conn)
    .await?;
    Ok(member.map(MemberId))
}

/// A purchase with its evaluation and what came back of it. The member's wallet is locked.
pub async fn booked(
    conn: &mut PgConnection,
    member: MemberId,
    source: &str,
    document_id: &str,
    key: &DocumentKey,
) -> Result<Booked> {
    let row = sqlx::query!(
        r#"select p.purchase_id, p.store, p.purchased_at, p.amount, p.points,
             p.lines::text as lines, e.entry_no, e.trace as "trace!: Json<Trace>",
             coalesce(r.points, 0) as "returned!", r.points is not null as "was_returned!"
         from purchases p
             join ledger_entries e on e.member_id = p.member_id and e.wallet = 'points'
                 and e.document_key = $4 and e.kind = 'accrual'
             left join (select purchase_id, sum(points)::bigint as points from returns where member_id = $1
                 group by purchase_id) r using (purchase_id)
         where p.member_id = $1 and p.source = $2 and p.document_id = $3"#,
        member.0,
        source,
        document_id,
        key
    )
    .fetch_optional(&mut *conn)
    .await?;
    let row = row.ok_or_else(|| Error::broken("a document without its purchase; run `laurel verify`"))?;
    let returned = returned(conn, member, row.purchase_id).await?;
    let purchase = Purchase {
        source: source.to_owned(),
        document_id: document_id.to_owned(),
        member: MemberRef::Id(member),
        store: row.store,
        purchased_at: row.purchased_at.to_jiff(),
        amount: Money(row.amount),
        lines: lines::unpack(row.lines.as_deref())?,
    };
    Ok(Booked {
        purchase_id: PurchaseId(row.purchase_id),
        purchase,
        trace: row.trace.0,
        entry_no: row.entry_no,
        points: row.points - row.returned,
        returned,
        was_returned: row.was_returned,
    })
}

async fn returned(conn: &mut PgConnection, member: MemberId, purchase: Uuid) -> Result<Vec<Part>> {
    let rows = sqlx::query_as!(
        Part,
        "select line_no as line, l.quantity, l.amount
         from returns r join return_lines l using (member_id, return_id)
         where r.member_id = $1 and r.purchase_id = $2",
        member.0,
        purchase
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// What a return wrote into the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    pub member_id: MemberId,
    pub entry_no: i64,
    pub points: i64,
    pub debt: i64,
}

pub async fn insert_return(
    conn: &mut PgConnection,
    written: &Written,
    purchase_id: PurchaseId,
    back: &Return,
    parts: &[Part],
    now: Timestamp,
) -> Result<()> {
    let return_id = new_id();
    sqlx::query!(
        "insert into returns (member_id, return_id, purchase_id, source, document_id, returned_at,
             received_at, amount, quantity, points, debt, entry_no)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        written.member_id.0,
        return_id,
        purchase_id.0,
        back.source,
        back.document_id,
        back.returned_at.to_sqlx(),
        now.to_sqlx(),
        parts.iter().map(|part| part.amount).sum::<i64>(),
        parts.iter().map(|part| part.quantity).sum::<i64>(),
        written.points,
        written.debt,
        written.entry_no
    )
    .execute(&mut *conn)
    .await?;
    let numbers: Vec<i16> = parts.iter().map(|part| part.line).collect();
    let quantities: Vec<i64> = parts.iter().map(|part| part.quantity).collect();
    let amounts: Vec<i64> = parts.iter().map(|part| part.amount).collect();
    sqlx::query!(
        "insert into return_lines (member_id, return_id, line_no, quantity, amount)
         select $1, $2, line_no, quantity, amount
         from unnest($3::smallint[], $4::bigint[], $5::bigint[]) as t (line_no, quantity, amount)",
        written.member_id.0,
        return_id,
        &numbers,
        &quantities,
        &amounts
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The answer that a return got, read back from what it wrote.
pub async fn receipt(
    conn: &mut PgConnection,
    member: MemberId,
    source: &str,
    document_id: &str,
    key: &DocumentKey,
) -> Result<Receipt> {
    let row = sqlx::query!(
        r#"select r.amount, r.points, r.debt as owed, e.available, e.held, e.pending, e.debt,
             e.trace as "trace!: Json<Trace>"
         from returns r join ledger_entries e on e.member_id = r.member_id and e.wallet = 'points'
             and e.entry_no = r.entry_no and e.document_key = $4
         where r.member_id = $1 and r.source = $2 and r.document_id = $3"#,
        member.0,
        source,
        document_id,
        key
    )
    .fetch_one(conn)
    .await?;
    let (available, held, pending, debt) = (row.available, row.held, row.pending, row.debt);
    Ok(Receipt {
        member_id: member,
        amount: row.amount,
        taken: row.points - row.owed,
        debt: row.owed,
        balances: Balances { available, held, pending, debt },
        trace: row.trace.0,
    })
}

/// Takes from counters, and adds where that is below zero: what is left of a purchase may be counted where
/// the whole of it was not, on a counter that is not there yet.
pub async fn subtract_counters(conn: &mut PgConnection, member: MemberId, undone: &Counters) -> Result<()> {
    let undone: Vec<_> = undone.added().iter().collect();
    let metrics: Vec<&str> = undone.iter().map(|(key, _)| key.metric.as_str()).collect();
    let dimensions: Vec<&str> = undone.iter().map(|(key, _)| key.dimension.as_str()).collect();
    let periods: Vec<&str> = undone.iter().map(|(key, _)| key.period.as_str()).collect();
    let values: Vec<i64> = undone.iter().map(|(_, value)| **value).collect();
    sqlx::query!(
        "with undone as (
             select * from unnest($2::text[], $3::text[], $4::text[], $5::bigint[])
                 as t (metric, dimension, period, value)
         ), taken as (
             update counters c set value = c.value - t.value from undone t
             where t.value > 0 and c.member_id = $1
                 and (c.metric, c.dimension, c.period) = (t.metric, t.dimension, t.period)
         )
         insert into counters (member_id, metric, dimension, period, value)
         select $1, metric, dimension, period, -value from undone where value < 0
         on conflict (member_id, metric, dimension, period)
             do update set value = counters.value + excluded.value",
        member.0,
        &metrics as _,
        &dimensions as _,
        &periods as _,
        &values
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Parks a return, and gives the body that is parked under its key.
pub async fn park(
    conn: &mut PgConnection,
    key: &DocumentKey,
    purchase: &DocumentKey,
    body: &serde_json::Value,
    now: Timestamp,
) -> Result<serde_json::Value> {
    let parked = sqlx::query_scalar!(
        "insert into parked_returns as p (document_key, purchase_key, body, received_at)
         values ($1, $2, $3, $4)
         on conflict (document_key) do update set received_at = p.received_at returning body",
        key,
        purchase,
        body,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await?;
    Ok(parked)
}

pub async fn unpark(conn: &mut PgConnection, key: &[u8]) -> Result<()> {
    sqlx::query!("delete from parked_returns where document_key = $1", key).execute(conn).await?;
    Ok(())
}

/// Parked returns whose purchase has come.
pub async fn parked_with_purchase(
    conn: &mut PgConnection,
    limit: i64,
) -> Result<Vec<(Vec<u8>, serde_json::Value)>> {
    let rows = sqlx::query!(
        "select p.document_key, p.body from parked_returns p
             join documents d on d.document_key = substr(p.purchase_key, 1, 16) and d.kind = 'purchase'
         order by p.received_at limit $1",
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.document_key, row.body)).collect())
}
