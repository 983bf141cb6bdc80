//! Returns: what came back of a purchase is evaluated away with the rules and facts of its day, and the
//! difference leaves the wallet; what was spent already is owed.
//!
//! A return that comes before its purchase is parked and applied when the purchase comes.

mod store;

#[cfg(test)]
mod tests;

use jiff::tz::TimeZone;
use serde_json::json;
use sqlx::PgConnection;

use super::{
    audit, badges, challenges,
    context::Context,
    documents::{self, Claim, Claimed, DocumentKey},
    error::{Error, Result},
    events::{self, Event, EventKind},
    identity::Staff,
    jobs::Pace,
    ledger, rules,
};
use crate::domain::{
    counters::{CounterKey, Counters, QUALIFYING},
    earning::{Rulebook, Trace, Usage, day, evaluate_again, usage},
    ids::{AccountId, MemberId},
    ledger::{Balances, Contra, Draft, Kind},
    program::day_of,
    purchase::Purchase,
    refusal::{Code, Refusal},
    returns::{Part, Return, parts, remaining},
    standing::qualifying,
};

use store::Booked;

/// What became of a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    New(Box<Receipt>),
    /// The same document with the same body was recorded before; nothing changed.
    Known(Box<Receipt>),
    /// Its purchase is not known yet; it will be applied when it comes.
    Parked,
}

/// What a return did; the same however often it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub member_id: MemberId,
    /// Minor units that came back.
    pub amount: i64,
    /// Points that left the wallet.
    pub taken: i64,
    /// Points that were spent already and are owed now.
    pub debt: i64,
    pub balances: Balances,
    /// What is left of the purchase, and what it earns.
    pub trace: Trace,
}

/// Records a return.
///
/// Refuses `invalid` parts, `already_returned` when nothing is left, and `document_conflict` when the id was
/// used for another body; nothing is taken.
pub async fn record(ctx: &Context, back: &Return) -> Result<Outcome> {
    back.check(ctx.clock.now())?;
    let ctx = ctx.clone();
    let back = back.clone();
    // In a task of its own: a client that hangs up leaves no open transaction behind.
    tokio::spawn(async move { record_or_park(&ctx, &back).await }).await?
}

async fn record_or_park(ctx: &Context, back: &Return) -> Result<Outcome> {
    if let Some(outcome) = book(ctx, back).await? {
        return Ok(outcome);
    }
    park(ctx, back).await?;
    // The purchase may have come while we looked away; if it comes from now on, it finds the parked return.
    match book(ctx, back).await? {
        Some(outcome) => {
            let (key, _) = identity(back)?;
            store::unpark(&mut *ctx.pool.acquire().await?, &key).await?;
            Ok(outcome)
        }
        None => Ok(Outcome::Parked),
    }
}

/// The document that a return is, and the hash of what it says.
fn identity(back: &Return) -> Result<(DocumentKey, [u8; 32])> {
    let key = documents::key(&back.source, &back.document_id);
    Ok((key, documents::request_hash(&serde_json::to_vec(back)?)))
}

async fn park(ctx: &Context, back: &Return) -> Result<()> {
    let (key, request_hash) = identity(back)?;
    let purchase_key = documents::key(&back.source, &back.purchase_id);
    let mut conn = ctx.pool.acquire().await?;
    // No purchase is known, so nothing that is known under this id is this return.
    if documents::look_up(&mut conn, &[(key, request_hash)]).await? != [Claimed::New] {
        return Err(conflict());
    }
    let body = serde_json::to_value(back)?;
    let parked = store::park(&mut conn, &key, &purchase_key, &body, ctx.clock.now()).await?;
    if parked == body { Ok(()) } else { Err(conflict()) }
}

fn conflict() -> Error {
    Error::refused(
        Code::DocumentConflict,
        "This document id was used for something else; give each its own id",
    )
}

