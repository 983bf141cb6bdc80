//! Which ladder was in force when: a tier of a day is judged by the ladder of that day, whatever staff have
//! changed since.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use sqlx::PgConnection;

use super::super::store;
use crate::{
    domain::{
        program::{day_of, day_start},
        tier::{
            Tier,
            draft::TierDraft,
            policy::{Basis, Record, TierPolicy},
        },
    },
    server::{error::Result, rules},
};

/// A ladder and its policy with the instants between which they were in force (half-open).
pub struct Reign {
    from: Timestamp,
    until: Timestamp,
    pub policy: TierPolicy,
    pub ladder: Vec<Tier>,
}

/// A member who fell, by the ladder that was in force.
pub struct Fallen<'a> {
    pub at: Timestamp,
    pub from: &'a Tier,
    pub to: &'a Tier,
    pub policy: TierPolicy,
}

/// Every ladder that ever was in force, the oldest first.
pub async fn reigns(conn: &mut PgConnection) -> Result<Vec<Reign>> {
    let mut from = Timestamp::MIN;
    let mut reigns = Vec::new();
    for (until, TierDraft { policy, tiers }) in store::past_ladders(conn).await? {
        let ladder = TierDraft { policy, tiers }.ladder();
        reigns.push(Reign { from, until, policy, ladder });
        from = until;
    }
    let (ladder, policy) = (rules::tiers(conn).await?, rules::tier_policy(conn).await?);
    reigns.push(Reign { from, until: Timestamp::MAX, policy, ladder });
    Ok(reigns)
}

/// Where a member fell after `since`, on which they stood in `tier`. `counted` gives what counts by a basis.
pub fn falls<'a>(
    reigns: &'a [Reign],
    counted: impl Fn(Basis) -> Record<'a>,
    (since, tier): (Timestamp, &str),
    (now, zone): (Timestamp, &TimeZone),
) -> Vec<Fallen<'a>> {
    let first = reigns.partition_point(|reign| reign.until <= since);
    let reigns = &reigns[first.min(reigns.len())..];
    let place =
        |reign: &Reign, day: Date| reign.policy.index(&reign.ladder, counted(reign.policy.basis), day);
    let Some(mut held) =
        reigns.first().and_then(|reign| reign.ladder.iter().position(|one| one.tier == tier))
    else {
        return Vec::new();
    };
    // What was earned since would have moved `since`: within a reign it can only go down.
    if reigns.iter().all(|reign| place(reign, day_of(reign.until.min(now), zone)) >= held) {
        return Vec::new();
    }
    let mut fallen = Vec::new();
    for reign in reigns {
        for at in reign.moments(since, now, zone) {
            let stands = place(reign, day_of(at, zone));
            if stands < held {
                let (from, to) = (&reign.ladder[held], &reign.ladder[stands]);
                fallen.push(Fallen { at, from, to, policy: reign.policy });
                held = stands;
            }
        }
    }
    fallen
}

impl Reign {
    /// When somebody may fall after `since`: when it began, and at the start of each of its days.
    fn moments(&self, since: Timestamp, now: Timestamp, zone: &TimeZone) -> impl Iterator<Item = Timestamp> {
        let (begin, until) = (self.from.max(since), self.until);
        let is_past = move |at: Timestamp| at < until && at <= now;
        let edited = (self.from > since && is_past(self.from)).then_some(self.from);
        let tomorrow = day_of(begin, zone).saturating_add(1.day());
        let starts = std::iter::successors(Some(tomorrow), |day| day.tomorrow().ok());
        let zone = zone.clone();
        let starts = starts.map(move |day| day_start(day, &zone)).take_while(move |at| is_past(*at));
        edited.into_iter().chain(starts.filter(move |at| *at > begin))
    }
}
