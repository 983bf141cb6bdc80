//! Purchases as their member reads them. They are written by `earning`.

pub mod lines;
mod store;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use sqlx::PgConnection;

use super::error::Result;
use crate::domain::ids::MemberId;

/// A purchase as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub source: String,
    pub document_id: String,
    pub store: Option<String>,
    pub purchased_at: Timestamp,
    /// Minor units.
    pub amount: i64,
    pub quantity: i64,
}

/// A member's purchases between two instants (half-open).
pub async fn made(
    conn: &mut PgConnection,
    member: MemberId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Made>> {
    store::made(conn, member, from, until).await
}

/// How many of the newest purchases are looked at for the words that they use.
const LOOKED_AT: i64 = 2_000;
/// How many words of one kind are worth choosing from. A shop of more articles than that is no list.
const CHOICES: usize = 100;

/// What purchases name, in alphabetical order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    pub categories: Vec<String>,
    pub stores: Vec<String>,
    /// None where there are too many to choose from.
    pub skus: Vec<String>,
}

/// What a word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Store,
    Sku,
    Category,
}

/// The words of the newest purchases: read along the index of time, so that it costs the same however many
/// are stored.
pub async fn words(conn: &mut PgConnection) -> Result<Words> {
    let most = i64::try_from(CHOICES).unwrap_or(i64::MAX);
    let mut words = Words::default();
    for (what, word) in store::words(conn, LOOKED_AT, most + 1).await? {
        match what {
            What::Store => words.stores.push(word),
            What::Sku => words.skus.push(word),
            What::Category => words.categories.push(word),
        }
    }
    if words.skus.len() > CHOICES {
        words.skus.clear();
    }
    Ok(words)
}
