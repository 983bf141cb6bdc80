//! Moments: what was unlocked and reached, told once and kept in an inbox.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Failure;
use crate::domain::badge::Level;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MomentView {
    /// "New badge", "New tier".
    pub about: String,
    pub heading: String,
    pub words: String,
    pub glyph: String,
    pub metal: Level,
    pub on: Date,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxLine {
    pub moment: MomentView,
    /// Not seen in the inbox before.
    pub is_new: bool,
}

/// A page of the inbox, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxView {
    pub lines: Vec<InboxLine>,
    /// Where the next page begins.
    pub next: Option<Uuid>,
    /// Whether this is the newest page.
    pub first: bool,
    pub today: Date,
}

/// The inbox of the member who asks; what is shown is not new any more.
#[server]
pub async fn load_inbox(before: Option<Uuid>) -> Result<InboxView, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    Ok(http::views::moments::inbox(&ctx, &member, before).await?)
}
