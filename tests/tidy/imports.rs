//! Who may import whom. The path alone tells what can reach the browser, and inside the server arrows go down
//! only.

use crate::source::{Source, closing};

/// The server's floors, from the ground up; a module that is not named is a noun.
const FLOORS: [(&str, usize); 27] = [
    ("config", 0),
    ("clock", 0),
    ("context", 0),
    ("db", 0),
    ("error", 0),
    ("gather", 0),
    ("telemetry", 0),
    ("watchers", 0),
    ("events", 1),
    ("jobs", 1),
    ("mail", 1),
    ("program", 1),
    ("ledger", 2),
    ("identity", 2),
    ("earning", 4),
    ("returns", 4),
    ("replay", 5),
    ("imports", 5),
    ("notifications", 5),
    ("reports", 5),
    ("webhooks", 5),
    ("dispatcher", 6),
    ("demo", 7),
    ("verify", 7),
    ("http", 8),
    ("timetable", 8),
    ("cli", 9),
];
const NOUNS: usize = 3;

/// One path that a file names, as its segments after `crate`.
struct Import {
    line: usize,
    at: usize,
    segments: Vec<String>,
}

/// Every arrow that goes the wrong way.
pub fn breaches(files: &[Source]) -> Vec<String> {
    let ours = files.iter().filter(|file| file.path.starts_with("src/"));
    ours.flat_map(|file| {
        let found = imports(file);
        let advices = found.iter().filter_map(|import| Some((import.line, advice(file, import)?)));
        let mut lines: Vec<String> =
            advices.map(|(line, advice)| format!("{}:{line}: {advice}", file.path)).collect();
        lines.extend(outsiders(file));
        lines
    })
    .collect()
}

fn advice(file: &Source, import: &Import) -> Option<String> {
    let world = file.path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default();
    let to = import.segments.first().map_or("", String::as_str);
    let wrong = match world {
        "domain" => ["app", "rpc", "server", "ui"].contains(&to).then_some("`domain` knows nobody"),
        "ui" if to == "server" => Some("`ui` never sees `server`: ask through `rpc`"),
        "ui" if file.path.starts_with("src/ui/components") && ["domain", "rpc"].contains(&to) => {
            Some("`ui/components` knows no noun of ours: take plain values")
        }
        "rpc" if file.path != "src/rpc.rs" && to == "server" && !inside_a_body(file, import.at) => {
            Some("`rpc` names `server` only inside a body, which the browser does not get")
        }
        "server" if ["ui", "rpc", "app"].contains(&to) && !mounts_the_app(file) => {
            Some("`server` never imports what people see; only its edge mounts the app")
        }
        _ => None,
    };
    wrong.map(str::to_owned).or_else(|| floors(file, import))
}

/// The edge: it mounts the app and leaves the outcome of forms for pages.
fn mounts_the_app(file: &Source) -> bool {
    let edge = file.path == "src/server/http.rs" || file.path.starts_with("src/server/http/");
    edge && !file.path.starts_with("src/server/http/v1")
}

/// Inside the server: arrows go down, and a store is private to its noun.
fn floors(file: &Source, import: &Import) -> Option<String> {
    let from = file.path.strip_prefix("src/server/")?.split(['/', '.']).next()?;
    let to = import.segments.get(1).filter(|_| import.segments[0] == "server")?;
    if from == to || file.is_test {
        return None;
    }
    if import.segments.get(2).is_some_and(|module| module == "store") {
        return Some(format!("the store of `{to}` is private: use its verbs"));
    }
    let upward = floor(from) < floor(to) && is_module(to);
    upward.then_some(format!("`{from}` stands below `{to}`: arrows inside the server go down only"))
}

/// A module rather than a type or a function: those begin with a capital or are not files of ours.
fn is_module(name: &str) -> bool {
    let server = crate::source::root().join("src/server");
    server.join(format!("{name}.rs")).exists() || server.join(name).exists()
}

fn floor(module: &str) -> usize {
    FLOORS.iter().find(|(name, _)| *name == module).map_or(NOUNS, |(_, floor)| *floor)
}

/// Crates that have no business in a world.
fn outsiders(file: &Source) -> Vec<String> {
    let (strangers, advice): (&[&str], _) = if file.path.starts_with("src/domain") {
        (
            &["leptos::", "sqlx::", "tokio::", "axum::", "std::fs", "std::net", "rand::", "::now()"],
            "`domain` has no I/O, clock, randomness, Leptos or SQL",
        )
    } else if file.path.starts_with("src/ui") || file.path.starts_with("src/app") {
        (&["sqlx::", "axum::", "tokio::"], "pages know nothing of the server's tools")
    } else if file.path.starts_with("src/rpc") {
        (&["sqlx::"], "a server function calls one verb; SQL stands in stores")
    } else {
        return Vec::new();
    };
    let lines = strangers.iter().flat_map(|stranger| file.code_lines(stranger));
    lines.map(|(line, _)| format!("{}:{line}: {advice}", file.path)).collect()
}

/// Whether an offset lies between the braces of a function.
fn inside_a_body(file: &Source, at: usize) -> bool {
    let starts = file.code.match_indices("fn ").map(|(start, _)| start).take_while(|start| *start < at);
    starts.last().is_some_and(|start| {
        let open = file.code[start..].find('{').map(|offset| start + offset);
        open.is_some_and(|open| open < at && at < open + file.body(open).len())
    })
}

/// All paths of ours that the file names, `crate::…` and `super::…`, with groups taken apart.
fn imports(file: &Source) -> Vec<Import> {
    let mut found = Vec::new();
    for (start, _) in file.code.match_indices("crate::") {
        let before = file.code[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$' || c == ':') {
            continue;
        }
        spread(file, start + "crate::".len(), &[], &mut found);
    }
    let module = module_of(&file.path);
    for (start, _) in file.code.match_indices("super::") {
        if file.code[..start].ends_with("super::") {
            continue;
        }
        let mut at = start;
        let mut parents = module.clone();
        while file.code[at..].starts_with("super::") {
            at += "super::".len();
            parents.pop();
        }
        spread(file, at, &parents, &mut found);
    }
    found
}

/// `src/server/rewards/jobs.rs` is `server`, `rewards`, `jobs`.
fn module_of(path: &str) -> Vec<String> {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    path.split('/').map(str::to_owned).collect()
}

/// Follows a path from `at`, into every branch of a group.
fn spread(file: &Source, at: usize, before: &[String], found: &mut Vec<Import>) {
    let mut segments = before.to_vec();
    let mut at = at;
    loop {
        let rest = &file.code[at..];
        if rest.starts_with('{') {
            for branch in branches(&file.code, at) {
                spread(file, branch, &segments, found);
            }
            return;
        }
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        at += name.len();
        if !name.is_empty() {
            segments.push(name);
        }
        if !file.code[at..].starts_with("::") {
            break;
        }
        at += 2;
    }
    found.push(Import { line: file.line_at(at), at, segments });
}

/// Where each branch of the group at `open` begins.
fn branches(code: &str, open: usize) -> Vec<usize> {
    let end = closing(code, open);
    let mut starts = vec![open + 1];
    let mut depth = 0;
    for (offset, byte) in code.bytes().enumerate().take(end - 1).skip(open + 1) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' if depth == 0 => starts.push(offset + 1),
            _ => {}
        }
    }
    let skip_space = |start: usize| start + code[start..end].len() - code[start..end].trim_start().len();
    starts.into_iter().map(skip_space).filter(|start| *start < end - 1).collect()
}
