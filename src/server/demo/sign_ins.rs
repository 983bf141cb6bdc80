//! Whom visitors of the demonstration can be. Their passwords are no secret: they are told on the terminal
//! and on the sign-in page of a demonstration, and on no other.

use jiff::Timestamp;
use sqlx::PgConnection;

use super::maya;
use crate::{
    domain::{
        email::Email,
        ids::{AccountId, MemberId},
        password::Password,
    },
    server::{
        context::{Context, new_id},
        error::{Error, Result},
        identity::{Member, accounts, links, passwords},
        staff,
    },
};

/// An account to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignIn {
    pub name: &'static str,
    /// What this person sees.
    pub role: &'static str,
    pub email: &'static str,
    pub password: &'static str,
}

/// A member and somebody of staff.
pub const SIGN_INS: [SignIn; 2] = [
    SignIn {
        name: maya::NAME,
        role: "a member",
        email: "maya@juniper-rye.example",
        password: "juniper-and-rye",
    },
    SignIn {
        name: "Ines Okafor",
        role: "staff",
        email: "ines@juniper-rye.example",
        password: "juniper-and-rye",
    },
];

/// Opens the account of the member.
pub async fn open_member(conn: &mut PgConnection, member_id: MemberId, now: Timestamp) -> Result<()> {
    let [sign_in, _] = SIGN_INS;
    let (email, password) = checked(&sign_in)?;
    let hash = passwords::hash(&password).await?;
    let member = Member { member_id, account_id: AccountId(new_id()) };
    accounts::open(conn, member, &email, &hash, now).await?;
    Ok(())
}

/// Invites the member of staff, who follows the link at once.
pub async fn open_staff(ctx: &Context) -> Result<()> {
    let [_, sign_in] = SIGN_INS;
    let link = staff::invite(ctx, sign_in.email, sign_in.name).await?;
    let token = link.rsplit('/').next().unwrap_or_default();
    links::choose_password(ctx, token, sign_in.password).await?;
    Ok(())
}

fn checked(sign_in: &SignIn) -> Result<(Email, Password)> {
    let email = Email::parse(sign_in.email).map_err(Error::broken)?;
    let password = Password::parse(sign_in.password, &email).map_err(Error::broken)?;
    Ok((email, password))
}
