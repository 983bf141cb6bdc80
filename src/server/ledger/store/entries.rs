//! Entries are written, a whole batch at once, and never changed.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{ids::MemberId, ledger::Entry},
    server::error::Result,
};

pub async fn insert(conn: &mut PgConnection, entries: &[(MemberId, &str, &Entry, Vec<u8>)]) -> Result<()> {
    let column =
        |of: fn(&Entry) -> i64| entries.iter().map(|(_, _, entry, _)| of(entry)).collect::<Vec<i64>>();
    let time = |of: fn(&Entry) -> Timestamp| {
        entries.iter().map(|(_, _, entry, _)| of(entry).to_sqlx()).collect::<Vec<_>>()
    };
    let members: Vec<Uuid> = entries.iter().map(|(member, ..)| member.0).collect();
    let wallets: Vec<&str> = entries.iter().map(|(_, wallet, ..)| *wallet).collect();
    let kinds: Vec<&str> = entries.iter().map(|(_, _, entry, _)| entry.draft.kind.as_str()).collect();
    let contras: Vec<&str> = entries.iter().map(|(_, _, entry, _)| entry.draft.contra.as_str()).collect();
    let documents: Vec<Option<Vec<u8>>> =
        entries.iter().map(|(_, _, e, _)| e.draft.document.map(|key| key.to_vec())).collect();
    let reasons: Vec<Option<&str>> =
        entries.iter().map(|(_, _, entry, _)| entry.draft.reason.as_deref()).collect();
    let trace = |entry: &Entry| entry.draft.trace.as_ref().map(serde_json::to_string).transpose();
    let traces: Vec<Option<String>> =
        entries.iter().map(|(_, _, entry, _)| trace(entry)).collect::<std::result::Result<_, _>>()?;
    let hashes: Vec<Vec<u8>> = entries.iter().map(|(.., hash)| hash.clone()).collect();
    sqlx::query!(
        "insert into ledger_entries (member_id, entry_no, kind, available_delta, held_delta, pending_delta,
         debt_delta,
             available, held, pending, debt, contra, effective_at, recorded_at, document_key, reason, trace,
             hash, wallet)
         select member_id, entry_no, kind, available_delta, held_delta, pending_delta, debt_delta,
             available, held, pending, debt, contra, effective_at, recorded_at, document_key, reason,
             trace::json, hash, wallet
         from unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
             $7::bigint[],
             $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::timestamptz[],
             $14::timestamptz[], $15::bytea[], $16::text[], $17::text[], $18::bytea[], $19::text[])
             as t (member_id, entry_no, kind, available_delta, held_delta, pending_delta, debt_delta,
             available, held,
                 pending, debt, contra, effective_at, recorded_at, document_key, reason, trace, hash,
                 wallet)",
        &members,
        &column(|entry| entry.entry_no),
        &kinds as _,
        &column(|entry| entry.draft.delta.available),
        &column(|entry| entry.draft.delta.held),
        &column(|entry| entry.draft.delta.pending),
        &column(|entry| entry.draft.delta.debt),
        &column(|entry| entry.after.available),
        &column(|entry| entry.after.held),
        &column(|entry| entry.after.pending),
        &column(|entry| entry.after.debt),
        &contras as _,
        time(|entry| entry.draft.effective_at) as _,
        time(|entry| entry.recorded_at) as _,
        &documents as _,
        &reasons as _,
        &traces as _,
        &hashes,
        &wallets as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
