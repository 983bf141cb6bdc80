//! Redemptions of many members in one transaction: what everybody needs is read first, the stock of a reward
//! is taken for all of them at once, and its row is held for a handful of statements however many they are.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rand::random;
use serde_json::json;
use sqlx::PgConnection;

use super::{Redemption, Reward, redemption_id_of, refusal, store};
use crate::{
    domain::{
        ids::{MemberId, RewardId},
        ledger::{Balances, Contra, Draft, Kind},
        refusal::{Code, Refusal},
        reward::{Asking, Terms, opening::instant, voucher_code, why_not},
        tier::Tier,
        wallet::POINTS,
    },
    server::{
        context::Context,
        documents::DocumentKey,
        error::Result,
        events::{self, Event, EventKind},
        ledger::{self, Locked, Lots},
        rules, tiers,
    },
};

/// What somebody wants, in the name of a document that was claimed.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    pub member: MemberId,
    pub reward_id: RewardId,
    pub key: DocumentKey,
    /// Source and id of what asks for it.
    pub document: (&'a str, &'a str),
    /// Free of points and for whoever it is given to; only the stock has to be there.
    pub is_gift: bool,
}

/// A redemption, and the points that could be spent after it.
pub type Given = (Redemption, i64);

/// What the wishes of one transaction are judged by.
struct Known {
    accounts: BTreeMap<MemberId, Locked>,
    frozen: Vec<MemberId>,
    rewards: HashMap<RewardId, Reward>,
    ranks: HashMap<MemberId, i16>,
    /// The tiers, where a reward is not open to all.
    ladder: Vec<Tier>,
    /// The program's zone, where a time or a tier matters.
    zone: TimeZone,
    now: Timestamp,
    /// How often a member has had a reward that has a limit.
    times: HashMap<(MemberId, RewardId), i64>,
    /// Units that were taken from the stock and given to nobody yet.
    units: BTreeMap<RewardId, i64>,
}

