//! What is stored, to be taken away: all about one member, or a whole table of the program. Read in pages by
//! their keys, so memory stays as it is however much there is.

pub mod cells;
mod store;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{
    context::Context,
    error::Result,
    identity::Member,
    ledger::history::{self, Posted},
    rules,
};
use crate::domain::{
    earning::{Rulebook, Trace, explain, words},
    ids::MemberId,
    words::Currency,
};

/// How many rows are read at a time.
const PAGE: i64 = 500;

/// One list of what is stored about a member; its name is that of the list in the file.
pub const PARTS: [&str; 12] = [
    "ledger",
    "other_wallets",
    "purchases",
    "returns",
    "activities",
    "badges",
    "redemptions",
    "challenges",
    "streak",
    "tier_changes",
    "prizes",
    "inbox",
];

/// A table of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Table {
    Members,
    Ledger,
    Purchases,
}

impl Table {
    /// Its columns, in their order. What is a list, such as the lines of a purchase, is in JSON only.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Members => &[
                "id",
                "external_id",
                "display_name",
                "email",
                "card",
                "birth_date",
                "joined_at",
                "erased_at",
                "available",
                "pending",
                "held",
                "debt",
            ],
            Self::Ledger => &[
                "member_id",
                "wallet",
                "entry_no",
                "kind",
                "points",
                "available_after",
                "contra",
                "effective_at",
                "recorded_at",
                "reason",
            ],
            Self::Purchases => &[
                "id",
                "source",
                "member_id",
                "store",
                "purchased_at",
                "received_at",
                "amount",
                "quantity",
                "points",
            ],
        }
    }
}

/// A row with the key that the next page begins after.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub key: String,
    pub row: Value,
}

/// A page of a table, after a key; the last page is empty.
pub async fn page(conn: &mut PgConnection, table: Table, after: Option<&str>) -> Result<Vec<Row>> {
    match table {
        Table::Members => store::members(conn, after, PAGE).await,
        Table::Ledger => store::ledger(conn, after, PAGE).await,
        Table::Purchases => store::purchases(conn, after, PAGE).await,
    }
}

/// Who a member is: what is personal, and what they have.
pub async fn profile(ctx: &Context, member: &Member) -> Result<Value> {
    store::profile(&mut *ctx.pool.acquire().await?, member.member_id).await
}

/// A page of one part of what is stored about a member, after a key; the last page is empty. Amounts are
/// decimals in the program's currency, instants are in UTC.
pub async fn part(ctx: &Context, member: &Member, part: &str, after: Option<&str>) -> Result<Vec<Row>> {
    let mut conn = ctx.pool.acquire().await?;
    if part != "ledger" {
        return store::part(&mut conn, member.member_id, part, after, PAGE).await;
    }
    explained(ctx, &mut conn, member.member_id, after).await
}

/// Entries of points, newest first, each with its explanation in words.
async fn explained(
    ctx: &Context,
    conn: &mut PgConnection,
    member: MemberId,
    after: Option<&str>,
) -> Result<Vec<Row>> {
    let before = after.and_then(|key| key.parse().ok());
    let posted = history::page(conn, member, before, PAGE).await?;
    let traces: Vec<&Trace> = posted.iter().filter_map(|entry| entry.trace.as_ref()).collect();
    let book = rules::naming(ctx, &traces).await?;
    Ok(posted
        .into_iter()
        .map(|entry| Row { key: entry.entry_no.to_string(), row: told(entry, &book) })
        .collect())
}

fn told(entry: Posted, book: &Rulebook) -> Value {
    let currency = Currency { code: book.program.currency.clone(), digits: book.program.currency_digits };
    let steps = entry.trace.map(|trace| explain(book, &trace).told).unwrap_or_default();
    let words = steps.iter().map(|step| {
        let (words, _, note) = words::step(step, &currency);
        note.map_or(words.clone(), |note| format!("{words}: {note}"))
    });
    json!({
        "entry_no": entry.entry_no,
        "kind": entry.kind.as_str(),
        "points": entry.points,
        "available_after": entry.available_after,
        "effective_at": entry.effective_at.to_string(),
        "recorded_at": entry.recorded_at.to_string(),
        "reason": entry.reason,
        "explanation": words.collect::<Vec<_>>(),
    })
}
