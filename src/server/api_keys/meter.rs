//! How many calls a key makes in a minute, over all servers. A busy till must not queue for one row, so each
//! server counts for itself and adds its count to that of the others once a second: a limit can be passed by
//! a second's worth of calls, and never by more.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::ApiKey;
use crate::server::{context::Context, error::Result, identity::limits};

const FLUSH_EVERY: SignedDuration = SignedDuration::from_secs(1);
const MINUTE: i64 = 60;

/// The counts of this server.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    counts: Arc<Mutex<HashMap<Uuid, Count>>>,
}

/// Too many calls: when to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over {
    pub seconds: u16,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    minute: i64,
    /// As far as this server knows, the other servers' calls too.
    calls: i64,
    /// Of these, not told to the others yet.
    untold: i64,
    told_at: Timestamp,
}

impl Meter {
    /// Counts a call; `Over` when it is one too many in this minute.
    pub async fn count(&self, ctx: &Context, key: &ApiKey) -> Result<std::result::Result<(), Over>> {
        let now = ctx.clock.now();
        let minute = now.as_second().div_euclid(MINUTE);
        let left = MINUTE - now.as_second().rem_euclid(MINUTE);
        let over = Over { seconds: u16::try_from(left).unwrap_or(60) };
        let Some(untold) = self.take(key, minute, now) else { return Ok(Err(over)) };
        if untold > 0 {
            let bucket = format!("api {} {minute}", key.api_key_id);
            let until = now + SignedDuration::from_secs(2 * MINUTE);
            let told = limits::tally(ctx, &bucket, untold, until).await?;
            if self.learn(key, minute, told) > i64::from(key.per_minute) {
                return Ok(Err(over));
            }
        }
        Ok(Ok(()))
    }

    /// Counts here, and takes what is to be told to the others; `None`: over the limit.
    fn take(&self, key: &ApiKey, minute: i64, now: Timestamp) -> Option<i64> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Count { minute, calls: 0, untold: 0, told_at: Timestamp::MIN };
        let count = counts.entry(key.api_key_id).or_insert(fresh);
        if count.minute != minute {
            *count = fresh;
        }
        if count.calls >= i64::from(key.per_minute) {
            return None;
        }
        count.calls += 1;
        count.untold += 1;
        if count.told_at > now - FLUSH_EVERY {
            return Some(0);
        }
        count.told_at = now;
        Some(std::mem::take(&mut count.untold))
    }

    /// Takes in what all servers together have told, and gives how many calls there are now.
    fn learn(&self, key: &ApiKey, minute: i64, told: i64) -> i64 {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get_mut(&key.api_key_id).filter(|count| count.minute == minute) {
            Some(count) => {
                count.calls = count.calls.max(told + count.untold);
                told
            }
            None => told,
        }
    }
}
