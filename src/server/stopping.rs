//! How Laurel is asked to stop: Ctrl-C, SIGTERM from a supervisor, SIGHUP from a terminal that closes.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::error::Result;

/// A token that is cancelled by the first signal. A second Ctrl-C is for somebody who does not want to wait.
pub fn on_signal() -> Result<CancellationToken> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let stop = CancellationToken::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        let name = tokio::select! {
            _ = interrupt.recv() => "Ctrl-C",
            _ = terminate.recv() => "SIGTERM",
            _ = hang_up.recv() => "SIGHUP",
        };
        info!("{name}: Laurel stops");
        asked.cancel();
        interrupt.recv().await;
        warn!(
            "Still stopping: what runs is being finished. `kill -9` loses nothing, but slows the next start"
        );
    });
    Ok(stop)
}
