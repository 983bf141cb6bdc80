//! What staff see.

pub mod audit;
pub mod badges;
pub mod campaigns;
pub mod challenges;
pub mod fields;
pub mod imports;
pub mod keys;
pub mod layout;
pub mod leaderboards;
pub mod mails;
mod measures;
pub mod members;
pub mod overview;
pub mod rewards;
pub mod rules;
pub mod streak;
pub mod tiers;
pub mod vouchers;
mod wallet_rates;
pub mod wallets;
