//! Members as tills know them: by id, outside id, card or e-mail, and what a till shows of them.

mod store;

use jiff::Timestamp;
use sqlx::PgConnection;

use crate::{
    domain::{ids::MemberId, purchase::MemberRef},
    server::error::Result,
};

/// What is known of a member besides points, tier and badges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub member_id: MemberId,
    pub external_id: Option<String>,
    /// `None`: the profile was erased.
    pub display_name: Option<String>,
    pub joined_at: Timestamp,
    pub card: Option<String>,
    /// Since when the tier is as it is, if it ever changed: tier and instant.
    pub tier_change: Option<(String, Timestamp)>,
}

/// The member who goes by this name. A source may know its customers by their e-mail, so an outside id may be
/// the address of somebody who joined.
pub async fn find(conn: &mut PgConnection, name: &MemberRef) -> Result<Option<MemberId>> {
    match name {
        MemberRef::Id(id) => store::by_id(conn, *id).await,
        MemberRef::Card(card_no) => store::by_card(conn, card_no).await,
        MemberRef::Email(email) => store::by_email(conn, &email.to_lowercase()).await,
        MemberRef::ExternalId(name) => {
            if name.contains('@')
                && let Some(found) = store::by_email(conn, &name.to_lowercase()).await?
            {
                return Ok(Some(found));
            }
            store::by_external_id(conn, name).await
        }
    }
}

/// What is known of a member.
pub async fn sheet(conn: &mut PgConnection, member: MemberId) -> Result<Option<Sheet>> {
    store::sheet(conn, member).await
}
