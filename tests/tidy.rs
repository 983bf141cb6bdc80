//! The rules of the house, held as tests: who may import whom, where SQL stands, how long things grow.
//!
//! Only the standard library is used and no database; `make tidy` runs these alone in a second or two. A
//! broken rule is told with its file and line, and with what to do about it.

#[path = "tidy/imports.rs"]
mod imports;
#[path = "tidy/source.rs"]
mod source;

use std::{collections::HashMap, fmt::Write, fs, path::Path};

use source::{Source, files, root};

/// The gate to the server, two of failures on the wire, and what the preview leaves out.
const CFG_BUDGET: usize = 7;
const FILE_LINES: usize = 400;
const TEST_FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 70;
const VIEW_LINES: usize = 60;
const LINE_WIDTH: usize = 110;
const VAGUE_NAMES: [&str; 7] = ["utils", "common", "helpers", "shared", "core", "manager", "types"];
const RUST: [&str; 4] = ["src", "tests", "benches", "build.rs"];

/// Fails with every breach at once, so that one run tells all there is to do.
fn hold(rule: &str, breaches: &[String]) {
    let mut report = String::new();
    for breach in breaches {
        let _ = writeln!(report, "  {breach}");
    }
    assert!(breaches.is_empty(), "{rule}\n{report}");
}

fn rust() -> Vec<Source> {
    files(&RUST, "rs")
}

fn breach(file: &Source, line: usize, advice: impl std::fmt::Display) -> String {
    format!("{}:{line}: {advice}", file.path)
}

/// A breach for each line of code in `among` that holds `needle`.
fn banned(among: &[Source], needle: &str, advice: &str) -> Vec<String> {
    among
        .iter()
        .flat_map(|file| file.code_lines(needle).map(move |(line, _)| breach(file, line, advice)))
        .collect()
}

#[test]
fn arrows_go_one_way() {
    hold("Who may import whom (docs/ARCHITECTURE.md):", &imports::breaches(&rust()));
}

#[test]
fn sql_stands_in_stores() {
    let mut breaches = Vec::new();
    for file in rust().iter().filter(|file| !file.is_test) {
        for (line, _) in file.code_lines("pub mod store").chain(file.code_lines(") mod store")) {
            breaches.push(breach(file, line, "a store is private to its noun: `mod store;`"));
        }
        for (line, _) in file.code_lines("::store::").filter(|(_, code)| names_a_store(code)) {
            breaches.push(breach(file, line, "a store is private to its noun: use a verb"));
        }
        if !file.is_store() {
            for (line, _) in file.code_lines("sqlx::query") {
                breaches.push(breach(file, line, "move the statement to this noun's `store.rs`"));
            }
            continue;
        }
        for opener in [".begin()", "PgPool"] {
            for (line, _) in file.code_lines(opener) {
                breaches.push(breach(
                    file,
                    line,
                    "a store takes `&mut PgConnection`; its verb opens the transaction",
                ));
            }
        }
    }
    hold("SQL stands in src/server/**/store.rs only:", &breaches);
}

