//! Purchases: one, a batch, and what one would earn.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse, response::Response};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Answers, Api, OfBody,
    caller::{Caller, PurchasesWrite},
    problem::{FieldProblem, Problem},
    reading::{NOT_AN_INSTANT, Raw, Sent, Wrong, instant, parse},
    replayed,
    traces::TraceAnswer,
    values::{AwardAnswer, MemberName, amount, unknown_member},
};
use crate::{
    domain::{
        earning::{Rulebook, Trace},
        points::Money,
        program::Program,
        purchase::{Flag, Flags, Line, MAX_LINES, MAX_QUANTITY, Purchase},
    },
    server::{
        context::Context,
        earning::{self, MAX_BATCH, Outcome, Receipt},
        error::Error,
        rules,
    },
};

/// What was bought, by whom, when.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "receipt-1001", "member": { "external_id": "customer-1007" },
    "purchased_at": "2026-11-21T09:30:00+01:00",
    "lines": [{ "sku": "flat-white", "category": "coffee", "quantity": 2, "amount": "7.60" },
        { "category": "cake", "quantity": 1, "amount": "4.70" }],
}))]
pub struct NewPurchase {
    /// The source's own id: one effect each, for ever.
    #[schema(min_length = 1, max_length = 200)]
    id: String,
    member: MemberName,
    #[schema(max_length = 80)]
    store: Option<String>,
    /// RFC 3339; a bare date or local time is read in the program's zone.
    #[schema(example = "2026-11-21T09:30:00+01:00")]
    purchased_at: String,
    /// ISO 4217; only the program's own.
    #[schema(example = "EUR")]
    currency: Option<String>,
    #[serde(default)]
    #[schema(max_items = 500)]
    lines: Option<Vec<NewLine>>,
    /// A decimal in the program's currency, net of discounts and of what was paid with points. Needed where
    /// there are no lines; where there are, their sum.
    #[schema(example = "12.30")]
    amount: Option<String>,
}

/// One line of a receipt.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLine {
    #[schema(max_length = 120)]
    sku: Option<String>,
    #[schema(max_length = 120)]
    category: Option<String>,
    #[schema(minimum = 0, maximum = 1_000_000)]
    quantity: i64,
    /// Of the whole line; a decimal in the program's currency.
    #[schema(example = "7.60")]
    amount: String,
    /// Why it earns nothing, if it does not: `gift_card`, `shipping`, `tax` or `excluded`.
    #[schema(max_items = 4, example = json!(["shipping"]))]
    flags: Option<Vec<String>>,
}

/// Points of one purchase.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Earned {
    pub earned: i64,
    /// Of these, those that can be spent later only.
    pub pending: i64,
}

/// What a purchase earned.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Earning {
    pub id: String,
    /// `null` in a preview for somebody who would become a member by it.
    pub member_id: Option<String>,
    pub points: Earned,
    /// Points that could be spent afterwards.
    pub balance: i64,
    /// The tier afterwards.
    #[schema(example = "Silver")]
    pub tier: Option<String>,
    pub awards: Vec<AwardAnswer>,
    pub trace: TraceAnswer,
}

impl Earning {
    pub fn of(id: String, member_id: Option<String>, receipt: &Receipt, book: &Rulebook) -> Self {
        Self {
            id,
            member_id,
            points: Earned { earned: receipt.points, pending: receipt.pending },
            balance: receipt.balances.available,
            tier: receipt.tier.clone(),
            awards: receipt.awards.iter().map(AwardAnswer::from).collect(),
            trace: TraceAnswer::of(book, &receipt.trace),
        }
    }
}

impl NewPurchase {
    /// Reads a purchase of this source; every field that is wrong is named.
    fn read(self, source: &str, program: &Program, zone: &TimeZone) -> Result<Purchase, Problem> {
        let mut wrong = Wrong::default();
        wrong.text("id", &self.id, 200);
        if let Some(store) = &self.store {
            wrong.text("store", store, 80);
        }
        let member = self.member.read(&mut wrong);
        let purchased_at = instant(&self.purchased_at, zone);
        if purchased_at.is_none() {
            wrong.say("purchased_at", NOT_AN_INSTANT);
        }
        if self.currency.as_ref().is_some_and(|currency| *currency != program.currency) {
            wrong.say("currency", format!("This program counts in {}", program.currency));
        }
        let digits = program.currency_digits;
        let lines = self.lines.unwrap_or_default();
        if lines.len() > MAX_LINES {
            wrong.say("lines", format!("A purchase has at most {MAX_LINES} lines"));
        }
        let lines: Vec<Line> =
            lines.into_iter().enumerate().map(|(at, line)| line.read(at, digits, &mut wrong)).collect();
        let given = self.amount.map(|text| amount("amount", &text, digits, &mut wrong));
        let total = Money(lines.iter().map(|line| line.amount.0).sum());
        if lines.is_empty() && given.is_none() {
            wrong.say("amount", "Give lines, or an amount where there are none");
        }
        // The name is looked at last: a body that is wrong otherwise is wrong whoever it names.
        let (source, document_id) = (source.to_owned(), self.id);
        let (store, amount) = (self.store, given.unwrap_or(total));
        let member = wrong.finish(member)?.ok_or_else(unknown_member)?;
        let purchased_at = purchased_at.unwrap_or_default();
        Ok(Purchase { source, document_id, member, store, purchased_at, amount, lines })
    }
}

