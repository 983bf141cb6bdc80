//! How programs of Postgres are started: with nothing of our environment (it may hold secrets), and never as
//! root.

use std::{ffi::OsStr, path::Path, process::Stdio};

use tokio::process::Command;

use super::told;
use crate::server::error::Result;

/// The user that Postgres runs as, when it is not the one who started Laurel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

/// What a program of Postgres may know of our environment: where programs and libraries are.
const PASSED_ON: [&str; 4] = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LOCALE_ARCHIVE"];

/// A command without our environment, in a folder that everybody may enter.
pub fn bare(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().current_dir("/").stdin(Stdio::null());
    for name in PASSED_ON {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("LC_ALL", "C").env("TZ", "UTC");
    command
}

/// The same, as the user that Postgres runs as.
pub fn as_account(program: &Path, account: Option<&Account>) -> Command {
    let mut command = bare(program);
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

/// Whether Postgres would refuse to run as the user that we are.
#[must_use]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The user that root's Postgres runs as: the owner of its data, else `postgres`, else `nobody`.
pub async fn account_for_root(owner_of_data: Option<u32>) -> Result<Account> {
    let wanted = match owner_of_data {
        Some(uid) => vec![uid.to_string()],
        None => vec!["postgres".to_owned(), "nobody".to_owned()],
    };
    for name in &wanted {
        if let Some(account) = account(name).await {
            return Ok(account);
        }
    }
    Err(told(format!(
        "Postgres can't run as root, and this machine has no user {}. Start Laurel as another user.",
        wanted.join(" or ")
    )))
}

async fn account(name: &str) -> Option<Account> {
    let uid = id(["-u", name]).await?.parse().ok().filter(|uid| *uid != 0)?;
    Some(Account { name: id(["-un", name]).await?, uid, gid: id(["-g", name]).await?.parse().ok()? })
}

/// The name of the user that we are; a container may run as a number without a name.
pub async fn own_name() -> Option<String> {
    id(["-un"]).await
}

/// What `id` says: the one way to ask for users that works on every system without unsafe code.
async fn id<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(arguments: I) -> Option<String> {
    let output = bare(Path::new("id")).args(arguments).output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
