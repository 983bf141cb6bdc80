//! Forgetting what has expired: sessions, links and counts of attempts.

use super::{limits, links, sessions};
use crate::server::{context::Context, error::Result, jobs::Pace};

/// Deletes what has expired; none of it had an effect any more.
pub async fn clean(ctx: Context) -> Result<Pace> {
    let sessions = sessions::delete_expired(&ctx).await?;
    let links = links::delete_expired(&ctx).await?;
    let limits = limits::delete_expired(&ctx).await?;
    tracing::debug!(sessions, links, limits, "Forgot what had expired");
    Ok(Pace::Rest)
}
