//! Writes the year that was told, day by day, through the verbs that tills, members and staff use. The
//! clock stands where the day stands, so that every entry looks as if it was recorded then.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use tokio::task::JoinSet;

use super::{
    challenges, maya, opening, sign_ins, store,
    visits::Visit,
    year::{Redeeming, Year},
};
use crate::{
    domain::{
        ids::{MemberId, RewardId},
        program::day_of,
        purchase::{MemberRef, Purchase},
    },
    server::{
        clock::Clock,
        context::Context,
        dispatcher,
        earning::{self, Outcome},
        error::{Error, Result},
        jobs::Pace,
        members::{self, welcome::welcome},
        rewards,
    },
};

/// A voucher that comes back: when, as which one at that instant, and its code.
type Due = ((Timestamp, usize), String);

pub struct Writing<'a> {
    ctx: &'a Context,
    year: &'a Year,
    rewards: Vec<RewardId>,
    /// Who has joined so far, in the order of the people.
    members: Vec<Option<MemberId>>,
    /// Redemptions still to come, in the order of time.
    ahead: VecDeque<Redeeming>,
    /// Vouchers that will be brought back on another day.
    vouchers: BTreeMap<(Timestamp, usize), String>,
}

impl<'a> Writing<'a> {
    /// Opens the shop, on the morning of its first day.
    pub async fn open(ctx: &'a Context, year: &'a Year) -> Result<Self> {
        let began = year.visits.first().map_or_else(|| ctx.clock.now(), |visit| before(visit.at));
        let mut tx = ctx.pool.begin().await?;
        let rewards = opening::open(&mut tx, &year.rules, (began, ctx.clock.now())).await?;
        tx.commit().await?;
        Ok(Self {
            ctx,
            year,
            rewards,
            members: vec![None; year.people.len()],
            ahead: year.redemptions.iter().copied().collect(),
            vouchers: BTreeMap::new(),
        })
    }

    /// One day of the shop: newcomers get their cards, rewards are taken out of what there was in the
    /// morning, and in the evening the tills send what was bought.
    pub async fn day(&mut self, day: Date, visits: &[Visit]) -> Result<()> {
        self.join(visits).await?;
        self.redeem(day).await?;
        self.buy(visits).await
    }

    /// Those who come for the first time join at the till, just before they pay.
    async fn join(&mut self, visits: &[Visit]) -> Result<()> {
        let newcomers: Vec<&Visit> =
            visits.iter().filter(|visit| self.members[visit.person].is_none()).collect();
        let Some(first) = newcomers.first() else { return Ok(()) };
        let now = before(first.at);
        let joined: BTreeMap<String, Timestamp> =
            newcomers.iter().map(|visit| (self.external_id(visit), before(visit.at))).collect();
        let mut tx = self.ctx.pool.begin().await?;
        let made = members::ensure_external(&mut tx, &joined, now).await?;
        for visit in &newcomers {
            self.members[visit.person] = made.get(&self.external_id(visit)).copied();
        }
        let of = |visit: &&Visit| Some((self.members[visit.person]?, &self.year.people[visit.person]));
        let people: Vec<_> = newcomers.iter().filter_map(of).collect();
        store::name_profiles(&mut tx, &people).await?;
        let unlisted: Vec<MemberId> =
            people.iter().filter(|(_, person)| person.unlisted).map(|(member, _)| *member).collect();
        store::unlist(&mut tx, &unlisted).await?;
        let welcomed: Vec<(MemberId, Timestamp)> = newcomers
            .iter()
            .filter_map(|visit| Some((self.members[visit.person]?, before(visit.at))))
            .collect();
        welcome(&mut tx, &welcomed, now).await?;
        tx.commit().await?;
        Ok(())
    }

    fn external_id(&self, visit: &Visit) -> String {
        self.year.people[visit.person].external_id()
    }

