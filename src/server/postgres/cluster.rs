//! The cluster itself: made once, configured at each start. Its configuration stands outside of its data, so
//! that the data stay Postgres' own.

use std::{
    fmt::Write,
    fs::{self, DirBuilder},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use tracing::info;

use super::{
    binaries::{self, Binaries},
    home::Home,
    launch, told,
};
use crate::server::error::Result;

/// The port only names the socket: Postgres does not listen on the network.
pub const PORT: u16 = 5432;

/// A cluster that is ready to be started.
#[derive(Debug)]
pub struct Cluster {
    pub home: Home,
    pub binaries: Binaries,
    pub data: PathBuf,
    pub socket: PathBuf,
    pub configuration: PathBuf,
}

/// Sizes for a small machine; commits wait for the disk. Addresses, sockets and paths are added.
const SETTINGS: &str = "\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 64
shared_buffers = 64MB
work_mem = 8MB
maintenance_work_mem = 64MB
effective_cache_size = 512MB
max_wal_size = 1GB
wal_compression = on
wal_level = minimal
max_wal_senders = 0
max_logical_replication_workers = 0
fsync = on
synchronous_commit = on
full_page_writes = on
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
autovacuum_max_workers = 2
autovacuum_naptime = 10s
password_encryption = scram-sha-256
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
cluster_name = 'laurel'
log_line_prefix = '%m [%p] '
# Laurel reports failed statements itself, without the personal data that stand in them.
log_min_messages = log
log_error_verbosity = terse
log_checkpoints = off
";

impl Cluster {
    /// Finds the programs, makes the cluster if there is none, and writes its configuration.
    pub async fn prepare(home: Home, bin: Option<&Path>) -> Result<Self> {
        let data = home.cluster();
        let written_by = fs::read_to_string(data.join("PG_VERSION")).ok();
        let wanted = written_by.and_then(|version| version.trim().parse().ok());
        let binaries = binaries::find(bin, wanted).await?;
        let socket = home.socket_folder();
        home.make_private(&socket)?;
        let configuration = home.folder.join("postgres.conf.d");
        let cluster = Self { home, binaries, data, socket, configuration };
        if wanted.is_none() {
            cluster.make().await?;
        }
        cluster.configure().await?;
        Ok(cluster)
    }

    /// Made aside and renamed, so that an interrupted start leaves nothing that looks whole.
    async fn make(&self) -> Result<()> {
        if self.data.exists() {
            let message =
                format!("{} holds no Postgres data. Move it away and start again.", self.data.display());
            return Err(told(message));
        }
        info!("Making a Postgres {} cluster in {}", self.binaries.major, self.data.display());
        let mut complaint = String::new();
        for locale in locales(self.binaries.major) {
            match self.initialise(locale).await? {
                None => return Ok(()),
                Some(stderr) => complaint = stderr,
            }
        }
        Err(told(format!("The Postgres cluster can't be made: {}", complaint.trim())))
    }

    /// One attempt; what it complained of, if it failed.
    async fn initialise(&self, locale: &[&str]) -> Result<Option<String>> {
        let aside = self.data.with_extension("new");
        if aside.exists() {
            fs::remove_dir_all(&aside)?;
        }
        self.home.make_private(&aside)?;
        let initdb = self.binaries.folder.join("initdb");
        let output = launch::as_account(&initdb, self.home.account.as_ref())
            .arg("--pgdata")
            .arg(&aside)
            .args(["--username=postgres", "--encoding=UTF8", "--auth=peer", "--data-checksums"])
            .args(locale)
            .output()
            .await?;
        if output.status.success() {
            fs::rename(&aside, &self.data)?;
            return Ok(None);
        }
        fs::remove_dir_all(&aside)?;
        Ok(Some(String::from_utf8_lossy(&output.stderr).into_owned()))
    }

    async fn configure(&self) -> Result<()> {
        DirBuilder::new().recursive(true).mode(0o755).create(&self.configuration)?;
        let own = self.home.folder.join("postgres.conf");
        let mut settings = format!(
            "# Written by Laurel at each start. Your own settings belong into {}, which is read \
             last.\n{SETTINGS}",
            own.display()
        );
        for (name, path) in [
            ("unix_socket_directories", self.socket.clone()),
            ("hba_file", self.configuration.join("pg_hba.conf")),
            ("ident_file", self.configuration.join("pg_ident.conf")),
        ] {
            let _ = writeln!(settings, "{name} = {}", quoted(&path));
        }
        if own.exists() {
            let _ = writeln!(settings, "include {}", quoted(&own));
        }
        fs::write(self.settings_file(), settings)?;
        fs::write(self.configuration.join("pg_hba.conf"), "local all all peer map=laurel\n")?;
        fs::write(self.configuration.join("pg_ident.conf"), self.who_may_come().await)?;
        Ok(())
    }

    pub fn settings_file(&self) -> PathBuf {
        self.configuration.join("postgresql.conf")
    }

    /// The users of this machine that the socket knows: whoever starts Laurel, Postgres' user, and root.
    async fn who_may_come(&self) -> String {
        let mut users = vec!["root".to_owned()];
        users.extend(launch::own_name().await);
        users.extend(self.home.account.as_ref().map(|account| account.name.clone()));
        users.sort();
        users.dedup();
        users.iter().fold(String::new(), |mut text, user| {
            let _ = writeln!(text, "laurel \"{user}\" laurel\nlaurel \"{user}\" postgres");
            text
        })
    }
}

/// How to ask for sorting by code point with UTF-8's letters; the last is what every system has.
fn locales(major: u32) -> &'static [&'static [&'static str]] {
    const BUILT_IN: &[&str] = &["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
    const SYSTEMS: &[&str] = &["--locale=C.UTF-8"];
    const PLAIN: &[&str] = &["--locale=C"];
    if major >= 17 { &[BUILT_IN, SYSTEMS, PLAIN] } else { &[SYSTEMS, PLAIN] }
}

/// A path as Postgres' configuration wants it.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\\', "\\\\").replace('\'', "''"))
}
