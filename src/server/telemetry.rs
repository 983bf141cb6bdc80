//! Logs are sentences with fields, written to standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use super::{
    config::{Config, LogFormat},
    error::{Error, Result},
};
use crate::domain::refusal::Code;

/// Starts logging as the settings say.
pub fn start(config: &Config) -> Result<()> {
    let filter = EnvFilter::builder().parse(&config.log).map_err(|error| {
        Error::refused(
            Code::Invalid,
            format!("LAUREL_LOG is not a filter such as `info` or `laurel=debug`: {error}"),
        )
    })?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => logs.with_target(false).with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => logs.json().flatten_event(true).init(),
    }
    Ok(())
}
