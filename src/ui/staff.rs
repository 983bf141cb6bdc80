//! What staff see.

pub mod imports;
pub mod layout;
pub mod mails;
