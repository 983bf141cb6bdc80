//! The statements of segments.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::{domain::ids::MemberId, server::error::Result};

pub async fn of_member(conn: &mut PgConnection, member: MemberId) -> Result<Vec<String>> {
    let tags = sqlx::query_scalar!("select tag from member_tags where member_id = $1 order by tag", member.0);
    Ok(tags.fetch_all(conn).await?)
}

pub async fn counts(conn: &mut PgConnection) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select tag, count(*) as "members!" from member_tags group by tag order by tag limit 1000"#
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.tag, row.members)).collect())
}

pub async fn count(conn: &mut PgConnection, member: MemberId) -> Result<i64> {
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from member_tags where member_id = $1"#, member.0);
    Ok(count.fetch_one(conn).await?)
}

/// False: the member carries it already.
pub async fn insert(conn: &mut PgConnection, member: MemberId, tag: &str, now: Timestamp) -> Result<bool> {
    let put = sqlx::query!(
        "insert into member_tags (member_id, tag, given_at) values ($1, $2, $3) on conflict do nothing",
        member.0,
        tag,
        now.to_sqlx() as _
    );
    Ok(put.execute(conn).await?.rows_affected() == 1)
}

pub async fn delete(conn: &mut PgConnection, member: MemberId, tag: &str) -> Result<bool> {
    let gone = sqlx::query!("delete from member_tags where member_id = $1 and tag = $2", member.0, tag);
    Ok(gone.execute(conn).await?.rows_affected() == 1)
}