/// `rules::store::program` names the store of another noun; `self::store::` and `super::store::` do not.
fn names_a_store(code: &str) -> bool {
    code.match_indices("::store::").any(|(at, _)| {
        let noun = code[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        !["self", "super"].contains(&noun)
    })
}

/// Two of one name are one in the `OpenAPI` document, and every client that is made from it is wrong.
#[test]
fn shapes_of_the_api_have_names_of_their_own() {
    let files = files(&["src"], "rs");
    let mut seen = HashMap::new();
    let mut breaches = Vec::new();
    for file in &files {
        let mut lines = file.code.lines().enumerate();
        while let Some((_, line)) = lines.next() {
            if !(line.contains("derive(") && line.contains("ToSchema")) {
                continue;
            }
            let shape = |line: &str| {
                let name = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
                Some(name.split(|c: char| !c.is_alphanumeric()).next()?.to_owned())
            };
            let Some((index, name)) = lines.find_map(|(index, line)| Some((index, shape(line)?))) else {
                break;
            };
            if let Some(other) = seen.insert(name.clone(), &file.path) {
                breaches.push(breach(file, index + 1, format!("{other} has a shape {name}, too")));
            }
        }
    }
    hold("Every shape of the API has a name of its own:", &breaches);
}

#[test]
fn sql_is_lower_case() {
    let keywords =
        ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", " WHERE ", "CREATE TABLE", "ALTER TABLE"];
    let mut breaches = Vec::new();
    let stores = rust().into_iter().filter(Source::is_store);
    for file in stores.chain(files(&["migrations", "src"], "sql")) {
        for (index, line) in file.text.lines().enumerate() {
            if keywords.iter().any(|keyword| line.contains(keyword)) {
                breaches.push(breach(&file, index + 1, "write SQL in lower case"));
            }
        }
    }
    hold("SQL is lower case:", &breaches);
}

#[test]
fn one_gate_between_the_worlds() {
    let files = files(&["src"], "rs");
    let lines: Vec<String> = files
        .iter()
        .flat_map(|file| {
            file.code_lines("feature =")
                .map(move |(line, _)| breach(file, line, "what runs on the server lives under src/server"))
        })
        .collect();
    let over = if lines.len() > CFG_BUDGET { lines } else { Vec::new() };
    hold(&format!("At most {CFG_BUDGET} lines of cfg(feature = …) in the crate:"), &over);
}

#[test]
fn nothing_grows_too_long() {
    let mut breaches = Vec::new();
    for file in rust().iter().chain(&files(&["end2end"], "ts")) {
        let limit = if file.is_test { TEST_FILE_LINES } else { FILE_LINES };
        let lines = file.text.lines().count();
        if lines > limit {
            breaches.push(breach(
                file,
                lines,
                format!("{lines} lines; split it by thought, the limit is {limit}"),
            ));
        }
        for block in file.functions() {
            if block.lines > FUNCTION_LINES {
                let advice =
                    format!("`{}` takes {} lines; the limit is {FUNCTION_LINES}", block.name, block.lines);
                breaches.push(breach(file, block.line, advice));
            }
        }
        for block in file.views() {
            if block.lines > VIEW_LINES {
                let advice = format!(
                    "this view takes {} lines; draw its parts apart, the limit is {VIEW_LINES}",
                    block.lines
                );
                breaches.push(breach(file, block.line, advice));
            }
        }
        breaches.extend(too_wide(file));
    }
    hold("Small, and measured:", &breaches);
}

fn too_wide(file: &Source) -> Vec<String> {
    let mut breaches = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let width = line.chars().count();
        // The numbers of a drawing make one long word.
        let drawn = file.path.starts_with("src/ui/emblems/") && line.contains("r#");
        if width > LINE_WIDTH && !drawn {
            breaches.push(breach(
                file,
                index + 1,
                format!("{width} characters wide; the limit is {LINE_WIDTH}"),
            ));
        }
    }
    breaches
}

#[test]
fn files_say_why_they_exist() {
    let mut breaches = Vec::new();
    for file in rust() {
        if !file.text.starts_with("//! ") {
            breaches.push(breach(&file, 1, "begin with a `//!` line that says why this file exists"));
        }
    }
    for file in files(&["scripts"], "sh") {
        if !file.text.lines().nth(1).is_some_and(|line| line.starts_with("# ")) {
            breaches.push(breach(&file, 2, "say in a comment under `#!` what this script is for"));
        }
    }
    hold("Files are read from the top:", &breaches);
}

/// Numbers that no migration ever had; a landed one is never renamed.
const NEVER_USED: [u32; 7] = [14, 18, 19, 26, 27, 28, 29];

#[test]
fn migrations_go_forward() {
    let mut breaches = Vec::new();
    let mut before = 0;
    for file in files(&["migrations"], "sql") {
        if !file.text.starts_with("-- ") {
            breaches.push(breach(&file, 1, "the first line is a comment that says why"));
        }
        before += 1;
        while NEVER_USED.contains(&before) {
            before += 1;
        }
        if !file.path.starts_with(&format!("migrations/{before:04}_")) {
            breaches.push(breach(&file, 1, format!("should be called migrations/{before:04}_…")));
        }
    }
    hold("Migrations:", &breaches);
}

#[test]
fn views_have_no_inline_style_and_no_spelled_links() {
    let mut breaches = Vec::new();
    for file in files(&["src/ui", "src/app.rs"], "rs") {
        for (index, line) in file.text.lines().enumerate() {
            let code = file.code.lines().nth(index).unwrap_or_default();
            let styled = code.contains(" style=") || code.contains(" style:") && code.contains('=');
            if styled || line.contains("style=\"") || line.contains("style=\\\"") {
                breaches.push(breach(
                    &file,
                    index + 1,
                    "the content security policy forbids inline styles: use a class",
                ));
            }
            if line.contains("href=\"/") && file.path.starts_with("src/ui/") {
                breaches.push(breach(
                    &file,
                    index + 1,
                    "links come from `ui::href`, so that none is misspelt",
                ));
            }
        }
    }
    hold("Views:", &breaches);
}

