//! Members: a number, a card and a wallet; what is personal stands apart in their profile.

pub mod birthday;
pub mod directory;
pub mod erasing;
pub mod joining;
pub mod lookup;
pub mod profile;
pub mod registering;
mod store;
pub mod welcome;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use rand::random;
use sqlx::PgConnection;

use super::{
    context::{Context, new_id},
    error::Result,
    identity::Member,
};
use crate::domain::{
    card::CardNo,
    ids::MemberId,
    pseudonym::{numbered, pseudonym},
};

/// How many characters of an outside id stand in the name of a member who has given none.
const SHOWN_OF_EXTERNAL_ID: usize = 24;

/// A member to be made.
#[derive(Debug, Clone)]
pub struct NewMember {
    pub member_id: MemberId,
    pub display_name: String,
    pub joined_at: Timestamp,
}

/// Makes members with their profile, card, pseudonym and wallet, in a handful of statements however many they
/// are.
pub async fn create(conn: &mut PgConnection, members: &[NewMember], now: Timestamp) -> Result<()> {
    let pseudonyms = pseudonyms(conn, members.len()).await?;
    store::insert_members(conn, members, &pseudonyms).await?;
    store::insert_profiles(conn, members, now).await?;
    store::insert_wallets(conn, members, now).await?;
    issue_cards(conn, members.iter().map(|member| member.member_id).collect(), now).await
}

/// Made-up names, each unlike all others: two of one name on a board can't be told apart. Two of those who
/// join in the same instant may still draw the same; nothing depends on it.
async fn pseudonyms(conn: &mut PgConnection, count: usize) -> Result<Vec<String>> {
    let drawn: Vec<String> = (0..count).map(|_| pseudonym(random())).collect();
    let mut taken = store::taken_pseudonyms(conn, &drawn).await?;
    let tell_apart = |name: String| {
        let mut unlike = name.clone();
        while !taken.insert(unlike.clone()) {
            unlike = numbered(&name, random());
        }
        unlike
    };
    Ok(drawn.into_iter().map(tell_apart).collect())
}

/// The members that go by these outside ids, as far as there are any.
pub async fn known_external(conn: &mut PgConnection, ids: &[&str]) -> Result<HashMap<String, MemberId>> {
    Ok(store::external_ids(conn, ids).await?)
}

/// The members that go by these outside ids. Those who are new are made, joined at the instant given with
/// their id; somebody else may do the same at the same time. Nobody is made of the id of somebody who left:
/// it has no member.
pub async fn ensure_external(
    conn: &mut PgConnection,
    joined_at: &BTreeMap<String, Timestamp>,
    now: Timestamp,
) -> Result<HashMap<String, MemberId>> {
    let wanted: Vec<&str> = joined_at.keys().map(String::as_str).collect();
    let mut known = store::external_ids(conn, &wanted).await?;
    // In the order of their ids, as every other batch does it, so that two batches never wait for each other.
    let missing: Vec<&str> = wanted.into_iter().filter(|id| !known.contains_key(*id)).collect();
    if missing.is_empty() {
        return Ok(known);
    }
    let given_up = store::given_up(conn, &missing).await?;
    let missing: Vec<&str> = missing.into_iter().filter(|id| !given_up.contains(*id)).collect();
    if missing.is_empty() {
        return Ok(known);
    }
    let fresh: Vec<MemberId> = missing.iter().map(|_| MemberId(new_id())).collect();
    let claimed = store::claim_external_ids(conn, &missing, &fresh).await?;
    let members: Vec<NewMember> = claimed
        .iter()
        .map(|(external_id, member_id)| NewMember {
            member_id: *member_id,
            display_name: name_of_external(external_id),
            joined_at: joined_at.get(external_id).copied().unwrap_or(now),
        })
        .collect();
    create(conn, &members, now).await?;
    let lost_race: Vec<&str> = missing.into_iter().filter(|id| !claimed.contains_key(*id)).collect();
    if !lost_race.is_empty() {
        known.extend(store::external_ids(conn, &lost_race).await?);
    }
    known.extend(claimed);
    Ok(known)
}

/// Gives each member a card. Numbers are drawn by chance; those that are taken are drawn again.
async fn issue_cards(conn: &mut PgConnection, mut without: Vec<MemberId>, now: Timestamp) -> Result<()> {
    while !without.is_empty() {
        let drawn: Vec<CardNo> = without.iter().map(|_| CardNo::drawn(random())).collect();
        let issued = store::insert_cards(conn, &drawn, &without, now).await?;
        without.retain(|member_id| !issued.contains(member_id));
    }
    Ok(())
}

/// What a member is called on their own pages.
pub async fn display_name(ctx: &Context, member: &Member) -> Result<String> {
    Ok(store::display_name(&mut *ctx.pool.acquire().await?, member.member_id).await?)
}

/// What a member is called who is known by an outside id alone.
fn name_of_external(external_id: &str) -> String {
    let shown: String = external_id.chars().take(SHOWN_OF_EXTERNAL_ID).collect();
    let cut = if shown.len() < external_id.len() { "…" } else { "" };
    format!("Member {shown}{cut}")
}
