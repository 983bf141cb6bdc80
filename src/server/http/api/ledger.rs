//! A member's ledger: every change, with the explanation of what a purchase earned.

use std::collections::HashMap;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answers, Api, OfPath,
    caller::{Caller, MembersRead},
    members::named,
    problem::Problem,
    reading::{Asked, At, bad_cursor, limit},
    traces::TraceAnswer,
    values::{Page, cut},
};
use crate::{
    domain::earning::{Rulebook, Trace},
    server::{
        error::Error,
        ledger::{
            self,
            history::{self, Posted},
        },
        origins::{self, Origin},
        rules,
    },
};

/// One change of a member's points, for ever.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryAnswer {
    /// Counts from 1 without gaps.
    pub entry_no: i64,
    /// accrual, activation, redemption, expiration, reversal, adjustment, transfer or forfeiture.
    #[schema(example = "accrual")]
    pub kind: &'static str,
    /// What it added to, or took from, all that the member has.
    pub points: i64,
    /// What could be spent afterwards.
    pub available_after: i64,
    /// When it counts: for a purchase, when it was made.
    #[schema(format = DateTime)]
    pub effective_at: String,
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// The id that the source gave the purchase, activity, return or redemption.
    #[schema(example = "receipt-1001")]
    pub document: Option<String>,
    /// In words, where somebody gave one.
    pub reason: Option<String>,
    /// How rules came to the points, where rules decided.
    pub trace: Option<TraceAnswer>,
}

/// A page of a ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntriesAnswer {
    pub items: Vec<EntryAnswer>,
    pub next_cursor: Option<String>,
}

/// Read a member's ledger
///
/// Every change of their points, newest first, each with its explanation. The books stay: it answers for a
/// member who left too, whom `/members/{id}` does not find any more.
#[utoipa::path(get, path = "/members/{id}/ledger", tag = "Members", operation_id = "get_ledger",
    params(("id" = String, Path, description = "The member's id"), Page),
    responses((status = 200, description = "A page of the ledger", body = EntriesAnswer), OfPath,
        (status = 422, description = "`invalid` parameters", body = Problem,
            content_type = "application/problem+json"), Answers))]
pub async fn entries(
    State(api): State<Api>,
    _: Caller<MembersRead>,
    At(id): At<String>,
    Asked(page): Asked<Page>,
) -> Result<Json<EntriesAnswer>, Problem> {
    let member = named(&id)?;
    let limit = limit(page.limit, 50)?;
    let before = page.cursor.map(|cursor| cursor.parse::<i64>()).transpose().map_err(|_| bad_cursor())?;
    // What is due is settled first, and whoever is no member is refused.
    ledger::balances(&api.ctx, member).await?;
    let mut conn = api.ctx.pool.acquire().await.map_err(Error::from)?;
    let mut posted = history::page(&mut conn, member, before, limit + 1).await?;
    let next_cursor = cut(&mut posted, limit, |entry| entry.entry_no.to_string());
    let sent = |entry: &'_ Posted| Some((entry.entry_no, entry.effective_at, entry.document.clone()?));
    let sent: Vec<_> = posted.iter().filter_map(sent).collect();
    let sent: Vec<_> = sent.iter().map(|(no, at, key)| (*no, *at, key.as_slice())).collect();
    let origins = origins::of_entries(&mut conn, member, &sent).await?;
    let traces: Vec<&Trace> = posted.iter().filter_map(|entry| entry.trace.as_ref()).collect();
    let book = rules::naming(&api.ctx, &traces).await?;
    let items = posted.into_iter().map(|entry| answer(entry, &origins, &book)).collect();
    Ok(Json(EntriesAnswer { items, next_cursor }))
}

fn answer(entry: Posted, origins: &HashMap<Vec<u8>, Origin>, book: &Rulebook) -> EntryAnswer {
    EntryAnswer {
        entry_no: entry.entry_no,
        kind: entry.kind.as_str(),
        points: entry.points,
        available_after: entry.available_after,
        effective_at: entry.effective_at.to_string(),
        recorded_at: entry.recorded_at.to_string(),
        document: entry.document.and_then(|key| origins.get(&key).map(|origin| origin.document_id.clone())),
        reason: entry.reason,
        trace: entry.trace.map(|trace| TraceAnswer::of(book, &trace)),
    }
}
