//! The page "Me": what the member is called, how boards show them.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, forms::Flash};
use crate::domain::leaderboard::Presence;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileView {
    pub program: String,
    pub display_name: String,
    pub pseudonym: String,
    pub presence: Presence,
    pub named_on_boards: bool,
    pub joined_on: Date,
    pub card: String,
    pub tier: String,
    /// `None`: not said yet.
    pub birth_date: Option<Date>,
    pub email: Option<String>,
    /// Whose midnight days go by, and the zones to choose from.
    pub zone: String,
    pub zones: Vec<String>,
    pub flash: Flash,
    pub today: Date,
}

/// The profile of the member who asks.
#[server]
pub async fn load_profile() -> Result<ProfileView, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    Ok(http::views::profile::show(&ctx, &member).await?)
}

/// Changes what the member is called.
#[server]
pub async fn rename_member(display_name: String) -> Result<(), Failure> {
    use crate::server::{http, http::forms, identity, members::profile};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    let renamed = profile::rename(&ctx, &member, &display_name).await;
    let typed = [("display_name", display_name.as_str())];
    let done = |()| forms::Landing::saying("/me", "Your name was changed.");
    Ok(forms::finish("name", "/me", &typed, renamed, done)?)
}

/// Keeps the member's birthday, which they say once.
#[server]
pub async fn say_birthday(birth_date: String) -> Result<(), Failure> {
    use crate::server::{http, http::forms, identity, members::birthday};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    let outcome = birthday::say(&ctx, &member, &birth_date).await;
    let typed = [("birth_date", birth_date.as_str())];
    let done = |()| forms::Landing::saying("/me", "Your birthday is kept.");
    Ok(forms::finish("birthday", "/me", &typed, outcome, done)?)
}

/// Shows the member's own name on boards, or the made-up one.
#[server]
pub async fn choose_board_name(named: bool) -> Result<(), Failure> {
    use crate::server::{http, http::forms, identity, members::profile};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    let chosen = profile::name_on_boards(&ctx, &member, named).await;
    let done = |()| forms::Landing::saying("/me", "Leaderboards show you as you chose.");
    Ok(forms::finish("boards", "/me", &[], chosen, done)?)
}
