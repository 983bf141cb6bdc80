//! `laurel verify`: proves that the points add up.

use std::process::ExitCode;

use clap::Args;

use crate::server::{
    context::Context,
    error::Result,
    verify::{self, Finding, Report},
};

/// Derive balances, lots, stock, counters and the leaderboard again from the journal and tell what differs.
///
/// Ends with 0 when every law holds, else with 1. It only reads, from one snapshot; a server may go on
/// working.
#[derive(Debug, Args)]
pub struct Verify {
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub async fn run(self, context: &Context) -> Result<ExitCode> {
        let report = verify::verify(context).await?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            tell(&report);
        }
        Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn tell(report: &Report) {
    for Finding { law, says, differences, shown } in &report.findings {
        let mark =
            if *differences == 0 { "holds".to_owned() } else { format!("BROKEN in {differences} places") };
        println!("{law:<13} {mark:<8} {says}");
        for difference in shown {
            println!(
                "  {}: expected {}, found {}",
                difference.subject, difference.expected, difference.found
            );
        }
        if *differences > shown.len() {
            println!("  … and {} more", differences - shown.len());
        }
    }
    let verdict = if report.holds() { "Every law holds" } else { "Not every law holds" };
    println!("{verdict}: {} entries of {} members.", report.entries, report.members);
    if let Some(anchor) = &report.anchor {
        println!("Newest anchor: {anchor}. Compare it with what the log of that hour said.");
    }
}
