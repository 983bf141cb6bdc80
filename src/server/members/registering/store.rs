//! The statement of birth dates.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query};

use crate::{domain::ids::MemberId, server::error::Result};

pub async fn set_birth_date(conn: &mut PgConnection, member: MemberId, birth_date: Date) -> Result<()> {
    query!(
        "update member_profiles set birth_date = $2 where member_id = $1",
        member.0,
        birth_date.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
