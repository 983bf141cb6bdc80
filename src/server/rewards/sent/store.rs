//! The rows of refused documents.

use sqlx::{PgConnection, query};

use crate::{
    domain::refusal::{Code, Refusal},
    server::{
        documents::{DocumentKey, stored},
        error::Result,
    },
};

pub async fn insert_refusals(conn: &mut PgConnection, refused: &[(DocumentKey, &Refusal)]) -> Result<()> {
    if refused.is_empty() {
        return Ok(());
    }
    let keys: Vec<Vec<u8>> = refused.iter().map(|(key, _)| stored(key).to_vec()).collect();
    let code = |refusal: &Refusal| serde_json::to_value(refusal.code);
    let codes = refused.iter().map(|(_, refusal)| Ok(code(refusal)?.as_str().unwrap_or_default().to_owned()));
    let codes: Vec<String> = codes.collect::<Result<_>>()?;
    let messages: Vec<&str> = refused.iter().map(|(_, refusal)| refusal.message.as_str()).collect();
    let missing: Vec<Option<i64>> = refused.iter().map(|(_, refusal)| refusal.points_missing).collect();
    query!(
        "insert into refused_documents (document_key, code, message, points_missing)
         select * from unnest($1::bytea[], $2::text[], $3::text[], $4::bigint[])",
        &keys,
        &codes,
        &messages as _,
        &missing as _
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
