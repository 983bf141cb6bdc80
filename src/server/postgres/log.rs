//! The log of Postgres: a file beside its data, with a cap.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Seek, SeekFrom},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::server::error::Result;

/// The log and the one before it may have this many bytes each.
const CAP: u64 = 10 * 1024 * 1024;

#[derive(Debug)]
pub struct Log {
    path: PathBuf,
}

impl Log {
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("postgres.log") }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opened to append, so that emptying it while Postgres writes leaves no hole.
    pub fn open(&self) -> Result<File> {
        self.keep_short()?;
        Ok(OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path)?)
    }

    /// Moves a log that has grown too long aside, without disturbing who writes it.
    pub fn keep_short(&self) -> Result<()> {
        let Ok(found) = fs::metadata(&self.path) else { return Ok(()) };
        if found.len() > CAP {
            fs::copy(&self.path, self.path.with_extension("log.1"))?;
            OpenOptions::new().write(true).open(&self.path)?.set_len(0)?;
        }
        Ok(())
    }

    /// The last lines that were written since `position`: why Postgres did not start.
    pub fn tail_from(&self, position: u64) -> String {
        let mut text = String::new();
        if let Ok(mut file) = File::open(&self.path) {
            let _ = file.seek(SeekFrom::Start(position));
            let _ = file.take(64 * 1024).read_to_string(&mut text);
        }
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }

    pub fn length(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |found| found.len())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_long_log_is_moved_aside_while_somebody_writes_it() {
        let folder = std::env::temp_dir().join(format!("laurel-log-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let log = Log::in_folder(&folder);
        let mut writer = log.open().expect("a log");
        writer.write_all(&vec![b'x'; 11 * 1024 * 1024]).expect("written");
        log.keep_short().expect("moved");
        writer.write_all(b"after\n").expect("written");
        assert_eq!(fs::read(log.path()).expect("the log"), b"after\n");
        assert_eq!(fs::metadata(folder.join("postgres.log.1")).expect("the old log").len(), 11 * 1024 * 1024);
        fs::remove_dir_all(folder).expect("removed");
    }
}
