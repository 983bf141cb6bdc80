//! Settings, from flags and the environment. They are checked at start: a wrong one is named and the start
//! stops.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;

use super::error::{Error, Result};
use crate::domain::refusal::Code;

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Settings")]
pub struct Config {
    /// Postgres to use, such as `postgres://user:password@host/database`. Unset: Laurel starts and keeps its
    /// own under the data directory.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true, value_name = "URL")]
    pub database_url: Option<String>,

    /// The most connections to Postgres that this process opens.
    #[arg(long, env = "LAUREL_DATABASE_CONNECTIONS", default_value_t = 16, global = true,
          value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub database_connections: u32,

    /// Where Laurel keeps its own Postgres and, until SMTP is set, its mails.
    #[arg(long, env = "LAUREL_DATA_DIR", default_value = "./data", global = true, value_name = "FOLDER")]
    pub data_dir: PathBuf,

    /// The folder of the Postgres programs (`initdb`, `postgres`). Unset: PATH and the usual places are
    /// searched.
    #[arg(long, env = "LAUREL_POSTGRES_BIN", global = true, value_name = "FOLDER")]
    pub postgres_bin: Option<String>,

    /// Address and port to listen on.
    #[arg(long, env = "LAUREL_ADDR", default_value = "127.0.0.1:3000", global = true, value_parser = address)]
    pub addr: SocketAddr,

    /// The URL that people use; links in mails start with it. Unset: http:// and the address.
    #[arg(long, env = "LAUREL_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<String>,

    /// Believe `X-Forwarded-For`: only behind a proxy of your own that sets it.
    #[arg(long, env = "LAUREL_TRUST_PROXY", global = true, num_args = 0..=1,
          require_equals = true, default_value = "false", default_missing_value = "true",
          hide_default_value = true, value_name = "YES OR NO", value_parser = yes_or_no)]
    pub trust_proxy: bool,

    /// SMTP server, such as `smtps://user:password@mail.example.org`. Unset: mails are written to the data
    /// directory.
    #[arg(long, env = "LAUREL_SMTP_URL", hide_env_values = true, global = true, value_name = "URL")]
    pub smtp_url: Option<String>,

    /// The address that mails come from.
    #[arg(
        long,
        env = "LAUREL_MAIL_FROM",
        default_value = "Laurel <laurel@localhost>",
        global = true,
        value_name = "ADDRESS"
    )]
    pub mail_from: String,

    /// Name of the program. Used once, when the first start creates it.
    #[arg(long, env = "LAUREL_PROGRAM_NAME", default_value = "Our shop", global = true, value_name = "NAME")]
    pub program_name: String,

    /// IANA time zone of the program, such as `Europe/Amsterdam`. Used once, when the first start creates it.
    #[arg(long, env = "LAUREL_TIME_ZONE", default_value = "UTC", global = true, value_name = "ZONE")]
    pub time_zone: String,

    /// ISO 4217 currency of the program, such as `EUR`. Used once, when the first start creates it.
    #[arg(long, env = "LAUREL_CURRENCY", default_value = "EUR", global = true, value_name = "CODE")]
    pub currency: String,

    /// What to log, such as `info` or `laurel=debug,sqlx=warn`.
    #[arg(
        long,
        env = "LAUREL_LOG",
        default_value = "info,sqlx::postgres::notice=warn,tower_sessions_core=error",
        global = true,
        value_name = "FILTER"
    )]
    pub log: String,

    /// How to write logs.
    #[arg(long, env = "LAUREL_LOG_FORMAT", default_value = "text", global = true, value_name = "FORMAT")]
    pub log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

fn address(text: &str) -> std::result::Result<SocketAddr, String> {
    text.parse().map_err(|_| "LAUREL_ADDR is an address and a port, such as 127.0.0.1:3000".to_owned())
}

fn yes_or_no(text: &str) -> std::result::Result<bool, String> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "" | "false" | "no" | "off" | "0" => Ok(false),
        _ => Err("LAUREL_TRUST_PROXY is yes or no".to_owned()),
    }
}

