//! The rows of members: set by set, so that a batch costs a handful of statements.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::NewMember;
use crate::domain::{card::CardNo, ids::MemberId};

type Result<T> = std::result::Result<T, sqlx::Error>;

pub async fn external_ids(conn: &mut PgConnection, ids: &[&str]) -> Result<HashMap<String, MemberId>> {
    let rows = query!(
        "select external_id, member_id from external_ids where external_id = any($1)",
        ids as &[&str],
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.external_id, MemberId(row.member_id))).collect())
}

/// Claims outside ids for members to be made; those that somebody else has claimed meanwhile are left out.
pub async fn claim_external_ids(
    conn: &mut PgConnection,
    ids: &[&str],
    members: &[MemberId],
) -> Result<HashMap<String, MemberId>> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = query!(
        "insert into external_ids (external_id, member_id)
         select external_id, member_id
         from unnest($1::text[], $2::uuid[]) with ordinality as given (external_id, member_id, place)
         order by place
         on conflict (external_id) do nothing
         returning external_id, member_id",
        ids as &[&str],
        &members,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.external_id, MemberId(row.member_id))).collect())
}

/// Those of these outside ids that somebody went by who left.
pub async fn given_up(conn: &mut PgConnection, ids: &[&str]) -> Result<HashSet<String>> {
    let rows = query_scalar!(
        r#"select id as "id!" from unnest($1::text[]) as given (id)
         where exists (
             select from given_up_names where name_hash = sha256(convert_to('external ' || id, 'UTF8'))
         )"#,
        ids as &[&str],
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Which of these pseudonyms members have.
pub async fn taken_pseudonyms(conn: &mut PgConnection, pseudonyms: &[String]) -> Result<HashSet<String>> {
    let rows = query_scalar!("select distinct pseudonym from members where pseudonym = any($1)", pseudonyms)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

pub async fn insert_members(
    conn: &mut PgConnection,
    members: &[NewMember],
    pseudonyms: &[String],
) -> Result<()> {
    let ids = ids(members);
    let joined_at: Vec<_> = members.iter().map(|member| member.joined_at.to_sqlx()).collect();
    query!(
        "insert into members (member_id, joined_at, pseudonym)
         select * from unnest($1::uuid[], $2::timestamptz[], $3::text[])",
        &ids,
        &joined_at as _,
        pseudonyms,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn insert_profiles(conn: &mut PgConnection, members: &[NewMember], now: Timestamp) -> Result<()> {
    let ids = ids(members);
    let names: Vec<&str> = members.iter().map(|member| member.display_name.as_str()).collect();
    query!(
        "insert into member_profiles (member_id, display_name, updated_at)
         select member_id, display_name, $3
         from unnest($1::uuid[], $2::text[]) as given (member_id, display_name)",
        &ids,
        &names as &[&str],
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn insert_wallets(conn: &mut PgConnection, members: &[NewMember], now: Timestamp) -> Result<()> {
    let ids = ids(members);
    query!(
        "insert into wallets (member_id, last_recorded_at)
         select member_id, $2 from unnest($1::uuid[]) as given (member_id)",
        &ids,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Issues cards whose numbers are free, and tells who got one.
pub async fn insert_cards(
    conn: &mut PgConnection,
    cards: &[CardNo],
    members: &[MemberId],
    now: Timestamp,
) -> Result<HashSet<MemberId>> {
    let numbers: Vec<&str> = cards.iter().map(CardNo::digits).collect();
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = query!(
        "insert into cards (card_no, member_id, issued_at)
         select card_no, member_id, $3 from unnest($1::text[], $2::uuid[]) as given (card_no, member_id)
         where not exists (
             select from given_up_names where name_hash = sha256(convert_to('card ' || card_no, 'UTF8'))
         )
         order by card_no
         on conflict (card_no) do nothing
         returning member_id",
        &numbers as &[&str],
        &members,
        now.to_sqlx() as _,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| MemberId(row.member_id)).collect())
}

fn ids(members: &[NewMember]) -> Vec<Uuid> {
    members.iter().map(|member| member.member_id.0).collect()
}

/// The newest card of a member.
pub async fn card(conn: &mut PgConnection, member_id: MemberId) -> Result<CardNo> {
    let row = query!(
        "select card_no from cards where member_id = $1 order by issued_at desc, card_no limit 1",
        member_id.0,
    )
    .fetch_one(conn)
    .await?;
    CardNo::parse(&row.card_no)
        .ok_or_else(|| sqlx::Error::Decode("a card number without its check digit".into()))
}

/// A member whose profile was erased has no name any more.
pub async fn display_name(conn: &mut PgConnection, member_id: MemberId) -> Result<String> {
    let name = query_scalar!("select display_name from member_profiles where member_id = $1", member_id.0)
        .fetch_optional(conn)
        .await?;
    Ok(name.unwrap_or_else(|| "Member".to_owned()))
}
