//! The command line: `laurel --help` tells everything.

use std::{process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};
use tracing::info;

use super::{
    clock::Clock,
    config::Config,
    context::Context,
    db,
    error::{Error, Result},
    http,
};

/// Laurel: the customer loyalty programme that a business owns and runs itself.
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
    /// Start the server.
    Serve,
    /// Bring the schema up to date, then end.
    Migrate,
}

/// Runs the command that was asked for.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::new(&cli.config.log);
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Error::from)
        .and_then(|runtime| runtime.block_on(execute(cli)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("laurel: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn execute(cli: Cli) -> Result<()> {
    let url = cli.config.database_url.clone().unwrap_or_default();
    let pool = db::connect(url.parse()?, 10).await?;
    db::migrate(&pool).await?;
    let context = Context { pool, clock: Clock::default(), config: Arc::new(cli.config) };
    match cli.command {
        Command::Migrate => Ok(()),
        Command::Serve => {
            let listener = tokio::net::TcpListener::bind(context.config.addr).await?;
            info!("Laurel listens on {}", context.config.public_url());
            axum::serve(listener, http::router(&context)).await?;
            Ok(())
        }
    }
}
