//! Segments: words that staff give members, and that rules and campaigns ask for.

mod store;

#[cfg(test)]
mod tests;

use serde_json::json;
use sqlx::PgConnection;

use super::{
    audit::{self, Change},
    context::Context,
    error::{Error, Result},
    identity::Staff,
    members::erasing,
};
use crate::domain::ids::MemberId;

/// How many tags a member may carry.
const MOST: i64 = 50;

/// The tags of a member, in the order of the alphabet.
pub async fn of_member(conn: &mut PgConnection, member: MemberId) -> Result<Vec<String>> {
    store::of_member(conn, member).await
}

/// Every tag, with how many members carry it.
pub async fn counts(ctx: &Context, _by: &Staff) -> Result<Vec<(String, i64)>> {
    store::counts(&mut *ctx.pool.acquire().await?).await
}

/// Puts a member into a segment; one that is in it stays. Refused: `invalid` at `tag`, `not_found`.
pub async fn put_on(ctx: &Context, by: &Staff, member: MemberId, typed: &str) -> Result<()> {
    let tag = typed.trim().to_lowercase();
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    if !(1..=40).contains(&tag.len()) || !tag.bytes().all(letter) {
        let message = "Write it with 1 to 40 letters, digits, dashes or underscores, such as press";
        return Err(Error::field("tag", message));
    }
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    erasing::refuse_former(&mut tx, member).await?;
    if store::count(&mut tx, member).await? >= MOST {
        return Err(Error::field("tag", format!("A member carries at most {MOST} tags; take one off first")));
    }
    if store::insert(&mut tx, member, &tag, now).await? {
        let (subject, new) = (format!("member {member}"), Some(json!({ "tag": tag })));
        audit::record(&mut tx, by, now, Change { action: "member.tag", subject, new, ..Change::default() })
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Takes a member out of a segment; one that is not in it stays out.
pub async fn take_off(ctx: &Context, by: &Staff, member: MemberId, tag: &str) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    if store::delete(&mut tx, member, tag).await? {
        let (subject, old) = (format!("member {member}"), Some(json!({ "tag": tag })));
        let change = Change { action: "member.untag", subject, old, ..Change::default() };
        audit::record(&mut tx, by, ctx.clock.now(), change).await?;
    }
    tx.commit().await?;
    Ok(())
}
