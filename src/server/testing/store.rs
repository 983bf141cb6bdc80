//! The statements of what tests begin with.

use sqlx::{PgConnection, query};
use uuid::Uuid;

pub async fn insert_reward(conn: &mut PgConnection, id: Uuid, price: i64) {
    let sql = "insert into rewards
            (reward_id, name, category, picture, price, created_at, updated_at, published_at)
        values ($1, 'Stoneware mug', 'thing', 'mug', $2, now(), now(), '2026-01-01')";
    query(sql).bind(id).bind(price).execute(conn).await.expect("a reward");
}

pub async fn insert_stock(conn: &mut PgConnection, id: Uuid, stock: i64) {
    let sql = "insert into reward_stock (reward_id, capacity, remaining) values ($1, $2, $2)";
    query(sql).bind(id).bind(stock).execute(conn).await.expect("stock");
}

pub async fn insert_champion(conn: &mut PgConnection) {
    let sql = r#"insert into badges (badge, version, name, description, glyph, rule) values
        ('champion', 1, 'Champion', 'First of a month.', 'crown',
         '{"metric": {"on": ["coronation"], "measure": "count"},
           "levels": [{"level": "gold", "threshold": 1}]}')"#;
    query(sql).execute(conn).await.expect("a badge");
}
