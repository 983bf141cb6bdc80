//! Writes the year that was told, day by day, through the verbs that tills, members and staff use. The
//! clock stands where the day stands, so that every entry looks as if it was recorded then.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{maya, opening, sign_ins, store, visits::Visit, year::Year};
use crate::{
    domain::{
        ids::{MemberId, RewardId},
        purchase::{MemberRef, Purchase},
    },
    server::{
        clock::Clock,
        context::Context,
        earning::{self, Outcome},
        error::{Error, Result},
        members,
    },
};

pub struct Writing<'a> {
    ctx: &'a Context,
    year: &'a Year,
    _rewards: Vec<RewardId>,
    /// Who has joined so far, in the order of the people.
    members: Vec<Option<MemberId>>,
}

impl<'a> Writing<'a> {
    /// Opens the shop, on the morning of its first day.
    pub async fn open(ctx: &'a Context, year: &'a Year) -> Result<Self> {
        let began = year.visits.first().map_or_else(|| ctx.clock.now(), |visit| before(visit.at));
        let mut tx = ctx.pool.begin().await?;
        let rewards = opening::open(&mut tx, &year.rules, began).await?;
        tx.commit().await?;
        Ok(Self { ctx, year, _rewards: rewards, members: vec![None; year.people.len()] })
    }

    /// One day of the shop: newcomers get their cards, and the tills send what was bought.
    pub async fn day(&mut self, visits: &[Visit]) -> Result<()> {
        self.join(visits).await?;
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
        members::welcome::welcome(&mut tx, &welcomed, now).await?;
        tx.commit().await?;
        Ok(())
    }

    fn external_id(&self, visit: &Visit) -> String {
        self.year.people[visit.person].external_id()
    }

    async fn buy(&self, visits: &[Visit]) -> Result<()> {
        let purchases: Vec<Purchase> = visits
            .iter()
            .map(|visit| visit.purchase(MemberRef::ExternalId(self.external_id(visit))))
            .collect();
        let Some(last) = visits.last() else { return Ok(()) };
        for batch in purchases.chunks(earning::MAX_BATCH) {
            for outcome in earning::record(&self.at(last.at), batch).await? {
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
        store::celebrate_until(&mut tx, maya::uncelebrated_since(today, &zone)).await?;
        if let Some(Some(maya)) = self.members.last() {
            store::rename_on_boards(&mut tx, *maya, maya::PSEUDONYM).await?;
            sign_ins::open_member(&mut tx, *maya, self.ctx.clock.now()).await?;
        }
        tx.commit().await?;
        sign_ins::open_staff(self.ctx).await
    }

    /// The same program with its clock at that instant.
    fn at(&self, now: Timestamp) -> Context {
        Context { clock: Clock::fixed(now), ..self.ctx.clone() }
    }
}

/// A moment before.
fn before(at: Timestamp) -> Timestamp {
    at - SignedDuration::from_secs(90)
}
