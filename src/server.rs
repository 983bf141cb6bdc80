//! What runs on the server only. Arrows go down: foundation < jobs, mail, events < ledger, identity < nouns <
//! earning < listeners < http. `docs/ARCHITECTURE.md` draws the map.

pub mod api_keys;
pub mod audit;
pub mod badges;
pub mod cli;
pub mod clock;
pub mod config;
pub mod context;
pub mod db;
pub mod demo;
pub mod dispatcher;
pub mod documents;
pub mod earning;
pub mod error;
pub mod events;
pub mod gather;
pub mod holds;
pub mod http;
pub mod identity;
pub mod imports;
pub mod jobs;
pub mod leaderboards;
pub mod ledger;
pub mod mail;
pub mod mails;
pub mod members;
pub mod origins;
pub mod points;
pub mod postgres;
pub mod program;
pub mod purchases;
pub mod replay;
pub mod reports;
pub mod returns;
pub mod rewards;
pub mod rules;
pub mod stopping;
pub mod telemetry;
#[cfg(test)]
pub mod testing;
pub mod tiers;
pub mod timetable;
pub mod transfers;
pub mod verify;
pub mod wallets;
