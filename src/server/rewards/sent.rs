//! Redemptions that a source sends under an id of its own. The answer for an id never changes: what was
//! issued is told as it was issued, and what was refused is refused again, whatever has changed meanwhile.

mod store;

use sqlx::PgConnection;

use super::{
    Redemption,
    issuing::{Given, Wish, is_by_the_rules, issue},
    redemption_id_of,
};
use crate::{
    domain::{
        ids::{MemberId, RewardId},
        refusal::{Code, Refusal},
    },
    server::{
        context::Context,
        documents::{self, Claim, Claimed, DocumentKey},
        error::{Error, Result},
        gather::{Gather, Rounds},
        identity, ledger,
    },
};

/// What was answered when a redemption was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub redemption: Redemption,
    /// Points that could be spent afterwards.
    pub balance: i64,
    /// It was sent before; nothing changed.
    pub replayed: bool,
}

/// A redemption that a source sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub member: MemberId,
    pub reward_id: RewardId,
    pub source: String,
    pub document_id: String,
}

/// What became of it. Refused: `document_conflict`, and what `redeem` refuses; a refusal by the rules stays
/// the answer for this id.
pub type Answer = std::result::Result<Issued, Refusal>;

/// The queue of redemptions that are sent one by one: those that come at the same time commit together, so
/// that a storm on one reward does not wait for one commit after the other.
#[derive(Debug, Clone)]
pub struct Counter(Gather<Sent, Answer>);

/// One commit takes enough to share its cost, and few enough to be quick.
const ROUNDS: Rounds = Rounds { most: 200, at_once: 2, enough: 50 };

impl Counter {
    /// Opens the counter of a server.
    #[must_use]
    pub fn open(ctx: &Context) -> Self {
        let ctx = ctx.clone();
        Self(Gather::start(ROUNDS, move |sent: Vec<Sent>| {
            let ctx = ctx.clone();
            async move { redeem_all(&ctx, &sent).await }
        }))
    }

    /// Redeems a reward for a member on behalf of a source, whether or not anybody waits for the answer.
    pub async fn redeem(&self, sent: Sent) -> Result<Issued> {
        Ok(self.0.ask(sent).await??)
    }
}

/// Redeems what sources send, in one transaction; what the database refuses for its data is found by halves,
/// and the others land.
pub async fn redeem_all(ctx: &Context, sent: &[Sent]) -> Result<Vec<Answer>> {
    match redeem_together(ctx, sent).await {
        Err(error) if error.is_about_data() && sent.len() > 1 => {
            let (left, right) = sent.split_at(sent.len() / 2);
            let mut answers = Box::pin(redeem_all(ctx, left)).await?;
            answers.extend(Box::pin(redeem_all(ctx, right)).await?);
            Ok(answers)
        }
        Err(error) if error.is_about_data() => {
            let reference = error.log();
            let message =
                format!("This redemption could not be recorded; ask us about reference {reference}");
            Ok(vec![Err(Refusal::new(Code::Invalid, message))])
        }
        answers => answers,
    }
}

async fn redeem_together(ctx: &Context, sent: &[Sent]) -> Result<Vec<Answer>> {
    let mut tx = ctx.pool.begin().await?;
    let claims: Vec<Claim> = sent.iter().map(claim).collect();
    let claimed = documents::claim(&mut tx, "redemption", &claims, ctx.clock.now()).await?;
    let ours = claims.iter().zip(&claimed).zip(sent).filter(|((_, claimed), _)| **claimed == Claimed::New);
    let wishes: Vec<Wish<'_>> = ours
        .map(|((claim, _), sent)| {
            let document = (sent.source.as_str(), sent.document_id.as_str());
            Wish { member: sent.member, reward_id: sent.reward_id, key: claim.key, document, is_gift: false }
        })
        .collect();
    let issued = issue(ctx, &mut tx, &wishes).await?;
    remember(&mut tx, &wishes, &issued).await?;
    let mut issued = issued.into_iter();
    let mut answers = Vec::with_capacity(sent.len());
    for (claim, claimed) in claims.iter().zip(claimed) {
        answers.push(match claimed {
            Claimed::New => {
                let answer = issued.next().ok_or_else(|| Error::broken("a wish without an answer"))?;
                answer.map(|(redemption, balance)| Issued { redemption, balance, replayed: false })
            }
            Claimed::Known => told_before(&mut tx, claim.member_id, claim.key).await?,
            Claimed::Conflict => {
                let message = "This document id was used for something else; give each its own id";
                Err(Refusal::new(Code::DocumentConflict, message))
            }
        });
    }
    tx.commit().await?;
    Ok(answers)
}

fn claim(sent: &Sent) -> Claim {
    let Sent { member, reward_id, .. } = *sent;
    let request_hash = documents::request_hash(format!("redeem {member} {reward_id}").as_bytes());
    Claim { key: documents::key(&sent.source, &sent.document_id), request_hash, member_id: member }
}

/// Keeps refusals by the rules. A document that was refused otherwise is given up: it may be sent again.
async fn remember(
    conn: &mut PgConnection,
    wishes: &[Wish<'_>],
    issued: &[std::result::Result<Given, Refusal>],
) -> Result<()> {
    let refused =
        || wishes.iter().zip(issued).filter_map(|(wish, answer)| Some((wish.key, answer.as_ref().err()?)));
    let kept: Vec<(DocumentKey, &Refusal)> =
        refused().filter(|(_, refusal)| is_by_the_rules(refusal)).collect();
    store::insert_refusals(conn, &kept).await?;
    let given_up = refused().filter(|(_, refusal)| !is_by_the_rules(refusal)).map(|(key, _)| key);
    documents::give_up(conn, &given_up.collect::<Vec<_>>()).await
}

async fn told_before(conn: &mut PgConnection, member: MemberId, key: DocumentKey) -> Result<Answer> {
    if let Some(refusal) = store::refusal(conn, &key).await? {
        return Ok(Err(refusal));
    }
    let redemption = super::store::redemption(conn, member, redemption_id_of(&key)).await?;
    let balance = ledger::history::available_after(conn, member, redemption.entry_no).await?;
    Ok(Ok(Issued { redemption, balance, replayed: true }))
}

/// Cancels what a source redeemed; cancelling it again changes nothing. Gives the redemption and what the
/// member can spend now. Refused: `not_found`, `already_used`.
pub async fn cancel_sent(
    ctx: &Context,
    (source, document_id): (&str, &str),
    reason: &str,
) -> Result<(Redemption, i64)> {
    let key = documents::key(source, document_id);
    let found = {
        let mut conn = ctx.pool.acquire().await?;
        match documents::member_of(&mut conn, "redemption", &key).await? {
            Some(member) => Some(super::store::redemption(&mut conn, member, redemption_id_of(&key)).await?),
            None => None,
        }
    };
    let found = found.ok_or_else(|| Error::not_found("This redemption"))?;
    let (member, id) = (found.member_id, found.redemption_id);
    let redemption = if found.cancelled_at.is_some() {
        found
    } else {
        match super::cancel(ctx, &identity::key_holder(source), member, id, reason).await {
            // The same was sent at the same time, and was first.
            Err(Error::Refused(refusal)) if refusal.code == Code::AlreadyUsed => {
                let now = super::store::redemption(&mut *ctx.pool.acquire().await?, member, id).await?;
                if now.cancelled_at.is_none() {
                    return Err(Error::Refused(refusal));
                }
                now
            }
            cancelled => cancelled?,
        }
    };
    Ok((redemption, ledger::balances(ctx, member).await?.available))
}
