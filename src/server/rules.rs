//! The rulebook: everything that decides what a purchase earns, read in the transaction that uses it.

mod store;

use sqlx::PgConnection;

pub use store::{live_badges, program, tiers};

use super::error::Result;
use crate::domain::earning::{Rulebook, Trace};

/// The rules as they are now, with every version that ever was live: a late purchase is judged by its own
/// time.
pub async fn rulebook(conn: &mut PgConnection) -> Result<Rulebook> {
    Ok(Rulebook {
        program: store::program(conn).await?,
        earning_rules: store::earning_rules(conn).await?,
        campaigns: store::campaigns(conn).await?,
        tiers: store::tiers(conn).await?,
        badges: store::live_badges(conn).await?,
    })
}

/// The rules that an evaluation looked at, as they were: what is left after a return is judged by them.
pub async fn rulebook_of(conn: &mut PgConnection, trace: &Trace) -> Result<Rulebook> {
    Ok(rulebook(conn).await?.of_trace(trace))
}
