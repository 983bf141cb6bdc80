//! The rows of imports and of what they could not take.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_scalar, types::Json};
use uuid::Uuid;

use super::{KEPT_REJECTS, NewImport};
use crate::domain::{
    ids::ImportId,
    import::{
        Mapping,
        progress::{Import, State, Tally},
        purchases::{Origin, Reject},
    },
};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// How far an import is.
pub struct Progress<'a> {
    pub tally: &'a Tally,
    pub bytes: u64,
}

const REASON_CHARS: usize = 300;
const ROW_CHARS: usize = 2_000;

struct Row {
    import_id: Uuid,
    file_name: String,
    source: String,
    mapping: Json<Mapping>,
    dry_run: bool,
    state: String,
    bytes_total: Option<i64>,
    bytes_read: i64,
    rows_read: i64,
    purchases_new: i64,
    purchases_known: i64,
    rows_rejected: i64,
    members_new: i64,
    points_earned: i64,
    amount: i64,
    failure: Option<String>,
    started_by: String,
    created_at: jiff_sqlx::Timestamp,
    started_at: Option<jiff_sqlx::Timestamp>,
    finished_at: Option<jiff_sqlx::Timestamp>,
}

impl From<Row> for Import {
    fn from(row: Row) -> Self {
        Self {
            import_id: ImportId(row.import_id),
            file_name: row.file_name,
            source: row.source,
            mapping: row.mapping.0,
            dry_run: row.dry_run,
            state: State::named(&row.state),
            bytes_total: row.bytes_total,
            bytes_read: row.bytes_read,
            tally: Tally {
                rows: row.rows_read,
                purchases_new: row.purchases_new,
                purchases_known: row.purchases_known,
                rows_rejected: row.rows_rejected,
                members_new: row.members_new,
                points: row.points_earned,
                amount: row.amount,
            },
            failure: row.failure,
            started_by: row.started_by,
            created_at: row.created_at.to_jiff(),
            started_at: row.started_at.map(jiff_sqlx::Timestamp::to_jiff),
            finished_at: row.finished_at.map(jiff_sqlx::Timestamp::to_jiff),
        }
    }
}

/// False: an import with this id is there already.
pub async fn insert(conn: &mut PgConnection, import: &NewImport<'_>, now: Timestamp) -> Result<bool> {
    let started_at = (import.state == State::Running).then(|| now.to_sqlx());
    let done = query!(
        "insert into imports (import_id, file_name, source, mapping, dry_run, state, bytes_total, started_by,
                              created_at, started_at)
         values ($1, left($2, 300), $3, $4, $5, $6, $7, left($8, 120), $9, $10)
         on conflict (import_id) do nothing",
        import.import_id.0,
        import.file_name,
        import.source.trim(),
        Json(import.mapping) as _,
        import.dry_run,
        import.state.name(),
        import.bytes_total,
        import.started_by,
        now.to_sqlx() as _,
        started_at as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn newest(conn: &mut PgConnection, most: i64) -> Result<Vec<Import>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select import_id, file_name, source, mapping as "mapping: Json<Mapping>", dry_run, state,
                  bytes_total, bytes_read, rows_read, purchases_new, purchases_known, rows_rejected,
                  members_new, points_earned, amount, failure, started_by, created_at, started_at, finished_at
           from imports order by created_at desc, import_id desc limit $1"#,
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Import::from).collect())
}

pub async fn find(conn: &mut PgConnection, import_id: ImportId) -> Result<Option<Import>> {
    let row = sqlx::query_as!(
        Row,
        r#"select import_id, file_name, source, mapping as "mapping: Json<Mapping>", dry_run, state,
                  bytes_total, bytes_read, rows_read, purchases_new, purchases_known, rows_rejected,
                  members_new, points_earned, amount, failure, started_by, created_at, started_at, finished_at
           from imports where import_id = $1"#,
        import_id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Import::from))
}

