//! What visitors see.

pub mod layout;
