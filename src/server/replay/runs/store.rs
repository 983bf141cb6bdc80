//! The statements of replays that staff ask for.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::Run;
use crate::{
    domain::replay::{Draft, Report},
    server::error::Result,
};

pub async fn ask(conn: &mut PgConnection, draft: Uuid, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "insert into rule_replays as r (rule_draft_id, asked_at) values ($1, $2)
         on conflict (rule_draft_id) do update set asked_at = excluded.asked_at, alive_at = null,
             members_done = 0, members_total = 0, finished_at = null, report = null, failure = null
         where r.finished_at is not null",
        draft,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn find(conn: &mut PgConnection, draft: Uuid) -> Result<Option<Run>> {
    let row = sqlx::query!(
        r#"select asked_at, members_done, members_total, finished_at,
             report as "report: Json<Report>", failure from rule_replays where rule_draft_id = $1"#,
        draft
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Run {
        asked_at: row.asked_at.to_jiff(),
        members_done: row.members_done,
        members_total: row.members_total,
        finished_at: row.finished_at.map(jiff_sqlx::Timestamp::to_jiff),
        report: row.report.map(|report| report.0),
        failure: row.failure,
    }))
}

/// The one that has waited longest, or whose server has died.
pub async fn take(
    conn: &mut PgConnection,
    now: Timestamp,
    silent_since: Timestamp,
) -> Result<Option<(Uuid, Draft)>> {
    let row = sqlx::query!(
        r#"update rule_replays r set alive_at = $1, members_done = 0 from rule_drafts d
           where r.rule_draft_id = d.rule_draft_id and r.rule_draft_id = (
               select rule_draft_id from rule_replays
               where finished_at is null and (alive_at is null or alive_at < $2)
               order by asked_at limit 1 for update skip locked
           )
           returning r.rule_draft_id, d.draft as "draft: Json<Draft>""#,
        now.to_sqlx() as _,
        silent_since.to_sqlx() as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.rule_draft_id, row.draft.0)))
}

pub async fn tell(
    conn: &mut PgConnection,
    draft: Uuid,
    now: Timestamp,
    (done, total): (u64, u64),
) -> Result<()> {
    sqlx::query!(
        "update rule_replays set alive_at = $2, members_done = $3, members_total = $4
         where rule_draft_id = $1 and finished_at is null",
        draft,
        now.to_sqlx() as _,
        i64::try_from(done).unwrap_or(i64::MAX),
        i64::try_from(total).unwrap_or(i64::MAX)
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn finish(
    conn: &mut PgConnection,
    draft: Uuid,
    now: Timestamp,
    report: Option<serde_json::Value>,
    failure: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        "update rule_replays set finished_at = $2, report = $3, failure = left($4, 1000)
         where rule_draft_id = $1",
        draft,
        now.to_sqlx() as _,
        report,
        failure
    )
    .execute(conn)
    .await?;
    Ok(())
}
