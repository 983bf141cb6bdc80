//! `laurel admin`: the first staff account comes from the command line, because nobody is there to invite it.

use clap::{Args, Subcommand};

use crate::server::{
    context::Context,
    error::Result,
    staff::{self, StaffAccount},
};

/// Manage staff accounts.
#[derive(Debug, Args)]
pub struct Admin {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create a staff account and print a link, good once and for 24 hours, where its password is chosen.
    ///
    /// Run again for the same address, it prints a new link and the old one stops working.
    Create {
        /// The address that this person signs in with.
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// What the audit log calls them.
        #[arg(long, default_value = "Staff", value_name = "NAME")]
        name: String,
    },
    /// List everybody who has or had a staff account.
    List,
    /// End a staff account at once, with its sessions and links; what was done under its name stays recorded.
    ///
    /// `create` for the same address brings it back, with a new password.
    Remove {
        /// The address that this person signs in with.
        #[arg(long, value_name = "ADDRESS")]
        email: String,
    },
}

impl Admin {
    pub async fn run(self, context: &Context) -> Result<()> {
        match self.command {
            Command::Create { email, name } => {
                let link = staff::invite(context, &email, &name).await?;
                println!("{link}");
                eprintln!("Open this link within 24 hours to choose the password. It works once.");
                let url = context.config.public_url();
                eprintln!("If the server answers elsewhere than at {url}, say so with --public-url.");
            }
            Command::List => {
                for account in staff::list(context).await? {
                    println!("{}", line(&account));
                }
            }
            Command::Remove { email } => {
                println!("{}", line(&staff::remove(context, &email).await?));
            }
        }
        Ok(())
    }
}

fn line(account: &StaffAccount) -> String {
    let StaffAccount { email, name, created_at, has_password, removed_at, .. } = account;
    let state = match removed_at {
        Some(at) => format!("removed {at:.0}"),
        None if *has_password => "can sign in".to_owned(),
        None => "has chosen no password yet".to_owned(),
    };
    format!("{email}  {name}  made {created_at:.0}, {state}")
}
