//! Activities that are no purchases, on the same path: one batch, one transaction, one effect a document.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::PgConnection;

use super::{MAX_BATCH, Outcome, batch, store};
use crate::{
    domain::{
        activity::Activity,
        counters::Counters,
        earning::budgets,
        ids::MemberId,
        refusal::{Code, Refusal},
        standing::{Decision, Settled, Spending, Standing, TierChange, settled},
    },
    server::{
        badges, challenges,
        context::Context,
        documents::{self, DocumentKey},
        error::{Error, Result},
        events::{self, Event, EventKind},
        ledger::{self, Locked, Lots},
        rules,
    },
};

/// An activity that this transaction books.
pub struct Booking<'a> {
    pub index: usize,
    pub member_id: MemberId,
    pub activity: &'a Activity,
    pub key: DocumentKey,
}

/// Records activities in one transaction and answers each, in the order given. An unknown outside id makes a
/// member.
///
/// Refuses single activities that nobody would send, that name an unknown member, or whose document id was
/// used for another body; the others land.
pub async fn record(ctx: &Context, activities: &[Activity]) -> Result<Vec<Outcome>> {
    if activities.len() > MAX_BATCH {
        let message = format!("A batch has at most {MAX_BATCH} activities; split it");
        return Err(Error::refused(Code::Invalid, message));
    }
    let now = ctx.clock.now();
    let mut outcomes: Vec<Option<Outcome>> =
        activities.iter().map(|activity| activity.check(now).err().map(Outcome::Refused)).collect();
    let accepted: Vec<usize> = (0..activities.len()).filter(|index| outcomes[*index].is_none()).collect();
    let items: Vec<&Activity> = accepted.iter().map(|index| &activities[*index]).collect();
    for (index, outcome) in accepted.into_iter().zip(record_isolated(ctx, &items).await?) {
        outcomes[index] = Some(outcome);
    }
    Ok(outcomes.into_iter().flatten().collect())
}

/// Records a batch; when the database refuses it for its data, halves it until the poison stands alone.
async fn record_isolated(ctx: &Context, activities: &[&Activity]) -> Result<Vec<Outcome>> {
    if activities.is_empty() {
        return Ok(Vec::new());
    }
    match record_batch(ctx, activities).await {
        Ok(outcomes) => Ok(outcomes),
        Err(error) if !error.is_about_data() => Err(error),
        Err(error) if activities.len() == 1 => {
            let reference = error.log();
            let message = format!("This activity could not be recorded; ask us about reference {reference}");
            Ok(vec![Outcome::Refused(Refusal::new(Code::Invalid, message))])
        }
        Err(_) => {
            let (left, right) = activities.split_at(activities.len() / 2);
            let mut outcomes = Box::pin(record_isolated(ctx, left)).await?;
            outcomes.extend(Box::pin(record_isolated(ctx, right)).await?);
            Ok(outcomes)
        }
    }
}

async fn record_batch(ctx: &Context, activities: &[&Activity]) -> Result<Vec<Outcome>> {
    let mut tx = ctx.pool.begin().await?;
    let started = ctx.clock.now();
    let who: Vec<_> = activities.iter().map(|activity| (&activity.member, activity.occurred_at)).collect();
    let members = batch::resolve(&mut tx, &who, started).await?;
    let mut outcomes: Vec<Option<Outcome>> = vec![None; activities.len()];
    let identities = activities.iter().map(|activity| identity(activity)).collect::<Result<Vec<_>>>()?;
    let ours = batch::claim(&mut tx, "activity", &identities, &members, &mut outcomes, started).await?;
    let mut bookings: Vec<Booking<'_>> = ours
        .into_iter()
        .map(|(index, member_id)| Booking {
            index,
            member_id,
            activity: activities[index],
            key: identities[index].0,
        })
        .collect();
    bookings.sort_by_key(|booking| (booking.member_id, booking.activity.occurred_at, booking.index));
    if !bookings.is_empty() {
        let decided = book(ctx, &mut tx, &bookings).await?;
        for (booking, decision) in bookings.iter().zip(decided) {
            let receipt = batch::receipt(booking.member_id, decision);
            outcomes[booking.index] = Some(Outcome::New(Box::new(receipt)));
        }
    }
    let keys: Vec<DocumentKey> = identities.iter().map(|(key, _)| *key).collect();
    batch::answer_known(&mut tx, &keys, &mut outcomes).await?;
    tx.commit().await?;
    Ok(outcomes.into_iter().flatten().collect())
}