/// The size of an upload, once it is whole.
pub async fn set_size(conn: &mut PgConnection, import_id: ImportId, bytes: i64) -> Result<()> {
    query!("update imports set bytes_total = $2 where import_id = $1", import_id.0, bytes)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn delete_waiting(conn: &mut PgConnection, import_id: ImportId) -> Result<()> {
    query!("delete from imports where import_id = $1 and state = 'waiting'", import_id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps a mapping, as long as it may be changed.
pub async fn set_mapping(conn: &mut PgConnection, import_id: ImportId, mapping: &Mapping) -> Result<bool> {
    let done = query!(
        "update imports set mapping = $2
         where import_id = $1
           and (state in ('waiting', 'failed', 'cancelled') or state = 'done' and dry_run)",
        import_id.0,
        Json(mapping) as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts an upload into the queue, if it does not run and is not done but for a trial.
pub async fn queue(
    conn: &mut PgConnection,
    import_id: ImportId,
    mapping: &Mapping,
    dry_run: bool,
) -> Result<bool> {
    let done = query!(
        "update imports set state = 'queued', mapping = $2, dry_run = $3, failure = null, finished_at = null
         where import_id = $1
           and (state in ('waiting', 'failed', 'cancelled') or state = 'done' and dry_run)",
        import_id.0,
        Json(mapping) as _,
        dry_run,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the oldest queued import that is among `here`, and makes it begin from nothing.
pub async fn take_queued(conn: &mut PgConnection, now: Timestamp) -> Result<Option<Import>> {
    let row = sqlx::query_as!(
        Row,
        r#"update imports
           set state = 'running', started_at = $1, bytes_read = 0, rows_read = 0, purchases_new = 0,
               purchases_known = 0, rows_rejected = 0, members_new = 0, points_earned = 0, amount = 0
           where import_id = (select import_id from imports where state = 'queued'
                              order by created_at limit 1 for update skip locked)
           returning import_id, file_name, source, mapping as "mapping: Json<Mapping>", dry_run, state,
                     bytes_total, bytes_read, rows_read, purchases_new, purchases_known, rows_rejected,
                     members_new, points_earned, amount, failure, started_by, created_at, started_at,
                     finished_at"#,
        now.to_sqlx() as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Import::from))
}

pub async fn clear_rejects(conn: &mut PgConnection, import_id: ImportId) -> Result<()> {
    query!("delete from import_rejects where import_id = $1", import_id.0).execute(conn).await?;
    Ok(())
}

/// Keeps rejects, up to a number that a person may look through.
pub async fn insert_rejects(conn: &mut PgConnection, import_id: ImportId, rejects: &[Reject]) -> Result<()> {
    if rejects.is_empty() {
        return Ok(());
    }
    let line_nos: Vec<i64> =
        rejects.iter().map(|reject| i64::try_from(reject.origin.line).unwrap_or(i64::MAX)).collect();
    let reasons: Vec<String> = rejects.iter().map(|reject| storable(&reject.reason, REASON_CHARS)).collect();
    let texts: Vec<String> = rejects.iter().map(|reject| storable(&reject.origin.text, ROW_CHARS)).collect();
    query!(
        "insert into import_rejects (import_id, line_no, reason, row_text)
         select $1, line_no, reason, row_text
         from unnest($2::bigint[], $3::text[], $4::text[]) as given (line_no, reason, row_text)
         limit greatest(0, $5 - (select count(*) from import_rejects where import_id = $1))
         on conflict do nothing",
        import_id.0,
        &line_nos,
        &reasons,
        &texts,
        KEPT_REJECTS,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Text as the database can have it: without NUL, and not longer than its column.
fn storable(text: &str, chars: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(chars).collect()
}

pub async fn rejects(conn: &mut PgConnection, import_id: ImportId, most: i64) -> Result<Vec<Reject>> {
    let rows = query!(
        "select line_no, reason, row_text from import_rejects where import_id = $1 order by line_no limit $2",
        import_id.0,
        most,
    )
    .fetch_all(conn)
    .await?;
    let reject = |line_no: i64, reason: String, text: String| Reject {
        origin: Origin { line: line_no.unsigned_abs(), text },
        field: None,
        reason,
    };
    Ok(rows.into_iter().map(|row| reject(row.line_no, row.reason, row.row_text)).collect())
}

/// Writes how far it is. False: somebody has stopped the import.
pub async fn advance(conn: &mut PgConnection, import_id: ImportId, progress: &Progress<'_>) -> Result<bool> {
    let Progress { tally, bytes } = progress;
    let state = query_scalar!(
        "update imports
         set bytes_read = $2, rows_read = $3, purchases_new = $4, purchases_known = $5, rows_rejected = $6,
             members_new = $7, points_earned = $8, amount = $9
         where import_id = $1 returning state",
        import_id.0,
        i64::try_from(*bytes).unwrap_or(i64::MAX),
        tally.rows,
        tally.purchases_new,
        tally.purchases_known,
        tally.rows_rejected,
        tally.members_new,
        tally.points,
        tally.amount,
    )
    .fetch_optional(conn)
    .await?;
    Ok(state.as_deref() == Some(State::Running.name()))
}

pub async fn finish(
    conn: &mut PgConnection,
    import_id: ImportId,
    progress: &Progress<'_>,
    state: State,
    failure: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    query!(
        "update imports set state = $2, failure = left($3, 1000), finished_at = $4, bytes_read = $5
         where import_id = $1",
        import_id.0,
        state.name(),
        failure,
        now.to_sqlx() as _,
        i64::try_from(progress.bytes).unwrap_or(i64::MAX),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stops an import that has not ended.
pub async fn cancel(conn: &mut PgConnection, import_id: ImportId, now: Timestamp) -> Result<bool> {
    let done = query!(
        "update imports set state = 'cancelled', finished_at = $2
         where import_id = $1 and state in ('waiting', 'queued', 'running')",
        import_id.0,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Back into the queue, because this server stops: the next one goes on.
pub async fn requeue(conn: &mut PgConnection, import_id: ImportId) -> Result<()> {
    query!(
        "update imports set state = 'queued', failure = null, finished_at = null where import_id = $1",
        import_id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Says on this connection that the import runs. The lock ends with the connection, so a process that was
/// killed can't claim to be alive.
pub async fn hold(conn: &mut PgConnection, import_id: ImportId) -> Result<()> {
    query!("select pg_advisory_lock(hashtextextended('import ' || $1::text, 0))", import_id.0.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Says that the import runs no more: the database may notice a little later that the connection has ended.
pub async fn release(conn: &mut PgConnection, import_id: ImportId) -> Result<()> {
    let key = import_id.0.to_string();
    query_scalar!("select pg_advisory_unlock(hashtextextended('import ' || $1::text, 0))", key)
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// Marks the imports that nobody holds any more.
pub async fn fail_dead(conn: &mut PgConnection, failure: &str, now: Timestamp) -> Result<u64> {
    let done = query!(
        "update imports set state = 'failed', failure = $1, finished_at = $2
         where import_id in (select import_id from imports where state = 'running')
           and pg_try_advisory_xact_lock(hashtextextended('import ' || import_id::text, 0))",
        failure,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
