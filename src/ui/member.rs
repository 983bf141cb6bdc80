//! What members see.

pub mod layout;
