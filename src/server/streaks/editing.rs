//! The streak as staff edit it: what it would mean is shown first, then a new version is made. Versions stay,
//! so what a milestone was given for can always be looked up.

use jiff::Timestamp;
use serde_json::json;
use sqlx::PgConnection;

use super::{by_terms, store};
use crate::{
    domain::{
        refusal::Code,
        streak::{StreakPolicy, StreakTerms},
    },
    server::{
        audit,
        context::Context,
        db,
        error::{Error, Result},
        identity::Staff,
    },
};

/// How many members a step of the preview reads.
const CHUNK: i64 = 2_000;

/// What other terms would mean for the runs of today.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Preview {
    /// Members with a run now, and by the other terms.
    pub now: i64,
    pub then: i64,
    /// With a run now, and none by the other terms.
    pub ended: i64,
}

/// The version that counts.
pub async fn current(ctx: &Context, _by: &Staff) -> Result<StreakPolicy> {
    store::policy(&mut *ctx.pool.acquire().await?).await
}

/// Who would have a run by other terms. Nothing is written. Kinds that are not counted yet are not seen.
pub async fn preview(ctx: &Context, _by: &Staff, terms: &StreakTerms) -> Result<Preview> {
    let mut tx = db::snapshot(&ctx.pool).await?;
    let (now, before) = (ctx.clock.now(), store::policy(&mut tx).await?.terms);
    let mut preview = Preview::default();
    let mut last = None;
    loop {
        let was = by_terms(&mut tx, &before, (last, CHUNK), now).await?;
        let will = by_terms(&mut tx, terms, (last, CHUNK), now).await?;
        let Some((newest, _)) = was.last() else { break };
        last = Some(*newest);
        for ((_, was), (_, will)) in was.iter().zip(&will) {
            preview.now += i64::from(was.current > 0);
            preview.then += i64::from(will.current > 0);
            preview.ended += i64::from(was.current > 0 && will.current == 0);
        }
    }
    Ok(preview)
}

/// Makes terms what streaks are counted by. Refused: `stale` when somebody else was quicker.
pub async fn publish(ctx: &Context, by: &Staff, terms: &StreakTerms, version: i32) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    let before = store::lock_policy(&mut tx).await?;
    if before.version != version {
        return Err(Error::refused(
            Code::Stale,
            "Somebody changed the streak meanwhile. Open the page again",
        ));
    }
    if before.terms == *terms {
        return Ok(());
    }
    let since = ctx.clock.now();
    let policy = StreakPolicy { version: version + 1, terms: terms.clone(), since };
    // The dates of the same kinds are the same ones.
    let is_filled = before.terms.kinds == terms.kinds && !store::is_to_fill(&mut tx).await?;
    store::insert_policy(&mut tx, &policy, is_filled.then_some(since)).await?;
    let change = audit::Change {
        action: "streak.edit",
        subject: "streak".to_owned(),
        old: Some(json!(before.terms)),
        new: Some(json!(terms)),
        reason: None,
    };
    audit::record(&mut tx, by, since, change).await?;
    tx.commit().await?;
    Ok(())
}

/// The terms that a program begins with, in place of what every program has. Nothing happened in it yet.
pub async fn found(conn: &mut PgConnection, terms: &StreakTerms, now: Timestamp) -> Result<()> {
    let before = store::lock_policy(conn).await?;
    let policy = StreakPolicy { version: before.version + 1, terms: terms.clone(), since: now };
    store::insert_policy(conn, &policy, Some(now)).await
}