    /// The redemptions of a day, and the vouchers that come back on it. Each is another member's, so they
    /// need not wait for one another.
    async fn redeem(&mut self, day: Date) -> Result<()> {
        let zone = self.year.rules.zone();
        let mut tasks: JoinSet<Result<Option<Due>>> = JoinSet::new();
        while let Some(entry) =
            self.vouchers.first_entry().filter(|entry| day_of(entry.key().0, &zone) <= day)
        {
            let ctx = at(self.ctx, entry.key().0);
            let code = entry.remove();
            tasks.spawn(async move { rewards::use_voucher(&ctx, &code, None).await.map(|_| None) });
        }
        while let Some(redeeming) = self.ahead.pop_front_if(|next| next.day <= day) {
            let Some(member) = self.members[redeeming.person] else { continue };
            let (ctx, reward) = (self.ctx.clone(), self.rewards[redeeming.offer]);
            let till = self.year.people[redeeming.person].home.till();
            let zone = zone.clone();
            tasks.spawn(async move { redeem(&ctx, (till, member, reward), redeeming, &zone).await });
        }
        while let Some(done) = tasks.join_next().await {
            self.vouchers.extend(done??);
        }
        Ok(())
    }

    async fn buy(&self, visits: &[Visit]) -> Result<()> {
        let purchases: Vec<Purchase> = visits
            .iter()
            .map(|visit| visit.purchase(MemberRef::ExternalId(self.external_id(visit))))
            .collect();
        let Some(last) = visits.last() else { return Ok(()) };
        for batch in purchases.chunks(earning::MAX_BATCH) {
            for outcome in earning::record(&at(self.ctx, last.at), batch).await? {
                if let Outcome::Refused(refusal) = outcome {
                    return Err(Error::broken(refusal));
                }
            }
        }
        Ok(())
    }

    /// What remains when history has reached today.
    pub async fn finish(self, today: Date) -> Result<()> {
        let mut tx = self.ctx.pool.begin().await?;
        let zone = self.year.rules.zone();
        if let Some(Some(maya)) = self.members.last() {
            store::rename_on_boards(&mut tx, *maya, maya::PSEUDONYM).await?;
            sign_ins::open_member(&mut tx, *maya, self.ctx.clock.now()).await?;
        }
        tx.commit().await?;
        // The boards follow from the outbox, as they do for a server that runs.
        while dispatcher::step(self.ctx.clone()).await? == Pace::More {}
        let mut conn = self.ctx.pool.acquire().await?;
        store::celebrate_until(&mut conn, maya::uncelebrated_since(today, &zone)).await?;
        drop(conn);
        challenges::open(self.ctx, self.members.last().copied().flatten(), today).await?;
        sign_ins::open_staff(self.ctx).await
    }
}

/// Redeems, and uses the voucher when that is on the same day; else gives it, with when it comes back.
async fn redeem(
    ctx: &Context,
    (till, member, reward): (&str, MemberId, RewardId),
    redeeming: Redeeming,
    zone: &TimeZone,
) -> Result<Option<((Timestamp, usize), String)>> {
    let document = format!("redeem-{}-{}", redeeming.day.strftime("%Y%m%d"), redeeming.person);
    let redemption = rewards::redeem_for(&at(ctx, redeeming.at), member, reward, (till, &document)).await?;
    let Some(used_at) = redeeming.used_at else { return Ok(None) };
    if day_of(used_at, zone) > redeeming.day {
        return Ok(Some(((used_at, redeeming.person), redemption.code)));
    }
    rewards::use_voucher(&at(ctx, used_at), &redemption.code, None).await?;
    Ok(None)
}

/// The same program with its clock at that instant.
fn at(ctx: &Context, now: Timestamp) -> Context {
    Context { clock: Clock::fixed(now), ..ctx.clone() }
}

/// A moment before.
fn before(at: Timestamp) -> Timestamp {
    at - SignedDuration::from_secs(90)
}
