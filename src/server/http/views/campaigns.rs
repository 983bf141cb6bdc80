//! Campaigns, as staff read and type them.

use super::{
    Here,
    rules::{Saved, keep, state_of, tiers},
};
use crate::{
    domain::{
        earning::{Campaign, Rule, Rulebook, campaign_form::CampaignForm, words},
        replay::changes::{about_campaign, about_rule, runs},
    },
    rpc::{
        campaigns::{CampaignPage, CampaignView, CampaignsPage},
        rules::RuleState,
    },
    server::{
        context::Context,
        error::{Error, Result},
        http::forms,
        identity::Staff,
        rules::{self, drafts, editing},
    },
};

pub async fn show(
    ctx: &Context,
    _by: &Staff,
    shown: String,
    typed: Option<CampaignForm>,
) -> Result<CampaignsPage> {
    let here = Here::of(ctx).await?;
    let book = editing::list(ctx).await?;
    let names = crate::domain::earning::budgets(&book);
    let spent = rules::spent(&mut *ctx.pool.acquire().await?, &names).await?;
    let shown = if matches!(shown.as_str(), "ended" | "all") { shown } else { "now".to_owned() };
    let views = book.every_campaign().rev().map(|campaign| {
        let given = spent.get(&format!("{}:b", campaign.campaign)).copied().unwrap_or_default();
        view(&here, &book, campaign, given)
    });
    let views = views.filter(|one| match shown.as_str() {
        "ended" => one.state == RuleState::Ended,
        "all" => true,
        _ => one.state != RuleState::Ended,
    });
    let campaigns = views.collect();
    let refusal = typed.as_ref().and_then(|typed| typed.read().err());
    let form = typed.unwrap_or_else(CampaignForm::empty);
    let zone = here.program.time_zone.clone();
    Ok(CampaignsPage { flash: forms::take_flash(), shown, campaigns, form, refusal, zone })
}

fn view(here: &Here, book: &Rulebook, campaign: &Campaign, given_micro: i64) -> CampaignView {
    let settings = &campaign.settings;
    let given = given_micro / 1_000_000;
    CampaignView {
        campaign: campaign.campaign.clone(),
        name: settings.name.clone(),
        version: campaign.version,
        state: state_of(here, campaign),
        runs: runs(&settings.schedule),
        also: about_campaign(&crate::domain::earning::Settings { budget: None, ..settings.clone() })
            .split_off(1),
        budget: settings.budget.map(|budget| ((budget - given).max(0), budget)),
        rules: of(here, book, campaign),
        can_change: campaign.live_until.is_none(),
    }
}

/// The rules of a campaign: what each is called, its name, and what it does.
fn of(here: &Here, book: &Rulebook, campaign: &Campaign) -> Vec<(String, String, String)> {
    let said = |rule: &Rule| {
        let does = about_rule(&rule.definition, &here.currency());
        (rule.rule.clone(), rule.definition.name.clone(), does)
    };
    rules_of(book, campaign).iter().map(said).collect()
}

fn rules_of(book: &Rulebook, campaign: &Campaign) -> Vec<Rule> {
    let (mut rules, _) = book.parts();
    rules.retain(|rule| rule.campaign_no == Some(campaign.campaign_no));
    rules
}

pub async fn form(
    ctx: &Context,
    _by: &Staff,
    campaign: &str,
    typed: Option<CampaignForm>,
) -> Result<CampaignPage> {
    let here = Here::of(ctx).await?;
    let book = editing::list(ctx).await?;
    let asked = typed.as_ref().map_or(campaign, |typed| typed.campaign.as_str());
    let known = book.every_campaign().rfind(|one| one.campaign == asked);
    let rules = known.map(|known| rules_of(&book, known)).unwrap_or_default();
    let (mut refusal, mut says) = (None, None);
    if let Some(typed) = &typed {
        match typed.read() {
            Ok((settings, multiplier)) => {
                let effect = multiplier.map(|rule| words::effect(&rule.effect, &here.currency()));
                let said: Vec<String> = effect.into_iter().chain(about_campaign(&settings)).collect();
                says = Some(said.join("; "));
            }
            Err(refused) => refusal = Some(refused),
        }
    }
    let form = match (typed, known) {
        (Some(typed), _) => typed,
        (None, Some(known)) => {
            let definitions = rules.iter().map(|rule| &rule.definition);
            CampaignForm::of(&known.campaign, &known.settings, definitions)
        }
        (None, None) if campaign.is_empty() => CampaignForm::empty(),
        (None, None) => return Err(Error::not_found("This campaign")),
    };
    let rules = known.map(|known| of(&here, &book, known)).unwrap_or_default();
    let (tiers, zone) = (tiers(&book), here.program.time_zone.clone());
    Ok(CampaignPage { flash: forms::take_flash(), form, refusal, says, rules, tiers, zone })
}

/// Keeps a campaign as typed, or makes it live.
pub async fn save(ctx: &Context, by: &Staff, form: &CampaignForm, live: bool) -> Result<Saved> {
    let (settings, multiplier) = form.read().map_err(Error::Refused)?;
    let book = editing::list(ctx).await?;
    if !form.campaign.is_empty() && drafts::newest_campaign(&book, &form.campaign).is_none() {
        return Err(Error::not_found("This campaign"));
    }
    let title = settings.name.clone();
    let draft = drafts::of_campaign(&book, &form.campaign, settings, multiplier);
    keep(ctx, by, &title, &draft, live).await
}
