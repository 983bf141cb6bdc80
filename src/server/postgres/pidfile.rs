//! What `postmaster.pid` says about a Postgres that may be running: its lines are pid, data directory, start
//! time, port, socket folder, address, shared memory key and status.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tracing::{info, warn};

use super::told;
use crate::server::error::Result;

const READY: &str = "ready";
const POLL: Duration = Duration::from_millis(50);

/// The socket folder of the Postgres of `cluster`, if it accepts connections.
pub fn ready_socket(cluster: &Path) -> Option<PathBuf> {
    let text = read(cluster)?;
    let lines: Vec<&str> = text.lines().collect();
    let ready = lines.get(7).is_some_and(|status| status.trim() == READY);
    (ready && is_ours(pid_in(&text)?, cluster)).then(|| PathBuf::from(lines[4]))
}

/// Whether the Postgres with this process id accepts connections.
pub fn is_ready(cluster: &Path, process: u32) -> bool {
    let Some(text) = read(cluster) else { return false };
    let ready = text.lines().nth(7).is_some_and(|status| status.trim() == READY);
    ready && text.lines().next().is_some_and(|pid| pid.trim() == process.to_string())
}

/// Ends what an earlier run left behind, so that a new Postgres can start: one that still runs because its
/// Laurel was killed, or a pid file whose number now belongs to another program.
pub async fn clear(cluster: &Path) -> Result<()> {
    let Some(pid) = read(cluster).as_deref().and_then(pid_in) else { return Ok(()) };
    if is_ours(pid, cluster) {
        info!("Stopping the Postgres of an earlier run (process {})", pid.as_raw_nonzero());
        return end(pid, cluster).await;
    }
    // Where the number belongs to nobody, Postgres itself sees that and makes sure that none of its children
    // live.
    if is_alive(pid) {
        warn!("Removing a stale pid file: process {} is another program", pid.as_raw_nonzero());
        fs::remove_file(file(cluster))?;
    }
    Ok(())
}

async fn end(pid: Pid, cluster: &Path) -> Result<()> {
    // Fast shutdown, then immediate: the journal is replayed at the next start, so neither loses anything.
    for (signal, patience) in [(Signal::INT, 60), (Signal::QUIT, 10), (Signal::KILL, 5)] {
        let _ = kill_process(pid, signal);
        let until = tokio::time::Instant::now() + Duration::from_secs(patience);
        while tokio::time::Instant::now() < until {
            if !is_ours(pid, cluster) {
                return Ok(());
            }
            tokio::time::sleep(POLL).await;
        }
    }
    Err(told(format!("The Postgres of an earlier run (process {}) can't be stopped.", pid.as_raw_nonzero())))
}

/// Whether this process is a Postgres that works on `cluster`: numbers are used again for other programs.
fn is_ours(pid: Pid, cluster: &Path) -> bool {
    if !is_alive(pid) {
        return false;
    }
    let process = PathBuf::from(format!("/proc/{}", pid.as_raw_nonzero()));
    if !Path::new("/proc/self").exists() {
        return command_of(pid).is_some_and(|command| command.contains("postgres"));
    }
    // Postgres works inside its data directory. A process that ended but was not yet waited for has no
    // folder.
    fs::read_link(process.join("cwd")).is_ok_and(|folder| folder == cluster)
}

fn is_alive(pid: Pid) -> bool {
    !matches!(test_kill_process(pid), Err(rustix::io::Errno::SRCH))
}

/// Where there is no /proc (macOS).
fn command_of(pid: Pid) -> Option<String> {
    let number = pid.as_raw_nonzero().to_string();
    let output = std::process::Command::new("ps").args(["-o", "command=", "-p", &number]).output().ok()?;
    String::from_utf8(output.stdout).ok()
}

fn file(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

fn read(cluster: &Path) -> Option<String> {
    match fs::read_to_string(file(cluster)) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            warn!("{} can't be read: {error}", file(cluster).display());
            None
        }
    }
}

/// A single-user Postgres writes its number negative.
fn pid_in(text: &str) -> Option<Pid> {
    let number: i32 = text.lines().next()?.trim().parse().ok()?;
    Pid::from_raw(number.checked_abs()?)
}
