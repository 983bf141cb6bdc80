//! The statements of moments.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::Kept;
use crate::domain::{
    badge::Level,
    ids::MemberId,
    moment::{Moment, MomentKind},
};

type Result<T> = std::result::Result<T, sqlx::Error>;

pub async fn insert(conn: &mut PgConnection, moments: &[(MemberId, Uuid, Moment)]) -> Result<()> {
    let members: Vec<Uuid> = moments.iter().map(|(member, ..)| member.0).collect();
    let ids: Vec<Uuid> = moments.iter().map(|(_, id, _)| *id).collect();
    let of = |read: fn(&Moment) -> &str| moments.iter().map(|(.., moment)| read(moment)).collect::<Vec<_>>();
    let times: Vec<_> = moments.iter().map(|(.., moment)| moment.happened_at.to_sqlx()).collect();
    // What is quiet needs no telling.
    let told: Vec<_> = moments
        .iter()
        .map(|(.., moment)| moment.kind.is_quiet().then(|| moment.happened_at.to_sqlx()))
        .collect();
    query!(
        "insert into moments (member_id, moment_id, kind, heading, words, glyph, metal, happened_at, told_at)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
             $7::text[], $8::timestamptz[], $9::timestamptz[])",
        &members,
        &ids,
        &of(|moment| moment.kind.as_str()) as &[&str],
        &of(|moment| &moment.heading) as &[&str],
        &of(|moment| &moment.words) as &[&str],
        &of(|moment| &moment.glyph) as &[&str],
        &of(|moment| moment.metal.as_str()) as &[&str],
        &times as _,
        &told as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Tells every server that listens, when this transaction commits.
pub async fn notify(conn: &mut PgConnection, channel: &str, payload: &str) -> Result<()> {
    query!("select pg_notify($1, $2)", channel, payload).execute(conn).await?;
    Ok(())
}

/// A row of the table.
struct Row {
    moment_id: Uuid,
    kind: String,
    heading: String,
    words: String,
    glyph: String,
    metal: String,
    happened_at: jiff_sqlx::Timestamp,
    read_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn kept(self) -> Result<Kept> {
        let strange = || sqlx::Error::Decode("a moment that is none".into());
        let moment = Moment {
            kind: MomentKind::parse(&self.kind).ok_or_else(strange)?,
            heading: self.heading,
            words: self.words,
            glyph: self.glyph,
            metal: Level::parse(&self.metal).ok_or_else(strange)?,
            happened_at: self.happened_at.to_jiff(),
        };
        Ok(Kept { moment_id: self.moment_id, moment, is_new: self.read_at.is_none() })
    }
}

pub async fn take_untold(conn: &mut PgConnection, member: MemberId, now: Timestamp) -> Result<Vec<Kept>> {
    let rows = sqlx::query_as!(
        Row,
        r#"update moments set told_at = $2 where member_id = $1 and told_at is null
           returning moment_id, kind, heading, words, glyph, metal, happened_at as "happened_at: _",
             read_at as "read_at: _""#,
        member.0,
        now.to_sqlx() as _
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::kept).collect()
}

pub async fn unread(conn: &mut PgConnection, member: MemberId) -> Result<i64> {
    query_scalar!(
        r#"select count(*) as "count!" from moments where member_id = $1 and read_at is null"#,
        member.0
    )
    .fetch_one(conn)
    .await
}

pub async fn newest(
    conn: &mut PgConnection,
    member: MemberId,
    before: Option<Uuid>,
    most: i64,
) -> Result<Vec<Kept>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select moment_id, kind, heading, words, glyph, metal, happened_at as "happened_at: _",
             read_at as "read_at: _"
           from moments where member_id = $1 and ($2::uuid is null or moment_id < $2)
           order by moment_id desc limit $3"#,
        member.0,
        before,
        most
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::kept).collect()
}

/// Both told and read: who has read it in the inbox needs no sheet any more.
pub async fn mark_read(
    conn: &mut PgConnection,
    member: MemberId,
    shown: &[Uuid],
    now: Timestamp,
) -> Result<()> {
    query!(
        "update moments set read_at = $3, told_at = coalesce(told_at, $3)
         where member_id = $1 and moment_id = any($2)",
        member.0,
        shown,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