impl NewLine {
    fn read(self, at: usize, digits: u32, wrong: &mut Wrong) -> Line {
        let path = |field: &str| format!("lines/{at}/{field}");
        for (field, text) in [("sku", &self.sku), ("category", &self.category)] {
            if let Some(text) = text {
                wrong.text(&path(field), text, 120);
            }
        }
        if !(0..=MAX_QUANTITY).contains(&self.quantity) {
            wrong.say(&path("quantity"), "Give a whole number of 0 to 1,000,000");
        }
        let amount = amount(&path("amount"), &self.amount, digits, wrong);
        let mut flags = Flags::default();
        for flag in self.flags.unwrap_or_default() {
            match Flag::parse(&flag) {
                Some(flag) => flags = flags.with(flag),
                None => wrong.say(&path("flags"), "There are gift_card, shipping, tax and excluded"),
            }
        }
        Line { sku: self.sku, category: self.category, quantity: self.quantity, amount, flags }
    }
}

/// Record a purchase
///
/// The member gets points, badges and tiers for it, by the rules that were live when it was made. The same
/// body again gets the same answer, with `Idempotent-Replayed: true`, and changes nothing; another body under
/// the same id is refused. An unknown `external_id` makes a member, who can claim the card later.
#[utoipa::path(post, path = "/purchases", tag = "Purchases", operation_id = "record_purchase",
    request_body = NewPurchase,
    responses(
        (status = 201, description = "Recorded", body = Earning),
        (status = 200, description = "Sent again: the same answer", body = Earning,
            headers(("Idempotent-Replayed" = String, description = "true"))),
        (status = 409, description = "`document_conflict`: the id was used for another body", body = Problem,
            content_type = "application/problem+json"),
        OfBody, Answers))]
pub async fn record(
    State(api): State<Api>,
    caller: Caller<PurchasesWrite>,
    Sent(new): Sent<NewPurchase>,
) -> Result<Response, Problem> {
    let program = caller.program.clone();
    let purchase = new.read(&caller.key.source, &program, &program.zone())?;
    let id = purchase.document_id.clone();
    let outcome = api.writer.record(purchase).await?;
    answer(&api.ctx, id, outcome).await
}

/// The answer to one document.
pub async fn answer(ctx: &Context, id: String, outcome: Outcome) -> Result<Response, Problem> {
    let (receipt, known) = match outcome {
        Outcome::New(receipt) => (receipt, false),
        Outcome::Known(receipt) => (receipt, true),
        Outcome::Refused(refusal) => return Err(refusal.into()),
    };
    let book = rules::naming(ctx, &[&receipt.trace]).await?;
    let earning = Json(Earning::of(id, Some(receipt.member_id.to_string()), &receipt, &book));
    Ok(if known { replayed(earning) } else { (StatusCode::CREATED, earning).into_response() })
}

/// What a purchase would earn
///
/// By the rules as they are and the member as they stand now, with the trace. Nothing is written, and `id` is
/// not used up.
#[utoipa::path(post, path = "/purchases/preview", tag = "Purchases", operation_id = "preview_purchase",
    request_body = NewPurchase,
    responses((status = 200, description = "What it would earn", body = Earning), OfBody, Answers))]
pub async fn preview(
    State(api): State<Api>,
    caller: Caller<PurchasesWrite>,
    Sent(new): Sent<NewPurchase>,
) -> Result<Json<Earning>, Problem> {
    let program = caller.program.clone();
    let purchase = new.read(&caller.key.source, &program, &program.zone())?;
    let (member, receipt) = earning::preview(&api.ctx, &purchase).await?;
    let member_id = member.map(|member| member.to_string());
    let book = rules::naming(&api.ctx, &[&receipt.trace]).await?;
    Ok(Json(Earning::of(purchase.document_id, member_id, &receipt, &book)))
}

/// Up to 1,000 purchases.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "purchases": [
    { "id": "receipt-1001", "member": { "external_id": "customer-1007" },
        "purchased_at": "2026-11-21T09:30:00+01:00", "amount": "12.30" },
    { "id": "receipt-1002", "member": { "card": "482 109 375" }, "purchased_at": "2026-11-21T09:32:00+01:00",
        "lines": [{ "category": "coffee", "quantity": 1, "amount": "3.80" }] },
] }))]
pub struct NewBatch {
    #[schema(min_items = 1, max_items = 1000)]
    purchases: Vec<NewPurchase>,
}

