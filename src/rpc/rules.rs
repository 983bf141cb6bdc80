//! The earning rules as staff see and change them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Failure, badges::Currency, forms::Flash};
use crate::domain::{earning::form::RuleForm, form::Known, refusal::Refusal};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RulesPage {
    pub flash: Flash,
    /// now, ended or all.
    pub shown: String,
    /// The newest first.
    pub rules: Vec<RuleView>,
    pub drafts: Vec<DraftLine>,
    pub currency: Currency,
}

/// One version of a rule, in words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RuleView {
    pub rule_no: i32,
    pub rule: String,
    pub version: i32,
    pub name: String,
    /// What it gives.
    pub does: String,
    pub conditions: Vec<String>,
    /// The name of its campaign.
    pub campaign: Option<String>,
    pub state: RuleState,
    /// From when until when, in words.
    pub runs: String,
    /// The newest version, as long as it goes on, can be changed.
    pub can_change: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleState {
    Scheduled,
    Live,
    Ended,
}

/// A draft that is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DraftLine {
    pub id: Uuid,
    pub title: String,
    /// By whom and when.
    pub saved: String,
}

/// Where rules are shown: `now`, `ended` or `all`.
#[server]
pub async fn load_rules(shown: String) -> Result<RulesPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::rules::show(&ctx, &staff, shown).await?)
}

/// The form of a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RulePage {
    pub flash: Flash,
    pub form: RuleForm,
    /// What is wrong with what was typed.
    pub refusal: Option<Refusal>,
    /// What was typed, in words, where it makes a rule.
    pub says: Option<String>,
    /// Campaigns that go on, what they are called and their names.
    pub campaigns: Vec<(String, String)>,
    /// Tiers, what they are called and their names.
    pub tiers: Vec<(String, String)>,
    pub known: Known,
    pub currency: Currency,
}

/// What became of a draft in JSON that staff sent.
#[server]
pub async fn load_rules_json() -> Result<Flash, Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
    };
    identity::staff(&http::context()?).await?;
    Ok(forms::take_flash())
}

/// The form of a rule as it is, of a new one, or of what was typed.
#[server]
pub async fn load_rule(rule: String, campaign: String, typed: Option<RuleForm>) -> Result<RulePage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::rules::form(&ctx, &staff, (&rule, &campaign), typed).await?)
}

/// Keeps a rule as typed as a draft, or makes it live at once.
#[server]
pub async fn save_rule(form: RuleForm, then: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms, views},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/rules/edit{}", crate::domain::form::typed::query(&form));
    let outcome = views::rules::save(&ctx, &staff, &form, then == "live").await;
    Ok(forms::finish("rule", &page, &[], outcome, views::drafts::landing)?)
}

/// Begins a draft in which a rule or a campaign ends.
#[server]
pub async fn end_rule(name: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms, views},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let outcome = views::rules::end(&ctx, &staff, &name).await;
    Ok(forms::finish("end", "/staff/rules", &[], outcome, views::drafts::landing)?)
}

/// Makes a draft in JSON live at once.
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
    Ok(forms::finish("draft", "/staff/rules/json", &[("draft", &draft)], outcome, done)?)
}
