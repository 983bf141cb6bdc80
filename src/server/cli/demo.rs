//! `laurel demo`: a program that is alive at once.

use clap::Args;

use crate::server::{
    context::Context,
    demo::{self, Holds, SIGN_INS},
    error::Result,
};

/// Load a demonstration program into an empty database, then end.
///
/// It is a fictional shop with a year of members, purchases and redemptions, the same every time. `laurel
/// serve --demo` loads it and starts the server.
#[derive(Debug, Args)]
pub struct Demo {}

impl Demo {
    pub async fn run(self, context: &Context) -> Result<()> {
        load(context).await?;
        eprintln!("Start it with `laurel serve --demo`.");
        Ok(())
    }
}

/// Loads the demonstration, unless it is there already.
pub async fn load_unless_loaded(context: &Context) -> Result<()> {
    match demo::holds(context).await? {
        Holds::TheDemonstration => Ok(()),
        _ => load(context).await,
    }
}

/// Tells where the demonstration is, and whom to be there.
pub fn invite(context: &Context) {
    println!("\nJuniper & Rye is open at {}", context.config.public_url());
    for sign_in in SIGN_INS {
        let (name, role) = (sign_in.name, sign_in.role);
        println!("  Sign in as {name} ({role}): {} with the password {}", sign_in.email, sign_in.password);
    }
    println!();
}

/// Loads the demonstration, telling the terminal what is being done.
pub async fn load(context: &Context) -> Result<()> {
    let begun = std::time::Instant::now();
    demo::load(context, &mut |line| eprintln!("{line}")).await?;
    eprintln!("Loaded in {} seconds.", begun.elapsed().as_secs().max(1));
    Ok(())
}
