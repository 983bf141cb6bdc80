//! Proves the promises on a live database: derives balances, lots, stock, counters and boards again from the
//! journal and tells what differs. All laws read one snapshot, so a server may go on working meanwhile.

mod anchors;
mod chain;
mod store;

#[cfg(test)]
mod tests;

use serde::Serialize;
use sqlx::PgConnection;

use super::{badges, challenges, context::Context, db, error::Result, leaderboards, streaks};

/// The most differences that are told for one law; the count is always whole.
const SHOWN: usize = 20;

/// What one law found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Short name: "balances".
    pub law: &'static str,
    /// The law in one sentence.
    pub says: &'static str,
    /// How many differ.
    pub differences: usize,
    pub shown: Vec<Difference>,
}

/// One thing that is not as the journal says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub subject: String,
    pub expected: String,
    pub found: String,
}

/// Everything that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub entries: i64,
    pub members: i64,
    /// The hour and hash of the newest anchor, to be compared with what the log said.
    pub anchor: Option<String>,
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether every law holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.findings.iter().all(|finding| finding.differences == 0)
    }
}

/// Checks every law.
pub async fn verify(ctx: &Context) -> Result<Report> {
    let mut tx = db::snapshot(&ctx.pool).await?;
    store::take_time(&mut tx).await?;
    let zone = super::rules::program(&mut tx).await?.time_zone;
    let mut findings = of_the_ledger(&mut tx).await?;
    let (differences, anchor) = anchors::check(&mut tx).await?;
    let says = "What was recorded before the newest anchor is what it was then.";
    findings.push(finding("anchors", says, differences));
    findings.extend(of_the_rest(&mut tx, &zone).await?);
    let of_challenges = challenges::differences(&mut tx, ctx.clock.now()).await?;
    let says = "Whoever has done a challenge has completed it, once a round, and has what it gives.";
    findings.push(finding("challenges", says, of_challenges.into_iter().map(Difference::from).collect()));
    for found in &mut findings {
        found.shown.truncate(SHOWN);
    }
    let (entries, members) = store::size(&mut tx).await?;
    Ok(Report { entries, members, anchor, findings })
}

async fn of_the_ledger(conn: &mut PgConnection) -> Result<Vec<Finding>> {
    Ok(vec![
        finding("balances", "A wallet holds what its entries add up to.", store::balances(conn).await?),
        finding(
            "entries",
            "Entries follow each other without a gap, each adding to the one before.",
            store::entries(conn).await?,
        ),
        finding("hashes", "Each entry's hash covers it and the one before.", chain::broken(conn).await?),
        finding(
            "conservation",
            "Points issued are spent, expired, revoked or outstanding.",
            store::conservation(conn).await?,
        ),
        finding("lots", "What can be spent is what remains of the lots.", store::lots(conn).await?),
        finding(
            "allocations",
            "A lot has what it began with less what entries took, and an entry moves what its lots do.",
            store::allocations(conn).await?,
        ),
        finding("holds", "What is held is what the holds that stand set aside.", store::holds(conn).await?),
        finding(
            "transfers",
            "Every transfer is two entries, at a rate that both keep.",
            store::transfers(conn).await?,
        ),
        finding("due", "Every wallet knows when something falls due in it.", store::due(conn).await?),
    ])
}

async fn of_the_rest(conn: &mut PgConnection, zone: &str) -> Result<Vec<Finding>> {
    let mut counters = store::counters(conn, zone).await?;
    let (of_badges, awards) = badges::differences(conn).await?;
    counters.extend(of_badges.into_iter().map(Difference::from));
    let awards = awards.into_iter().map(Difference::from).collect();
    Ok(vec![
        finding(
            "documents",
            "Every purchase has one document and one accrual of its points.",
            store::documents(conn).await?,
        ),
        finding("stock", "Stock left and units redeemed make up the capacity.", store::stock(conn).await?),
        finding(
            "vouchers",
            "Every redemption has one voucher and one entry of its price.",
            store::vouchers(conn).await?,
        ),
        finding("counters", "Counters are what the purchases and activities add up to.", counters),
        finding("awards", "Whoever reached a level of a badge has it.", awards),
        finding(
            "leaderboard",
            "Scores are what was earned in their period, and ranks count the scores.",
            boards(conn).await?,
        ),
        finding(
            "winnings",
            "Whoever won a prize of a leaderboard has it, once, and every such prize was won.",
            store::winnings(conn).await?,
        ),
        finding(
            "streaks",
            "Dates of streaks are those of the history, and each milestone is paid once.",
            streaks_differ(conn).await?,
        ),
    ])
}

impl From<badges::Difference> for Difference {
    fn from(other: badges::Difference) -> Self {
        let badges::Difference { subject, expected, found } = other;
        Self { subject, expected, found }
    }
}

async fn boards(conn: &mut PgConnection) -> Result<Vec<Difference>> {
    let found = leaderboards::check::differences(conn).await?.into_iter();
    let told = found.map(|difference| Difference {
        subject: difference.subject,
        expected: difference.expected,
        found: difference.found,
    });
    Ok(told.collect())
}

async fn streaks_differ(conn: &mut PgConnection) -> Result<Vec<Difference>> {
    let found = streaks::check::differences(conn).await?.into_iter();
    let told = found.map(|difference| Difference {
        subject: difference.subject,
        expected: difference.expected,
        found: difference.found,
    });
    Ok(told.collect())
}

fn finding(law: &'static str, says: &'static str, shown: Vec<Difference>) -> Finding {
    Finding { law, says, differences: shown.len(), shown }
}
