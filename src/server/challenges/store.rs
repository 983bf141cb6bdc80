//! The statements of challenges.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::Rounds;
use crate::{
    domain::{
        badge::Level,
        challenge::{Challenge, Past, State},
        ids::MemberId,
    },
    server::error::Result,
};

/// A challenge that there is or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub challenge: Challenge,
    pub live_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

/// What a member was given for a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub round: i32,
    pub from: Date,
    pub on: Date,
    pub completed_at: Timestamp,
    pub points: Option<i64>,
    pub entry_no: Option<i64>,
    pub badge: Option<(String, Level)>,
    pub redemption_id: Option<Uuid>,
    /// Why a voucher could not be given.
    pub missed: Option<String>,
    pub is_revoked: bool,
}

fn uuids(members: &[MemberId]) -> Vec<Uuid> {
    members.iter().map(|member| member.0).collect()
}

/// Every challenge, in the order in which they were made.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<Kept>> {
    let rows = query!(
        "select challenge, version, name, description, glyph, rule, state, live_at, ended_at
         from challenges order by position, challenge"
    );
    let kept = rows.fetch_all(conn).await?.into_iter().map(|row| {
        Ok(Kept {
            challenge: Challenge {
                challenge: row.challenge,
                version: row.version,
                name: row.name,
                description: row.description,
                glyph: row.glyph,
                state: State::parse(&row.state).unwrap_or(State::Ended),
                rule: serde_json::from_value(row.rule)?,
            },
            live_at: row.live_at.map(jiff_sqlx::Timestamp::to_jiff),
            ended_at: row.ended_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    kept.collect()
}

/// The local days on which members joined.
pub async fn joined(
    conn: &mut PgConnection,
    members: &[MemberId],
    challenges: &[&str],
) -> Result<HashMap<(MemberId, String), Date>> {
    let rows = query!(
        "select member_id, challenge, enrolled_on from challenge_enrolments
         where member_id = any($1) and challenge = any($2)",
        &uuids(members),
        challenges as _
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    Ok(rows.map(|row| ((MemberId(row.member_id), row.challenge), row.enrolled_on.to_jiff())).collect())
}

/// The rounds that members completed, in their order.
pub async fn past(conn: &mut PgConnection, members: &[MemberId], challenges: &[&str]) -> Result<Rounds> {
    let rows = query!(
        r#"select member_id, challenge, round, from_day, completed_on, revoked_at is not null as "is_revoked!"
           from challenge_completions where member_id = any($1) and challenge = any($2)
           order by member_id, challenge, round"#,
        &uuids(members),
        challenges as _
    );
    let mut rounds = Rounds::new();
    for row in rows.fetch_all(conn).await? {
        let (from, on) = (row.from_day.to_jiff(), row.completed_on.to_jiff());
        let past = Past { round: row.round, from, on, is_revoked: row.is_revoked };
        rounds.entry((MemberId(row.member_id), row.challenge)).or_default().push(past);
    }
    Ok(rounds)
}

/// What a member was given, by challenge, in the order of the rounds.
pub async fn given(conn: &mut PgConnection, member: MemberId) -> Result<HashMap<String, Vec<Given>>> {
    let rows = query!(
        r#"select challenge, round, from_day, completed_on, completed_at, points, entry_no, badge, level,
             redemption_id, missed, revoked_at is not null as "is_revoked!"
           from challenge_completions where member_id = $1 order by challenge, round"#,
        member.0
    );
    let mut given: HashMap<String, Vec<Given>> = HashMap::new();
    for row in rows.fetch_all(conn).await? {
        let level = row.level.as_deref().and_then(Level::parse);
        given.entry(row.challenge).or_default().push(Given {
            round: row.round,
            from: row.from_day.to_jiff(),
            on: row.completed_on.to_jiff(),
            completed_at: row.completed_at.to_jiff(),
            points: row.points,
            entry_no: row.entry_no,
            badge: row.badge.zip(level),
            redemption_id: row.redemption_id,
            missed: row.missed,
            is_revoked: row.is_revoked,
        });
    }
    Ok(given)
}

/// False: the member had joined.
pub async fn join(
    conn: &mut PgConnection,
    member: MemberId,
    challenge: &str,
    day: Date,
    now: Timestamp,
) -> Result<bool> {
    let done = query!(
        "insert into challenge_enrolments (member_id, challenge, enrolled_at, enrolled_on)
         values ($1, $2, $3, $4) on conflict do nothing",
        member.0,
        challenge,
        now.to_sqlx() as _,
        day.to_sqlx() as _
    );
    Ok(done.execute(conn).await?.rows_affected() > 0)
}

/// Writes completed rounds. The key decides that each is given once.
pub async fn insert_completions(
    conn: &mut PgConnection,
    completed: &[(MemberId, &str, Given)],
    now: Timestamp,
) -> Result<()> {
    let members: Vec<Uuid> = completed.iter().map(|(member, ..)| member.0).collect();
    let challenges: Vec<&str> = completed.iter().map(|(_, challenge, _)| *challenge).collect();
    let given = || completed.iter().map(|(.., given)| given);
    let rounds: Vec<i32> = given().map(|one| one.round).collect();
    let froms: Vec<_> = given().map(|one| one.from.to_sqlx()).collect();
    let ons: Vec<_> = given().map(|one| one.on.to_sqlx()).collect();
    let times: Vec<_> = given().map(|one| one.completed_at.to_sqlx()).collect();
    let points: Vec<Option<i64>> = given().map(|one| one.points).collect();
    let entries: Vec<Option<i64>> = given().map(|one| one.entry_no).collect();
    let badges: Vec<Option<&str>> =
        given().map(|one| one.badge.as_ref().map(|(badge, _)| badge.as_str())).collect();
    let levels: Vec<Option<&str>> =
        given().map(|one| one.badge.as_ref().map(|(_, level)| level.as_str())).collect();
    let redemptions: Vec<Option<Uuid>> = given().map(|one| one.redemption_id).collect();
    let missed: Vec<Option<&str>> = given().map(|one| one.missed.as_deref()).collect();
    query!(
        "insert into challenge_completions (member_id, challenge, round, from_day, completed_on, completed_at,
             points, entry_no, badge, level, redemption_id, missed, recorded_at)
         select *, $13::timestamptz from unnest($1::uuid[], $2::text[], $3::integer[], $4::date[],
             $5::date[], $6::timestamptz[], $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::uuid[],
             $12::text[])",
        &members,
        &challenges as _,
        &rounds,
        froms as _,
        ons as _,
        times as _,
        &points as _,
        &entries as _,
        &badges as _,
        &levels as _,
        &redemptions as _,
        &missed as _,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn revoke(
    conn: &mut PgConnection,
    member: MemberId,
    challenge: &str,
    round: i32,
    now: Timestamp,
) -> Result<()> {
    query!(
        "update challenge_completions set revoked_at = $4
         where member_id = $1 and challenge = $2 and round = $3",
        member.0,
        challenge,
        round,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes a draft, or a new version of it.
pub async fn put(conn: &mut PgConnection, challenge: &Challenge, rule: &Value) -> Result<()> {
    query!(
        "insert into challenges (challenge, version, name, description, glyph, rule, state, first_day,
             until_day, position)
         values ($1, $2, $3, $4, $5, $6, 'draft', $7, $8,
             (select coalesce(max(position), 0) + 1 from challenges))
         on conflict (challenge) do update set version = excluded.version, name = excluded.name,
             description = excluded.description, glyph = excluded.glyph, rule = excluded.rule,
             first_day = excluded.first_day, until_day = excluded.until_day",
        challenge.challenge,
        challenge.version,
        challenge.name,
        challenge.description,
        challenge.glyph,
        rule,
        challenge.rule.from.to_sqlx() as _,
        challenge.rule.until.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn delete_draft(conn: &mut PgConnection, challenge: &str) -> Result<()> {
    query!("delete from challenges where challenge = $1 and state = 'draft'", challenge)
        .execute(conn)
        .await?;
    Ok(())
}

/// From a draft to what runs.
pub async fn make_live(conn: &mut PgConnection, challenge: &str, state: State, now: Timestamp) -> Result<()> {
    query!(
        "update challenges set state = $2, live_at = $3 where challenge = $1",
        challenge,
        state.as_str(),
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn set_live(conn: &mut PgConnection, challenge: &str) -> Result<()> {
    query!("update challenges set state = 'live' where challenge = $1 and state = 'counting'", challenge)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn end(conn: &mut PgConnection, challenge: &str, now: Timestamp) -> Result<()> {
    query!(
        "update challenges set state = 'ended', ended_at = $2
         where challenge = $1 and state in ('counting', 'live')",
        challenge,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The oldest running challenge whose grace is over on a day.
pub async fn over(conn: &mut PgConnection, today: Date, grace: i32) -> Result<Option<String>> {
    let over = query_scalar!(
        "select challenge from challenges
         where state in ('counting', 'live') and until_day + $2::integer <= $1
         order by until_day, challenge limit 1",
        today.to_sqlx() as _,
        grace
    );
    Ok(over.fetch_optional(conn).await?)
}

/// How many members joined each challenge, and how many completed it.
pub async fn counts(conn: &mut PgConnection) -> Result<HashMap<String, (i64, i64)>> {
    let rows = query!(
        r#"select challenge,
             (select count(*) from challenge_enrolments e where e.challenge = c.challenge) as "joined!",
             (select count(distinct member_id) from challenge_completions d
                 where d.challenge = c.challenge and revoked_at is null) as "completed!"
           from challenges c"#
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    Ok(rows.map(|row| (row.challenge, (row.joined, row.completed))).collect())
}
