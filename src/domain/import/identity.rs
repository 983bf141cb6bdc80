//! The document id of a row that has none of its own: its content and its ordinal among identical rows of
//! the file. So the same file gives the same ids whenever it is read, and honest duplicates both count.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
    hash::{BuildHasherDefault, Hasher},
};

/// The hash of a row's content. The server brings one that is cryptographic.
pub type Digest = fn(&str) -> [u8; 32];

/// Parts of the set of rows that were seen: each grows by itself, so growing never doubles the whole.
const SHARDS: usize = 64;

/// Counts identical rows.
///
/// Only 8 bytes of each row's hash are kept, about 10 to 18 bytes a row with the table around them: some
/// 150 MB for ten million rows without ids; rows with an id or a basket cost nothing here. Should two
/// different rows ever share those 8 bytes (once in some 400,000 files of ten million rows), the second
/// gets ordinal 2 in place of 1, each time that the file is read: nothing is lost, because the id holds the
/// whole hash.
#[derive(Debug)]
pub struct Ordinals {
    seen: Vec<HashSet<u64, BuildHasherDefault<AsIs>>>,
    /// Those that came again, with the ordinal given last.
    again: HashMap<u64, u32>,
}

impl Default for Ordinals {
    fn default() -> Self {
        Self { seen: vec![HashSet::default(); SHARDS], again: HashMap::new() }
    }
}

impl Ordinals {
    /// The ordinal of a row with this hash: 1 for the first.
    pub fn next(&mut self, digest: &[u8; 32]) -> u32 {
        let key = digest.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        if self.seen[usize::from(digest[8]) % SHARDS].insert(key) {
            return 1;
        }
        let last = self.again.entry(key).or_insert(1);
        *last += 1;
        *last
    }
}

/// What makes a row itself: its cells, without the space around them. Not the delimiter, the quotation
/// marks or the encoding, so the same rows saved by another program are the same documents.
#[must_use]
pub fn content(cells: &[String]) -> String {
    let mut content = String::with_capacity(64);
    for cell in cells {
        content.push_str(cell.trim());
        content.push('\u{1f}');
    }
    content
}

#[must_use]
pub fn document_id(digest: &[u8; 32], ordinal: u32) -> String {
    let mut id = String::with_capacity(44);
    id.push_str("row-");
    for byte in &digest[..16] {
        let _ = write!(id, "{byte:02x}");
    }
    let _ = write!(id, "-{ordinal}");
    id
}

/// The keys are hashes already.
#[derive(Debug, Clone, Copy, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}
