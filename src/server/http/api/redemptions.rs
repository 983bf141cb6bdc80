//! Redeeming at the till: issued, cancelled, and vouchers used.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse, response::Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Answers, Api, OfBody, OfPath,
    caller::{Caller, RedemptionsWrite},
    problem::Problem,
    reading::{At, Maybe, Sent, Wrong},
    replayed,
    values::MemberName,
};
use crate::{
    domain::{ids::RewardId, refusal::Code},
    server::{
        context::Context,
        error::Error,
        ledger,
        rewards::{self, Redemption, sent},
    },
};

/// What a member wants for their points.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "redemption-77", "member": { "card": "482917304" },
    "reward": "0198f2c4-7d3e-7a10-8a43-3c5d6e7f8091",
}))]
pub struct NewRedemption {
    /// The source's own id: one effect each, for ever.
    #[schema(min_length = 1, max_length = 200)]
    id: String,
    member: MemberName,
    /// The reward's id, as the catalogue has it.
    #[schema(max_length = 60)]
    reward: String,
}

/// A voucher that is used.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Using {
    /// The source's own id: the same one again is the same use.
    #[schema(min_length = 1, max_length = 200)]
    id: Option<String>,
}

/// A redemption with its voucher.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedemptionAnswer {
    /// The source's own id, where a source sent it; else Laurel's.
    pub id: String,
    pub member_id: String,
    /// issued, used, cancelled or expired.
    #[schema(example = "issued")]
    pub state: &'static str,
    pub reward: RewardNamed,
    pub voucher: VoucherAnswer,
    /// Points that the member could spend afterwards.
    pub balance: i64,
    #[schema(format = DateTime)]
    pub issued_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RewardNamed {
    pub id: String,
    pub name: String,
    /// In points.
    pub price: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct VoucherAnswer {
    #[schema(example = "COF-7KQ4-M2XP-9R")]
    pub code: String,
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// Redeem a reward
///
/// Takes the points and the stock and issues a voucher, all or nothing. The answer for an id never changes:
/// a refusal by the rules is refused again under the same id, whatever has changed meanwhile.
#[utoipa::path(post, path = "/redemptions", tag = "Rewards", operation_id = "redeem_reward",
    request_body = NewRedemption,
    responses(
        (status = 201, description = "Issued", body = RedemptionAnswer),
        (status = 200, description = "Sent again: the same answer", body = RedemptionAnswer,
            headers(("Idempotent-Replayed" = String, description = "true"))),
        (status = 409, description = "`document_conflict`: the id was used before", body = Problem,
            content_type = "application/problem+json"),
        OfBody, Answers))]
pub async fn redeem(
    State(api): State<Api>,
    caller: Caller<RedemptionsWrite>,
    Sent(new): Sent<NewRedemption>,
) -> Result<Response, Problem> {
    let mut wrong = Wrong::default();
    wrong.text("id", &new.id, 200);
    let reward_id = new.reward.parse::<RewardId>().map_err(|_| wrong.say("reward", UNKNOWN_REWARD));
    wrong.finish(())?;
    let Ok(reward_id) = reward_id else { return Err(Problem::field("reward", UNKNOWN_REWARD)) };
    let member = new.member.find(&api.ctx).await?;
    let (source, document_id) = (caller.key.source, new.id.clone());
    let issued = match api.counter.redeem(sent::Sent { member, reward_id, source, document_id }).await {
        // The reward is no part of the path: that it is unknown is a mistake in a field.
        Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => {
            return Err(Problem::field("reward", UNKNOWN_REWARD));
        }
        other => other?,
    };
    // As it was issued, whatever became of it.
    let body = Json(answer(new.id, "issued", issued.redemption, issued.balance));
    if issued.replayed {
        return Ok(replayed(body));
    }
    Ok((StatusCode::CREATED, body).into_response())
}

const UNKNOWN_REWARD: &str = "There is no such reward; GET /api/v1/rewards lists them";

/// Why something is cancelled.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancelling {
    /// The member sees it; without it, where it was cancelled.
    #[schema(min_length = 1, max_length = 300, example = "Sold out at the till")]
    reason: Option<String>,
}

