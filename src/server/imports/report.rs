//! The report of rows that could not be imported: a table of line, reason and row, to look them up in the
//! file.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use crate::{
    domain::{import::purchases::Reject, refusal::Code},
    server::{
        error::{Error, Result},
        exports::cells::harmless,
    },
};

const HEADER: [&str; 3] = ["line", "reason", "row"];

/// The report as one text.
pub fn csv(rejects: &[Reject]) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER).map_err(Error::broken)?;
    write(&mut writer, rejects)?;
    writer.into_inner().map_err(|error| Error::broken(error.into_error()))
}

/// A report that begins with its first reject: without any, there is no file.
pub struct Report {
    path: PathBuf,
    writer: Option<csv::Writer<BufWriter<File>>>,
}

impl Report {
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path, writer: None }
    }

    pub fn add(&mut self, rejects: &[Reject]) -> Result<()> {
        if rejects.is_empty() {
            return Ok(());
        }
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                let file = File::create(&self.path).map_err(|error| self::cant_write(&self.path, &error))?;
                let mut writer = csv::Writer::from_writer(BufWriter::new(file));
                writer.write_record(HEADER).map_err(Error::broken)?;
                none.insert(writer)
            }
        };
        write(writer, rejects)?;
        writer.flush()?;
        Ok(())
    }

    /// Where the report lies, if there is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.writer.as_ref().map(|_| self.path.as_path())
    }
}

fn write<W: Write>(writer: &mut csv::Writer<W>, rejects: &[Reject]) -> Result<()> {
    for reject in rejects {
        let line = reject.origin.line.to_string();
        writer
            .write_record([&line, &reject.reason, &harmless(&reject.origin.text)])
            .map_err(Error::broken)?;
    }
    Ok(())
}

fn cant_write(path: &Path, error: &std::io::Error) -> Error {
    let message =
        format!("The report {} can't be written: {error}. Choose a place with --report.", path.display());
    Error::refused(Code::Invalid, message)
}
