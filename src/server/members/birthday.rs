//! When a member was born, which rules may count days to. Members say it once, so that nobody has a birthday
//! every week; staff correct it.

mod store;

#[cfg(test)]
mod tests;

use jiff::civil::Date;

use super::erasing;
use crate::{
    domain::{birth_date, ids::MemberId, program::day_of, text::said},
    server::{
        audit::{self, Change},
        context::Context,
        error::{Error, Result},
        identity::{Member, Staff},
        rules,
    },
};

/// Keeps the day that a member says, for good. Refused: the field `birth_date`, also when it was said before.
pub async fn say(ctx: &Context, member: &Member, typed: &str) -> Result<()> {
    let day = read(ctx, typed).await?;
    let mut conn = ctx.pool.acquire().await?;
    if store::say_once(&mut conn, member.member_id, day, ctx.clock.now()).await? {
        return Ok(());
    }
    let told = "You have said it before. If it is wrong, ask the shop's staff to correct it";
    Err(Error::field("birth_date", told))
}

/// Corrects the day, or forgets it when nothing is typed. The log keeps the reason and no day. Refused: the
/// fields `birth_date` and `birthday_reason`, `not_found`.
pub async fn correct(
    ctx: &Context,
    staff: &Staff,
    member: MemberId,
    typed: &str,
    reason: &str,
) -> Result<()> {
    let day = if typed.trim().is_empty() { None } else { Some(read(ctx, typed).await?) };
    let Some(reason) = said(reason, 300) else {
        return Err(Error::field("birthday_reason", "Say why, in up to 300 characters; only staff see it"));
    };
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    erasing::refuse_names(&mut tx, member, ("birthday_reason", reason)).await?;
    if !store::correct(&mut tx, member, day, now).await? {
        return Err(Error::not_found("This member"));
    }
    let change = Change {
        action: "member.birthday",
        subject: format!("member {member}"),
        reason: Some(reason),
        ..Change::default()
    };
    audit::record(&mut tx, staff, now, change).await?;
    tx.commit().await?;
    Ok(())
}

/// A day such as 1990-04-23 on which somebody may have been born who is alive.
async fn read(ctx: &Context, typed: &str) -> Result<Date> {
    let zone = rules::program(&mut *ctx.pool.acquire().await?).await?.zone();
    let today = day_of(ctx.clock.now(), &zone);
    birth_date::parse(typed, today)
        .ok_or_else(|| Error::field("birth_date", "Give the day of birth, such as 1990-04-23"))
}