#[test]
fn names_say_something() {
    let mut breaches = Vec::new();
    for file in rust() {
        let parts = file.path.trim_end_matches(".rs").split('/');
        for part in parts.filter(|part| VAGUE_NAMES.contains(part)) {
            breaches.push(breach(&file, 1, format!("`{part}` says nothing: name the noun")));
        }
    }
    hold("Module names:", &breaches);
}

#[test]
fn nothing_is_left_open_or_waved_through() {
    let ours: Vec<Source> = rust().into_iter().filter(|file| !file.path.starts_with("tests/tidy")).collect();
    let mut breaches = Vec::new();
    breaches.extend(banned(
        &ours,
        "[allow(",
        "use `#[expect(…, reason = \"…\")]`, which says why and tells when it is stale",
    ));
    breaches.extend(banned(
        &ours,
        "#[ignore",
        "a test that does not run proves nothing: mend it or take it out",
    ));
    breaches.extend(banned(&ours, "dbg!(", "take the print out"));
    breaches.extend(banned(&ours, "todo!(", "write it, or leave the feature out"));
    breaches.extend(banned(&ours, "unimplemented!(", "write it, or leave the feature out"));
    let written = files(&["end2end"], "ts")
        .into_iter()
        .chain(files(&["style"], "scss"))
        .chain(files(&["scripts"], "sh"));
    for file in ours.into_iter().chain(written).chain(files(&["src", "migrations"], "sql")) {
        for (index, line) in file.text.lines().enumerate() {
            let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).collect();
            if ["TODO", "FIXME", "XXX"].iter().any(|mark| words.contains(mark)) {
                breaches.push(breach(&file, index + 1, "do it now, or open an issue"));
            }
            if file.path.starts_with("end2end/") && (line.contains(".only(") || line.contains("test.skip(")) {
                breaches.push(breach(&file, index + 1, "every journey runs"));
            }
        }
    }
    hold("Nothing is left open:", &breaches);
}

#[test]
fn every_page_is_looked_at() {
    let routes = fs::read_to_string(root().join("end2end/support/routes.ts")).unwrap_or_default();
    let mut breaches = Vec::new();
    for file in files(&["src/app.rs"], "rs") {
        for (at, _) in file.text.match_indices("path!(\"") {
            let path = file.text[at + 7..].split('"').next().unwrap_or_default();
            if !routes.contains(&format!("path: \"{path}\"")) {
                breaches.push(breach(
                    &file,
                    file.line_at(at),
                    format!("add {path} to end2end/support/routes.ts"),
                ));
            }
        }
    }
    hold("Every page is opened by the journeys:", &breaches);
}

/// Promises are held by tests: each that the map names is there.
#[test]
fn every_promise_has_its_test() {
    let map = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap_or_default();
    let mut named = 0;
    let mut breaches = Vec::new();
    for number in 1..=8 {
        let row = map.lines().find(|line| line.starts_with(&format!("| {number}. ")));
        let tests = row.unwrap_or_default().split('`').filter_map(|word| word.split_once(".rs::"));
        let before = named;
        for (file, test) in tests {
            named += 1;
            let text = fs::read_to_string(root().join(format!("{file}.rs"))).unwrap_or_default();
            if !text.contains(&format!("fn {test}(")) {
                breaches.push(format!("promise {number}: {file}.rs has no test {test}"));
            }
        }
        if named == before {
            breaches.push(format!("promise {number}: name the test that holds it"));
        }
    }
    hold("Promises (docs/ARCHITECTURE.md):", &breaches);
}

#[test]
fn links_in_documents_resolve() {
    let mut breaches = Vec::new();
    for file in files(&["."], "md") {
        let path = root().join(&file.path);
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        for (at, _) in file.text.match_indices("](") {
            let target = file.text[at + 2..].split([')', ' ', '\n']).next().unwrap_or_default();
            let target = target.split('#').next().unwrap_or_default();
            let elsewhere = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
            if !elsewhere && fs::metadata(folder.join(target)).is_err() {
                breaches.push(breach(&file, file.line_at(at), format!("nothing is at {target}")));
            }
        }
    }
    hold("Links in documents:", &breaches);
}
