//! Imports: files of purchases from elsewhere, through the one write path. The command line and the staff
//! page use the same engine; importing a file again changes nothing, because its documents have the same
//! ids.

pub mod engine;
pub mod input;
pub mod jobs;
mod reading;
pub mod report;
mod store;
pub mod uploads;

#[cfg(test)]
mod tests;

use super::{
    audit::{self, Change},
    context::Context,
    error::{Error, Result},
    identity::Staff,
    program,
};
use crate::domain::{
    ids::ImportId,
    import::{
        Mapping,
        progress::{Import, State},
        purchases::Reject,
        sample::Sample,
        table::Record,
    },
    refusal::Code,
    text::said,
};
use input::Input;

/// The most rejects that the database keeps of one import; all are counted.
pub const KEPT_REJECTS: i64 = 10_000;
/// The rows that the mapping page shows and the guess looks at.
const SAMPLE_ROWS: usize = 50;
const LISTED: i64 = 100;

/// What an import begins with.
#[derive(Debug, Clone)]
pub struct NewImport<'a> {
    pub import_id: ImportId,
    pub file_name: &'a str,
    pub source: &'a str,
    pub mapping: &'a Mapping,
    pub dry_run: bool,
    pub state: State,
    pub bytes_total: Option<i64>,
    pub started_by: &'a str,
}

/// Makes the row that an import reports to. False: it is there already.
///
/// Refused: a source without a name.
pub async fn create(ctx: &Context, import: &NewImport<'_>) -> Result<bool> {
    if said(import.source, 60).is_none() || import.source.trim().len() > 60 {
        let message = "Name the source in 1 to 60 characters, such as the till or the shop";
        return Err(Error::field("source", message));
    }
    let mut conn = ctx.pool.acquire().await?;
    Ok(store::insert(&mut conn, import, ctx.clock.now()).await?)
}

/// The newest imports.
pub async fn list(ctx: &Context, _by: &Staff) -> Result<Vec<Import>> {
    let mut conn = ctx.pool.acquire().await?;
    Ok(store::newest(&mut conn, LISTED).await?)
}

/// One import. Refused: one that is not there.
pub async fn find(ctx: &Context, _by: &Staff, import_id: ImportId) -> Result<Import> {
    let mut conn = ctx.pool.acquire().await?;
    store::find(&mut conn, import_id).await?.ok_or_else(|| Error::not_found("This import"))
}

/// The first rejects of an import, in the order of the file.
pub async fn rejects(ctx: &Context, _by: &Staff, import_id: ImportId, most: i64) -> Result<Vec<Reject>> {
    let mut conn = ctx.pool.acquire().await?;
    Ok(store::rejects(&mut conn, import_id, most).await?)
}

/// The first rows of an upload, what its columns seem to mean, and how the rows read with `mapping`.
///
/// Refused: a file that is no table; one that is gone.
pub async fn sample(ctx: &Context, import_id: ImportId, mapping: &Mapping) -> Result<Sample> {
    let path = uploads::path(ctx, import_id);
    if !uploads::is_here(ctx, import_id) {
        return Err(Error::refused(Code::NotFound, "The file is no longer here. Upload it again."));
    }
    let program = program::show(ctx).await?;
    let table = tokio::task::spawn_blocking(move || input::open(&Input::File(path))).await??;
    let records: Vec<Record> = table.records.take(SAMPLE_ROWS).collect();
    Ok(Sample::of(table.header, records, mapping, &program))
}

/// Keeps how the columns are to be read, so that the page can show the rows so.
///
/// Refused: an import that runs or is done.
pub async fn map(ctx: &Context, _by: &Staff, import_id: ImportId, mapping: &Mapping) -> Result<()> {
    let mut conn = ctx.pool.acquire().await?;
    if store::set_mapping(&mut conn, import_id, mapping).await? { Ok(()) } else { Err(too_late()) }
}

/// Starts an upload, or the trial of it; the server's background task takes it from here.
///
/// Refused: a mapping that does not fit the file; an import that runs or is done; a file that is gone.
pub async fn start(
    ctx: &Context,
    by: &Staff,
    import_id: ImportId,
    mapping: &Mapping,
    dry_run: bool,
) -> Result<()> {
    mapping.resolve(&sample(ctx, import_id, mapping).await?.header)?;
    let mut tx = ctx.pool.begin().await?;
    if !store::queue(&mut tx, import_id, mapping, dry_run).await? {
        return Err(too_late());
    }
    let change = Change {
        action: if dry_run { "import.try" } else { "import.start" },
        subject: format!("import {import_id}"),
        new: Some(serde_json::to_value(mapping)?),
        ..Change::default()
    };
    audit::record(&mut tx, by, ctx.clock.now(), change).await?;
    tx.commit().await?;
    Ok(())
}

/// Stops an import after the batch that is being recorded. What landed stays.
///
/// Refused: one that is over.
pub async fn cancel(ctx: &Context, by: &Staff, import_id: ImportId) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    if !store::cancel(&mut tx, import_id, ctx.clock.now()).await? {
        return Err(Error::refused(Code::Stale, "This import is over already."));
    }
    let subject = format!("import {import_id}");
    let change = Change { action: "import.stop", subject, ..Change::default() };
    audit::record(&mut tx, by, ctx.clock.now(), change).await?;
    tx.commit().await?;
    Ok(())
}

fn too_late() -> Error {
    Error::refused(Code::Stale, "This import was started already. Its progress is on its page.")
}
