//! Holds as they are read.

use jiff::Timestamp;
use sqlx::PgConnection;

use crate::{
    domain::ids::{HoldId, MemberId},
    server::error::Result,
};

/// A hold, with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub hold_id: HoldId,
    pub wallet: String,
    pub points: i64,
    pub reason: String,
    pub expires_at: Timestamp,
    /// How many points were spent of it, and when.
    pub captured: i64,
    pub captured_at: Option<Timestamp>,
    /// When all of it could be spent again: from `expires_at` it ended by itself.
    pub released_at: Option<Timestamp>,
}

macro_rules! holds {
    ($rest:literal, $($arg:expr),+) => {
        sqlx::query!(
            r#"select h.hold_id, h.wallet, h.points, coalesce(e.reason, '') as "reason!", h.expires_at,
                 h.captured, h.captured_at, h.released_at
             from holds h
                 join ledger_entries e
                     on (e.member_id, e.wallet, e.entry_no) = (h.member_id, h.wallet, h.entry_no)
             where h.member_id = $1 and "# + $rest,
            $($arg),+
        )
    };
}

macro_rules! hold {
    ($row:expr) => {
        Hold {
            hold_id: HoldId($row.hold_id),
            wallet: $row.wallet,
            points: $row.points,
            reason: $row.reason,
            expires_at: $row.expires_at.to_jiff(),
            captured: $row.captured,
            captured_at: $row.captured_at.map(jiff_sqlx::Timestamp::to_jiff),
            released_at: $row.released_at.map(jiff_sqlx::Timestamp::to_jiff),
        }
    };
}

pub async fn hold(conn: &mut PgConnection, member: MemberId, hold_id: HoldId) -> Result<Option<Hold>> {
    let row = holds!("h.hold_id = $2", member.0, hold_id.0).fetch_optional(conn).await?;
    Ok(row.map(|row| hold!(row)))
}

pub async fn standing(conn: &mut PgConnection, member: MemberId) -> Result<Vec<Hold>> {
    let rows =
        holds!("h.captured_at is null and h.released_at is null order by h.expires_at, h.hold_id", member.0)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|row| hold!(row)).collect())
}
