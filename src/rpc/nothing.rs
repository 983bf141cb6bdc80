//! Addresses of the staff's pages that name nothing.

use leptos::prelude::*;

use super::Failure;
use crate::domain::refusal::Refusal;

/// Refuses, as a page would whose thing was not found: staff are told so, others that this is not for them.
#[server]
pub async fn find_nothing(what: String) -> Result<(), Failure> {
    use crate::server::{error::Error, http, identity};
    let ctx = http::context()?;
    identity::staff(&ctx).await?;
    Err(Error::not_found(&what).into())
}

/// The answer of a page whose address can't be read.
pub async fn nothing<T>(what: &str) -> Result<T, Failure> {
    find_nothing(what.to_owned()).await?;
    Err(Failure::Refused(Refusal::not_found(what)))
}
