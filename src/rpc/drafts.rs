//! A draft of the rules on its page: tried on a basket, run over the history, made live or thrown away.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Failure, forms::Flash};
use crate::domain::{refusal::Refusal, replay::Report};

/// A basket as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketForm {
    /// A card, an address or an outside id; empty: somebody new.
    pub member: String,
    /// A day and a time, local to the program.
    pub at: String,
    pub store: String,
    pub lines: Vec<BasketLine>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketLine {
    pub category: String,
    pub sku: String,
    pub quantity: String,
    pub amount: String,
}

/// What a basket would earn, with every rule that was looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tried {
    /// "By the rules as they are", "With this draft".
    pub title: String,
    pub points: i64,
    pub rows: Vec<TriedRow>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TriedRow {
    pub name: String,
    pub fired: bool,
    /// How it came to its number, or why it did not count.
    pub words: String,
    /// What it added or took: "+35".
    pub points: String,
}

/// A basket, what is wrong with it, and what it would earn.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Basket {
    pub form: BasketForm,
    pub refusal: Option<Refusal>,
    pub tried: Vec<Tried>,
    pub code: String,
}

/// The page on which a basket is tried by the rules as they are.
#[server]
pub async fn load_basket(typed: Option<BasketForm>) -> Result<Basket, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::basket::show(&ctx, &staff, typed, None).await?)
}

/// A draft on its page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DraftPage {
    pub flash: Flash,
    pub id: Uuid,
    pub title: String,
    pub saved: String,
    /// What it would change, in words.
    pub changes: Vec<String>,
    pub basket: Basket,
    pub replay: Option<ReplayView>,
    /// It no longer fits the rules that are live.
    pub refusal: Option<Refusal>,
}

/// How far a replay is, or what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayView {
    pub draft: Uuid,
    pub members_done: i64,
    pub members_total: i64,
    pub is_over: bool,
    pub report: Option<Report>,
    pub failure: Option<String>,
}

#[server]
pub async fn load_draft(id: Uuid, typed: Option<BasketForm>) -> Result<DraftPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::drafts::show(&ctx, &staff, id, typed).await?)
}

#[server]
pub async fn apply_draft(id: Uuid) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        rules::drafts,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let outcome = drafts::apply(&ctx, &staff, id).await;
    let done = |()| forms::Landing::saying("/staff/rules", "The draft is live from now on.");
    Ok(forms::finish("draft", &format!("/staff/rules/drafts/{id}"), &[], outcome, done)?)
}

#[server]
pub async fn discard_draft(id: Uuid) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        rules::drafts,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let outcome = drafts::discard(&ctx, &staff, id).await;
    let done =
        |()| forms::Landing::saying("/staff/rules", "The draft is gone; nothing that is live changed.");
    Ok(forms::finish("draft", &format!("/staff/rules/drafts/{id}"), &[], outcome, done)?)
}

/// Runs a draft over the whole history, in the background.
#[server]
pub async fn ask_replay(id: Uuid) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        replay::runs,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/rules/drafts/{id}#replay");
    let outcome = runs::ask(&ctx, &staff, id).await;
    Ok(forms::finish("replay", &page, &[], outcome, |()| forms::Landing::at(page.clone()))?)
}

/// How far the replay of a draft is.
#[server]
pub async fn follow_replay(id: Uuid) -> Result<Option<ReplayView>, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::drafts::replay(&ctx, &staff, id).await?)
}
