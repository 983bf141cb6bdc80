//! One listener a server: hears of whom the dispatcher has news, and wakes their pages.

use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};
use uuid::Uuid;

use crate::{
    domain::ids::MemberId,
    server::{context::Context, error::Result},
};

pub(super) const CHANNEL: &str = "laurel_moments";
/// How long to wait before listening again when the database is away.
const PAUSE: Duration = Duration::from_secs(1);

/// Listens until the server stops, then lets the open pages go.
pub async fn listen(ctx: Context, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            heard = hear(&ctx) => {
                if let Err(error) = heard {
                    warn!("Open pages hear of no news until the database answers again: {error}");
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
    ctx.watchers.close();
    debug!("Open pages are let go");
}

async fn hear(ctx: &Context) -> Result<()> {
    let mut listener = PgListener::connect_with(&ctx.pool).await?;
    listener.listen(CHANNEL).await?;
    // What happened while nobody listened.
    ctx.watchers.wake_all();
    loop {
        match listener.try_recv().await? {
            Some(news) => ctx.watchers.wake(members(news.payload())),
            None => ctx.watchers.wake_all(),
        }
    }
}

fn members(payload: &str) -> impl Iterator<Item = MemberId> {
    payload.split(' ').filter_map(|id| Uuid::parse_str(id).ok().map(MemberId))
}
