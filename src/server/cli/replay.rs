//! `laurel replay`: what a draft of the rules would have given.

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;

use crate::{
    domain::{
        points::grouped,
        refusal::{Code, Refusal},
        replay::Report,
    },
    server::{
        context::Context,
        error::{Error, Result},
        replay,
        rules::editing,
    },
};

/// Run a draft of the rules over the stored history and tell what would have been different.
///
/// It only reads, from one snapshot; a server may go on working. docs/rules.md shows the form of a draft.
#[derive(Debug, Args)]
pub struct Replay {
    /// The draft, a JSON file.
    #[arg(long, value_name = "FILE")]
    draft: PathBuf,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

impl Replay {
    pub async fn run(self, context: &Context) -> Result<ExitCode> {
        let text = std::fs::read_to_string(&self.draft)
            .map_err(|error| unreadable(&self, &format!("it can't be opened: {error}")))?;
        let draft = editing::read(&text)?;
        let shows = std::io::stderr().is_terminal();
        let mut progress = |done: u64, total: u64| {
            if shows {
                eprint!("\r{done} of {total} members");
                let _ = std::io::stderr().flush();
            }
        };
        let replayed = replay::replay(context, &draft, &mut progress).await;
        if shows {
            eprintln!();
        }
        let report = match replayed {
            Ok(report) => report,
            Err(Error::Refused(refusal)) => {
                eprintln!("laurel: the draft can't be used: {refusal}");
                for wrong in refusal.fields {
                    eprintln!("  {}: {}", wrong.field, wrong.message);
                }
                return Ok(ExitCode::FAILURE);
            }
            Err(broken) => return Err(broken),
        };
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            tell(&report);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn unreadable(replay: &Replay, why: &str) -> Error {
    let message = format!("{} is no draft: {why}", replay.draft.display());
    Error::Refused(Refusal::new(Code::UnreadableFile, message))
}

fn tell(report: &Report) {
    let (before, after) = (report.points_before, report.points_after);
    println!("{} documents of {} members.", report.documents, report.members);
    println!(
        "Points: {} as it was, {} with the draft ({}).",
        grouped(before),
        grouped(after),
        change(after - before)
    );
    println!("Liability: {}.", change(report.liability_change));
    println!("\n{:<14} {:>8} {:>8} {:>14} {:>14}", "Tier", "members", "then", "points", "with draft");
    for tier in &report.tiers {
        println!(
            "{:<14} {:>8} {:>8} {:>14} {:>14}",
            tier.tier,
            tier.members,
            tier.members_after,
            grouped(tier.points_before),
            grouped(tier.points_after)
        );
    }
    if !report.most_changed.is_empty() {
        println!("\nWho changes most:");
    }
    for one in &report.most_changed {
        let by = change(one.after - one.before);
        println!("  {} ({}): {} to {} ({by})", one.name, one.member, grouped(one.before), grouped(one.after));
    }
}

fn change(points: i64) -> String {
    let sign = if points > 0 { "+" } else { "" };
    format!("{sign}{} points", grouped(points))
}
