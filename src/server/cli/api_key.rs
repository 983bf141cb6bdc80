//! `laurel api-key`: keys for tills, shops and scripts.

use clap::{Args, Subcommand};

use crate::{
    domain::{api_key::Listed, refusal::Code},
    server::{
        api_keys::{self, NewKey, PER_MINUTE},
        context::Context,
        error::{Error, Result},
        identity::operator,
    },
};

/// Manage the keys with which tills, shops and scripts use the API.
#[derive(Debug, Args)]
pub struct ApiKey {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key and print it, the one time that it is seen.
    Create {
        /// The till, shop or script: its document ids are its own.
        #[arg(long, value_name = "NAME")]
        source: String,
        /// What it may do, separated by commas: purchases:write, members:read, members:write, rewards:read,
        /// redemptions:write, activities:write, or admin for everything.
        #[arg(long, value_name = "SCOPES", value_delimiter = ',', required = true)]
        scopes: Vec<String>,
        /// The most calls that it may make in a minute.
        #[arg(long, value_name = "NUMBER", default_value_t = PER_MINUTE)]
        per_minute: i32,
    },
    /// List all keys by how they begin.
    List,
    /// End a key at once.
    Revoke {
        /// How the key begins, as `list` shows it.
        #[arg(value_name = "KEY")]
        prefix: String,
    },
}

impl ApiKey {
    pub async fn run(self, context: &Context) -> Result<()> {
        let by = operator();
        match self.command {
            Command::Create { source, scopes, per_minute } => {
                let new = NewKey { source, scopes, per_minute };
                let (key, secret) = api_keys::create(context, &by, &new).await.map_err(spelled_out)?;
                println!("{secret}");
                eprintln!(
                    "This is the key of {}. It is not shown again; keep it where its source can read it.",
                    key.source
                );
            }
            Command::List => {
                for key in api_keys::list(context, &by).await? {
                    println!("{}", line(&key));
                }
            }
            Command::Revoke { prefix } => {
                let found = api_keys::beginning_with(context, &by, &prefix).await?;
                if prefix.len() <= "laurel_".len() {
                    let message = "Every key begins like this; give more of it";
                    return Err(Error::refused(Code::Invalid, message));
                }
                let [key] = found.as_slice() else {
                    let message = match found.len() {
                        0 => format!("No key begins with {prefix:?}; `laurel api-key list` shows them"),
                        many => format!("{many} keys begin with {prefix:?}; give more of it"),
                    };
                    return Err(Error::refused(Code::NotFound, message));
                };
                api_keys::revoke(context, &by, key.api_key_id).await?;
                println!("Revoked {}", line(key));
            }
        }
        Ok(())
    }
}

fn line(key: &Listed) -> String {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    let used = key.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {at:.0}"));
    let state = key.revoked_at.map_or(used, |at| format!("revoked {at:.0}"));
    format!(
        "{}…  {}  {}  made {:.0} by {}, {state}",
        key.prefix,
        key.source,
        scopes.join(","),
        key.made_at,
        key.made_by
    )
}

/// On the command line there is no form: what is wrong stands in one line.
fn spelled_out(error: Error) -> Error {
    match error {
        Error::Refused(mut refusal) if !refusal.fields.is_empty() => {
            let wrong: Vec<String> = refusal.fields.drain(..).map(|field| field.message).collect();
            refusal.message = wrong.join(". ");
            Error::Refused(refusal)
        }
        other => other,
    }
}