/// Applies parked returns whose purchase has come, some at a time.
pub async fn apply_parked(ctx: Context) -> Result<Pace> {
    let waiting = store::parked_with_purchase(&mut *ctx.pool.acquire().await?, 100).await?;
    for (key, body) in &waiting {
        let back: Return = serde_json::from_value(body.clone())?;
        match book(&ctx, &back).await {
            Ok(_) => {}
            // Nobody waits for the answer any more: staff find it at the member, and the return is given up.
            Err(Error::Refused(refusal)) => give_up(&ctx, &back, &refusal).await?,
            Err(error) => return Err(error),
        }
        store::unpark(&mut *ctx.pool.acquire().await?, key).await?;
    }
    Ok(if waiting.is_empty() { Pace::Rest } else { Pace::More })
}

/// Writes down why a return that was parked could not be applied, where staff look.
async fn give_up(ctx: &Context, back: &Return, refusal: &Refusal) -> Result<()> {
    let fields = refusal.fields.iter().map(|field| field.message.as_str());
    let why = std::iter::once(refusal.message.as_str()).chain(fields).collect::<Vec<_>>().join(" ");
    let why: String = why.chars().take(300).collect();
    let (source, id) = (&back.source, &back.document_id);
    tracing::warn!(source, id, "A parked return was refused: {why}");
    let mut conn = ctx.pool.acquire().await?;
    let purchase_key = documents::key(source, &back.purchase_id);
    let Some(member) = store::buyer(&mut conn, &purchase_key).await? else { return Ok(()) };
    let till = Staff { account_id: AccountId(uuid::Uuid::nil()), name: source.clone() };
    let change = audit::Change {
        action: "return.refused",
        subject: format!("member {member}"),
        new: Some(json!({ "return": id, "purchase": back.purchase_id })),
        reason: Some(&why),
        ..audit::Change::default()
    };
    audit::record(&mut conn, &till, ctx.clock.now(), change).await
}

/// Books a return in one transaction; `None` when its purchase is not known.
async fn book(ctx: &Context, back: &Return) -> Result<Option<Outcome>> {
    let mut tx = ctx.pool.begin().await?;
    let purchase_key = documents::key(&back.source, &back.purchase_id);
    let Some(member_id) = store::buyer(&mut tx, &purchase_key).await? else { return Ok(None) };
    let (key, request_hash) = identity(back)?;
    let claim = Claim { key, request_hash, member_id };
    match documents::claim(&mut tx, "return", &[claim], ctx.clock.now()).await?.first() {
        Some(Claimed::New) => {}
        Some(Claimed::Known) => {
            let receipt = store::receipt(&mut tx, member_id, &back.source, &back.document_id, &key).await?;
            return Ok(Some(Outcome::Known(Box::new(receipt))));
        }
        _ => return Err(conflict()),
    }
    let receipt = take(ctx, &mut tx, back, (member_id, purchase_key, key)).await?;
    tx.commit().await?;
    Ok(Some(Outcome::New(Box::new(receipt))))
}

/// A till may send days without times, so days are compared.
fn not_before(purchase: &Purchase, back: &Return, zone: &TimeZone) -> Result<()> {
    let bought = day_of(purchase.purchased_at, zone);
    if day_of(back.returned_at, zone) >= bought {
        return Ok(());
    }
    Err(Error::field("returned_at", format!("It was bought on {bought}: it can't have come back before")))
}

