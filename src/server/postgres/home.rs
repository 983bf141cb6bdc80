//! Where Postgres lives: in the data directory, or, where root's Postgres may not enter that, in a folder
//! that it may.

use std::{
    fs::{self, DirBuilder},
    os::unix::fs::{DirBuilderExt, MetadataExt, chown},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use tracing::info;

use super::{
    launch::{self, Account},
    told,
};
use crate::server::error::Result;

/// The folder that holds the cluster, its log and its lock, and the user that Postgres runs as.
#[derive(Debug, Clone)]
pub struct Home {
    pub folder: PathBuf,
    /// Set when we are root.
    pub account: Option<Account>,
}

/// Folders of root's whose Postgres may not enter the data directory.
const ELSEWHERE: &str = "/var/lib/laurel";
/// Unix sockets have paths of at most 103 bytes on macOS and 107 on Linux.
const LONGEST_SOCKET: usize = 100;

/// Finds or makes the home of the data directory.
pub async fn find(data: &Path) -> Result<Home> {
    let folder = data_folder(data)?;
    let cluster = folder.join("postgres");
    // Resolves the link to a home elsewhere.
    let existing = fs::canonicalize(&cluster).ok();
    let folder = existing.as_deref().and_then(Path::parent).map_or(folder, Path::to_owned);
    if !launch::is_root() {
        return owned_by_us(folder, existing.as_deref());
    }
    let owner = existing.and_then(|cluster| fs::metadata(cluster).ok()).map(|data| data.uid());
    let account = launch::account_for_root(owner.filter(|uid| *uid != 0)).await?;
    let blocked = first_blocked(&folder, &account).await;
    let folder = match blocked {
        None => folder,
        Some(blocked) if owner.is_some() => return Err(unreachable(&account, &blocked)),
        Some(blocked) => move_elsewhere(&folder, &account, &blocked).await?,
    };
    Ok(Home { folder, account: Some(account) })
}

fn data_folder(data: &Path) -> Result<PathBuf> {
    // Root's Postgres has to pass through; for others the folder is nobody's business.
    let mode = if launch::is_root() { 0o711 } else { 0o700 };
    let created = DirBuilder::new().recursive(true).mode(mode).create(data);
    let folder = created.and_then(|()| fs::canonicalize(data));
    folder.map_err(|error| told(format!("LAUREL_DATA_DIR {} can't be used: {error}.", data.display())))
}

fn owned_by_us(folder: PathBuf, cluster: Option<&Path>) -> Result<Home> {
    let owner = cluster.and_then(|cluster| fs::metadata(cluster).ok()).map(|data| data.uid());
    if owner.is_some_and(|owner| owner != rustix::process::geteuid().as_raw()) {
        let message = format!(
            "The data in {} belong to another user. Start Laurel as that user, or as root if root made them.",
            folder.display()
        );
        return Err(told(message));
    }
    Ok(Home { folder, account: None })
}

/// The first folder on the way that `account` may not enter.
async fn first_blocked(folder: &Path, account: &Account) -> Option<PathBuf> {
    let mut way: Vec<&Path> = folder.ancestors().collect();
    way.reverse();
    for step in way {
        let mut enter = launch::as_account(Path::new("/bin/sh"), Some(account));
        enter.args(["-c", "cd -- \"$0\" 2>/dev/null"]).arg(step);
        if !enter.status().await.is_ok_and(|status| status.success()) {
            return Some(step.to_owned());
        }
    }
    None
}

/// Makes a home that `account` can reach; the data directory keeps a link to it.
async fn move_elsewhere(folder: &Path, account: &Account, blocked: &Path) -> Result<PathBuf> {
    let elsewhere = unused_home(folder);
    let made = DirBuilder::new().recursive(true).mode(0o711).create(&elsewhere);
    if made.is_err() || first_blocked(&elsewhere, account).await.is_some() {
        return Err(unreachable(account, blocked));
    }
    let link = folder.join("postgres");
    // A link that leads nowhere is what is left when somebody removed the home.
    if link.symlink_metadata().is_ok_and(|link| link.is_symlink()) {
        fs::remove_file(&link)?;
    }
    std::os::unix::fs::symlink(elsewhere.join("postgres"), &link)?;
    info!(
        "Postgres can't run as root and its user {} may not enter {}: its data are in {}, and {} leads there",
        account.name,
        blocked.display(),
        elsewhere.display(),
        link.display()
    );
    Ok(elsewhere)
}

/// Who removed the data directory began anew: what an earlier link led to is not taken up again.
fn unused_home(folder: &Path) -> PathBuf {
    let name = short_hash(folder);
    let mut candidates = (1..).map(|number| Path::new(ELSEWHERE).join(format!("{name}-{number}")));
    candidates.find(|home| !home.join("postgres").exists()).unwrap_or_default()
}

fn unreachable(account: &Account, blocked: &Path) -> crate::server::error::Error {
    told(format!(
        "Postgres can't run as root, and its user {} may not enter {}. Set LAUREL_DATA_DIR to a folder \
         that it can reach, such as /var/lib/laurel, or start Laurel as another user.",
        account.name,
        blocked.display()
    ))
}

impl Home {
    pub fn cluster(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    /// Makes a folder that only Postgres' user (and root) may enter.
    pub fn make_private(&self, folder: &Path) -> Result<()> {
        match DirBuilder::new().mode(0o700).create(folder) {
            Ok(()) => {
                if let Some(account) = &self.account {
                    chown(folder, Some(account.uid), Some(account.gid))?;
                }
                Ok(())
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => self.check_private(folder),
            Err(error) => Err(told(format!("{} can't be made: {error}.", folder.display()))),
        }
    }

    /// Somebody else's folder, or a link to one, would hand our socket to them.
    fn check_private(&self, folder: &Path) -> Result<()> {
        let owner = self.account.as_ref().map_or(rustix::process::geteuid().as_raw(), |account| account.uid);
        let found = fs::symlink_metadata(folder)?;
        if found.is_dir() && found.uid() == owner && found.mode().trailing_zeros() >= 6 {
            return Ok(());
        }
        Err(told(format!(
            "{} must be a folder that belongs to Postgres' user alone. Remove it and start again.",
            folder.display()
        )))
    }

    /// The folder of the socket: in the home, or under the temporary folder where that would make its path
    /// too long.
    pub fn socket_folder(&self) -> PathBuf {
        let near = self.folder.join("run");
        if near.as_os_str().len() + "/.s.PGSQL.5432.lock".len() <= LONGEST_SOCKET {
            return near;
        }
        // Root's temporary folder may be closed to Postgres' user.
        let temporary = if self.account.is_some() { PathBuf::from("/tmp") } else { std::env::temp_dir() };
        temporary.join(format!("laurel-{}", short_hash(&self.folder)))
    }
}

/// Twelve hexadecimal digits that stand for a path.
fn short_hash(path: &Path) -> String {
    use std::{fmt::Write, os::unix::ffi::OsStrExt};
    let hash = Sha256::digest(path.as_os_str().as_bytes());
    hash[..6].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