impl Config {
    /// The settings of a process that was told nothing: what every test starts from.
    #[must_use]
    pub fn of_defaults() -> Self {
        use clap::{Command, FromArgMatches};
        let command = Self::augment_args(Command::new("laurel").no_binary_name(true))
            .mut_args(|argument| argument.env(None::<&str>));
        let matches = command.get_matches_from(std::iter::empty::<&str>());
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// Checks what the command line's parser could not. The first wrong setting is named.
    pub fn check(&self) -> Result<()> {
        if let Some(url) = set(self.database_url.as_ref()) {
            let postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
            rule(
                postgres,
                "DATABASE_URL is a URL that starts with postgres:// (leave it out and Laurel keeps its own)",
            )?;
        }
        if let Some(url) = set(self.public_url.as_ref()) {
            let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            let bare = rest.is_some_and(|rest| {
                !rest.is_empty() && !rest.trim_end_matches('/').contains(['/', '?', '#'])
            });
            rule(
                bare,
                "LAUREL_PUBLIC_URL is http:// or https:// and a host, such as https://club.example.org",
            )?;
        }
        if let Some(url) = set(self.smtp_url.as_ref()) {
            let smtp = url.starts_with("smtp://") || url.starts_with("smtps://");
            rule(smtp, "LAUREL_SMTP_URL is a URL that starts with smtp:// or smtps://")?;
        }
        let sender = self.mail_from.parse::<lettre::message::Mailbox>().is_ok();
        rule(sender, "LAUREL_MAIL_FROM is an address such as `Our shop <club@example.org>`")?;
        self.check_program()
    }

    fn check_program(&self) -> Result<()> {
        let name = (1..=80).contains(&self.program_name.trim().chars().count());
        rule(name, "LAUREL_PROGRAM_NAME is a name of 1 to 80 characters")?;
        let zone = TimeZone::get(&self.time_zone).is_ok();
        rule(zone, "LAUREL_TIME_ZONE is an IANA time zone such as Europe/Amsterdam")?;
        let currency =
            self.currency.len() == 3 && self.currency.bytes().all(|letter| letter.is_ascii_uppercase());
        rule(currency, "LAUREL_CURRENCY is an ISO 4217 code of three capitals such as EUR")
    }

    /// The Postgres that was set; none: Laurel keeps its own.
    #[must_use]
    pub fn database_url(&self) -> Option<&str> {
        set(self.database_url.as_ref())
    }

    /// The folder of the Postgres programs that was set; none: they are searched for.
    #[must_use]
    pub fn postgres_bin(&self) -> Option<&Path> {
        set(self.postgres_bin.as_ref()).map(Path::new)
    }

    /// The URL that people use, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> String {
        let url =
            set(self.public_url.as_ref()).map_or_else(|| format!("http://{}", self.addr), str::to_owned);
        url.trim_end_matches('/').to_owned()
    }

    /// Whether the URL that people use was said, rather than taken from the address.
    #[must_use]
    pub fn has_public_url(&self) -> bool {
        set(self.public_url.as_ref()).is_some()
    }

    /// The SMTP server that was set; none: mails are written to the data directory.
    #[must_use]
    pub fn smtp_url(&self) -> Option<&str> {
        set(self.smtp_url.as_ref())
    }

    /// Whether people reach us over TLS: cookies are then `__Host-` and Secure.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url().starts_with("https://")
    }
}

/// A setting that is there but empty counts as unset: that is how shells and unit files take settings away.
fn set(setting: Option<&String>) -> Option<&str> {
    setting.map(String::as_str).filter(|text| !text.trim().is_empty())
}

fn rule(holds: bool, otherwise: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::refused(Code::Invalid, format!("{otherwise}."))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(change: impl FnOnce(&mut Config)) -> String {
        let mut config = Config::of_defaults();
        change(&mut config);
        config.check().expect_err("a wrong setting").to_string()
    }

    #[test]
    fn the_defaults_are_right() {
        Config::of_defaults().check().expect("nothing to complain about");
    }

    #[test]
    fn a_wrong_setting_is_named() {
        assert!(complaint(|config| config.database_url = Some("mysql://x".into())).contains("DATABASE_URL"));
        assert!(
            complaint(|config| config.public_url = Some("club.example.org".into()))
                .contains("LAUREL_PUBLIC_URL")
        );
        assert!(
            complaint(|config| config.public_url = Some("https://x.org/club".into()))
                .contains("LAUREL_PUBLIC_URL")
        );
        assert!(
            complaint(|config| config.smtp_url = Some("mail.example.org".into())).contains("LAUREL_SMTP_URL")
        );
        assert!(complaint(|config| config.mail_from = "nobody".into()).contains("LAUREL_MAIL_FROM"));
        assert!(complaint(|config| config.time_zone = "Europe/Nowhere".into()).contains("LAUREL_TIME_ZONE"));
        assert!(complaint(|config| config.currency = "euro".into()).contains("LAUREL_CURRENCY"));
        assert!(complaint(|config| config.program_name = " ".into()).contains("LAUREL_PROGRAM_NAME"));
    }

    #[test]
    fn a_switch_is_on_or_off() {
        assert_eq!((yes_or_no("1"), yes_or_no("Yes"), yes_or_no("true")), (Ok(true), Ok(true), Ok(true)));
        assert_eq!((yes_or_no(""), yes_or_no("off"), yes_or_no("0")), (Ok(false), Ok(false), Ok(false)));
        assert!(yes_or_no("maybe").is_err());
    }

    #[test]
    fn an_empty_setting_is_unset() {
        let mut config = Config::of_defaults();
        config.database_url = Some(String::new());
        config.public_url = Some(" ".into());
        config.check().expect("nothing to complain about");
        assert_eq!(config.database_url(), None);
        assert_eq!(config.public_url(), "http://127.0.0.1:3000");
    }
}
