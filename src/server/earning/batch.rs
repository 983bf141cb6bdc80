//! One batch in one transaction: claim documents, lock wallets, read standings, decide, write, commit.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde_json::json;
use sqlx::PgConnection;

use super::{Outcome, Receipt, store};
use crate::{
    domain::{
        badge::{Held, Level},
        challenge::Completion,
        counters::Counters,
        earning::{self, Rulebook, day},
        ids::{MemberId, PurchaseId},
        lots::Account,
        purchase::{MemberRef, Purchase},
        refusal::{Code, Refusal},
        standing::{About, Award, Decision, Settled, Spending, Standing, settled},
    },
    server::{
        badges, challenges,
        context::{Context, new_id},
        documents::{self, Claim, Claimed},
        error::{Error, Result},
        events::{self, Event, EventKind},
        identity::addresses,
        ledger::{self, Locked, Lots, history::Accrual},
        members, rules,
    },
};

/// A document by its key, and the hash of its body.
pub type Identity = (documents::DocumentKey, [u8; 32]);

/// A purchase that this transaction books.
pub struct Booking<'a> {
    pub index: usize,
    pub purchase_id: PurchaseId,
    pub member_id: MemberId,
    pub purchase: &'a Purchase,
    pub key: documents::DocumentKey,
}

pub async fn record(ctx: &Context, purchases: &[&Purchase]) -> Result<Vec<Outcome>> {
    let mut tx = ctx.pool.begin().await?;
    let started = ctx.clock.now();
    let who: Vec<_> = purchases.iter().map(|one| (&one.member, one.purchased_at)).collect();
    let members = resolve(&mut tx, &who, started).await?;
    let mut outcomes: Vec<Option<Outcome>> = vec![None; purchases.len()];
    let identities = purchases.iter().map(|purchase| identity(purchase)).collect::<Result<Vec<_>>>()?;
    let ours = claim(&mut tx, "purchase", &identities, &members, &mut outcomes, started).await?;
    let mut bookings: Vec<Booking<'_>> = ours
        .into_iter()
        .map(|(index, member_id)| {
            let (purchase_id, key) = (PurchaseId(new_id()), identities[index].0);
            Booking { index, purchase_id, member_id, purchase: purchases[index], key }
        })
        .collect();
    if !bookings.is_empty() {
        bookings.sort_by_key(|booking| (booking.member_id, booking.purchase.purchased_at, booking.index));
        let decided = book(ctx, &mut tx, &bookings).await?;
        for (booking, decision) in bookings.iter().zip(decided) {
            outcomes[booking.index] = Some(Outcome::New(Box::new(receipt(booking.member_id, decision))));
        }
    }
    let keys: Vec<_> = identities.iter().map(|(key, _)| *key).collect();
    answer_known(&mut tx, &keys, &mut outcomes).await?;
    tx.commit().await?;
    Ok(outcomes.into_iter().flatten().collect())
}

pub fn receipt(member_id: MemberId, decision: Decision) -> Receipt {
    let Decision { trace, pending, awards, after: balances, .. } = decision;
    let tier = trace.tier_after().map(str::to_owned);
    Receipt { member_id, points: trace.points, pending, balances, trace, awards, tier }
}

/// What is left without an outcome was booked before, by others or by this batch: it gets the same answer
/// again, read back from the journal.
pub async fn answer_known(
    conn: &mut PgConnection,
    keys: &[documents::DocumentKey],
    outcomes: &mut [Option<Outcome>],
) -> Result<()> {
    let unanswered = keys.iter().zip(outcomes.iter()).filter(|(_, outcome)| outcome.is_none());
    let keys: Vec<documents::DocumentKey> = unanswered.map(|(key, _)| *key).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let booked = ledger::history::accruals(conn, &keys).await?;
    let unanswered = outcomes.iter_mut().filter(|outcome| outcome.is_none());
    for (outcome, key) in unanswered.zip(&keys) {
        let accrual = booked.get(key).ok_or_else(|| Error::broken("a known document has no accrual"))?;
        *outcome = Some(Outcome::Known(Box::new(receipt_of(accrual)?)));
    }
    Ok(())
}

fn receipt_of(accrual: &Accrual) -> Result<Receipt> {
    let Accrual { member_id, pending, after: balances, effective_at: awarded_at, ref trace } = *accrual;
    let trace = trace.clone().ok_or_else(|| Error::broken("the accrual of a document has no trace"))?;
    let award = |(badge, level): &(String, Level)| Award {
        badge: badge.clone(),
        level: *level,
        period: String::new(),
        awarded_at,
    };
    let awards = trace.awards.iter().map(award).collect();
    let tier = trace.tier_after().map(str::to_owned);
    Ok(Receipt { member_id, points: trace.points, pending, balances, trace, awards, tier })
}

