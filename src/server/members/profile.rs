//! A member's own page: what they are called, how boards show them, where mails go.

mod store;

use jiff::{Timestamp, civil::Date};
use sqlx::PgConnection;

use crate::{
    domain::{card::CardNo, display_name::DisplayName, ids::MemberId, leaderboard::Presence},
    server::{
        context::Context,
        error::{Error, Result},
        identity::Member,
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub display_name: String,
    pub pseudonym: String,
    pub presence: Presence,
    /// Shown there with the display name.
    pub named_on_boards: bool,
    pub joined_at: Timestamp,
    pub card: CardNo,
    /// `None`: the member has not said it.
    pub birth_date: Option<Date>,
    /// `None`: the account was closed.
    pub email: Option<String>,
}

/// Refuses `not_found` for a member whose profile was erased.
pub async fn show(ctx: &Context, member: &Member) -> Result<Profile> {
    let mut conn = ctx.pool.acquire().await?;
    let card = super::store::card(&mut conn, member.member_id).await?;
    let found = store::profile(&mut conn, member, card).await?;
    found.ok_or_else(|| Error::not_found("This member"))
}

/// Changes what a member is called.
///
/// Refuses a name that is none, at its field.
pub async fn rename(ctx: &Context, member: &Member, name: &str) -> Result<()> {
    let name = DisplayName::parse(name).map_err(|why| Error::field("display_name", why))?;
    store::rename(&mut *ctx.pool.acquire().await?, member.member_id, &name, ctx.clock.now()).await
}

/// Shows the display name on boards, or the pseudonym again.
pub async fn name_on_boards(ctx: &Context, member: &Member, named: bool) -> Result<()> {
    store::name_on_boards(&mut *ctx.pool.acquire().await?, member.member_id, named, ctx.clock.now()).await
}

/// Whether a member is on boards. Refused: `not_found` for an id of nobody.
pub async fn presence(conn: &mut PgConnection, member: MemberId) -> Result<Presence> {
    store::presence(conn, member).await?.ok_or_else(|| Error::not_found("This member"))
}
