//! Returns: what came back of a purchase.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Answers, Api, OfBody,
    caller::{Caller, PurchasesWrite},
    problem::Problem,
    reading::{At, NOT_AN_INSTANT, Sent, Wrong, instant},
    replayed,
    traces::TraceAnswer,
    values::amount,
};
use crate::{
    domain::{
        program::Program,
        purchase::{MAX_LINES, MAX_QUANTITY},
        returns::{LineReturn, Return, What},
    },
    server::{
        context::Context,
        returns::{self, Outcome, Receipt},
        rules,
    },
};

/// What came back, and when. Without `lines` and `amount`: everything that did not come back before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "return-1", "returned_at": "2026-11-22T15:00:00+01:00", "lines": [{ "line": 1, "quantity": 1 }],
}))]
pub struct NewReturn {
    /// The source's own id of the return: one effect each, for ever.
    #[schema(min_length = 1, max_length = 200)]
    id: String,
    /// RFC 3339; a bare date or local time is read in the program's zone.
    returned_at: String,
    /// Some of some lines.
    #[schema(min_items = 1, max_items = 500)]
    lines: Option<Vec<ReturnedLine>>,
    /// A part of the price, with no goods: a decimal in the program's currency.
    #[schema(example = "5.00")]
    amount: Option<String>,
}

/// So many of one line.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnedLine {
    /// The line of the purchase, counted from 1.
    #[schema(minimum = 1, maximum = 500)]
    line: i64,
    #[schema(minimum = 1, maximum = 1_000_000)]
    quantity: i64,
}

/// What a return did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnAnswer {
    pub id: String,
    /// The source's own id of the purchase.
    pub purchase: String,
    pub member_id: String,
    pub points: Taken,
    /// Points that could be spent afterwards.
    pub balance: i64,
    /// What is left of the purchase, and what it earns.
    pub trace: TraceAnswer,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Taken {
    /// Points that left the wallet.
    pub taken: i64,
    /// Points that were spent already and are owed now.
    pub debt: i64,
}

/// A return whose purchase is not known yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParkedAnswer {
    pub id: String,
    pub purchase: String,
    /// parked: it is applied when its purchase comes.
    #[schema(example = "parked")]
    pub state: &'static str,
}

impl NewReturn {
    fn read(self, source: &str, purchase: String, program: &Program) -> Result<Return, Problem> {
        let mut wrong = Wrong::default();
        wrong.text("id", &self.id, 200);
        let returned_at = instant(&self.returned_at, &program.zone());
        if returned_at.is_none() {
            wrong.say("returned_at", NOT_AN_INSTANT);
        }
        let digits = program.currency_digits;
        let what = match (self.lines, self.amount) {
            (None, None) => What::Everything,
            (None, Some(text)) => What::Amount(amount("amount", &text, digits, &mut wrong)),
            (Some(lines), None) => What::Lines(read_lines(&lines, &mut wrong)),
            (Some(_), Some(_)) => {
                wrong.say("amount", "Return lines or an amount, not both in one return");
                What::Everything
            }
        };
        let (source, document_id, purchase_id) = (source.to_owned(), self.id, purchase);
        let returned_at = wrong.finish(returned_at)?.unwrap_or_default();
        Ok(Return { source, document_id, purchase_id, returned_at, what })
    }
}

fn read_lines(lines: &[ReturnedLine], wrong: &mut Wrong) -> Vec<LineReturn> {
    if lines.is_empty() || lines.len() > MAX_LINES {
        wrong.say("lines", format!("Name 1 to {MAX_LINES} lines, or leave them out to return everything"));
    }
    let mut read = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        match i16::try_from(line.line).ok().filter(|line| *line > 0) {
            Some(number) if (1..=MAX_QUANTITY).contains(&line.quantity) => {
                read.push(LineReturn { line: number, quantity: line.quantity });
            }
            Some(_) => wrong.say(&format!("lines/{at}/quantity"), "Give a whole number of 1 to 1,000,000"),
            None => wrong.say(&format!("lines/{at}/line"), "Name a line of the purchase, counted from 1"),
        }
    }
    read
}

/// Return a purchase, or a part of it
///
/// The points that it would not have earned leave the wallet; what was spent already is owed, and paid by
/// what is earned next. A return that comes before its purchase is parked and applied when the purchase
/// comes.
#[utoipa::path(post, path = "/purchases/{id}/returns", tag = "Purchases", operation_id = "record_return",
    params(("id" = String, Path, description = "The source's own id of the purchase")),
    request_body = NewReturn,
    responses(
        (status = 201, description = "Recorded", body = ReturnAnswer),
        (status = 200, description = "Sent again: the same answer", body = ReturnAnswer,
            headers(("Idempotent-Replayed" = String, description = "true"))),
        (status = 202, description = "Parked until its purchase comes", body = ParkedAnswer),
        (status = 404, description = "`not_found`", body = Problem,
            content_type = "application/problem+json"),
        (status = 409, description = "`document_conflict`: the id was used for another body", body = Problem,
            content_type = "application/problem+json"),
        OfBody, Answers))]
pub async fn record(
    State(api): State<Api>,
    caller: Caller<PurchasesWrite>,
    At(purchase): At<String>,
    Sent(new): Sent<NewReturn>,
) -> Result<Response, Problem> {
    let program = caller.program.clone();
    let back = new.read(&caller.key.source, purchase, &program)?;
    let (id, purchase) = (back.document_id.clone(), back.purchase_id.clone());
    match returns::record(&api.ctx, &back).await? {
        Outcome::New(receipt) => {
            let body = answer(&api.ctx, id, purchase, &receipt).await?;
            Ok((StatusCode::CREATED, Json(body)).into_response())
        }
        Outcome::Known(receipt) => Ok(replayed(Json(answer(&api.ctx, id, purchase, &receipt).await?))),
        Outcome::Parked => {
            let body = ParkedAnswer { id, purchase, state: "parked" };
            Ok((StatusCode::ACCEPTED, Json(body)).into_response())
        }
    }
}

async fn answer(
    ctx: &Context,
    id: String,
    purchase: String,
    receipt: &Receipt,
) -> Result<ReturnAnswer, Problem> {
    let book = rules::naming(ctx, &[&receipt.trace]).await?;
    Ok(ReturnAnswer {
        id,
        purchase,
        member_id: receipt.member_id.to_string(),
        points: Taken { taken: receipt.taken, debt: receipt.debt },
        balance: receipt.balances.available,
        trace: TraceAnswer::of(&book, &receipt.trace),
    })
}
