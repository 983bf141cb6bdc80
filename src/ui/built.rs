//! Where the built files are: their folder has a name that changes with what is in it.

use leptos::prelude::*;

#[derive(Debug, Clone)]
struct Folder(String);

/// Says where they are, for this page.
pub fn provide(folder: &str) {
    provide_context(Folder(folder.to_owned()));
}

/// The address of a built file; none where the page is not made by a server.
#[must_use]
pub fn built(name: &str) -> Option<String> {
    use_context::<Folder>().map(|Folder(folder)| format!("/{folder}/{name}"))
}
