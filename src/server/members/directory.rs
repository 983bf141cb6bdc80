//! The members as staff find them: by name, e-mail, card number or outside id.

mod store;

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};

use crate::{
    domain::{ids::MemberId, text::sought},
    server::{
        context::Context,
        error::{Error, Result},
        identity::Staff,
    },
};

/// How many members a page of the list has.
pub const PAGE: usize = 25;

/// A member as staff know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub member_id: MemberId,
    pub display_name: String,
    pub pseudonym: String,
    pub listed: bool,
    pub joined_at: Timestamp,
    pub card_no: Option<String>,
    pub email: Option<String>,
    pub external_id: Option<String>,
    /// Points that can be spent.
    pub available: i64,
    pub earned: i64,
    pub birth_date: Option<Date>,
    /// When nothing was left of them but a number.
    pub erased_at: Option<Timestamp>,
}

/// A page of those that match, newest first, after `after`; and whether there are more. No words match
/// everybody.
pub async fn search(
    ctx: &Context,
    _by: &Staff,
    words: &str,
    after: Option<MemberId>,
) -> Result<(Vec<Person>, bool)> {
    let mut conn = ctx.pool.acquire().await?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut people = store::search(&mut conn, &sought(words), None, after, limit).await?;
    let more = people.len() > PAGE;
    people.truncate(PAGE);
    Ok((people, more))
}

/// How many members there are.
pub async fn count(ctx: &Context, _by: &Staff) -> Result<i64> {
    store::count(&mut *ctx.pool.acquire().await?).await
}

/// One member. Refused: `not_found`.
pub async fn find(ctx: &Context, _by: &Staff, member: MemberId) -> Result<Person> {
    let mut conn = ctx.pool.acquire().await?;
    let found = store::search(&mut conn, "", Some(member), None, 1).await?;
    found.into_iter().next().ok_or_else(|| Error::not_found("This member"))
}
