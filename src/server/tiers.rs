//! Tiers: where a member stands now, worked out from what they earned in the last 12 months whenever it is
//! asked, so that no background job can be late with it.

mod store;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use sqlx::PgConnection;

use super::{error::Result, rules};
use crate::domain::{
    counters::window_start,
    ids::MemberId,
    program::day_of,
    tier::{self, Tier},
};

/// Where a member stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierStanding {
    /// Points earned in the last 12 months.
    pub qualifying: i64,
    pub tier: Tier,
    /// The tier above, if there is one.
    pub next: Option<Tier>,
    /// All tiers, up by rank.
    pub ladder: Vec<Tier>,
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
    let ladder = rules::tiers(conn).await?;
    let today = day_of(now, zone);
    let days = store::qualifying_days(conn, member, window_start(today), today).await?;
    Ok(stand(ladder, &days, today))
}

/// Works out the standing from points by day, oldest first.
fn stand(ladder: Vec<Tier>, days: &[(Date, i64)], today: Date) -> TierStanding {
    let qualifying: i64 = days.iter().map(|(_, points)| points).sum();
    let none = Tier {
        tier: String::new(),
        name: String::new(),
        rank: 0,
        threshold: 0,
        earn_percent: 100,
        benefits: String::new(),
    };
    let present = tier::reached(&ladder, qualifying).cloned().unwrap_or(none);
    let next = tier::next_above(&ladder, qualifying).cloned();
    let (mut left, mut until, mut points_to_stay) = (qualifying, None, 0);
    if present.threshold > 0 {
        for (day, points) in days {
            left -= points;
            if left < present.threshold {
                until = Some(leaves_window(*day).max(today));
                points_to_stay = present.threshold - left;
                break;
            }
        }
    }
    TierStanding { qualifying, tier: present, next, ladder, until, points_to_stay }
}

/// The first day whose window of 12 months no longer holds `day`.
fn leaves_window(day: Date) -> Date {
    let mut candidate = day.saturating_add(12.months());
    while window_start(candidate) < day {
        candidate = candidate.saturating_add(1.day());
    }
    candidate
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::tier::tests::ladder;

    #[test]
    fn a_tier_lasts_until_the_day_its_points_leave_the_window() {
        let days = [(date(2026, 1, 10), 500), (date(2026, 6, 1), 400)];
        let standing = stand(ladder(), &days, date(2026, 11, 21));
        assert_eq!((standing.tier.tier.as_str(), standing.qualifying), ("silver", 900));
        assert_eq!(standing.next.map(|next| next.threshold), Some(1_500));
        assert_eq!((standing.until, standing.points_to_stay), (Some(date(2027, 1, 10)), 400));
    }

    #[test]
    fn the_first_tier_is_never_lost() {
        let standing = stand(ladder(), &[], date(2026, 11, 21));
        assert_eq!((standing.tier.tier.as_str(), standing.until), ("bronze", None));
    }

    #[test]
    fn a_leap_day_leaves_the_window_when_no_window_holds_it() {
        assert_eq!(leaves_window(date(2024, 2, 29)), date(2025, 3, 1));
        assert_eq!(leaves_window(date(2026, 1, 10)), date(2027, 1, 10));
    }
}
