//! The laws as statements: each gives the rows that break it, as subject, expected and found.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Difference;
use crate::{
    domain::ledger::{Balances, Contra, Draft, Entry, Kind},
    server::{
        error::{Error, Result},
        ledger::anchors::Root,
    },
};

macro_rules! law {
    ($(#[$doc:meta])* $name:ident, $file:literal $(, $arg:ident: $type:ty)*) => {
        $(#[$doc])*
        pub async fn $name(conn: &mut PgConnection $(, $arg: $type)*) -> Result<Vec<Difference>> {
            Ok(sqlx::query_file_as!(Difference, $file $(, $arg)*).fetch_all(conn).await?)
        }
    };
}

law!(
    /// Wallets against the sums of their entries.
    balances, "src/server/verify/laws/balances.sql"
);
law!(
    /// Entries against the ones before them.
    entries, "src/server/verify/laws/entries.sql"
);
law!(
    /// Wallets whose newest hash is not that of their newest entry.
    heads, "src/server/verify/laws/heads.sql"
);
law!(
    /// The whole journal against what is outstanding.
    conservation, "src/server/verify/laws/conservation.sql"
);
law!(
    /// Wallets against the sums of their lots.
    lots, "src/server/verify/laws/lots.sql"
);
law!(
    /// Lots against their accrual and the spends that used them.
    allocations, "src/server/verify/laws/allocations.sql"
);
law!(
    /// Holds against lots and the entries that made them.
    holds, "src/server/verify/laws/holds.sql"
);
law!(
    /// Transfers against their two entries.
    transfers, "src/server/verify/laws/transfers.sql"
);
law!(
    /// Wallets against what falls due in them.
    due, "src/server/verify/laws/due.sql"
);
law!(
    /// Purchases against documents and accruals.
    documents, "src/server/verify/laws/documents.sql"
);
law!(
    /// Stock against redemptions.
    stock, "src/server/verify/laws/stock.sql"
);
law!(
    /// Redemptions against vouchers and entries.
    vouchers, "src/server/verify/laws/vouchers.sql"
);
law!(
    /// What boards gave against documents, entries, awards and vouchers.
    winnings, "src/server/verify/laws/winnings.sql"
);
law!(
    /// Counters against purchases and their lines.
    counters, "src/server/verify/laws/counters.sql", zone: &str
);

/// Checking a large journal may take minutes.
pub async fn take_time(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("set local statement_timeout = '30min'").execute(conn).await?;
    Ok(())
}

/// The root of all chains as they were at an instant, from the journal alone.
pub async fn root_of_journal(conn: &mut PgConnection, until: Timestamp) -> Result<Root> {
    let row =
        sqlx::query_file!("src/server/verify/laws/anchor.sql", until.to_sqlx() as _).fetch_one(conn).await?;
    Ok(Root { wallets: row.wallets, entries: row.entries, root: row.root })
}

/// How many entries and members there are.
pub async fn size(conn: &mut PgConnection) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select (select count(*) from ledger_entries) as "entries!", (select count(*)
           from members) as "members!""#
    )
    .fetch_one(conn)
    .await?;
    Ok((row.entries, row.members))
}

pub struct HashedEntry {
    pub member: Uuid,
    pub wallet: String,
    pub entry: Entry,
    pub hash: Vec<u8>,
}

/// Entries in the order of their chains, after one.
pub async fn hashed_entries(
    conn: &mut PgConnection,
    after: (Uuid, &str, i64),
    limit: i64,
) -> Result<Vec<HashedEntry>> {
    let rows = sqlx::query!(
        "select member_id, wallet, entry_no, kind, available_delta, held_delta, pending_delta, debt_delta,
             available, held, pending, debt, contra, effective_at, recorded_at, document_key, reason, trace,
             hash
         from ledger_entries where (member_id, wallet, entry_no) > ($1, $2, $3)
         order by member_id, wallet, entry_no limit $4",
        after.0,
        after.1,
        after.2,
        limit
    )
    .fetch_all(conn)
    .await?;
    let entry = rows.into_iter().map(|row| {
        let unknown =
            || Error::broken(format!("unknown words in entry {} of {}", row.entry_no, row.member_id));
        let delta = Balances {
            available: row.available_delta,
            held: row.held_delta,
            pending: row.pending_delta,
            debt: row.debt_delta,
        };
        let draft = Draft {
            kind: Kind::parse(&row.kind).ok_or_else(unknown)?,
            delta,
            contra: Contra::parse(&row.contra).ok_or_else(unknown)?,
            effective_at: row.effective_at.to_jiff(),
            document: row.document_key.and_then(|key| key.try_into().ok()),
            reason: row.reason,
            // A trace that no longer reads as one hashes differently, which is what is to be found out.
            trace: row.trace.and_then(|trace| serde_json::from_value(trace).ok()),
        };
        let after =
            Balances { available: row.available, held: row.held, pending: row.pending, debt: row.debt };
        let entry = Entry { entry_no: row.entry_no, draft, after, recorded_at: row.recorded_at.to_jiff() };
        Ok(HashedEntry { member: row.member_id, wallet: row.wallet, entry, hash: row.hash })
    });
    entry.collect()
}
