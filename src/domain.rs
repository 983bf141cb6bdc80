//! What loyalty is: values and pure rules. No I/O, clock, randomness, Leptos or SQL; both worlds compile it.

pub mod ids;
pub mod points;
pub mod program;
pub mod refusal;
