//! What staff see.

pub mod layout;
pub mod mails;
