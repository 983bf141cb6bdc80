//! Who may start and stop the Postgres of a data directory: one process, the owner. Commands that come while
//! it runs are visitors. Locks are the kernel's, so a process that is killed leaves none behind.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio_util::sync::CancellationToken;
use tracing::info;

use super::{home::Home, pidfile, told};
use crate::server::error::Result;

/// What a process may do with the Postgres of a data directory.
pub enum Access {
    Owner(Lock),
    Visitor { visit: Visit, socket: PathBuf },
}

/// Held by the owner.
pub struct Lock {
    #[expect(dead_code, reason = "the lock lives as long as the file is open")]
    file: File,
    visitors: File,
    /// The server does not wait for visitors when it is asked to stop.
    waits: bool,
}

/// Held by a visitor, shared with others.
pub struct Visit {
    #[expect(dead_code, reason = "the lock lives as long as the file is open")]
    file: File,
}

/// How long a visitor waits for an owner that is starting or stopping.
const PATIENCE: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(50);

/// Becomes the owner, or a visitor of the owner that there is. Two servers can't share a data directory.
pub async fn access(home: &Home, purpose: &'static str, stop: &CancellationToken) -> Result<Access> {
    let serves = purpose == "serve";
    let waited = tokio::time::Instant::now();
    loop {
        let visitors = open(&home.folder, "visitors.lock")?;
        // An owner that is about to stop holds this alone, so that nobody moves in while it takes the house
        // down.
        if visitors.try_lock_shared().is_ok() {
            let mut file = open(&home.folder, "laurel.lock")?;
            if file.try_lock().is_ok() {
                visitors.unlock()?;
                sign(&mut file, purpose)?;
                return Ok(Access::Owner(Lock { file, visitors, waits: !serves }));
            }
            if serves {
                return Err(in_use(&mut file, home));
            }
            if let Some(socket) = pidfile::ready_socket(&home.cluster()) {
                return Ok(Access::Visitor { visit: Visit { file: visitors }, socket });
            }
        }
        if stop.is_cancelled() {
            return Err(told("Stopped while waiting for the database."));
        }
        if waited.elapsed() > PATIENCE {
            return Err(in_use(&mut open(&home.folder, "laurel.lock")?, home));
        }
        tokio::time::sleep(POLL).await;
    }
}

fn open(folder: &Path, name: &str) -> Result<File> {
    let path = folder.join(name);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options.open(&path).map_err(|error| told(format!("{} can't be opened: {error}.", path.display())))
}

/// Leaves word of who holds the lock.
fn sign(file: &mut File, purpose: &str) -> Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "{} laurel {purpose}", std::process::id())?;
    Ok(())
}

fn in_use(file: &mut File, home: &Home) -> crate::server::error::Error {
    let mut holder = String::new();
    let _ = file.read_to_string(&mut holder);
    let (pid, command) = holder.split_once(' ').unwrap_or(("unknown", "laurel"));
    told(format!(
        "The data directory {} is in use by `{command}` (process {pid}). Stop that first, or choose another \
         LAUREL_DATA_DIR.",
        home.folder.display()
    ))
}

impl Lock {
    /// Waits until no command uses this Postgres any more, and keeps new ones out.
    pub async fn let_visitors_end(&mut self) {
        let mut told = false;
        while self.waits && self.visitors.try_lock().is_err() {
            if !told {
                info!("Waiting for another command that uses this Postgres");
                told = true;
            }
            tokio::time::sleep(POLL).await;
        }
    }
}
