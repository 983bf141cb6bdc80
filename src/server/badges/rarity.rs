//! How rare an award is: counted every now and then by a job, never at a visit.

use std::collections::HashMap;

use super::store;
use crate::{
    domain::badge::Level,
    server::{context::Context, error::Result, jobs::Pace},
};

/// How many members hold each badge at each level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rarity(pub HashMap<(String, Level), Share>);

/// So many of so many members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub holders: i64,
    pub members: i64,
}

impl Rarity {
    #[must_use]
    pub fn of(&self, badge: &str, level: Level) -> Option<Share> {
        self.0.get(&(badge.to_owned(), level)).copied()
    }
}

/// As it was counted last.
pub async fn rarity(ctx: &Context) -> Result<Rarity> {
    store::rarity(&mut *ctx.pool.acquire().await?).await
}

/// Counts it anew.
pub async fn count_step(ctx: Context) -> Result<Pace> {
    store::count_rarity(&mut *ctx.pool.acquire().await?, ctx.clock.now()).await?;
    Ok(Pace::Rest)
}
