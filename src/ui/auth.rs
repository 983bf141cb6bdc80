//! The way in: joining, signing in, and choosing a password through a mailed link. All plain forms.

pub mod confirm;
mod fields;
pub mod forgot;
pub mod join;
pub mod reset;
pub mod sign_in;
mod spent;