/// Finds the member of each purchase; `None` when nobody goes by that name. A source may know its customers
/// by their e-mail: who joined with that address is meant, and who did not is made like any other outside id.
pub async fn resolve(
    conn: &mut PgConnection,
    named: &[(&MemberRef, Timestamp)],
    now: Timestamp,
) -> Result<Vec<Option<MemberId>>> {
    let (mut ids, mut cards, mut emails) = (Vec::new(), Vec::new(), Vec::new());
    for (member, _) in named {
        match member {
            MemberRef::Id(id) => ids.push(id.0),
            MemberRef::Card(card) => cards.push(card.clone()),
            MemberRef::Email(name) => emails.push(name.to_lowercase()),
            MemberRef::ExternalId(name) if name.contains('@') => emails.push(name.to_lowercase()),
            MemberRef::ExternalId(_) => {}
        }
    }
    let known = store::members_by_name(conn, &ids, &cards, &emails).await?;
    addresses::named(conn, &emails, now).await?;
    let by_email = |name: &String| known.get(&format!("email:{}", name.to_lowercase())).copied();
    let mut joined: BTreeMap<String, Timestamp> = BTreeMap::new();
    for (member, at) in named {
        if let MemberRef::ExternalId(name) = member
            && by_email(name).is_none()
        {
            let first = joined.entry(name.clone()).or_insert(*at);
            *first = (*first).min(*at);
        }
    }
    let external =
        if joined.is_empty() { HashMap::new() } else { members::ensure_external(conn, &joined, now).await? };
    let found = named.iter().map(|(member, _)| match member {
        MemberRef::ExternalId(name) => by_email(name).or_else(|| external.get(name).copied()),
        MemberRef::Id(id) => known.get(&format!("id:{id}")).copied(),
        MemberRef::Card(card) => known.get(&format!("card:{card}")).copied(),
        MemberRef::Email(name) => by_email(name),
    });
    Ok(found.collect())
}

/// The refusal of a document that names nobody we know.
pub fn nobody() -> Refusal {
    Refusal::new(Code::MemberNotFound, "No member goes by this name; let them join first")
}

/// Claims these documents, each with its hash, for the members they name; gives those that are ours to book,
/// by their place. Refusals are answered here; what is left without an outcome was booked before, by others
/// or by this batch. That holds too where the name is nobody's any more: what was booked stays booked when
/// its member leaves, and a till that asks again gets the answer it missed.
pub async fn claim(
    conn: &mut PgConnection,
    kind: &str,
    identities: &[Identity],
    members: &[Option<MemberId>],
    outcomes: &mut [Option<Outcome>],
    now: Timestamp,
) -> Result<Vec<(usize, MemberId)>> {
    let mut claims: Vec<(usize, Claim)> = Vec::with_capacity(identities.len());
    let mut nobodys: Vec<usize> = Vec::new();
    for (index, (member, &(key, request_hash))) in members.iter().zip(identities).enumerate() {
        match *member {
            Some(member_id) => claims.push((index, Claim { key, request_hash, member_id })),
            None => nobodys.push(index),
        }
    }
    let documents: Vec<Claim> = claims.iter().map(|(_, claim)| *claim).collect();
    let claimed = documents::claim(conn, kind, &documents, now).await?;
    let mut ours = Vec::with_capacity(claims.len());
    for ((index, claim), claimed) in claims.into_iter().zip(claimed) {
        match claimed {
            Claimed::New => ours.push((index, claim.member_id)),
            // Answered when everything is booked: the first of its kind may stand in this batch.
            Claimed::Known => {}
            Claimed::Conflict => outcomes[index] = Some(Outcome::Refused(conflict())),
        }
    }
    if !nobodys.is_empty() {
        let asked: Vec<Identity> = nobodys.iter().map(|index| identities[*index]).collect();
        for (index, known) in nobodys.into_iter().zip(documents::look_up(conn, &asked).await?) {
            outcomes[index] = match known {
                Claimed::New => Some(Outcome::Refused(nobody())),
                Claimed::Known => None,
                Claimed::Conflict => Some(Outcome::Refused(conflict())),
            };
        }
    }
    Ok(ours)
}

/// The refusal of a document whose id was used for another body.
fn conflict() -> Refusal {
    let message = "This document id was used for something else; give each its own id";
    Refusal::new(Code::DocumentConflict, message)
}

