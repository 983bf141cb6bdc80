//! Sending what is due, a few at a time.

use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};

use super::{
    post::{Due, Post},
    store, without_tokens,
};
use crate::server::{context::Context, error::Result, jobs::Pace};

const AT_ONCE: i64 = 5;
/// A mail that was taken and not marked belongs to a server that died; after this long it is taken again.
const LEASE: SignedDuration = SignedDuration::from_mins(6);
/// Minutes until each further attempt: together two days. After the last one the mail is dead.
const WAITS: [i64; 8] = [1, 5, 15, 60, 180, 360, 720, 1_440];

/// Sends the mails that are due.
pub async fn send_due(ctx: Context) -> Result<Pace> {
    let post = Post::open(&ctx.config)?;
    let now = ctx.clock.now();
    let due = {
        let mut conn = ctx.pool.acquire().await?;
        store::lease(&mut conn, now, later(now, LEASE), AT_ONCE).await?
    };
    for mail in &due {
        send(&ctx, &post, mail).await?;
    }
    Ok(if due.is_empty() { Pace::Rest } else { Pace::More })
}

async fn send(ctx: &Context, post: &Post, mail: &Due) -> Result<()> {
    let outcome = post.send(&ctx.config, mail).await;
    let now = ctx.clock.now();
    let mut conn = ctx.pool.acquire().await?;
    match outcome {
        Ok(()) => {
            let by_smtp = matches!(post, Post::Smtp(_));
            let kept = if by_smtp { without_tokens(&mail.body) } else { mail.body.clone() };
            store::mark_sent(&mut conn, mail.mail_id, post.name(), &kept, now).await?;
            info!(mail.id = %mail.mail_id, by = post.name(), "A mail left");
        }
        Err(error) => {
            let wait = usize::try_from(mail.attempts - 1).ok().and_then(|attempt| WAITS.get(attempt));
            let next = wait.map(|minutes| later(now, SignedDuration::from_mins(*minutes)));
            let why: String = error.to_string().chars().take(1_000).collect();
            let state = if next.is_some() { "will be tried again" } else { "is dead" };
            let (id, attempts) = (mail.mail_id, mail.attempts);
            warn!(mail.id = %id, attempts, "A mail could not be sent and {state}: {why}");
            store::mark_failed(&mut conn, mail.mail_id, &why, next, now).await?;
        }
    }
    Ok(())
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
