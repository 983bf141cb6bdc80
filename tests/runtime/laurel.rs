//! The binary under test, in a data directory of its own that is removed afterwards, whatever happens.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

const BINARY: &str = env!("CARGO_BIN_EXE_laurel");
/// A machine that compiles on every core needs this long for what else takes two seconds.
const PATIENCE: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(50);

/// A data directory.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = PathBuf::from(format!("/tmp/laurel-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).expect("a folder");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn cluster(&self) -> PathBuf {
        self.0.join("postgres")
    }

    /// The process of its Postgres, if it runs or was killed.
    pub fn postmaster(&self) -> Option<u32> {
        fs::read_to_string(self.cluster().join("postmaster.pid")).ok()?.lines().next()?.parse().ok()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Some(pid) = self.postmaster().filter(|pid| *pid != std::process::id()) {
            signal(pid, "QUIT");
            wait_until_dead(pid);
        }
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The binary with none of the settings of whoever runs the tests.
pub fn command(folder: &Folder) -> Command {
    let mut command = Command::new(BINARY);
    for (name, _) in std::env::vars_os() {
        if name == "DATABASE_URL" || name.to_string_lossy().starts_with("LAUREL_") {
            command.env_remove(name);
        }
    }
    command.env("LAUREL_DATA_DIR", folder.path());
    command
}

/// The same as a user without rights; none where that can't be tried: not being root, or with a binary out of
/// reach.
pub fn command_as_nobody(folder: &Folder) -> Option<Command> {
    const NOBODY: u32 = 65534;
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    chown(folder.path(), Some(NOBODY), Some(NOBODY)).expect("root may");
    let mut command = command(folder);
    command.uid(NOBODY).gid(NOBODY).current_dir("/");
    let reached = command.arg("--version").output().is_ok_and(|tried| tried.status.success());
    reached.then(|| {
        let mut command = self::command(folder);
        command.uid(NOBODY).gid(NOBODY).current_dir("/");
        command
    })
}

pub fn run(folder: &Folder, arguments: &[&str]) -> Output {
    command(folder).args(arguments).output().expect("it runs")
}

/// An address that nobody listens on at this moment.
pub fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").to_string()
}

/// A running server.
pub struct Laurel {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
}

impl Laurel {
    /// A server that answers.
    pub async fn serve(folder: &Folder) -> Self {
        let server = Self::start(folder, "serve");
        server.ready().await;
        server
    }

    pub fn start(folder: &Folder, subcommand: &str) -> Self {
        let address = free_address();
        let mut command = command(folder);
        command.args([subcommand, "--addr", &address]).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let log = Arc::new(Mutex::new(String::new()));
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let written = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let mut log = written.lock().expect("a log");
                log.push_str(&line);
                log.push('\n');
            }
        });
        Self { child, address, log }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub async fn ready(&self) {
        let url = format!("{}/readyz", self.url());
        let since = Instant::now();
        while !reqwest::get(&url).await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(since.elapsed() < PATIENCE, "never ready:\n{}", self.log());
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits for a sentence in the log.
    pub async fn until(&self, sentence: &str) {
        let since = Instant::now();
        while !self.log().contains(sentence) {
            assert!(since.elapsed() < PATIENCE, "never said `{sentence}`:\n{}", self.log());
            tokio::time::sleep(POLL).await;
        }
    }

    fn log(&self) -> String {
        self.log.lock().expect("a log").clone()
    }

    /// Asks it to stop; true when it ended with success.
    pub fn stop(mut self) -> bool {
        signal(self.pid(), "TERM");
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.success();
            }
            assert!(since.elapsed() < PATIENCE, "does not stop:\n{}", self.log());
            std::thread::sleep(POLL);
        }
    }

    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }
}

impl Drop for Laurel {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

pub fn signal(pid: u32, name: &str) {
    let _ = Command::new("kill").args(["-s", name, &pid.to_string()]).stderr(Stdio::null()).status();
}

/// A process that ended but was not waited for is not alive.
pub fn is_alive(pid: u32) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().expect("ps");
    let state = String::from_utf8_lossy(&state.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

fn wait_until_dead(pid: u32) {
    let since = Instant::now();
    while is_alive(pid) && since.elapsed() < PATIENCE {
        std::thread::sleep(POLL);
    }
}
