//! Words that purchases and activities have used, for the fields in which staff name them.

use sqlx::PgConnection;

use crate::{
    domain::form::Known,
    server::{earning::activities, error::Result, purchases},
};

/// What was sent lately; it costs the same however much is stored.
pub async fn known(conn: &mut PgConnection) -> Result<Known> {
    let kinds = activities::kinds(conn).await?;
    let purchases::Words { categories, stores, skus } = purchases::words(conn).await?;
    Ok(Known { categories, stores, skus, kinds })
}
