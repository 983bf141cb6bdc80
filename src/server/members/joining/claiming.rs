//! Claiming what was collected before somebody joined. Who joins with the number of a card that a till gave
//! out becomes the member of that card. Who joins with an address under which a shop knows somebody shows
//! first, by a mailed link, that the address is theirs.

mod store;

use sqlx::PgConnection;

use crate::{
    domain::{
        card::CardNo,
        display_name::DisplayName,
        email::Email,
        ids::{AccountId, MemberId},
    },
    server::{
        context::{Context, new_id},
        error::{Error, Result},
        identity::{
            Member, accounts,
            limits::{self, Limit},
            links,
        },
        members::welcome::welcome,
    },
};

/// Reads the number of a card; an empty field is none. Numbers that are tried are counted per address, so
/// that nobody finds a card by trying. Refused: the field `card`, `too_many_attempts`.
pub async fn read(ctx: &Context, address: &str, card: &str) -> Result<Option<CardNo>> {
    if card.trim().is_empty() {
        return Ok(None);
    }
    let card = CardNo::parse(card).ok_or_else(|| {
        let told = "This is no card number: one digit may be wrong. It has nine, such as 482 917 304";
        Error::field("card", told)
    })?;
    limits::attempt(ctx, &[Limit::claiming(address)]).await?;
    Ok(Some(card))
}

/// The member of a card, locked, unless somebody signs in as them already; `account_id` is who claims.
/// Refused: the field `card`, in the same words whether there is no such card or it was claimed.
pub async fn member(conn: &mut PgConnection, card: &CardNo, account_id: AccountId) -> Result<MemberId> {
    let unclaimed = async {
        let Some(member) = store::lock_by_card(conn, card).await? else { return Ok(None) };
        let owner = store::account_of(conn, member).await?;
        Ok::<_, Error>(Some(member).filter(|_| owner.is_none_or(|owner| owner == account_id)))
    };
    unclaimed.await?.ok_or_else(|| {
        let told = "This card can't be claimed. Check the number, sign in if it is yours already, or leave \
                    the field empty and join without it";
        Error::field("card", told)
    })
}

/// Whether points were collected under an address by somebody who never signed in. Then a link to choose a
/// password is mailed to it: whoever reads that mail is that member.
pub async fn by_address(ctx: &Context, email: &Email, name: &DisplayName) -> Result<bool> {
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    if !store::waits_for_password(&mut tx, email).await? {
        let Some(member_id) = store::lock_by_address(&mut tx, email).await? else { return Ok(false) };
        let member = Member { member_id, account_id: AccountId(new_id()) };
        if !accounts::open_without_password(&mut tx, member, email, now).await? {
            return Ok(false);
        }
        store::rename(&mut tx, member_id, name, now).await?;
        welcome(&mut tx, &[(member_id, now)], now).await?;
    }
    tx.commit().await?;
    links::mail_link(ctx, email).await?;
    Ok(true)
}

/// Calls the member of a claimed card as they want to be called.
pub async fn rename(
    ctx: &Context,
    conn: &mut PgConnection,
    member: MemberId,
    name: &DisplayName,
) -> Result<()> {
    store::rename(conn, member, name, ctx.clock.now()).await
}
