//! What tests of verbs begin with: a program on a database of their own, and a clock that they move.

mod store;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;

use crate::domain::{badge::Level, challenge::Reward, ids::RewardId};

use super::{
    clock::Clock,
    config::Config,
    context::{Context, KeptRulebook, new_id},
    program::{self, Founding},
    watchers::Watchers,
};

/// A program in Amsterdam, counting in euros, at ten in the morning of 21 November 2026.
pub async fn context(pool: PgPool) -> Context {
    let config = Config {
        data_dir: std::env::temp_dir().join(format!("laurel-test-{}", new_id().simple())),
        public_url: Some("https://club.example.org".to_owned()),
        ..Config::of_defaults()
    };
    let clock = Clock::fixed(at("2026-11-21T09:00:00Z"));
    let (rulebook, watchers) = (KeptRulebook::default(), Watchers::default());
    let context = Context { pool, clock, config: Arc::new(config), rulebook, watchers };
    let founding = Founding {
        name: "Juniper & Rye".to_owned(),
        time_zone: "Europe/Amsterdam".to_owned(),
        currency: "EUR".to_owned(),
    };
    assert!(program::found(&context, &founding).await.expect("a program"));
    context
}

/// A reward in the catalogue, of this price; without a stock there is no end of it.
pub async fn reward(ctx: &Context, price: i64, stock: Option<i64>) -> RewardId {
    let id = new_id();
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    store::insert_reward(&mut conn, id, price).await;
    if let Some(stock) = stock {
        store::insert_stock(&mut conn, id, stock).await;
    }
    RewardId(id)
}

/// A badge in gold that nobody has by buying.
pub async fn champion(ctx: &Context) -> Reward {
    store::insert_champion(&mut ctx.pool.acquire().await.expect("a connection")).await;
    Reward::Badge { badge: "champion".to_owned(), level: Level::Gold }
}

/// The instant that a text names.
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Lets time go by.
pub fn wait(ctx: &Context, by: SignedDuration) {
    ctx.clock.set(ctx.clock.now() + by);
}