/// Cancel a redemption
///
/// One that this source sent and that was not used: the points go back to where they came from, the stock
/// too. Cancelling it again changes nothing.
#[utoipa::path(post, path = "/redemptions/{id}/cancel", tag = "Rewards", operation_id = "cancel_redemption",
    params(("id" = String, Path, description = "The source's own id of the redemption")),
    request_body = Option<Cancelling>,
    responses((status = 200, description = "Cancelled", body = RedemptionAnswer), OfPath, OfBody, Answers))]
pub async fn cancel(
    State(api): State<Api>,
    caller: Caller<RedemptionsWrite>,
    At(id): At<String>,
    Maybe(cancelling): Maybe<Cancelling>,
) -> Result<Json<RedemptionAnswer>, Problem> {
    let source = caller.key.source;
    let reason = cancelling.reason.unwrap_or_else(|| format!("cancelled by {source}"));
    let mut wrong = Wrong::default();
    wrong.text("reason", &reason, 300);
    wrong.finish(())?;
    let document = id.clone();
    let (redemption, balance) =
        api.whole(|ctx| async move { sent::cancel_sent(&ctx, (&source, &document), &reason).await }).await?;
    let state = state(&redemption, api.ctx.clock.now());
    Ok(Json(answer(id, state, redemption, balance)))
}

/// Use a voucher
///
/// Once: a second use is refused with `already_used`, and so is one that was cancelled or has expired. With
/// an id of the source's own it can be sent again when no answer came: the same id finds it used.
#[utoipa::path(post, path = "/vouchers/{code}/use", tag = "Rewards", operation_id = "use_voucher",
    params(("code" = String, Path, description = "The voucher's code, in capitals or not")),
    request_body = Option<Using>,
    responses((status = 200, description = "Used", body = RedemptionAnswer), OfPath,
        (status = 409, description = "`document_conflict`: the id was used before", body = Problem,
            content_type = "application/problem+json"), OfBody,
        (status = 422, description = "`already_used`, or `invalid`", body = Problem,
            content_type = "application/problem+json"), Answers))]
pub async fn use_voucher(
    State(api): State<Api>,
    caller: Caller<RedemptionsWrite>,
    At(code): At<String>,
    Maybe(using): Maybe<Using>,
) -> Result<Json<RedemptionAnswer>, Problem> {
    let mut wrong = Wrong::default();
    if let Some(id) = &using.id {
        wrong.text("id", id, 200);
    }
    wrong.finish(())?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if code.len() > 40 || !code.trim().chars().all(plain) {
        return Err(Error::not_found("This voucher").into());
    }
    let (source, id) = (caller.key.source, using.id);
    let using = |ctx: Context| async move {
        let document = id.as_deref().map(|id| (source.as_str(), id));
        rewards::use_voucher(&ctx, &code, document).await
    };
    let redemption = api.whole(using).await?;
    let balance = ledger::balances(&api.ctx, redemption.member_id).await?.available;
    let state = state(&redemption, api.ctx.clock.now());
    Ok(Json(answer(redemption.redemption_id.to_string(), state, redemption, balance)))
}

fn state(redemption: &Redemption, now: Timestamp) -> &'static str {
    match (redemption.cancelled_at, redemption.used_at) {
        (Some(_), _) => "cancelled",
        (None, Some(_)) => "used",
        (None, None) if redemption.expires_at <= now => "expired",
        (None, None) => "issued",
    }
}

fn answer(id: String, state: &'static str, redemption: Redemption, balance: i64) -> RedemptionAnswer {
    RedemptionAnswer {
        id,
        member_id: redemption.member_id.to_string(),
        state,
        reward: RewardNamed {
            id: redemption.reward_id.to_string(),
            name: redemption.reward_name,
            price: redemption.price,
        },
        voucher: VoucherAnswer { code: redemption.code, expires_at: redemption.expires_at.to_string() },
        balance,
        issued_at: redemption.issued_at.to_string(),
    }
}
