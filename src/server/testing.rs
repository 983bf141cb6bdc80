//! What tests of verbs begin with: a program on a database of their own, and a clock that they move.

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

/// A reward in the catalogue, of this price; `None` of the stock is without end.
pub async fn reward(ctx: &Context, price: i64, stock: Option<i64>) -> RewardId {
    let id = new_id();
    sqlx::query(
        "insert into rewards (reward_id, name, category, picture, price, created_at, updated_at, published_at)
         values ($1, 'Stoneware mug', 'thing', 'mug', $2, now(), now(), '2026-01-01')",
    )
    .bind(id)
    .bind(price)
    .execute(&ctx.pool)
    .await
    .expect("a reward");
    let sql = "insert into reward_stock (reward_id, capacity, remaining) values ($1, $2, $2)";
    if let Some(stock) = stock {
        sqlx::query(sql).bind(id).bind(stock).execute(&ctx.pool).await.expect("stock");
    }
    RewardId(id)
}

/// A badge in gold that nobody has by buying.
pub async fn champion(ctx: &Context) -> Reward {
    let badge = "insert into badges (badge, version, name, description, glyph, rule) values
        ('champion', 1, 'Champion', 'First of a month.', 'crown',
         '{\"metric\": {\"on\": [\"coronation\"], \"measure\": \"count\"},
           \"levels\": [{\"level\": \"gold\", \"threshold\": 1}]}')";
    sqlx::query(badge).execute(&ctx.pool).await.expect("a badge");
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
