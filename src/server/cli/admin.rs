//! `laurel admin`: the first staff account comes from the command line, because nobody is there to invite it.

use clap::{Args, Subcommand};

use crate::server::{context::Context, error::Result, identity::links};

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
}

impl Admin {
    pub async fn run(self, context: &Context) -> Result<()> {
        match self.command {
            Command::Create { email, name } => {
                let link = links::invite_staff(context, &email, &name).await?;
                println!("{link}");
                eprintln!("Open this link within 24 hours to choose the password. It works once.");
                let url = context.config.public_url();
                eprintln!("If the server answers elsewhere than at {url}, say so with --public-url.");
                Ok(())
            }
        }
    }
}