/// A batch of which single items may be wrong.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LooseBatch {
    purchases: Vec<serde_json::Value>,
}

/// What became of each, in the order sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchAnswer {
    pub results: Vec<BatchResult>,
}

/// What became of one: with status 201 or 200 what `POST /purchases` answers, else `code`, `detail` and
/// `errors` of the problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchResult {
    /// As it was sent, if it was.
    pub id: Option<String>,
    #[schema(example = 201)]
    pub status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Earned>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awards: Option<Vec<AwardAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
}

impl BatchResult {
    fn earned(status: StatusCode, earning: Earning) -> Self {
        Self {
            id: Some(earning.id),
            status: status.as_u16(),
            member_id: earning.member_id,
            points: Some(earning.points),
            balance: Some(earning.balance),
            tier: earning.tier,
            awards: Some(earning.awards),
            trace: Some(earning.trace),
            code: None,
            detail: None,
            errors: Vec::new(),
        }
    }

    fn refused(id: Option<String>, problem: Problem) -> Self {
        let (status, code) = (problem.status, Some(problem.code));
        let (detail, errors) = (Some(problem.detail), problem.errors);
        let (member_id, points, balance, tier, awards, trace) = (None, None, None, None, None, None);
        Self { id, status, member_id, points, balance, tier, awards, trace, code, detail, errors }
    }
}

/// Record many purchases
///
/// Up to 1,000 at once, which is the fastest way in. Each is answered by itself and in order; one
/// that is wrong does not stop the others.
#[utoipa::path(post, path = "/purchases/batch", tag = "Purchases", operation_id = "record_purchases",
    request_body = NewBatch,
    responses((status = 200, description = "What became of each", body = BatchAnswer), OfBody, Answers))]
pub async fn batch(
    State(api): State<Api>,
    caller: Caller<PurchasesWrite>,
    Raw(json): Raw<4>,
) -> Result<Json<BatchAnswer>, Problem> {
    let items = items(&json)?;
    let program = caller.program.clone();
    let zone = program.zone();
    let mut results: Vec<Option<BatchResult>> = Vec::with_capacity(items.len());
    let mut purchases = Vec::with_capacity(items.len());
    for (id, item) in items {
        match item.and_then(|new| new.read(&caller.key.source, &program, &zone)) {
            Ok(purchase) => {
                purchases.push(purchase);
                results.push(None);
            }
            Err(problem) => results.push(Some(BatchResult::refused(id, problem))),
        }
    }
    let ids: Vec<String> = purchases.iter().map(|purchase| purchase.document_id.clone()).collect();
    let writer = api.writer.clone();
    let outcomes = api.whole(|_| async move { writer.record_all(purchases).await }).await?;
    let outcomes: Vec<(String, Outcome)> = ids.into_iter().zip(outcomes).collect();
    let traces: Vec<&Trace> = outcomes.iter().filter_map(|(_, outcome)| outcome.trace()).collect();
    let book = rules::naming(&api.ctx, &traces).await?;
    let recorded = outcomes.into_iter().map(|(id, outcome)| told(id, outcome, &book));
    for (result, recorded) in results.iter_mut().filter(|result| result.is_none()).zip(recorded) {
        *result = Some(recorded);
    }
    Ok(Json(BatchAnswer { results: results.into_iter().flatten().collect() }))
}

type Item = (Option<String>, Result<NewPurchase, Problem>);

/// Reads the whole batch at once; only where that fails, one by one.
fn items(json: &[u8]) -> Result<Vec<Item>, Problem> {
    let items: Vec<Item> = if let Ok(batch) = parse::<NewBatch>(json) {
        batch.purchases.into_iter().map(|new| (Some(new.id.clone()), Ok(new))).collect()
    } else {
        let batch: LooseBatch = parse(json)?;
        batch.purchases.into_iter().map(item).collect()
    };
    if items.is_empty() || items.len() > MAX_BATCH {
        return Err(Problem::field("purchases", format!("Send 1 to {MAX_BATCH} purchases at a time")));
    }
    Ok(items)
}

fn item(value: serde_json::Value) -> Item {
    let id = value.get("id").and_then(serde_json::Value::as_str).map(str::to_owned);
    let json = serde_json::to_vec(&value).map_err(|error| Error::from(error).into());
    (id, json.and_then(|json| parse(&json)))
}

fn told(id: String, outcome: Outcome, book: &Rulebook) -> BatchResult {
    let (status, receipt) = match outcome {
        Outcome::New(receipt) => (StatusCode::CREATED, receipt),
        Outcome::Known(receipt) => (StatusCode::OK, receipt),
        Outcome::Refused(refusal) => return BatchResult::refused(Some(id), refusal.into()),
    };
    BatchResult::earned(status, Earning::of(id, Some(receipt.member_id.to_string()), &receipt, book))
}
