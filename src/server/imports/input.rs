//! Opens a file of purchases: plain or gzip, a path or standard input, UTF-8 or Windows-1252. What is no
//! table is refused before anything is read from it.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::read::MultiGzDecoder;

use crate::{
    domain::{
        import::{
            shown,
            table::{self, Line, Records},
        },
        refusal::Code,
    },
    server::error::{Error, Result},
};

const BUFFER_BYTES: usize = 128 * 1024;
/// The longest line. Whatever is longer is no row of a table.
const LINE_BYTES: usize = 64 * 1024;
/// How much of the beginning tells what kind of file it is.
const LOOK_BYTES: usize = 8 * 1024;
const MAX_COLUMNS: usize = 500;

/// Where the rows come from.
#[derive(Debug, Clone)]
pub enum Input {
    File(PathBuf),
    StandardInput,
}

/// A table that was opened: its header was read, its rows were not.
pub struct Table {
    pub header: Vec<String>,
    pub records: Records<Lines>,
    pub gauge: Gauge,
}

/// How far the reading is, and whether it ended before the file did.
#[derive(Debug, Clone, Default)]
pub struct Gauge {
    bytes: Arc<AtomicU64>,
    failure: Arc<Mutex<Option<io::Error>>>,
}

impl Gauge {
    /// Bytes of the file that were read, compressed where it is compressed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Refuses the file when it could not be read to its end.
    pub fn check(&self) -> Result<()> {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.map_or(Ok(()), |error| Err(damaged(&error)))
    }
}

/// Opens a table.
///
/// Refused: a file that is not there, is empty, or is no table.
pub fn open(input: &Input) -> Result<Table> {
    let gauge = Gauge::default();
    let raw: Box<dyn Read + Send> = match input {
        Input::StandardInput => Box::new(io::stdin()),
        Input::File(path) => Box::new(File::open(path).map_err(|error| {
            let message = format!("{} can't be opened: {error}.", path.display());
            Error::refused(Code::UnreadableFile, message)
        })?),
    };
    let counted = Counted { raw, bytes: gauge.bytes.clone() };
    let mut reader = BufReader::with_capacity(BUFFER_BYTES, counted);
    let compressed = reader.fill_buf().map_err(|error| damaged(&error))?.starts_with(&[0x1f, 0x8b]);
    let text: Box<dyn Read + Send> =
        if compressed { Box::new(MultiGzDecoder::new(reader)) } else { Box::new(reader) };
    let mut text = BufReader::with_capacity(BUFFER_BYTES, text);
    let head = text.fill_buf().map_err(|error| damaged(&error))?;
    let head = &head[..head.len().min(LOOK_BYTES)];
    if let Some(message) = no_table(head) {
        return Err(Error::refused(Code::UnreadableFile, message));
    }
    let (end, bom) = (line_end(head), head.starts_with(b"\xef\xbb\xbf"));
    if bom {
        text.consume(3);
    }
    let lines = Lines { text, end, number: 0, failure: gauge.failure.clone() };
    with_header(lines, gauge)
}

fn with_header(mut lines: Lines, gauge: Gauge) -> Result<Table> {
    let first = lines.find(|line| !line.text.trim().is_empty());
    gauge.check()?;
    let Some(first) = first else { return refused("The file has nothing but empty lines.") };
    let Some(delimiter) = table::delimiter(&first.text) else {
        let message = format!(
            "The file is no table: its first line, {}, should name columns with commas, semicolons or \
             tabs between.",
            shown(first.text.trim())
        );
        return refused(message);
    };
    let mut header = Vec::new();
    if first.cut || !table::split(&first.text, delimiter, &mut header) || header.len() > MAX_COLUMNS {
        return refused(
            "The first line does not name the columns: it is too long or has an open quotation mark.",
        );
    }
    let records = Records::new(lines, delimiter, header.len());
    Ok(Table { header, records, gauge })
}

fn refused(message: impl Into<String>) -> Result<Table> {
    Err(Error::refused(Code::UnreadableFile, message))
}

fn damaged(error: &io::Error) -> Error {
    let message = match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            "The compressed file is damaged or ends too early.".to_owned()
        }
        io::ErrorKind::IsADirectory => "This is a folder, not a file.".to_owned(),
        _ => format!("The file can't be read: {error}."),
    };
    Error::refused(Code::UnreadableFile, message)
}

/// What the beginning of a file says about what it is, when it is no table of text.
fn no_table(head: &[u8]) -> Option<String> {
    let magic = |sign: &[u8]| head.starts_with(sign);
    let start = String::from_utf8_lossy(&head[..head.len().min(64)]).trim_start().to_lowercase();
    let what = if head.is_empty() {
        return Some("The file is empty.".to_owned());
    } else if magic(b"PK\x03\x04") || magic(b"\xd0\xcf\x11\xe0") {
        "The file is a workbook or an archive"
    } else if magic(b"%PDF") {
        "The file is a PDF"
    } else if magic(b"\xff\xfe") || magic(b"\xfe\xff") {
        "The file is text in UTF-16"
    } else if start.starts_with("<!doctype") || start.starts_with("<html") || start.starts_with("<?xml") {
        "The file is a web page or XML"
    } else if start.starts_with('{') || start.starts_with('[') {
        "The file is JSON"
    } else if head.contains(&0) {
        "The file is not text"
    } else {
        return None;
    };
    Some(format!("{what}. Save the table as CSV (UTF-8) and import that."))
}

/// Old programs end lines with a carriage return alone.
fn line_end(head: &[u8]) -> u8 {
    if !head.contains(&b'\n') && head.contains(&b'\r') { b'\r' } else { b'\n' }
}

struct Counted<R> {
    raw: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.raw.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The lines of a file. They end where it can't be read any further; the gauge then tells why.
pub struct Lines {
    text: BufReader<Box<dyn Read + Send>>,
    end: u8,
    number: u64,
    failure: Arc<Mutex<Option<io::Error>>>,
}

impl Iterator for Lines {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        match self.line() {
            Ok(line) => line,
            Err(error) => {
                *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                None
            }
        }
    }
}

impl Lines {
    fn line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut limited = (&mut self.text).take(LINE_BYTES as u64);
        if limited.read_until(self.end, &mut bytes)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let cut = !bytes.ends_with(&[self.end]) && bytes.len() == LINE_BYTES && self.skip_rest()?;
        if bytes.ends_with(&[self.end]) {
            bytes.pop();
        }
        if bytes.ends_with(b"\r") {
            bytes.pop();
        }
        let text = String::from_utf8(bytes).unwrap_or_else(|error| windows_1252(error.as_bytes()));
        Ok(Some(Line { number: self.number, text, cut }))
    }

    /// Leaves the rest of a line that is too long; false when it has none.
    fn skip_rest(&mut self) -> io::Result<bool> {
        let mut any = false;
        loop {
            let buffer = self.text.fill_buf()?;
            if buffer.is_empty() {
                return Ok(any);
            }
            any = true;
            let end = buffer.iter().position(|byte| *byte == self.end);
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.text.consume(used);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

/// A line that is not UTF-8 is in the old encoding of Western Europe; every byte of that is a character.
fn windows_1252(bytes: &[u8]) -> String {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let decode = |byte: &u8| match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        other => char::from(*other),
    };
    bytes.iter().map(decode).collect()
}