/// Decides and writes the bookings, which are in the order of members and time.
async fn book(ctx: &Context, conn: &mut PgConnection, bookings: &[Booking<'_>]) -> Result<Vec<Decision>> {
    let rules = rules::current(ctx, conn).await?;
    let mut ids: Vec<MemberId> = bookings.iter().map(|booking| booking.member_id).collect();
    ids.dedup();
    let mut accounts = ledger::lock(conn, &ids, Lots::WhenDue, ctx.clock.now()).await?;
    let now = ctx.clock.now();
    let days = bookings.iter().map(|booking| rules.day(booking.activity.occurred_at));
    let first_day = rules.reads_from(days.min().unwrap_or_default());
    let mut counters = store::counters(conn, &ids, first_day).await?;
    let mut awards = store::awards(conn, &ids).await?;
    let mut about = store::about(conn, &ids, &rules).await?;
    batch::take_part(conn, &rules, &ids, &mut about).await?;
    let before = rules::spent(conn, &budgets(&rules)).await?;
    let mut spending = Spending { before, ..Spending::default() };
    let mut decisions = Vec::with_capacity(bookings.len());
    let mut all_counters: BTreeMap<MemberId, Counters> = BTreeMap::new();
    for group in bookings.chunk_by(|a, b| a.member_id == b.member_id) {
        let member_id = group[0].member_id;
        let locked =
            accounts.get_mut(&member_id).ok_or_else(|| Error::broken("a member without a wallet"))?;
        let mut standing = Standing {
            account: batch::take_account(locked),
            counters: counters.remove(&member_id).unwrap_or_default(),
            awards: awards.remove(&member_id).unwrap_or_default(),
            about: about.remove(&member_id).unwrap_or_default(),
            spending: std::mem::take(&mut spending),
        };
        for Booking { activity, key, .. } in group {
            decisions.push(standing.record_activity(&rules, activity, *key, now).map_err(ledger::negative)?);
        }
        locked.account = standing.account;
        spending = standing.spending;
        all_counters.insert(member_id, standing.counters);
    }
    write(conn, bookings, &decisions, &accounts, now).await?;
    store::add_counters(conn, &all_counters).await?;
    rules::spend(conn, &spending.added).await?;
    let members = bookings.iter().map(|booking| booking.member_id);
    challenges::complete(ctx, conn, &rules, &batch::completed(members, &decisions)).await?;
    Ok(decisions)
}

async fn write(
    conn: &mut PgConnection,
    bookings: &[Booking<'_>],
    decisions: &[Decision],
    accounts: &BTreeMap<MemberId, Locked>,
    now: Timestamp,
) -> Result<()> {
    store::insert_activities(conn, bookings, decisions, now).await?;
    ledger::save(conn, accounts).await?;
    let booked = || bookings.iter().zip(decisions);
    let Settled { won, lost } = settled(booked().map(|(booking, decision)| (booking.member_id, decision)));
    badges::take_back(conn, &lost).await?;
    badges::insert_awards(conn, &won, now).await?;
    let changes: Vec<(MemberId, &TierChange)> = booked()
        .filter_map(|(booking, decision)| Some((booking.member_id, decision.tier_change.as_ref()?)))
        .collect();
    store::insert_tier_changes(conn, &changes).await?;
    let mut happened = Vec::with_capacity(bookings.len());
    for (booking, decision) in booked() {
        let (member_id, effective_at) = (booking.member_id, booking.activity.occurred_at);
        let event = |kind, points, body| Event { kind, member_id, points, effective_at, body };
        happened.push(event(EventKind::PointsEarned, decision.trace.points, None));
        for award in &decision.awards {
            let body = serde_json::json!({ "badge": award.badge, "level": award.level });
            happened.push(event(EventKind::BadgeAwarded, 0, Some(body)));
        }
        for held in &decision.lost {
            let body = serde_json::json!({ "badge": held.badge, "level": held.level });
            happened.push(event(EventKind::BadgeLost, 0, Some(body)));
        }
        if let Some(change) = &decision.tier_change {
            let body = serde_json::json!({ "from": change.from, "to": change.to });
            happened.push(event(EventKind::TierChanged, 0, Some(body)));
        }
    }
    events::publish(conn, &happened, now).await
}

/// The kinds of activities that were sent lately, some thousands of them: it costs the same however many
/// are stored.
pub async fn kinds(conn: &mut PgConnection) -> Result<Vec<String>> {
    store::kinds(conn, 50).await
}

/// The document that an activity is, and the hash of what it says.
fn identity(activity: &Activity) -> Result<batch::Identity> {
    let key = documents::key(&activity.source, &activity.document_id);
    Ok((key, documents::request_hash(&serde_json::to_vec(activity)?)))
}