/// Grants wishes in the order given; refuses each by itself, with nothing taken.
///
/// Refuses `reward_inactive`, `not_eligible`, `not_yet`, `limit_reached`, `out_of_stock`,
/// `insufficient_points`, `wallet_frozen`, `not_found`.
pub async fn issue(
    ctx: &Context,
    conn: &mut PgConnection,
    wishes: &[Wish<'_>],
) -> Result<Vec<std::result::Result<Given, Refusal>>> {
    let mut known = read(ctx, conn, wishes).await?;
    let now = known.now;
    let mut answers = Vec::with_capacity(wishes.len());
    for wish in wishes {
        answers.push(grant(&mut known, wish, now)?);
    }
    ledger::save(conn, &known.accounts).await?;
    let unused = known.units.iter().filter(|(_, units)| **units > 0);
    for (reward, units) in unused {
        store::put_back(conn, *reward, *units).await?;
    }
    let granted = wishes.iter().zip(&answers).filter(|(_, answer)| answer.is_ok());
    let documents: Vec<(&str, &str)> = granted.map(|(wish, _)| wish.document).collect();
    let mut given: Vec<&mut Redemption> =
        answers.iter_mut().filter_map(|answer| answer.as_mut().ok()).map(|(given, _)| given).collect();
    if !given.is_empty() {
        store::insert_redemptions(conn, &given, &documents).await?;
        give_codes(conn, &mut given).await?;
        events::publish(conn, &given.iter().map(|given| happened(given)).collect::<Vec<_>>(), now).await?;
    }
    Ok(answers)
}

/// Locks the wallets and reads everything; the stock is locked last.
async fn read(ctx: &Context, conn: &mut PgConnection, wishes: &[Wish<'_>]) -> Result<Known> {
    let mut members: Vec<MemberId> = wishes.iter().map(|wish| wish.member).collect();
    members.sort_unstable();
    members.dedup();
    let mut accounts = ledger::lock(conn, &members, Lots::All, ctx.clock.now()).await?;
    let now = ctx.clock.now();
    for locked in accounts.values_mut() {
        locked.account.settle(now).map_err(ledger::negative)?;
    }
    let frozen = ledger::frozen(conn, POINTS, &members).await?;
    let (rewards, ranks, times) = (HashMap::new(), HashMap::new(), HashMap::new());
    let (zone, ladder, units) = (TimeZone::UTC, Vec::new(), BTreeMap::new());
    let mut known = Known { accounts, frozen, rewards, ranks, ladder, zone, now, times, units };
    let mut is_here = false;
    for wish in wishes {
        if !known.rewards.contains_key(&wish.reward_id)
            && let Some(reward) = store::reward(conn, wish.reward_id).await?
        {
            known.rewards.insert(wish.reward_id, reward);
        }
        let Some(reward) = known.rewards.get(&wish.reward_id) else { continue };
        if wish.is_gift {
            continue;
        }
        if !is_here && (reward.minimum_tier_rank.is_some() || reward.public_from.is_some()) {
            known.zone = rules::program(conn).await?.zone();
            is_here = true;
        }
        let opens_later = reward.public_from.is_some_and(|from| now < instant(from, &known.zone));
        if (reward.minimum_tier_rank.is_some() || opens_later) && !known.ranks.contains_key(&wish.member) {
            let standing = tiers::standing(conn, wish.member, now, &known.zone).await?;
            known.ranks.insert(wish.member, standing.tier.rank);
            known.ladder = standing.ladder;
        }
        let key = (wish.member, wish.reward_id);
        if reward.limit_per_member.is_some() && !known.times.contains_key(&key) {
            known.times.insert(key, store::times_redeemed(conn, wish.member, wish.reward_id).await?);
        }
    }
    let mut wanted: BTreeMap<RewardId, i64> = BTreeMap::new();
    for wish in wishes {
        // Who can't have it whatever is left of it does not queue for the stock.
        if known.rewards.get(&wish.reward_id).is_some_and(|reward| reward.remaining.is_some())
            && known.why_not(wish, false).is_none()
        {
            *wanted.entry(wish.reward_id).or_default() += 1;
        }
    }
    for (reward, units) in wanted {
        known.units.insert(reward, store::take_stock(conn, reward, units).await?);
    }
    Ok(known)
}

impl Known {
    /// Why a member can't have what they wish, by what was read; or because it was sold out since.
    fn why_not(&self, wish: &Wish<'_>, sold_out: bool) -> Option<Refusal> {
        let Wish { member, reward_id, .. } = *wish;
        let Some(locked) = self.accounts.get(&member) else {
            return Some(Refusal::not_found("This member"));
        };
        if !wish.is_gift && self.frozen.contains(&member) {
            return Some(ledger::is_frozen());
        }
        let Some(reward) = self.rewards.get(&reward_id) else {
            return Some(Refusal::not_found("This reward"));
        };
        let remaining = if sold_out { Some(0) } else { reward.remaining };
        let terms = Terms { remaining, ..reward.terms(&self.ladder) };
        let terms = if wish.is_gift {
            Terms { price: 0, limit_per_member: None, minimum_tier: None, opening: None, ..terms }
        } else {
            terms
        };
        let tier_rank = self.ranks.get(&member).copied().unwrap_or_default();
        let redeemed = self.times.get(&(member, reward_id)).copied().unwrap_or_default();
        let Balances { available, .. } = locked.account.wallet.balances;
        let asking = Asking { available, tier_rank, redeemed, now: self.now, zone: &self.zone };
        why_not(&terms, asking).map(|why| refusal(&why, &reward.name))
    }
}

fn grant(known: &mut Known, wish: &Wish<'_>, now: Timestamp) -> Result<std::result::Result<Given, Refusal>> {
    let Wish { member, reward_id, key, .. } = *wish;
    let is_limited = known.rewards.get(&reward_id).is_some_and(|reward| reward.remaining.is_some());
    let sold_out = is_limited && known.units.get(&reward_id).is_none_or(|units| *units <= 0);
    if let Some(why) = known.why_not(wish, false).or_else(|| known.why_not(wish, sold_out)) {
        return Ok(Err(why));
    }
    let price = |reward: &Reward| if wish.is_gift { 0 } else { reward.price };
    let (Some(reward), Some(locked)) = (known.rewards.get(&reward_id), known.accounts.get_mut(&member))
    else {
        return Ok(Err(Refusal::not_found("This reward")));
    };
    let draft = Draft {
        kind: Kind::Redemption,
        delta: Balances::default(),
        contra: Contra::Spent,
        effective_at: now,
        document: Some(key),
        reason: Some(reward.name.clone()),
        trace: None,
    };
    let price = price(reward);
    locked.account.spend(draft, price, now).map_err(ledger::negative)?;
    known.units.entry(reward_id).and_modify(|units| *units -= 1);
    known.times.entry((member, reward_id)).and_modify(|times| *times += 1);
    let given = Redemption {
        redemption_id: redemption_id_of(&key),
        member_id: member,
        reward_id,
        reward_name: reward.name.clone(),
        picture: reward.picture.clone(),
        price,
        entry_no: locked.account.wallet.version,
        took_stock: reward.capacity.is_some(),
        issued_at: now,
        expires_at: now + SignedDuration::from_hours(24 * i64::from(reward.voucher_days)),
        used_at: None,
        cancelled_at: None,
        cancel_reason: None,
        code: String::new(),
    };
    Ok(Ok((given, locked.account.wallet.balances.available)))
}

/// Gives each redemption a code. They are drawn by chance; those that are taken are drawn again.
async fn give_codes(conn: &mut PgConnection, given: &mut [&mut Redemption]) -> Result<()> {
    loop {
        let mut without: Vec<&mut Redemption> =
            given.iter_mut().map(|given| &mut **given).filter(|given| given.code.is_empty()).collect();
        if without.is_empty() {
            return Ok(());
        }
        for redemption in &mut without {
            redemption.code = voucher_code(&redemption.reward_name, random());
        }
        // In the order of the codes, so that two batches never wait for each other in a circle.
        without.sort_unstable_by(|a, b| a.code.cmp(&b.code));
        let issued = store::insert_codes(conn, &without).await?;
        for redemption in &mut without {
            if !issued.contains(&redemption.redemption_id) {
                redemption.code.clear();
            }
        }
    }
}

fn happened(given: &Redemption) -> Event {
    let Redemption { reward_id, redemption_id, ref reward_name, .. } = *given;
    let body = json!({ "reward_id": reward_id, "redemption_id": redemption_id, "name": reward_name });
    Event {
        kind: EventKind::RewardRedeemed,
        member_id: given.member_id,
        points: -given.price,
        effective_at: given.issued_at,
        body: Some(body),
    }
}

/// Whether a refusal is by the rules: it stays the answer for the document. What is unknown or frozen may be
/// asked again.
pub fn is_by_the_rules(refusal: &Refusal) -> bool {
    use Code::{InsufficientPoints, LimitReached, NotEligible, NotYet, OutOfStock, RewardInactive};
    matches!(
        refusal.code,
        InsufficientPoints | LimitReached | NotEligible | NotYet | OutOfStock | RewardInactive
    )
}
