//! Campaigns as staff see and change them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, forms::Flash, rules::RuleState};
use crate::domain::{earning::campaign_form::CampaignForm, refusal::Refusal};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CampaignsPage {
    pub flash: Flash,
    /// now, ended or all.
    pub shown: String,
    pub campaigns: Vec<CampaignView>,
    /// What was typed into the short form.
    pub form: CampaignForm,
    pub refusal: Option<Refusal>,
    /// The zone in which days are meant.
    pub zone: String,
}

/// One campaign, in words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CampaignView {
    pub campaign: String,
    pub name: String,
    pub version: i32,
    pub state: RuleState,
    /// When it runs.
    pub runs: String,
    /// For whom, and how it goes with others.
    pub also: Vec<String>,
    /// Points that are left, and the budget.
    pub budget: Option<(i64, i64)>,
    /// Its rules: what each is called, its name and what it does.
    pub rules: Vec<(String, String, String)>,
    pub can_change: bool,
}

#[server]
pub async fn load_campaigns(shown: String, typed: Option<CampaignForm>) -> Result<CampaignsPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::campaigns::show(&ctx, &staff, shown, typed).await?)
}

/// The whole form of a campaign.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CampaignPage {
    pub flash: Flash,
    pub form: CampaignForm,
    pub refusal: Option<Refusal>,
    /// What was typed, in words.
    pub says: Option<String>,
    pub rules: Vec<(String, String, String)>,
    pub tiers: Vec<(String, String)>,
    pub zone: String,
}

#[server]
pub async fn load_campaign(campaign: String, typed: Option<CampaignForm>) -> Result<CampaignPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::campaigns::form(&ctx, &staff, &campaign, typed).await?)
}

/// Keeps a campaign as typed as a draft, or makes it live at once. `page` is where it was typed.
#[server]
pub async fn save_campaign(form: CampaignForm, then: String, page: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms, views},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = if page == "edit" { "/staff/campaigns/edit" } else { "/staff/campaigns" };
    let page = format!("{page}{}", crate::domain::form::typed::query(&form));
    let outcome = views::campaigns::save(&ctx, &staff, &form, then == "live").await;
    Ok(forms::finish("campaign", &page, &[], outcome, views::drafts::landing)?)
}
