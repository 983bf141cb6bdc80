//! Replays that staff ask for: run in the background, followed on the draft's page, and their report kept
//! until the draft is gone.

mod store;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use uuid::Uuid;

use super::replay;
use crate::{
    domain::replay::Report,
    server::{
        context::Context,
        error::{Error, Result},
        identity::Staff,
        jobs::Pace,
        rules::drafts,
    },
};

/// How often a run tells how far it is.
const TELL_EVERY: std::time::Duration = std::time::Duration::from_millis(500);
/// A run that was silent for so long has died with its server.
const SILENCE: SignedDuration = SignedDuration::from_secs(30);

/// How far a replay is, or what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub asked_at: Timestamp,
    pub members_done: i64,
    pub members_total: i64,
    pub finished_at: Option<Timestamp>,
    pub report: Option<Report>,
    pub failure: Option<String>,
}

/// Asks for a replay of a draft; what an earlier one told is forgotten. One that is under way goes on.
/// Refused: `not_found`.
pub async fn ask(ctx: &Context, by: &Staff, draft: Uuid) -> Result<()> {
    drafts::find(ctx, by, draft).await?;
    store::ask(&mut *ctx.pool.acquire().await?, draft, ctx.clock.now()).await
}

/// The replay of a draft, if one was asked for.
pub async fn follow(ctx: &Context, _by: &Staff, draft: Uuid) -> Result<Option<Run>> {
    store::find(&mut *ctx.pool.acquire().await?, draft).await
}

/// Runs the next replay that was asked for.
pub async fn step(ctx: Context) -> Result<Pace> {
    let now = ctx.clock.now();
    let next = store::take(&mut *ctx.pool.acquire().await?, now, now - SILENCE).await?;
    let Some((id, draft)) = next else { return Ok(Pace::Rest) };
    let (tell, told) = watch::channel((0_u64, 0_u64));
    let telling = tokio::spawn(keep_telling(ctx.clone(), id, told));
    let outcome = replay(&ctx, &draft, &mut |done, total| {
        let _ = tell.send((done, total));
    })
    .await;
    // Ends the teller, which says the last of it.
    drop(tell);
    telling.await?;
    let (report, failure) = match outcome {
        Ok(report) => (Some(serde_json::to_value(&report)?), None),
        Err(Error::Refused(refusal)) => (None, Some(refusal.in_full())),
        Err(broken) => {
            let reference = broken.log();
            (None, Some(format!("It broke on our side; ask us about reference {reference}")))
        }
    };
    let mut conn = ctx.pool.acquire().await?;
    store::finish(&mut conn, id, ctx.clock.now(), report, failure.as_deref()).await?;
    Ok(Pace::More)
}

async fn keep_telling(ctx: Context, id: Uuid, mut told: watch::Receiver<(u64, u64)>) {
    loop {
        let ended =
            tokio::time::timeout(TELL_EVERY, told.changed()).await.is_ok_and(|changed| changed.is_err());
        let (done, total) = *told.borrow_and_update();
        if let Ok(mut conn) = ctx.pool.acquire().await {
            // Who follows sees a little less; the run itself goes on.
            let _ = store::tell(&mut conn, id, ctx.clock.now(), (done, total)).await;
        }
        if ended {
            return;
        }
        tokio::time::sleep(TELL_EVERY).await;
    }
}
