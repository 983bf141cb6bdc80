//! The rows of refused documents.

use sqlx::{PgConnection, query};

use crate::{
    domain::refusal::{Code, Refusal},
    server::{
        documents::{DocumentKey, stored},
        error::Result,
    },
};

pub async fn insert_refusal(conn: &mut PgConnection, key: &DocumentKey, refusal: &Refusal) -> Result<()> {
    let code = serde_json::to_value(refusal.code)?;
    query!(
        "insert into refused_documents (document_key, code, message, points_missing) values ($1, $2, $3, $4)",
        &stored(key)[..],
        code.as_str().unwrap_or_default(),
        refusal.message,
        refusal.points_missing
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn refusal(conn: &mut PgConnection, key: &DocumentKey) -> Result<Option<Refusal>> {
    let row = query!(
        "select code, message, points_missing from refused_documents where document_key = $1",
        &stored(key)[..]
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let code: Code = serde_json::from_value(row.code.into())?;
    Ok(Some(Refusal { points_missing: row.points_missing, ..Refusal::new(code, row.message) }))
}
