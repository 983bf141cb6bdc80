//! Lines of text as rows of cells. A broken row costs that row: reading goes on with the next line, and
//! memory is bounded even where a quotation mark is never closed.

use std::collections::VecDeque;

/// How many lines a row may take (cells in quotation marks may hold line breaks), and how many bytes.
const ROW_LINES: usize = 50;
const ROW_BYTES: usize = 64 * 1024;
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// One physical line, without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// 1 is the first of the file.
    pub number: u64,
    pub text: String,
    /// It was longer than a line may be; the text is its beginning.
    pub cut: bool,
}

/// One row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The line on which it begins.
    pub line: u64,
    /// As it stands in the file.
    pub text: String,
    /// Its cells, or why there are none.
    pub cells: Result<Vec<String>, String>,
}

/// The delimiter that the header speaks for: the one that it has most of. `None`: it has none.
#[must_use]
pub fn delimiter(header: &str) -> Option<char> {
    let count = |delimiter: char| {
        let mut cells = Vec::new();
        split(header, delimiter, &mut cells);
        cells.len().saturating_sub(1)
    };
    let counts = DELIMITERS.map(|delimiter| (count(delimiter), delimiter));
    // The first of equals: a comma before the rarer ones.
    let (most, delimiter) = counts.into_iter().rev().max_by_key(|(count, _)| *count)?;
    (most > 0).then_some(delimiter)
}

/// Cuts a line at the delimiter; cells in quotation marks may hold it, doubled marks are one. False: a mark
/// is still open.
pub fn split(line: &str, delimiter: char, cells: &mut Vec<String>) -> bool {
    cells.clear();
    let mut rest = line;
    loop {
        let mut cell = String::new();
        let mut quoted = rest.strip_prefix('"');
        while let Some(inside) = quoted {
            let Some(end) = inside.find('"') else { return false };
            cell.push_str(&inside[..end]);
            rest = &inside[end + 1..];
            quoted = rest.strip_prefix('"');
            if quoted.is_some() {
                cell.push('"');
            }
        }
        let end = rest.find(delimiter);
        cell.push_str(&rest[..end.unwrap_or(rest.len())]);
        cells.push(cell);
        let Some(end) = end else { return true };
        rest = &rest[end + delimiter.len_utf8()..];
    }
}

/// The rows of a file, after its header.
pub struct Records<L> {
    lines: L,
    /// Lines that were read ahead for a row that then turned out to be broken.
    ahead: VecDeque<Line>,
    delimiter: char,
    width: usize,
}

impl<L: Iterator<Item = Line>> Records<L> {
    pub fn new(lines: L, delimiter: char, width: usize) -> Self {
        Self { lines, ahead: VecDeque::new(), delimiter, width }
    }

    fn next_line(&mut self) -> Option<Line> {
        self.ahead.pop_front().or_else(|| self.lines.next())
    }

    /// The row that begins with this line. `None`: nothing stands in it.
    fn record(&mut self, first: Line) -> Option<Record> {
        let broken = |reason: &str, first: Line| {
            Some(Record { line: first.number, text: first.text, cells: Err(reason.to_owned()) })
        };
        if first.cut {
            return broken("The line is too long to be a row", first);
        }
        let mut cells = Vec::new();
        if split(&first.text, self.delimiter, &mut cells) {
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                return None;
            }
            let cells = self.fitting(cells);
            return Some(Record { line: first.number, text: first.text, cells });
        }
        match self.join(&first) {
            Some((text, cells)) => Some(Record { line: first.number, text, cells: Ok(cells) }),
            None => broken("A quotation mark is opened in this row and not closed", first),
        }
    }

    /// A row over several lines. When none comes of it, the lines that were read for it are read again,
    /// each for itself.
    fn join(&mut self, first: &Line) -> Option<(String, Vec<String>)> {
        let mut text = first.text.clone();
        let mut taken = VecDeque::new();
        let mut cells = Vec::new();
        while taken.len() + 1 < ROW_LINES && text.len() < ROW_BYTES {
            let Some(line) = self.next_line() else { break };
            text.push('\n');
            text.push_str(&line.text);
            let whole = !line.cut && split(&text, self.delimiter, &mut cells);
            let cut = line.cut;
            taken.push_back(line);
            if whole {
                match self.fitting(std::mem::take(&mut cells)) {
                    Ok(cells) => return Some((text, cells)),
                    Err(_) => break,
                }
            }
            if cut {
                break;
            }
        }
        taken.append(&mut self.ahead);
        self.ahead = taken;
        None
    }

    /// As many cells as the header has; empty ones at the end may be too many.
    fn fitting(&self, mut cells: Vec<String>) -> Result<Vec<String>, String> {
        while cells.len() > self.width && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        if cells.len() == self.width {
            return Ok(cells);
        }
        let count = cells.len();
        let cells = if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") };
        let hint =
            if count > self.width { ": is a delimiter inside a cell without quotation marks?" } else { "" };
        Err(format!("The row has {cells}, the header {}{hint}", self.width))
    }
}

impl<L: Iterator<Item = Line>> Iterator for Records<L> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            let line = self.next_line()?;
            if let Some(record) = self.record(line) {
                return Some(record);
            }
        }
    }
}
