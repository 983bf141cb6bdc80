//! The statements of birthdays.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query};

use crate::{domain::ids::MemberId, server::error::Result};

/// False when it was said before.
pub async fn say_once(conn: &mut PgConnection, member: MemberId, day: Date, now: Timestamp) -> Result<bool> {
    let done = query!(
        "update member_profiles set birth_date = $2, updated_at = $3
         where member_id = $1 and birth_date is null",
        member.0,
        day.to_sqlx() as _,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// False when there is no such member.
pub async fn correct(
    conn: &mut PgConnection,
    member: MemberId,
    day: Option<Date>,
    now: Timestamp,
) -> Result<bool> {
    let done = query!(
        "update member_profiles set birth_date = $2, updated_at = $3 where member_id = $1",
        member.0,
        day.map(ToSqlx::to_sqlx) as _,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
