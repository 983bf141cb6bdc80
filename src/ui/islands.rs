//! What reacts in the browser. Each works as a plain form or link before it hydrates.

pub mod announce;
pub mod awake;
pub mod busy;
pub mod import_progress;
pub mod moments;
pub mod replay_progress;
pub mod reward_preview;
pub mod theme;
