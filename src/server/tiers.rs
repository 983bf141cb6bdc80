//! Tiers: where a member stands now, worked out from what they earned on which days whenever it is asked, so
//! that no background job can be late with it.

pub mod editing;
pub mod falls;
mod store;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sqlx::PgConnection;

use super::{error::Result, rules};
use crate::domain::{
    earning::Rulebook,
    ids::MemberId,
    program::day_of,
    tier::{
        Tier,
        policy::{Record, TierPolicy},
    },
};

/// Where a member stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierStanding {
    /// What counts for tiers now: points, or minor units where the program counts spend.
    pub qualifying: i64,
    pub tier: Tier,
    /// The tier above, if there is one.
    pub next: Option<Tier>,
    /// All tiers, up by rank.
    pub ladder: Vec<Tier>,
    /// How they are earned and kept.
    pub policy: TierPolicy,
    /// When the tier would be lost if nothing more were earned: the first day on which too few points are
    /// left.
    pub until: Option<Date>,
    /// What would be missing to the present tier's threshold on that day.
    pub points_to_stay: i64,
}

/// Where a member stands at an instant.
pub async fn standing(
    conn: &mut PgConnection,
    member: MemberId,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<TierStanding> {
    let (ladder, policy) = (rules::tiers(conn).await?, rules::tier_policy(conn).await?);
    let today = day_of(now, zone);
    let joined = day_of(store::joined_at(conn, member).await?, zone);
    let days = store::qualifying_days(conn, member, policy.reads_from(&ladder, today), today).await?;
    Ok(stand(ladder, policy, Record { days: &days, joined }, today))
}

/// The tier of each of these members at an instant.
pub async fn of_members(
    conn: &mut PgConnection,
    members: &[MemberId],
    book: &Rulebook,
    now: Timestamp,
) -> Result<HashMap<MemberId, String>> {
    let today = book.day(now);
    let days = store::days_of(conn, members).await?;
    let joined = store::joined(conn, members).await?;
    let tier = |member: &MemberId| {
        let joined = joined.get(member).map_or(today, |at| book.day(*at));
        let days = days.get(member).map_or(&[][..], Vec::as_slice);
        Some((*member, book.tier_on(Record { days, joined }, today)?.tier.clone()))
    };
    Ok(members.iter().filter_map(tier).collect())
}

fn stand(ladder: Vec<Tier>, policy: TierPolicy, record: Record<'_>, today: Date) -> TierStanding {
    let held = policy.stand(&ladder, record, today);
    let tier = ladder.get(held.index).cloned().unwrap_or_else(|| Tier {
        tier: String::new(),
        name: String::new(),
        rank: 0,
        threshold: 0,
        earn_percent: 100,
        benefits: String::new(),
        free_shipping: false,
        early_days: 0,
    });
    let next = ladder.get(held.index + 1).cloned();
    TierStanding {
        qualifying: held.qualifying,
        tier,
        next,
        ladder,
        policy,
        until: held.until,
        points_to_stay: held.to_stay,
    }
}