/// Decides and writes the bookings, which are in the order of members and time.
async fn book(ctx: &Context, conn: &mut PgConnection, bookings: &[Booking<'_>]) -> Result<Vec<Decision>> {
    let rules = rules::current(ctx, conn).await?;
    let mut ids: Vec<MemberId> = bookings.iter().map(|booking| booking.member_id).collect();
    ids.dedup();
    let mut accounts = ledger::lock(conn, &ids, Lots::WhenDue, ctx.clock.now()).await?;
    // The time after the lock: whoever held it before us recorded earlier.
    let now = ctx.clock.now();
    let first_day = bookings.iter().map(|booking| day(&rules, booking.purchase)).min().unwrap_or_default();
    let first_day = rules.reads_from(first_day);
    let mut counters = store::counters(conn, &ids, first_day).await?;
    let mut awards = store::awards(conn, &ids).await?;
    let mut about = store::about(conn, &ids, &rules).await?;
    take_part(conn, &rules, &ids, &mut about).await?;
    let before = rules::spent(conn, &earning::budgets(&rules)).await?;
    let mut spending = Spending { before, ..Spending::default() };
    let mut decisions = Vec::with_capacity(bookings.len());
    let mut all_counters: BTreeMap<MemberId, Counters> = BTreeMap::new();
    for group in bookings.chunk_by(|a, b| a.member_id == b.member_id) {
        let member_id = group[0].member_id;
        let Some(locked) = accounts.get_mut(&member_id) else { continue };
        let mut standing = Standing {
            account: take_account(locked),
            counters: counters.remove(&member_id).unwrap_or_default(),
            awards: awards.remove(&member_id).unwrap_or_default(),
            about: about.remove(&member_id).unwrap_or_default(),
            spending: std::mem::take(&mut spending),
        };
        for booking in group {
            let decision =
                standing.record(&rules, booking.purchase, booking.key, now).map_err(ledger::negative)?;
            decisions.push(decision);
        }
        locked.account = standing.account;
        spending = standing.spending;
        all_counters.insert(member_id, standing.counters);
    }
    write(conn, bookings, &decisions, &accounts, &all_counters, now).await?;
    rules::spend(conn, &spending.added).await?;
    let members = bookings.iter().map(|booking| booking.member_id);
    challenges::complete(ctx, conn, &rules, &completed(members, &decisions)).await?;
    Ok(decisions)
}

/// Adds how members take part in challenges; their wallets are locked.
pub async fn take_part(
    conn: &mut PgConnection,
    rules: &Rulebook,
    members: &[MemberId],
    about: &mut HashMap<MemberId, About>,
) -> Result<()> {
    for (member, entries) in challenges::entries(conn, rules, members).await? {
        about.entry(member).or_default().challenges = entries;
    }
    Ok(())
}

/// The rounds of challenges that decisions completed, and whose they are.
pub fn completed(
    members: impl Iterator<Item = MemberId>,
    decisions: &[Decision],
) -> Vec<(MemberId, Completion)> {
    let of = |(member, decision): (MemberId, &Decision)| {
        decision.completed.iter().map(|one| (member, one.clone())).collect::<Vec<_>>()
    };
    members.zip(decisions).flat_map(of).collect()
}

pub fn take_account(locked: &mut Locked) -> Account {
    let empty = Account::without_lots(locked.account.wallet.clone());
    std::mem::replace(&mut locked.account, empty)
}

async fn write(
    conn: &mut PgConnection,
    bookings: &[Booking<'_>],
    decisions: &[Decision],
    accounts: &BTreeMap<MemberId, Locked>,
    counters: &BTreeMap<MemberId, Counters>,
    now: Timestamp,
) -> Result<()> {
    store::insert_purchases(conn, bookings, decisions, now).await?;
    ledger::save(conn, accounts).await?;
    store::add_counters(conn, counters).await?;
    let booked = bookings.iter().map(|booking| booking.member_id).zip(decisions);
    let Settled { won, lost } = settled(booked);
    badges::take_back(conn, &lost).await?;
    badges::insert_awards(conn, &won, now).await?;
    let changes = bookings.iter().zip(decisions);
    let changes: Vec<_> = changes.filter_map(|(b, d)| Some((b.member_id, d.tier_change.as_ref()?))).collect();
    store::insert_tier_changes(conn, &changes).await?;
    events::publish(conn, &happened(bookings, decisions), now).await
}

fn happened(bookings: &[Booking<'_>], decisions: &[Decision]) -> Vec<Event> {
    let mut happened = Vec::with_capacity(bookings.len());
    for (booking, decision) in bookings.iter().zip(decisions) {
        let member_id = booking.member_id;
        let effective_at = booking.purchase.purchased_at;
        let event = |kind, points, body| Event { kind, member_id, points, effective_at, body };
        happened.push(event(EventKind::PointsEarned, decision.trace.points, None));
        for award in &decision.awards {
            let body = json!({ "badge": award.badge, "level": award.level });
            happened.push(event(EventKind::BadgeAwarded, 0, Some(body)));
        }
        for held in &decision.lost {
            let body = json!({ "badge": held.badge, "level": held.level });
            happened.push(event(EventKind::BadgeLost, 0, Some(body)));
        }
        if let Some(change) = &decision.tier_change {
            let body = json!({ "from": change.from, "to": change.to });
            happened.push(event(EventKind::TierChanged, 0, Some(body)));
        }
    }
    happened
}

/// The awards of members, as read.
pub type Awards = HashMap<MemberId, HashSet<Held>>;

/// The document that a purchase is, and the hash of what it says.
pub fn identity(purchase: &Purchase) -> Result<Identity> {
    let key = documents::key(&purchase.source, &purchase.document_id);
    Ok((key, documents::request_hash(&serde_json::to_vec(purchase)?)))
}
