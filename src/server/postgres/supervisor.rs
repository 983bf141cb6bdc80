//! Keeps Postgres up: starts it, starts it again when it ends unasked, and stops it in the end.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::Child,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{cluster::Cluster, launch, log::Log, pidfile, told};
use crate::server::error::Result;

const POLL: Duration = Duration::from_millis(20);
/// After a crash Postgres replays its journal first; that can take this long and more on a slow disk.
const LONGEST_START: Duration = Duration::from_mins(5);
/// Children of a Postgres that was killed need a moment to notice.
const AFTERMATH: Duration = Duration::from_secs(10);
const LOG_CHECK: Duration = Duration::from_mins(1);
const LAST_RETRY: Duration = Duration::from_secs(30);

/// A running Postgres and the task that looks after it.
pub struct Supervisor {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Supervisor {
    /// Starts Postgres and waits until it accepts connections.
    pub async fn start(cluster: Cluster, stop: &CancellationToken) -> Result<Self> {
        pidfile::clear(&cluster.data).await?;
        let log = Log::in_folder(&cluster.home.folder);
        let keeper = Keeper { cluster, log };
        let child = keeper.start_patiently(stop).await?;
        let stop = CancellationToken::new();
        let task = tokio::spawn(keeper.keep(child, stop.clone()));
        Ok(Self { stop, task })
    }

    /// Stops Postgres and waits until it has ended.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            error!("Postgres was left running: {error}");
        }
    }
}

struct Keeper {
    cluster: Cluster,
    log: Log,
}

impl Keeper {
    async fn keep(self, mut child: Child, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => {
                    shut_down(child).await;
                    // Made anew at each start; under the temporary folder it would be litter.
                    let _ = std::fs::remove_dir(&self.cluster.socket);
                    return;
                }
                ended = child.wait() => {
                    let how = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
                    error!("Postgres ended unasked ({how}); starting it again");
                    let Some(again) = self.restart(&stop).await else { return };
                    info!("Postgres is up again");
                    child = again;
                }
                () = sleep(LOG_CHECK) => {
                    if let Err(error) = self.log.keep_short() {
                        warn!("The log of Postgres can't be kept short: {error}");
                    }
                }
            }
        }
    }

    /// Tries for as long as it takes; none when it was asked to stop meanwhile.
    async fn restart(&self, stop: &CancellationToken) -> Option<Child> {
        let mut pause = Duration::from_millis(500);
        while !stop.is_cancelled() {
            match self.start_patiently(stop).await {
                Ok(child) => return Some(child),
                Err(error) => error!("Postgres does not start: {error}"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = sleep(pause) => pause = (pause * 2).min(LAST_RETRY),
            }
        }
        None
    }

    async fn start_patiently(&self, stop: &CancellationToken) -> Result<Child> {
        let since = Instant::now();
        loop {
            let position = self.log.length();
            let error = match self.start_once(stop).await {
                Ok(child) => return Ok(child),
                Err(error) => error,
            };
            let shared_memory = self.log.tail_from(position).contains("shared memory block");
            if !shared_memory || since.elapsed() > AFTERMATH {
                return Err(error);
            }
            sleep(POLL * 10).await;
        }
    }

    async fn start_once(&self, stop: &CancellationToken) -> Result<Child> {
        let position = self.log.length();
        let mut child = self.spawn()?;
        let since = Instant::now();
        let mut told_slow = false;
        loop {
            if child.try_wait()?.is_some() {
                return Err(self.did_not_start(position));
            }
            if child.id().is_some_and(|process| pidfile::is_ready(&self.cluster.data, process)) {
                return Ok(child);
            }
            if stop.is_cancelled() || since.elapsed() > LONGEST_START {
                shut_down(child).await;
                return Err(told("Stopped before Postgres was up."));
            }
            if !told_slow && since.elapsed() > Duration::from_secs(5) {
                told_slow = true;
                info!("Postgres is still starting: after a crash it replays its journal first");
            }
            sleep(POLL).await;
        }
    }

    /// In a process group of its own, so that a Ctrl-C in the terminal reaches it through us, after all that
    /// uses it.
    fn spawn(&self) -> Result<Child> {
        let cluster = &self.cluster;
        let log = self.log.open()?;
        let mut command =
            launch::as_account(&cluster.binaries.folder.join("postgres"), cluster.home.account.as_ref());
        command.arg("-D").arg(&cluster.data);
        command.arg("-c").arg(format!("config_file={}", cluster.settings_file().display()));
        command.stdout(log.try_clone()?).stderr(log).process_group(0);
        command.spawn().map_err(|error| told(format!("Postgres can't be started: {error}.")))
    }

    fn did_not_start(&self, position: u64) -> crate::server::error::Error {
        let why = self.log.tail_from(position);
        told(format!("Postgres did not start. Its log, {}, says:\n{why}", self.log.path().display()))
    }
}

/// Fast shutdown, then ever less polite; the journal makes each of them safe.
async fn shut_down(mut child: Child) {
    let pid = child.id().and_then(|process| Pid::from_raw(process.cast_signed()));
    let Some(pid) = pid else { return };
    for (signal, patience) in [(Signal::INT, 60), (Signal::QUIT, 10), (Signal::KILL, 5)] {
        let _ = kill_process(pid, signal);
        if timeout(Duration::from_secs(patience), child.wait()).await.is_ok() {
            return;
        }
        warn!("Postgres does not stop; trying harder");
    }
}
