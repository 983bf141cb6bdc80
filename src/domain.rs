//! What loyalty is: values and pure rules. No I/O, clock, randomness, Leptos or SQL; both worlds compile it.

pub mod card;
pub mod ids;
pub mod points;
pub mod program;
pub mod pseudonym;
pub mod refusal;
