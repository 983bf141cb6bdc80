//! What staff see.

pub mod layout;
