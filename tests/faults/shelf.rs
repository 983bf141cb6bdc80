//! A reward on the shelf of a running shop, put there as staff would.

use std::{fs, str::FromStr};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

use crate::laurel::Folder;

/// A connection to the Postgres that the shop runs.
pub async fn connect(folder: &Folder) -> PgConnection {
    let pidfile = fs::read_to_string(folder.cluster().join("postmaster.pid")).expect("a running Postgres");
    let lines: Vec<&str> = pidfile.lines().collect();
    let options =
        PgConnectOptions::new().socket(lines[4].trim()).port(u16::from_str(lines[3]).expect("a port"));
    PgConnection::connect_with(&options.username("laurel").database("laurel")).await.expect("a connection")
}

/// Publishes a reward with so many units, or with no limit; its id.
pub async fn put(folder: &Folder, price: i64, units: Option<i64>) -> String {
    let mut conn = connect(folder).await;
    let id = Uuid::from_u128(1);
    sqlx::query(
        "insert into rewards (reward_id, name, category, picture, price, created_at, updated_at, published_at)
         values ($1, 'Stoneware mug', 'thing', 'mug', $2, now(), now(), now())",
    )
    .bind(id)
    .bind(price)
    .execute(&mut conn)
    .await
    .expect("a reward");
    if let Some(units) = units {
        sqlx::query("insert into reward_stock (reward_id, capacity, remaining) values ($1, $2, $2)")
            .bind(id)
            .bind(units)
            .execute(&mut conn)
            .await
            .expect("its stock");
    }
    id.to_string()
}
