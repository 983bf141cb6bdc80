//! Joining: an account, a member, a card and a wallet in one transaction.

pub mod claiming;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tracing::info;
use uuid::Uuid;

use super::{NewMember, create, store, welcome::welcome};
use crate::{
    domain::{
        display_name::DisplayName,
        email::Email,
        ids::{AccountId, MemberId},
        password::Password,
        refusal::{Code, FieldError, Refusal},
    },
    server::{
        context::{Context, new_id},
        error::{Error, Result},
        identity::{
            Caller, Member,
            accounts::{self, Opened},
            addresses,
            limits::{self, Limit},
            passwords,
        },
        mail::{self, letters},
        program,
    },
};

/// What somebody who joins tells us.
#[derive(Debug, Clone)]
pub struct Joining {
    pub display_name: String,
    pub email: String,
    pub password: String,
    /// The number of a card that a till gave out; empty: none.
    pub card: String,
    /// Drawn when the form was shown: the same form sent twice joins once.
    pub request_id: Uuid,
}

struct Checked {
    display_name: DisplayName,
    email: Email,
    password: Password,
}

/// Makes a member with an account, or gives an account to the member of a card. The same form sent again
/// signs in to what it made. An address under which points were collected before is shown to be theirs by a
/// mailed link first. Refused: `invalid`, `email_taken`, `too_many_attempts`.
pub async fn join(ctx: &Context, address: &str, form: &Joining) -> Result<Member> {
    let checked = check(form)?;
    let in_vain = Limit::joining_in_vain(address);
    limits::attempt(ctx, &[Limit::joining(address), in_vain.clone()]).await?;
    let card = claiming::read(ctx, address, &form.card).await?;
    if card.is_none() && claiming::by_address(ctx, &checked.email, &checked.display_name).await? {
        return Err(collected_before());
    }
    let hash = passwords::hash(&checked.password).await?;
    let now = ctx.clock.now();
    let account_id = account_of(form.request_id);
    let mut tx = ctx.pool.begin().await?;
    let claimed = match &card {
        Some(card) => Some(claiming::member(&mut tx, card, account_id).await?),
        None => None,
    };
    let member = Member { member_id: claimed.unwrap_or_else(|| MemberId(new_id())), account_id };
    match accounts::open(&mut tx, member, &checked.email, &hash, now).await? {
        Opened::New => {}
        Opened::SentBefore => {
            tx.rollback().await?;
            return sent_before(ctx, address, form).await;
        }
        Opened::EmailTaken => return Err(email_taken()),
    }
    match claimed {
        Some(claimed) => claiming::rename(ctx, &mut tx, claimed, &checked.display_name).await?,
        None => make(&mut tx, member, &checked, now).await?,
    }
    greet(ctx, &mut tx, member, &checked, now).await?;
    tx.commit().await?;
    limits::forgive(ctx, &[in_vain]).await?;
    info!(member.id = %member.member_id, "A member joined");
    Ok(member)
}

async fn make(conn: &mut sqlx::PgConnection, member: Member, form: &Checked, now: Timestamp) -> Result<()> {
    let new = NewMember {
        member_id: member.member_id,
        display_name: form.display_name.to_string(),
        joined_at: now,
    };
    create(conn, &[new], now).await
}

/// Gives the points of welcome, once to each member, and writes to them.
async fn greet(
    ctx: &Context,
    conn: &mut sqlx::PgConnection,
    member: Member,
    form: &Checked,
    now: Timestamp,
) -> Result<()> {
    welcome(conn, &[(member.member_id, now)], now).await?;
    let program = program::current(conn).await?;
    let card = store::card(conn, member.member_id).await?;
    let home = format!("{}/home", ctx.config.public_url());
    let confirm = addresses::confirmation(ctx, conn, member.account_id).await?;
    let letter = letters::welcome(&program, &form.display_name, &card, (&home, &confirm));
    mail::queue(conn, &form.email, &letter, now).await?;
    Ok(())
}

/// The account of a form is named by the form, so that sending it twice can't open two.
fn account_of(request_id: Uuid) -> AccountId {
    let digest = Sha256::new().chain_update(b"join ").chain_update(request_id.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    AccountId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Who holds the form must still know the password.
async fn sent_before(ctx: &Context, address: &str, form: &Joining) -> Result<Member> {
    match accounts::sign_in(ctx, address, &form.email, &form.password).await? {
        Caller::Member(member) => Ok(member),
        Caller::Staff(_) => Err(email_taken()),
    }
}

fn check(form: &Joining) -> Result<Checked> {
    let mut wrong = Vec::new();
    let display_name = DisplayName::parse(&form.display_name)
        .map_err(|message| wrong.push(FieldError::new("display_name", message)));
    let email = Email::parse(&form.email).map_err(|message| wrong.push(FieldError::new("email", message)));
    // Without an address the rest of the password's rules still hold.
    let for_address = email.clone().or_else(|()| Email::parse("nobody@example.org"));
    let password = match &for_address {
        Ok(address) => Password::parse(&form.password, address)
            .map_err(|message| wrong.push(FieldError::new("password", message))),
        Err(_) => Err(()),
    };
    match (display_name, email, password) {
        (Ok(display_name), Ok(email), Ok(password)) => Ok(Checked { display_name, email, password }),
        _ => Err(Refusal::invalid(wrong).into()),
    }
}

fn email_taken() -> Error {
    taken("This address is a member already. Sign in, or choose a new password if you have lost yours")
}

fn collected_before() -> Error {
    taken(
        "Points have been collected under this address already. A mail with a link is on its way: choose \
         your password there, and all of them are yours",
    )
}

fn taken(told: &str) -> Error {
    let mut refusal = Refusal::invalid(vec![FieldError::new("email", told)]);
    refusal.code = Code::EmailTaken;
    refusal.into()
}
