//! Members that a till or shop makes. With an e-mail address they have an account without a password, and
//! choose one through "I forgot my password"; without one they can claim their card when they join.

mod store;

use jiff::{Timestamp, civil::Date};
use tracing::info;

use super::{NewMember, create, name_of_external, store as rows, welcome::welcome};
use crate::{
    domain::{
        display_name::DisplayName,
        email::Email,
        ids::{AccountId, MemberId},
        refusal::{Code, FieldError, Refusal},
    },
    server::{
        context::{Context, new_id},
        error::{Error, Result},
        identity::{Member, accounts},
    },
};

/// What is known of a member to be made; nothing has to be.
#[derive(Debug, Clone, Default)]
pub struct Registering {
    pub external_id: Option<String>,
    pub email: Option<Email>,
    pub display_name: Option<DisplayName>,
    pub birth_date: Option<Date>,
    /// `None`: now, with the points of welcome.
    pub joined_at: Option<Timestamp>,
}

/// Makes a member. Refused: `external_id_taken`, `email_taken`.
pub async fn register(ctx: &Context, new: &Registering) -> Result<MemberId> {
    let now = ctx.clock.now();
    let member_id = MemberId(new_id());
    let mut tx = ctx.pool.begin().await?;
    if let Some(name) = &new.external_id
        && rows::claim_external_ids(&mut tx, &[name.as_str()], &[member_id]).await?.is_empty()
    {
        return Err(taken(Code::ExternalIdTaken, "external_id", "Another member goes by this id"));
    }
    let called = new.display_name.as_ref().map(ToString::to_string);
    let called = called.or_else(|| new.external_id.as_deref().map(name_of_external));
    let made = NewMember {
        member_id,
        display_name: called.unwrap_or_else(|| "Member".to_owned()),
        joined_at: new.joined_at.unwrap_or(now),
    };
    create(&mut tx, &[made], now).await?;
    if let Some(birth_date) = new.birth_date {
        store::set_birth_date(&mut tx, member_id, birth_date).await?;
    }
    if let Some(email) = &new.email {
        let member = Member { member_id, account_id: AccountId(new_id()) };
        if !accounts::open_without_password(&mut tx, member, email, now).await? {
            return Err(taken(Code::EmailTaken, "email", "Another member has this address"));
        }
    }
    if new.joined_at.is_none() {
        welcome(&mut tx, &[(member_id, now)], now).await?;
    }
    tx.commit().await?;
    info!(member.id = %member_id, "A member was made");
    Ok(member_id)
}

fn taken(code: Code, field: &str, message: &str) -> Error {
    Error::Refused(Refusal { code, ..Refusal::invalid(vec![FieldError::new(field, message)]) })
}
