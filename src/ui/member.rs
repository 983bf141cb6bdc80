//! What members see.

pub mod activity;
pub mod badges;
pub mod celebration;
pub mod challenges;
mod confirm;
pub mod home;
pub mod inbox;
pub mod layout;
pub mod leaderboard;
pub mod leave;
pub mod ledger;
pub mod profile;
pub mod rewards;
pub mod streak;
pub mod ticket;
