//! What `laurel verify` asks of streaks: the dates once more from the history, and milestones against what
//! was paid for them.

mod store;

use sqlx::PgConnection;

use crate::server::error::Result;

/// What is not as the history says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub subject: String,
    pub expected: String,
    pub found: String,
}

/// Everything that differs. Members to whom something happened that is still in the outbox are passed over.
pub async fn differences(conn: &mut PgConnection) -> Result<Vec<Difference>> {
    let mut all = store::dates(conn).await?;
    all.extend(store::payments(conn).await?);
    Ok(all)
}
