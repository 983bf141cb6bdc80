//! `laurel serve`: the server, until it is asked to stop.

use std::net::SocketAddr;

use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::domain::refusal::Code;
use crate::server::{
    cli::demo,
    config::Config,
    context::Context,
    error::{Error, Result},
    http, imports, jobs, moments, timetable,
};

/// Start the server; Ctrl-C or SIGTERM stops it.
#[derive(Debug, Args)]
pub struct Serve {
    /// Show the demonstration program: into an empty database it is loaded first, which takes some seconds.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub async fn run(self, context: &Context, stop: &CancellationToken) -> Result<()> {
        let listener = listen(context.config.addr).await?;
        if self.demo {
            tokio::select! {
                loaded = demo::load_unless_loaded(context) => loaded?,
                () = stop.cancelled() => return Ok(()),
            }
            demo::invite(context);
        }
        let jobs = jobs::start(context, timetable::timetable());
        let imports = imports::jobs::start(context);
        let listening = tokio::spawn(moments::listening::listen(context.clone(), stop.clone()));
        http::serve(listener, context, stop).await;
        listening.await.map_err(Error::broken)?;
        jobs.finish().await;
        imports.finish().await;
        tracing::info!("Laurel has stopped");
        Ok(())
    }
}

/// Refuses an address that can't be had, before anything else is begun.
pub async fn check_address(config: &Config) -> Result<()> {
    listen(config.addr).await.map(drop)
}

async fn listen(addr: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(addr).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => "another program listens there".to_owned(),
            std::io::ErrorKind::PermissionDenied => "this user may not listen there".to_owned(),
            std::io::ErrorKind::AddrNotAvailable => "this machine does not have that address".to_owned(),
            _ => error.to_string(),
        };
        let message = format!("LAUREL_ADDR {addr} can't be used: {why}. Choose another with --addr.");
        Error::refused(Code::Invalid, message)
    })
}
