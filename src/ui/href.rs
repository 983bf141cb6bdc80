//! Every URL of ours as a function, so that a link can't be misspelt.

#[must_use]
pub fn landing() -> String {
    "/".to_owned()
}