/// Takes the points of what came back, under the lock of the member's wallet.
async fn take(
    ctx: &Context,
    conn: &mut PgConnection,
    back: &Return,
    (member_id, purchase_key, document): (MemberId, DocumentKey, DocumentKey),
) -> Result<Receipt> {
    let mut locked = ledger::lock_one(conn, member_id, ctx.clock.now()).await?;
    let now = ctx.clock.now();
    let booked = store::booked(conn, member_id, &back.source, &back.purchase_id, &purchase_key).await?;
    let rules = rules::current(ctx, conn).await?;
    not_before(&booked.purchase, back, &rules.program.zone())?;
    let parts = taken_parts(&booked, back)?;
    let all: Vec<Part> = booked.returned.iter().chain(&parts).copied().collect();
    let left = remaining(&booked.purchase, &all);
    let original = rules.of_trace(&booked.trace);
    let trace = worth(&original, &booked, left.as_ref());
    let freed = freed(&original, &booked, &trace);
    // A rest can't earn more than the whole did: nobody gains by giving something back.
    let points = (booked.points - trace.points).max(0);
    let draft = Draft {
        kind: Kind::Reversal,
        delta: Balances::default(),
        contra: Contra::Revoked,
        effective_at: back.returned_at,
        document: Some(document),
        reason: None,
        trace: Some(trace.clone()),
    };
    let taken =
        ledger::take_back(conn, member_id, &mut locked, (booked.entry_no, points), draft, now).await?;
    let (entry_no, balances) = (locked.account.wallet.version, locked.account.wallet.balances);
    ledger::save_one(conn, member_id, locked).await?;
    let game = badges::undo(conn, &rules, member_id, (booked.before().as_ref(), left.as_ref())).await?;
    let mut undone = undone(&rules, &booked, left.as_ref(), points);
    for (limit, used) in freed.limits {
        undone.add(limit, used);
    }
    for (key, amount) in &game.changes {
        undone.add(key.clone(), -amount);
    }
    store::subtract_counters(conn, member_id, &undone).await?;
    rules::spend(conn, &freed.budgets.into_iter().map(|(budget, micro)| (budget, -micro)).collect()).await?;
    let written = store::Written { member_id, entry_no, points, debt: taken.debt };
    store::insert_return(conn, &written, booked.purchase_id, back, &parts, now).await?;
    let verdicts = badges::settle(conn, &rules, member_id, &game, now).await?;
    challenges::take_back(ctx, conn, &rules, member_id, now).await?;
    let mut events = vec![happened(&booked, member_id, points)];
    events.extend(verdicts.iter().map(|verdict| Event {
        kind: if verdict.is_given { EventKind::BadgeAwarded } else { EventKind::BadgeLost },
        member_id,
        points: 0,
        effective_at: back.returned_at,
        body: Some(json!({ "badge": verdict.held.badge, "level": verdict.held.level })),
    }));
    events::publish(conn, &events, now).await?;
    let amount = parts.iter().map(|part| part.amount).sum();
    Ok(Receipt { member_id, amount, taken: points - taken.debt, debt: taken.debt, balances, trace })
}

/// What the boards are told: those of periods that are closed take no notice.
fn happened(booked: &Booked, member_id: MemberId, points: i64) -> Event {
    Event {
        kind: EventKind::PointsReturned,
        member_id,
        points: -points,
        effective_at: booked.purchase.purchased_at,
        body: None,
    }
}

fn taken_parts(booked: &Booked, back: &Return) -> Result<Vec<Part>> {
    // Something that cost nothing can come back as well, once.
    if booked.was_returned && remaining(&booked.purchase, &booked.returned).is_none() {
        let message = "All of this purchase was returned before; nothing is left to return";
        return Err(Error::Refused(Refusal::new(Code::AlreadyReturned, message)));
    }
    Ok(parts(&booked.purchase, &booked.returned, &back.what)?)
}

/// What is left earns, with the rules and facts of the purchase's day.
fn worth(rules: &Rulebook, booked: &Booked, left: Option<&Purchase>) -> Trace {
    match left {
        Some(left) => evaluate_again(rules, &booked.trace, left),
        None => Trace::default(),
    }
}

/// What a return gives back of limits and budgets.
fn freed(original: &Rulebook, booked: &Booked, after: &Trace) -> Usage {
    let day = day(original, &booked.purchase);
    let before = booked.before();
    let before = worth(original, booked, before.as_ref());
    usage(original, &before, day).less(&usage(original, after, day))
}

/// What the counters of tiers lose by a return.
fn undone(rules: &Rulebook, booked: &Booked, left: Option<&Purchase>, points: i64) -> Counters {
    let before = booked.before();
    let day = day(rules, &booked.purchase);
    let amount = |purchase: Option<&Purchase>| purchase.map_or(0, |purchase| purchase.amount.0);
    let spent = amount(before.as_ref()) - amount(left);
    let mut undone = Counters::default();
    undone.add(CounterKey::day(QUALIFYING, day), qualifying(rules, spent, points));
    undone
}
