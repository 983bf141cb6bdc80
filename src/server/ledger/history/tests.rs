//! What is due next is told by days, as people read it.

use sqlx::PgPool;

use super::{Due, next_activation, next_expiry};
use crate::{
    domain::ids::MemberId,
    server::{
        context::new_id,
        testing::{at, context},
    },
};

/// The day on which clocks go back has 25 hours, all of one day; the next begins an hour later than after 24.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_due_on_one_local_day_is_told_once(pool: PgPool) {
    let ctx = context(pool).await;
    let member = MemberId(new_id());
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    sqlx::query("set session_replication_role = replica").execute(&mut *conn).await.expect("lots alone");
    for (lot_no, expires_at) in [
        (1_i64, "2027-10-30T21:59:59Z"),
        (2, "2027-10-30T22:00:00Z"),
        (3, "2027-10-31T00:30:00Z"),
        (4, "2027-10-31T01:30:00Z"),
        (5, "2027-10-31T22:59:59Z"),
        (6, "2027-10-31T23:00:00Z"),
    ] {
        sqlx::query(
            "insert into lots (member_id, lot_no, amount, remaining, activates_at, expires_at, activated)
             values ($1, $2, 10 ^ $2, 10 ^ $2, $3::text::timestamptz, $3::text::timestamptz, true)",
        )
        .bind(member.0)
        .bind(lot_no)
        .bind(expires_at)
        .execute(&mut *conn)
        .await
        .expect("a lot");
    }
    let days = [
        Due { points: 10, at: at("2027-10-30T21:59:59Z") },
        Due { points: 111_100, at: at("2027-10-30T22:00:00Z") },
        Due { points: 1_000_000, at: at("2027-10-31T23:00:00Z") },
    ];
    for pending in [false, true] {
        sqlx::query("update lots set activated = not $1, remaining = amount")
            .bind(pending)
            .execute(&mut *conn)
            .await
            .expect("as they were");
        for day in days {
            let zone = "Europe/Amsterdam";
            let told = if pending {
                next_activation(&mut conn, member, zone).await
            } else {
                next_expiry(&mut conn, member, zone).await
            };
            assert_eq!(told.expect("an answer"), Some(day), "pending: {pending}");
            sqlx::query(
                "update lots set remaining = 0 where lot_no <= (select max(lot_no) from lots
                 where amount <= $1)",
            )
            .bind(day.points)
            .execute(&mut *conn)
            .await
            .expect("over");
        }
    }
    conn.close().await.expect("closed");
}
