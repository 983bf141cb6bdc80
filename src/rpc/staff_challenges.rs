//! Challenges as staff make them: seen first, kept as drafts, made live, ended.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, badges::Currency, forms::Flash};
use crate::domain::{
    challenge::{State, form::ChallengeForm},
    form::Known,
    refusal::Refusal,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StaffChallengesPage {
    pub flash: Flash,
    pub challenges: Vec<StaffChallenge>,
    /// What is not taken over, by what it goes with.
    pub library: Vec<(String, Vec<StaffChallenge>)>,
    pub today: Date,
}

/// One challenge as staff see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StaffChallenge {
    pub challenge: String,
    pub version: i32,
    pub name: String,
    pub description: String,
    pub glyph: String,
    pub state: State,
    pub steps: Vec<String>,
    pub reward: String,
    pub first: Date,
    pub last: Date,
    pub is_automatic: bool,
    pub joined: i64,
    pub completed: i64,
}

/// A challenge to be made or changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChallengeEditor {
    pub flash: Flash,
    pub form: ChallengeForm,
    pub refusal: Option<Refusal>,
    /// Where something was typed that can be a challenge: who would have done it.
    pub preview: Option<ChallengePreview>,
    /// Tiers, badges with their levels and rewards that can be chosen, with their names.
    pub tiers: Vec<(String, String)>,
    pub badges: Vec<(String, String)>,
    pub rewards: Vec<(String, String)>,
    pub known: Known,
    pub currency: Currency,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChallengePreview {
    pub members: usize,
    pub begun: usize,
    pub done: usize,
    pub first: Date,
    pub last: Date,
    /// What its steps name that nothing sent lately does, in sentences.
    pub unheard: Vec<String>,
}

#[server]
pub async fn load_staff_challenges() -> Result<StaffChallengesPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::staff_challenges::list(&ctx, &staff).await?)
}

/// The form of a challenge as it is or as the library has it, of a new one, or of what was typed with who
/// would have done it. Nothing is written.
#[server]
pub async fn load_challenge_editor(
    challenge: String,
    typed: Option<ChallengeForm>,
) -> Result<ChallengeEditor, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::staff_challenges::editor(&ctx, &staff, &challenge, typed).await?)
}

/// Keeps what was typed as a draft, or makes it live at once.
#[server]
pub async fn save_challenge(form: ChallengeForm, then: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms, views},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/challenges/edit{}", crate::domain::form::typed::query(&form));
    let is_live = then == "live";
    let outcome = views::staff_challenges::save(&ctx, &staff, &form, is_live).await;
    let done = |said: String| forms::Landing::saying("/staff/challenges", said);
    Ok(forms::finish("challenge", &page, &[], outcome, done)?)
}

/// Makes a draft live, or something of the library from today on.
#[server]
pub async fn switch_on_challenge(challenge: String) -> Result<(), Failure> {
    use crate::server::{
        challenges::editing,
        http::{self, forms, views},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let outcome = editing::switch_on(&ctx, &staff, &challenge).await;
    let outcome = outcome.map_err(views::staff_badges::in_one_sentence);
    let done = |(name, state): (String, State)| {
        forms::Landing::saying("/staff/challenges", views::staff_challenges::made_live(&name, state))
    };
    Ok(forms::finish("challenges", "/staff/challenges", &[], outcome, done)?)
}

/// Ends a challenge before its last day, or throws a draft away.
#[server]
pub async fn end_challenge(challenge: String) -> Result<(), Failure> {
    use crate::server::{
        challenges::editing,
        http::{self, forms},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let outcome = editing::end(&ctx, &staff, &challenge).await;
    let done = |()| forms::Landing::saying("/staff/challenges", "Done. What was given stays.");
    Ok(forms::finish("challenges", "/staff/challenges", &[], outcome, done)?)
}
