//! The statements of drafts.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{domain::replay::Draft, server::error::Result};

/// A draft as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: Uuid,
    pub title: String,
    pub draft: Draft,
    pub saved_at: Timestamp,
    pub saved_by: String,
}

pub async fn list(conn: &mut PgConnection) -> Result<Vec<Kept>> {
    let rows = sqlx::query!(
        r#"select rule_draft_id, title, draft as "draft: Json<Draft>", saved_at, saved_by from rule_drafts
           order by saved_at desc, rule_draft_id desc"#
    )
    .fetch_all(conn)
    .await?;
    let kept = rows.into_iter().map(|row| Kept {
        id: row.rule_draft_id,
        title: row.title,
        draft: row.draft.0,
        saved_at: row.saved_at.to_jiff(),
        saved_by: row.saved_by,
    });
    Ok(kept.collect())
}

pub async fn find(conn: &mut PgConnection, id: Uuid) -> Result<Option<Kept>> {
    let row = sqlx::query!(
        r#"select title, draft as "draft: Json<Draft>", saved_at, saved_by from rule_drafts
           where rule_draft_id = $1"#,
        id
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Kept {
        id,
        title: row.title,
        draft: row.draft.0,
        saved_at: row.saved_at.to_jiff(),
        saved_by: row.saved_by,
    }))
}

pub async fn count(conn: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from rule_drafts"#).fetch_one(conn).await?)
}

pub async fn insert(conn: &mut PgConnection, kept: &Kept) -> Result<()> {
    sqlx::query!(
        "insert into rule_drafts (rule_draft_id, title, draft, saved_at, saved_by)
         values ($1, $2, $3, $4, $5)",
        kept.id,
        kept.title,
        serde_json::to_value(&kept.draft)?,
        kept.saved_at.to_sqlx() as _,
        kept.saved_by
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// False: somebody else has made it live or thrown it away.
pub async fn delete(conn: &mut PgConnection, id: Uuid) -> Result<bool> {
    let gone = sqlx::query!("delete from rule_drafts where rule_draft_id = $1", id).execute(conn).await?;
    Ok(gone.rows_affected() == 1)
}
