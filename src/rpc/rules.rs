//! The earning rules as staff see them, and making a draft of them live.

use jiff::civil::DateTime;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, badges::Currency, forms::Flash};
use crate::domain::earning::Definition;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RulesPage {
    pub flash: Flash,
    /// The newest first.
    pub rules: Vec<RuleView>,
    pub currency: Currency,
}

/// One version of a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RuleView {
    pub rule_no: i32,
    pub rule: String,
    pub version: i32,
    pub definition: Definition,
    /// The name of its campaign.
    pub campaign: Option<String>,
    pub state: RuleState,
    /// Local to the program; `None` since ever, or for good.
    pub from: Option<DateTime>,
    pub until: Option<DateTime>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleState {
    Planned,
    Live,
    Ended,
}

#[server]
pub async fn load_rules() -> Result<RulesPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::rules::show(&ctx, &staff).await?)
}

/// Makes a draft live at once.
#[server]
pub async fn apply_rules(draft: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        rules::editing,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let outcome = editing::apply_as(&ctx, &staff, &draft).await;
    let done = |_| forms::Landing::saying("/staff/rules".to_owned(), "The draft is live from now on.");
    Ok(forms::finish("draft", "/staff/rules", &[("draft", &draft)], outcome, done)?)
}
