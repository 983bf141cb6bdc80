//! Where uploaded files lie until they are imported: in the data directory, named by their import.

#[cfg(test)]
mod tests;

use std::{path::PathBuf, time::Duration};

use tokio::{fs, io::AsyncWriteExt};

use super::{NewImport, create as create_import, sample, store};
use crate::{
    domain::{
        ids::ImportId,
        import::{Mapping, progress::State},
    },
    server::{
        context::Context,
        error::{Error, Result},
        identity::Staff,
    },
};

/// The largest upload. Larger files go through the command line, which has no limit.
pub const MAX_BYTES: usize = 512 * 1024 * 1024;
/// Uploads that nobody has started or finished are dropped after a week.
const KEPT: Duration = Duration::from_hours(7 * 24);

#[must_use]
pub fn path(ctx: &Context, import_id: ImportId) -> PathBuf {
    folder(ctx).join(format!("{}.upload", import_id.0.simple()))
}

fn folder(ctx: &Context) -> PathBuf {
    ctx.config.data_dir.join("imports")
}

/// A new file for an upload.
pub async fn create(ctx: &Context, import_id: ImportId) -> Result<fs::File> {
    fs::create_dir_all(folder(ctx)).await?;
    let mut options = fs::OpenOptions::new();
    // What customers bought is nobody else's business on this machine.
    Ok(options.write(true).create_new(true).mode(0o600).open(path(ctx, import_id)).await?)
}

/// Takes an upload away; one that is gone is fine.
pub async fn remove(ctx: &Context, import_id: ImportId) {
    let _ = fs::remove_file(path(ctx, import_id)).await;
}

/// Drops uploads that are too old to be wanted.
pub async fn drop_old(ctx: &Context) -> Result<()> {
    let Ok(mut entries) = fs::read_dir(folder(ctx)).await else { return Ok(()) };
    while let Some(entry) = entries.next_entry().await? {
        let age = entry.metadata().await?.modified()?.elapsed().unwrap_or_default();
        if age > KEPT {
            let _ = fs::remove_file(entry.path()).await;
        }
    }
    Ok(())
}

/// A file while it comes in.
#[derive(Debug)]
pub struct Upload {
    import_id: ImportId,
    file: fs::File,
    bytes: usize,
}

impl Upload {
    /// `None`: the same form came a second time, and its file is here.
    ///
    /// Refused: a source without a name.
    pub async fn begin(
        ctx: &Context,
        by: &Staff,
        import_id: ImportId,
        file_name: &str,
        source: &str,
    ) -> Result<Option<Self>> {
        let import = NewImport {
            import_id,
            file_name,
            source,
            mapping: &Mapping::default(),
            dry_run: true,
            state: State::Waiting,
            bytes_total: None,
            started_by: &by.name,
        };
        if !create_import(ctx, &import).await? {
            return Ok(None);
        }
        let file = create(ctx, import_id).await?;
        Ok(Some(Self { import_id, file, bytes: 0 }))
    }

    /// Refused: more than an upload may have.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.bytes += chunk.len();
        if self.bytes > MAX_BYTES {
            return Err(too_large());
        }
        Ok(self.file.write_all(chunk).await?)
    }

    /// Looks at the whole file and keeps a guess of what its columns mean.
    ///
    /// Refused: a file that is no table.
    pub async fn finish(mut self, ctx: &Context) -> Result<()> {
        self.file.shutdown().await?;
        let sample = sample(ctx, self.import_id, &Mapping::default()).await?;
        let mut conn = ctx.pool.acquire().await?;
        store::set_size(&mut conn, self.import_id, i64::try_from(self.bytes).unwrap_or(i64::MAX)).await?;
        store::set_mapping(&mut conn, self.import_id, &sample.guess).await?;
        Ok(())
    }
}

/// Forgets an upload that was refused.
pub async fn forget(ctx: &Context, import_id: ImportId) -> Result<()> {
    remove(ctx, import_id).await;
    let mut conn = ctx.pool.acquire().await?;
    Ok(store::delete_waiting(&mut conn, import_id).await?)
}

/// Whether the file of an import is still here.
#[must_use]
pub fn is_here(ctx: &Context, import_id: ImportId) -> bool {
    path(ctx, import_id).exists()
}

pub fn too_large() -> Error {
    let message = "The file is larger than 512 MB. Import it on the server with `laurel import \
     purchases`, which has no limit";
    Error::field("file", message)
}
