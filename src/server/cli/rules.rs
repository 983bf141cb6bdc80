//! `laurel rules`: what is live, and making a draft live.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::{
    domain::earning::{Campaign, Rule, Rulebook},
    server::{
        context::Context,
        error::{Error, Result},
        rules::editing,
    },
};

/// Show the earning rules, or make a draft of them live.
#[derive(Debug, Args)]
pub struct Rules {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the rules and campaigns that are live or will be, with their versions.
    List {
        /// Print those that have ended as well.
        #[arg(long)]
        all: bool,
    },
    /// Make a draft live: its rules and campaigns as new versions, in place of those of the same name.
    ///
    /// Try the draft with `laurel replay` first. docs/rules.md shows its form.
    Apply {
        /// The draft, a JSON file.
        #[arg(long, value_name = "FILE")]
        draft: PathBuf,
        /// When it begins, such as 2026-12-01T00:00:00+01:00; without it, at once.
        #[arg(long, value_name = "TIME")]
        at: Option<Timestamp>,
    },
}

impl Rules {
    pub async fn run(self, context: &Context) -> Result<()> {
        match self.command {
            Command::List { all } => {
                list(&editing::list(context).await?, context.clock.now(), all);
                Ok(())
            }
            Command::Apply { draft, at } => apply(context, &draft, at).await,
        }
    }
}

async fn apply(context: &Context, path: &std::path::Path, at: Option<Timestamp>) -> Result<()> {
    let draft = editing::read(&std::fs::read_to_string(path)?)?;
    match editing::apply(context, &draft, at).await {
        Ok(from) => {
            println!("Live from {from}. `laurel rules list` shows what is.");
            Ok(())
        }
        Err(Error::Refused(refusal)) => {
            for wrong in &refusal.fields {
                eprintln!("  {}: {}", wrong.field, wrong.message);
            }
            Err(Error::Refused(refusal))
        }
        Err(broken) => Err(broken),
    }
}

fn list(book: &Rulebook, now: Timestamp, all: bool) {
    let (rules, campaigns) = book.parts();
    let shown = |until: Option<Timestamp>| all || until.is_none_or(|until| until > now);
    for Campaign { campaign_no, campaign, version, live_from, live_until, settings } in &campaigns {
        if shown(*live_until) {
            let state = state(*live_from, *live_until, now);
            println!("campaign {campaign_no}  {campaign}, version {version}: {} ({state})", settings.name);
        }
    }
    for Rule { rule_no, rule, version, campaign_no, live_from, live_until, definition } in &rules {
        if shown(*live_until) {
            let state = state(*live_from, *live_until, now);
            let of = campaign_no.map(|number| format!(", of campaign {number}")).unwrap_or_default();
            println!("rule {rule_no}  {rule}, version {version}: {} ({state}{of})", definition.name);
        }
    }
}

fn state(from: Timestamp, until: Option<Timestamp>, now: Timestamp) -> String {
    match until {
        Some(until) if until <= now => format!("ended {until}"),
        _ if from > now => format!("from {from}"),
        Some(until) => format!("live until {until}"),
        None => "live".to_owned(),
    }
}
