//! Settings, from flags and the environment. They are checked at start: a wrong one is named and the start
//! stops.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Postgres to use. Unset: Laurel starts and keeps its own under the data directory.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,

    /// Where Laurel keeps its own Postgres and, until SMTP is set, its mails.
    #[arg(long, env = "LAUREL_DATA_DIR", default_value = "./data", global = true)]
    pub data_dir: PathBuf,

    /// Address to listen on.
    #[arg(long, env = "LAUREL_ADDR", default_value = "127.0.0.1:3000", global = true)]
    pub addr: SocketAddr,

    /// The URL that people use; links in mails start with it. Unset: http:// and the address.
    #[arg(long, env = "LAUREL_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,

    /// SMTP server, such as `smtps://user:password@mail.example.org`. Unset: mails are written to the data
    /// directory.
    #[arg(long, env = "LAUREL_SMTP_URL", hide_env_values = true, global = true)]
    pub smtp_url: Option<String>,

    /// The address that mails come from.
    #[arg(long, env = "LAUREL_MAIL_FROM", default_value = "Laurel <laurel@localhost>", global = true)]
    pub mail_from: String,

    /// What to log, such as `info` or `laurel=debug,sqlx=warn`.
    #[arg(long, env = "LAUREL_LOG", default_value = "info", global = true)]
    pub log: String,
}

impl Config {
    /// The URL that people use, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> String {
        let url = self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.addr));
        url.trim_end_matches('/').to_owned()
    }

    /// Whether people reach us over TLS: cookies are then `__Host-` and Secure.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url().starts_with("https://")
    }
}
