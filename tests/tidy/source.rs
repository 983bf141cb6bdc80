//! Reads the tree as text: files, and Rust source with its comments and strings blanked out, so that the
//! walls see code only.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One file of the tree.
pub struct Source {
    /// From the root of the repository, with `/` on every system.
    pub path: String,
    pub text: String,
    /// The same text with comments, strings and characters blanked; lines and columns stay where they were.
    pub code: String,
    /// Whether it is a test: those may be longer, and may ask the database directly.
    pub is_test: bool,
}

/// A block of code that has a limit: where it starts, how it is called and how many lines it takes.
pub struct Block {
    pub line: usize,
    pub name: String,
    pub lines: usize,
}

pub fn root() -> PathBuf {
    std::env::var("CARGO_MANIFEST_DIR").map_or_else(|_| PathBuf::from("."), PathBuf::from)
}

/// Every file below `folders` that ends in `extension`, sorted by path. What is built or installed is not
/// ours.
pub fn files(folders: &[&str], extension: &str) -> Vec<Source> {
    let root = root();
    let mut paths = Vec::new();
    for folder in folders {
        walk(&root.join(folder), extension, &mut paths);
    }
    paths.sort();
    paths.iter().map(|path| Source::read(&root, path)).collect()
}

fn walk(path: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    if path.is_file() {
        found.push(path.to_owned());
        return;
    }
    let Ok(entries) = fs::read_dir(path) else { return };
    for entry in entries.filter_map(Result::ok) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let not_ours = ["node_modules", "target", "data"].contains(&name.as_str()) || name.starts_with('.');
        if path.is_dir() && !not_ours {
            walk(&path, extension, found);
        } else if path.is_file() && path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

impl Source {
    fn read(root: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let code =
            if path.extension().is_some_and(|found| found == "rs") { code_of(&text) } else { String::new() };
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let is_test = name.starts_with("tests/") || path.ancestors().any(is_test_module);
        Self { path: name, text, code, is_test }
    }

    pub fn is_store(&self) -> bool {
        self.path.starts_with("src/server/")
            && (self.path.ends_with("/store.rs") || self.path.contains("/store/"))
    }

    pub fn line_at(&self, offset: usize) -> usize {
        self.text[..offset].matches('\n').count() + 1
    }

    /// The lines of code that hold `needle`, numbered from one.
    pub fn code_lines<'a>(&'a self, needle: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        self.code
            .lines()
            .enumerate()
            .filter(move |(_, line)| line.contains(needle))
            .map(|(i, line)| (i + 1, line))
    }

    /// Every function with a body.
    pub fn functions(&self) -> Vec<Block> {
        let mut found = Vec::new();
        for (at, _) in self.code.match_indices("fn ") {
            let before = self.code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let name: String =
                self.code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(open) = body_start(&self.code, at) else { continue };
            if !name.is_empty() {
                found.push(self.block(at, open, name));
            }
        }
        found
    }

    /// Every `view!`.
    pub fn views(&self) -> Vec<Block> {
        let starts = self.code.match_indices("view!").map(|(at, _)| at);
        starts
            .filter_map(|at| {
                let open = at + self.code[at..].find('{')?;
                Some(self.block(at, open, "view!".to_owned()))
            })
            .collect()
    }

    /// The code of the block that opens at `open`.
    pub fn body(&self, open: usize) -> &str {
        &self.code[open..closing(&self.code, open)]
    }

    fn block(&self, start: usize, open: usize, name: String) -> Block {
        let end = closing(&self.code, open);
        Block { line: self.line_at(start), name, lines: self.code[start..end].matches('\n').count() + 1 }
    }
}

/// Whether the parent module says `#[cfg(test)] mod this;`.
fn is_test_module(path: &Path) -> bool {
    let (Some(folder), Some(name)) = (path.parent(), path.file_stem()) else { return false };
    let declared = format!("#[cfg(test)]\nmod {};", name.to_string_lossy());
    fs::read_to_string(folder.with_extension("rs")).is_ok_and(|parent| parent.contains(&declared))
}

/// Where the body of the function at `at` opens, or none for a declaration without one.
fn body_start(code: &str, at: usize) -> Option<usize> {
    let mut depth = 0;
    for (offset, byte) in code.bytes().enumerate().skip(at) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(offset),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The offset just after the brace that closes the one at `open`.
pub fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (offset, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return offset + 1;
        }
    }
    code.len()
}

/// Blanks comments, strings and characters, byte for byte.
fn code_of(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => comment_end(bytes, at),
            b'"' => string_end(bytes, at),
            b'r' if !continues_a_word(bytes, at) => raw_string_end(bytes, at).unwrap_or(at),
            b'\'' => character_end(bytes, at).unwrap_or(at),
            _ => at,
        };
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8(out).unwrap_or_default()
}

fn continues_a_word(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    before.is_some_and(|before| before != b'b' && (before.is_ascii_alphanumeric() || before == b'_'))
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length)
}

fn comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
        } else {
            at += 1;
        }
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn raw_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let hashes = bytes[start + 1..].iter().take_while(|byte| **byte == b'#').count();
    let open = start + 1 + hashes;
    if bytes.get(open) != Some(&b'"') {
        return None;
    }
    let close = [b"\"".to_vec(), vec![b'#'; hashes]].concat();
    let length = bytes[open + 1..].windows(close.len()).position(|window| window == close)?;
    Some(open + 1 + length + close.len())
}

/// A character literal; a lifetime is none.
fn character_end(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start + 1) == Some(&b'\\') {
        let length = bytes[start + 3..].iter().take(10).position(|byte| *byte == b'\'')?;
        return Some(start + 3 + length + 1);
    }
    let first = std::str::from_utf8(&bytes[start + 1..(start + 5).min(bytes.len())]);
    let width = match first {
        Ok(text) => text.chars().next()?.len_utf8(),
        Err(error) if error.valid_up_to() > 0 => {
            let valid = &bytes[start + 1..start + 1 + error.valid_up_to()];
            std::str::from_utf8(valid).ok()?.chars().next()?.len_utf8()
        }
        Err(_) => return None,
    };
    (bytes.get(start + 1 + width) == Some(&b'\'')).then_some(start + width + 2)
}

#[test]
fn only_code_is_seen() {
    let text = "let a = \"fn x() {\"; // view! {\nlet b = r#\"{\"#; let c = '{';\n\
                fn d<'a>() {}\n/* /* */ { */ '\\'' 'é'";
    let code = code_of(text);
    assert_eq!(code.len(), text.len());
    assert_eq!(code.matches('{').count(), 1, "{code}");
    assert_eq!(code.matches("fn ").count(), 1, "{code}");
    assert!(code.contains("<'a>"), "{code}");
}
