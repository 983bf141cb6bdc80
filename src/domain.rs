//! What loyalty is: values and pure rules. No I/O, clock, randomness, Leptos or SQL; both worlds compile it.

pub mod audit;
pub mod badge;
pub mod card;
pub mod catalogue;
pub mod counters;
pub mod display_name;
pub mod earning;
pub mod email;
pub mod ids;
pub mod import;
pub mod leaderboard;
pub mod ledger;
pub mod lots;
pub mod mail;
pub mod next_path;
pub mod password;
pub mod points;
pub mod program;
pub mod pseudonym;
pub mod purchase;
pub mod query;
pub mod refusal;
pub mod reward;
pub mod standing;
pub mod streak;
pub mod tier;
