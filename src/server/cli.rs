//! The command line: `laurel --help` tells everything. Each command is thin: it opens the program and calls
//! one verb.

pub mod admin;
pub mod api_key;
pub mod demo;
pub mod export;
pub mod import;
pub mod migrate;
pub mod replay;
pub mod rules;
pub mod serve;
pub mod verify;

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use tokio_util::sync::CancellationToken;

use super::{
    clock::Clock,
    config::Config,
    context::{Context, KeptRulebook},
    db,
    error::{Error, Result},
    postgres::{self, Database},
    program, stopping, telemetry,
    watchers::Watchers,
};

/// Laurel: the customer loyalty programme that a business owns and runs itself.
///
/// Without `DATABASE_URL`, Laurel starts a Postgres of its own under the data directory and stops it again.
/// Every command works beside a running server and without one.
#[derive(Debug, Parser)]
#[command(name = "laurel", version)]
struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    Admin(admin::Admin),
    ApiKey(api_key::ApiKey),
    Demo(demo::Demo),
    Verify(verify::Verify),
    Import(import::Import),
    Export(export::Export),
    Replay(replay::Replay),
    Rules(rules::Rules),
}

/// What the shell sees when a person or a supervisor stopped the command.
const INTERRUPTED: u8 = 130;

/// Runs the command that was asked for.
#[must_use]
pub fn run() -> ExitCode {
    let matches = Cli::command().get_matches();
    let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    if matches!(cli.command, Command::Verify(_)) {
        // Its statements read everything and take as long as they take: that is no news beside the report.
        cli.config.log.insert_str(0, "sqlx::query=error,");
    }
    let started = telemetry::start(&cli.config).and_then(|()| runtime());
    let outcome = started.and_then(|runtime| runtime.block_on(execute(cli)));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("laurel: {}", error.in_full());
            ExitCode::FAILURE
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

async fn execute(cli: Cli) -> Result<ExitCode> {
    cli.config.check()?;
    if let Command::Serve(_) = &cli.command {
        serve::check_address(&cli.config).await?;
    }
    let stop = stopping::on_signal()?;
    let (context, database) = open(cli.config, cli.command.purpose(), &stop).await?;
    let outcome = cli.command.run(&context, &stop).await;
    // A connection that is stuck must not keep the database from being stopped.
    let _ = tokio::time::timeout(Duration::from_secs(5), context.pool.close()).await;
    database.stop().await;
    outcome
}

/// Opens the program for a command: the database is up, its schema is current, the program exists. Whoever
/// calls this stops the database at the end.
pub async fn open(
    config: Config,
    purpose: &'static str,
    stop: &CancellationToken,
) -> Result<(Context, Database)> {
    let database = postgres::open(&config, purpose, stop).await?;
    match prepare(config, &database).await {
        Ok(context) => Ok((context, database)),
        Err(error) => {
            database.stop().await;
            Err(error)
        }
    }
}

async fn prepare(config: Config, database: &Database) -> Result<Context> {
    db::migrate(database.options()).await?;
    let pool = db::connect(database.options().clone(), config.database_connections).await?;
    let context = Context {
        pool,
        clock: Clock::default(),
        config: Arc::new(config),
        rulebook: KeptRulebook::default(),
        watchers: Watchers::default(),
    };
    program::found_once(&context).await?;
    Ok(context)
}

impl Command {
    /// What the command is called where it is named to somebody else.
    fn purpose(&self) -> &'static str {
        match self {
            Self::Serve(_) => "serve",
            Self::Migrate(_) => "migrate",
            Self::Admin(_) => "admin",
            Self::ApiKey(_) => "api-key",
            Self::Demo(_) => "demo",
            Self::Verify(_) => "verify",
            Self::Import(_) => "import",
            Self::Export(_) => "export",
            Self::Replay(_) => "replay",
            Self::Rules(_) => "rules",
        }
    }

    async fn run(self, context: &Context, stop: &CancellationToken) -> Result<ExitCode> {
        // The server and an import end well when they are asked to stop; everything else is cut short by
        // that.
        let shorter = match self {
            Self::Serve(serve) => return serve.run(context, stop).await.map(|()| ExitCode::SUCCESS),
            Self::Import(import) => return import.run(context, stop).await,
            shorter => shorter,
        };
        tokio::select! {
            outcome = shorter.run_to_its_end(context) => outcome,
            () = stop.cancelled() => {
                eprintln!("laurel: stopped before it was done");
                Ok(ExitCode::from(INTERRUPTED))
            }
        }
    }

    /// The commands that end by themselves. What they had not committed when they are stopped is not done.
    async fn run_to_its_end(self, context: &Context) -> Result<ExitCode> {
        match self {
            Self::Serve(_) | Self::Import(_) => {
                Err(Error::broken("this command is asked to stop, not cut short"))
            }
            Self::Migrate(migrate) => migrate.run(context).await.map(|()| ExitCode::SUCCESS),
            Self::Admin(admin) => admin.run(context).await.map(|()| ExitCode::SUCCESS),
            Self::ApiKey(api_key) => api_key.run(context).await.map(|()| ExitCode::SUCCESS),
            Self::Demo(demo) => demo.run(context).await.map(|()| ExitCode::SUCCESS),
            Self::Verify(verify) => verify.run(context).await,
            Self::Export(export) => export.run(context).await,
            Self::Replay(replay) => replay.run(context).await,
            Self::Rules(rules) => rules.run(context).await.map(|()| ExitCode::SUCCESS),
        }
    }
}
