//! Rules and campaigns as staff make them: drafts that anyone may change, versions that nobody can.

use sqlx::PgConnection;

use super::store;
use crate::{
    domain::earning::{Campaign, Rule},
    server::error::Result,
};

/// Writes rules and campaigns as they are; what has a number already stays.
pub async fn put(conn: &mut PgConnection, (rules, campaigns): &(Vec<Rule>, Vec<Campaign>)) -> Result<()> {
    for campaign in campaigns {
        store::put_campaign(conn, campaign).await?;
    }
    for rule in rules {
        store::put_rule(conn, rule).await?;
    }
    Ok(())
}
