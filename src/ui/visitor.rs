//! What visitors see.

pub mod api;
pub mod layout;
