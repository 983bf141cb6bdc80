//! What staff want to know, computed from the tables that hold the truth: no projection can be late with it.

mod store;

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, ToSpan, civil::Date};

use super::{context::Context, error::Result, identity::Staff, program};
use crate::domain::{
    program::{day_of, day_start},
    report::{Month, Overview},
};

/// How many months are shown, this one among them.
const MONTHS: i32 = 12;
/// Who came within so many days is active.
const ACTIVE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The program in numbers, as it is now.
pub async fn overview(ctx: &Context, _by: &Staff) -> Result<Overview> {
    let zone = program::show(ctx).await?.zone();
    let now = ctx.clock.now();
    let this_month = day_of(now, &zone).first_of_month();
    let first = this_month.saturating_sub((MONTHS - 1).months());
    let since = day_start(first, &zone);
    let zone_name = zone.iana_name().unwrap_or("UTC");
    let mut conn = ctx.pool.acquire().await?;
    let mut overview = store::buyers(&mut conn).await?;
    overview.members = store::members(&mut conn).await?;
    overview.active_members = store::active(&mut conn, now - ACTIVE).await?;
    store::points(&mut conn, &mut overview).await?;
    let mut months: Vec<Month> =
        (0..MONTHS).map(|after| empty(first.saturating_add(after.months()))).collect();
    for (month, purchases, active) in store::monthly_purchases(&mut conn, since, zone_name).await? {
        if let Some(found) = find(&mut months, month) {
            (found.purchases, found.active_members) = (purchases, active);
        }
    }
    for (month, issued, spent) in store::monthly_points(&mut conn, since, zone_name).await? {
        if let Some(found) = find(&mut months, month) {
            (found.issued, found.spent) = (issued, spent);
        }
    }
    for (month, joined) in store::monthly_members(&mut conn, since, zone_name).await? {
        if let Some(found) = find(&mut months, month) {
            found.new_members = joined;
        }
    }
    overview.months = months;
    Ok(overview)
}

fn empty(month: Date) -> Month {
    Month { month, purchases: 0, active_members: 0, new_members: 0, issued: 0, spent: 0 }
}

fn find(months: &mut [Month], month: Date) -> Option<&mut Month> {
    months.iter_mut().find(|found| found.month == month)
}
